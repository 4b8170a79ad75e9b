"""N-Triples into terms, line by line and without rdflib for all but a few lines.

What comes from strangers is read by dcat.parsing into a graph. Here stored fragments of our own are read, ten thousand
at a time. The terms are those that rdflib reads from the same text: also literals whose form rdflib puts right
(`"01"^^xsd:integer`), as findings name them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from rdflib import Graph
from rdflib.exceptions import ParserError

from .terms import Term, term

_IRI = r'<[^\s"<>\\]+>'
_BLANK = r"_:[A-Za-z0-9_][A-Za-z0-9_.-]*"
_PLAIN = r'"[^"\\]*"(?:@[a-z]+(?:-[a-z0-9]+)*)?'
_TYPED = rf'"[^"\\]*"\^\^{_IRI}'
_LINE = re.compile(rf"({_IRI}|{_BLANK}) ({_IRI}) (?:({_IRI}|{_BLANK}|{_PLAIN})|({_TYPED})) \.")

Triple = tuple[Term, Term, Term]


class NotNTriplesError(ValueError):
    """A line is no N-Triples; the message shows it."""

    def __init__(self, line: str) -> None:
        super().__init__(f"no line of N-Triples: {line[:200]}")


def read(lines: Iterable[str]) -> Iterator[Triple]:
    """The triples of lines of N-Triples. Raises NotNTriplesError at the first that is none."""
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is None:
            yield from _unusual(line)
            continue
        subject, predicate, value, typed = match.groups()
        yield subject, predicate, value or _typed(typed)


@lru_cache(maxsize=65536)
def _typed(literal: str) -> Term:
    """A literal with a datatype, in the form that rdflib gives it."""
    return _parse(f"<urn:s> <urn:p> {literal} .")[0][2]


def _unusual(line: str) -> list[Triple]:
    """A line with an escape, other white space, or a comment; and all that is wrong."""
    if not line.strip() or line.lstrip().startswith("#"):
        return []
    return _parse(line)


def _parse(line: str) -> list[Triple]:
    # rdflib renames blank nodes; inside one line a marked IRI keeps their names.
    marked = re.sub(r"^\s*_:(\S+)|\s_:(\S+)(?=\s*\.\s*$)", lambda m: f" <blank:{m[1] or m[2]}> ", line)
    graph = Graph(bind_namespaces="none")
    try:
        graph.parse(data=marked, format="nt")
    except (ParserError, ValueError) as error:
        raise NotNTriplesError(line) from error
    return [(_unmarked(term(s)), term(p), _unmarked(term(o))) for s, p, o in graph]


def _unmarked(one: Term) -> Term:
    return f"_:{one[7:-1]}" if one.startswith("<blank:") else one
