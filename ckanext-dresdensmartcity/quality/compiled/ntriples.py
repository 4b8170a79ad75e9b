"""N-Triples into terms, line by line and without rdflib.

What comes from strangers is read by dcat.parsing into a graph. Here stored fragments of our own are read, ten thousand
at a time. The terms are those of that graph: literals stay as they are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .terms import Term

_IRI = r'<[^\s"<>\\]+>'
_BLANK = r"_:[A-Za-z0-9_][A-Za-z0-9_.-]*"
_TAG = r"@[a-z]+(?:-[a-z0-9]+)*"
# As every line of our own is: one blank between the parts, nothing escaped.
_LINE = re.compile(rf'({_IRI}|{_BLANK}) ({_IRI}) ({_IRI}|{_BLANK}|"[^"\\]*"(?:{_TAG}|\^\^{_IRI})?) \.')
# The grammar (N-Triples, 4): escapes, other white space, comments, languages in upper case.
_ESCAPED_IRI = r'<(?:[^\s"<>\\]|\\[uU][0-9A-Fa-f]+)+>'
_UNUSUAL = re.compile(
    rf"\s*({_ESCAPED_IRI}|{_BLANK})\s*({_ESCAPED_IRI})\s*"
    rf'(?:({_ESCAPED_IRI}|{_BLANK})|"((?:[^"\\\r\n]|\\.)*)"(@[A-Za-z]+(?:-[A-Za-z0-9]+)*|\^\^{_ESCAPED_IRI})?)'
    r"\s*\.\s*(?:#.*)?"
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_CHARACTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}

Triple = tuple[Term, Term, Term]


class NotNTriplesError(ValueError):
    """A line is no N-Triples; the message shows it."""

    def __init__(self, line: str) -> None:
        super().__init__(f"no line of N-Triples: {line[:200]}")


def read(lines: Iterable[str]) -> Iterator[Triple]:
    """The triples of lines of N-Triples. Raises NotNTriplesError at the first that is none."""
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is not None:
            yield match.groups()  # type: ignore[misc]  # three groups, each of which always matches
        elif line.strip() and not line.lstrip().startswith("#"):
            yield _unusual(line)


def _unusual(line: str) -> Triple:
    match = _UNUSUAL.fullmatch(line)
    if match is None:
        raise NotNTriplesError(line)
    subject, predicate, node, text, suffix = match.groups()
    try:
        if node is not None:
            return _unescaped(subject), _unescaped(predicate), _unescaped(node)
        kind = (suffix or "").lower() if (suffix or "").startswith("@") else _unescaped(suffix or "")
        return _unescaped(subject), _unescaped(predicate), f'"{_unescaped(text)}"{kind}'
    except (KeyError, ValueError, OverflowError) as error:  # an escape that stands for nothing
        raise NotNTriplesError(line) from error


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    number = match[1] or match[2]
    return chr(int(number, 16)) if number else _CHARACTERS[match[3]]
