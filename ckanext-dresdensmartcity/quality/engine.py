"""Checking against shapes, fast: what the rest of the portal calls.

Shapes are compiled once (`compiled`); what has no compiled form is left to pyshacl, shape by shape. The findings are
those of `shacl.validate` in either case, and tests compare the two.

Three ways in: a graph (`check`), N-Triples such as stored fragments (`check_triples`), and one entry of a catalogue
beside what it links to (`check_entry`), with the findings that a run over the whole catalogue would have for it.
"""

from __future__ import annotations

from collections.abc import Iterable

from ckanext.dresdensmartcity.dcat.namespaces import DCAT
from rdflib import Graph

from .compiled.data import Data
from .compiled.results import Result
from .compiled.terms import TYPE, Term, is_iri, plain, term
from .concepts import Concepts, concepts
from .findings import Finding
from .shacl import Shapes, best, by_pyshacl, in_order, named, own_shapes, severity

# What stands for itself in a catalogue: findings about one belong to it and not to those that name it.
ENTRIES = tuple(map(term, (DCAT.Dataset, DCAT.DatasetSeries, DCAT.DataService, DCAT.Catalog)))


def check(
    graph: Graph, shapes: Shapes | None = None, known: Concepts | None = None, language: str = "de"
) -> list[Finding]:
    """All that the shapes (ours by default) find in `graph`, the gravest first; `graph` is not changed.

    `known` are the concepts of the controlled lists that are taken into account, those of schemas/vocabularies by
    default. Raises shacl.ShapesError where the shapes are not well-formed.
    """
    shapes, known = shapes or own_shapes(), concepts() if known is None else known
    found = _run(Data.of_graph(graph, known), shapes, language)
    if shapes.program.rest is not None:
        found += by_pyshacl(graph, shapes.program.rest, shapes, known, language)
    return in_order(found)


def check_triples(
    texts: str | Iterable[str], shapes: Shapes | None = None, known: Concepts | None = None, language: str = "de"
) -> list[Finding]:
    """All that is found in N-Triples, one text or several that are taken together; as `check` of the graph of them.

    Blank nodes of the same name are the same node in all texts. For what this portal wrote itself: input from elsewhere
    is read by dcat.parsing, which says what is wrong with it. Raises compiled.ntriples.NotNTriplesError.
    """
    return _check_texts([texts] if isinstance(texts, str) else list(texts), None, shapes, known, language)


def check_entry(
    iri: str,
    own: str,
    around: Iterable[str] = (),
    shapes: Shapes | None = None,
    known: Concepts | None = None,
    language: str = "de",
) -> list[Finding]:
    """The findings about one entry that a run over the whole catalogue would have.

    `own` is the entry as N-Triples, with its files, contacts and all else that it describes; `around` are the entries
    that it links to (`links`), and the frame of the catalogue. One hop is enough: shapes ask for the class of what is
    linked to and never further. Findings about other entries are left out: they are theirs.
    """
    return _check_texts([own, *around], iri, shapes, known, language)


def links(iri: str, own: str) -> set[str]:
    """The IRIs that an entry (as N-Triples) names: what stands under one of them belongs into `around`."""
    data = Data.of_ntriples([own])
    values = {value for one in data.subjects.values() for of_one in one.values() for value in of_one if is_iri(value)}
    return {plain(value) for value in values} - {iri}


def described(iri: str, own: str, around: Iterable[str] = ()) -> set[str]:
    """The nodes whose findings are those of the entry: what it describes, without the other entries that it names."""
    found = _described(term_of(iri), Data.of_ntriples([own]), Data.of_ntriples([own, *around]))
    return {plain(one) for one in found}


def term_of(iri: str) -> Term:
    return f"<{iri}>"


def _check_texts(
    texts: list[str], iri: str | None, shapes: Shapes | None, known: Concepts | None, language: str
) -> list[Finding]:
    shapes, known = shapes or own_shapes(), concepts() if known is None else known
    data = Data.of_ntriples(texts, known)
    only = None if iri is None else _described(term_of(iri), Data.of_ntriples(texts[:1]), data)
    found = _run(data, shapes, language, only)
    if shapes.program.rest is not None:
        graph = Graph().parse(data="\n".join(texts), format="nt")
        rest = by_pyshacl(graph, shapes.program.rest, shapes, known, language)
        wanted = None if only is None else {plain(one) for one in only}
        found += [one for one in rest if wanted is None or one.focus in wanted]
    return in_order(found)


def _described(entry: Term, own: Data, whole: Data) -> set[Term]:
    others = {one for one in own.subjects if one != entry and any(kind in ENTRIES for kind in whole.values(one, TYPE))}
    return set(own.subjects) - others


def _run(data: Data, shapes: Shapes, language: str, only: Iterable[Term] | None = None) -> list[Finding]:
    return [_finding(one, data, shapes, language) for one in shapes.program.run(data, only)]


def _finding(result: Result, data: Data, shapes: Shapes, language: str) -> Finding:
    shape, path = named(result.rule.shape, shapes.graph), plain(None if result.path is None else term(result.path))
    return Finding(
        severity=severity(result.rule.severity),
        focus=data.owner(result.focus),
        field=shapes.field_of(shape, path),
        path=path,
        value=plain(result.value),
        message=best(result.messages(data), language),
        shape=shape,
    )
