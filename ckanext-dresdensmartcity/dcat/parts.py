"""One entry of the catalogue as a part of it, in every syntax: what is stored for each entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from ckanext.dresdensmartcity.city.model import City
from rdflib import URIRef

from . import syntaxes
from .catalogue import Dates, Page, describe_catalogue, paging
from .datasets import alone, describe
from .iris import DATASET, PUBLISHED_TYPES, Package, Site
from .output import Omission, Output
from .records import enter

STATE_ACTIVE = "active"


@dataclass(frozen=True)
class Part:
    """An entry in every syntax; `texts` and `digest` belong together: another digest, other texts."""

    iri: str
    texts: Mapping[str, str]  # name of the syntax -> piece
    digest: str
    omissions: tuple[Omission, ...] = ()


@dataclass(frozen=True)
class Maker:
    """What parts are made with, the same for all entries at one moment."""

    city: City
    site: Site

    def part(self, package: Package, entries: Mapping[str, Package]) -> Part:
        """The part of an entry; `entries` are the published ones that it may link to, by id, name and IRI."""
        out, iri = self._written(package, entries)
        texts = syntaxes.pieces(out.graph, iri)
        return Part(str(iri), texts, _digest(texts), tuple(out.omissions))

    def linked(self, package: Package) -> dict[str, str]:
        """An entry without its own links, for a document in which another entry links to it, in every syntax."""
        out = Output(self.city, self.site)
        iri = alone(out, package)
        return syntaxes.pieces(out.graph, iri)

    def frame(self, dates: Dates | None = None, page: Page | None = None) -> dict[str, str]:
        """What holds the parts together: the catalogue itself, the city's offices and place, the portal's API."""
        out = Output(self.city, self.site)
        catalogue = describe_catalogue(out, dates or Dates())
        if page is not None:
            paging(out, catalogue, page)
        return syntaxes.pieces(out.graph, catalogue)

    def whole(self, package: Package, entries: Mapping[str, Package]) -> dict[str, str]:
        """An entry with all that it links to and what it shares with others: complete in itself, part of nothing."""
        out = Output(self.city, self.site, entries)
        iri = describe(out, package)
        return syntaxes.pieces(out.graph, iri)

    def _written(self, package: Package, entries: Mapping[str, Package]) -> tuple[Output, URIRef]:
        out = Output(self.city, self.site, entries)
        iri = describe(out, package, linked=False)
        enter(out, URIRef(self.site.base), package, iri)
        return out, iri


def is_published(package: Package) -> bool:
    """Whether everybody may see a package, and it is of a type that the catalogue holds."""
    return (
        (package.get("type") or DATASET) in PUBLISHED_TYPES
        and package.get("state") == STATE_ACTIVE
        and package.get("private") is False
    )


def _digest(texts: Mapping[str, str]) -> str:
    found = sha256()
    for name in sorted(texts):
        found.update(texts[name].encode())
    return found.hexdigest()
