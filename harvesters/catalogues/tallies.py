"""What reading changed and what it did not understand, summed up for the report of a run."""

from __future__ import annotations

from collections.abc import Iterable

from ckanext.dresdensmartcity.dcat.namespaces import DCAT, DCTERMS
from ckanext.dresdensmartcity.dcat.reading import Change, NotUnderstood, ReadEntry, Reading

from ..records import Report

LIFTED, NOT_UNDERSTOOD, FORMATS, MEDIA_TYPES = "lifted", "not_understood", "formats", "media_types"
UNMAPPED = {
    str(DCTERMS["format"]): FORMATS,
    str(DCAT.mediaType): MEDIA_TYPES,
    str(DCAT.compressFormat): MEDIA_TYPES,
    str(DCAT.packageFormat): MEDIA_TYPES,
}
LONGEST = 120  # characters of a value
MOST = 500  # kinds in a group; a hostile source could invent millions


def count_entry(report: Report, entry: ReadEntry) -> None:
    """Add what reading one entry did."""
    _count(report, entry.changes, entry.not_understood)


def count_reading(report: Report, readings: Iterable[Reading]) -> None:
    """Add what belongs to documents and catalogues rather than to an entry."""
    for reading in readings:
        _count(report, reading.changes, reading.not_understood)
        for catalogue in reading.catalogues:
            _count(report, catalogue.changes, catalogue.not_understood)


def _count(report: Report, changes: Iterable[Change], rest: Iterable[NotUnderstood]) -> None:
    for change in changes:
        _tally(report, LIFTED, change.rule)
    for one in rest:
        group = UNMAPPED.get(one.property)
        if group:
            _tally(report, group, one.value[:LONGEST])
        else:
            _tally(report, NOT_UNDERSTOOD, f"{_short(one.property)}: {one.reason}"[: 2 * LONGEST])


def _tally(report: Report, group: str, what: str) -> None:
    known = report.tallies.get(group, {})
    report.tally(group, what if what in known or len(known) < MOST else "…")


def _short(iri: str) -> str:
    """The last part of a property's IRI, which people know it by."""
    return iri.rstrip("/#").replace("#", "/").rpartition("/")[2] or iri
