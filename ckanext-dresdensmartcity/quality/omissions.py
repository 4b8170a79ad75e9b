"""What an entry holds and its RDF does not, because the standard has no place for it: told to editors at the field."""

from __future__ import annotations

from dataclasses import dataclass

from ckanext.dresdensmartcity.dcat import links
from ckanext.dresdensmartcity.dcat import store as tables
from ckanext.dresdensmartcity.dcat.iris import Package
from ckanext.dresdensmartcity.dcat.portal import site

from .presentation import Fields, Place, files_of
from .sources import write


@dataclass(frozen=True)
class Omitted:
    """One value that was not written, and what would be taken (in English)."""

    place: Place
    value: str
    wanted: str


def of_package(package: Package, fields: Fields) -> tuple[Omitted, ...]:
    """What had to be left out of the RDF of a package."""
    with tables.reading() as connection:
        known = links.targets(connection, [package], site().base)
    written = write(package, known)
    files = files_of(written.iri, package)
    return tuple(
        Omitted(fields.at(one.field, files.get(one.subject)), one.value, one.reason) for one in written.omissions
    )
