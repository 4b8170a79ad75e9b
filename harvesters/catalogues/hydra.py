"""How a catalogue says where its next page is and how many entries it has: Hydra, in its old and its present words.

Old (as ckanext-dcat writes it): hydra:PagedCollection with nextPage and totalItems. Present: a Collection with
totalItems whose hydra:view is a PartialCollectionView with next.
"""

from __future__ import annotations

from dataclasses import dataclass

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from ..client import SourceFormatError

HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
NEXT = (HYDRA.next, HYDRA.nextPage)
TOTAL = HYDRA.totalItems


@dataclass(frozen=True)
class Paging:
    """What a page says of the feed; `next` is empty on the last page, or where there are no pages."""

    next: str = ""
    total: int | None = None


def paging(graph: Graph, url: str) -> Paging:
    """What the page at `url` says. Raises SourceFormatError where it names several pages as the next one."""
    found: dict[str, set[Node]] = {}
    for predicate in NEXT:
        for subject, target in graph.subject_objects(predicate):
            if isinstance(target, URIRef | Literal) and str(target).strip():
                found.setdefault(str(target).strip(), set()).add(subject)
    if len(found) > 1:
        # A document may describe other pages too; what this page says of itself counts.
        own = {target for target, subjects in found.items() if URIRef(url) in subjects}
        if len(own) != 1:
            raise SourceFormatError(f"{url} names {len(found)} pages as the next one")
        found = {target: found[target] for target in own}
    totals = [value for total in graph.objects(None, TOTAL) if (value := _number(total)) is not None]
    return Paging(next(iter(found), ""), max(totals, default=None))


def _number(value: Node) -> int | None:
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
