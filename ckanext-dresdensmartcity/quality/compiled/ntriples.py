"""N-Triples into terms, without rdflib.

What comes from strangers is read by dcat.parsing into a graph. Here stored fragments of our own are read, ten thousand
at a time. The terms are those of that graph: literals stay as they are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .terms import Term

_IRI = r'<[^\s"<>\\]+>'
_BLANK = r"_:[A-Za-z0-9_][A-Za-z0-9_.-]*"
_TAG = r"@[a-z]+(?:-[a-z0-9]+)*"
_TEXT = r'"[^"\\\r\n]*(?:\\.[^"\\\r\n]*)*"'
# As every line of our own is: one blank between the parts.
_LINE = re.compile(rf"^({_IRI}|{_BLANK}) ({_IRI}) ({_IRI}|{_BLANK}|{_TEXT}(?:{_TAG}|\^\^{_IRI})?) \.$", re.MULTILINE)
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


def read(text: str) -> Iterable[Triple]:
    """The triples of a text. Raises NotNTriplesError at the first line that is none."""
    rows: list[Triple] = _LINE.findall(text)
    if len(rows) < len(text.rstrip("\n").split("\n")):
        return [_line(line) for line in text.split("\n") if line.strip() and not line.lstrip().startswith("#")]
    return rows if "\\" not in text else map(_plain, rows)


def _plain(row: Triple) -> Triple:
    """A triple with the literal as it is meant."""
    value = row[2]
    if "\\" not in value:
        return row
    end = value.rindex('"')
    return row[0], row[1], f"{_unescaped(value[:end])}{value[end:]}"


def _line(line: str) -> Triple:
    match = _UNUSUAL.fullmatch(line)
    if match is None:
        raise NotNTriplesError(line)
    subject, predicate, node, text, suffix = match.groups()
    if node is not None:
        return _unescaped(subject), _unescaped(predicate), _unescaped(node)
    kind = (suffix or "").lower() if (suffix or "").startswith("@") else _unescaped(suffix or "")
    return _unescaped(subject), _unescaped(predicate), f'"{_unescaped(text)}"{kind}'


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    number = match[1] or match[2]
    try:
        return chr(int(number, 16)) if number else _CHARACTERS[match[3]]
    except (KeyError, ValueError, OverflowError) as error:  # it stands for nothing
        raise NotNTriplesError(match[0]) from error
