"""Entries of another city that may be the same as one of this city's own: said, never merged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import ckan.plugins as plugins
from ckanext.dresdensmartcity.atlas.duplicate_search import PLUGIN, find
from ckanext.dresdensmartcity.atlas.duplicates import Candidate
from ckanext.dresdensmartcity.atlas.entries import ELSEWHERE, entry_id

from ..records import Finding
from . import wording
from .making import Made

MOST_ASKED = 2000  # entries of a run; each costs some milliseconds
MOST_TOLD = 100


def told(made: Sequence[Made]) -> Iterator[Finding]:
    """A finding for each that may be one of the city's own."""
    if not plugins.plugin_loaded(PLUGIN):
        return
    number = 0
    for one in made[:MOST_ASKED]:
        own = [same for same in find(_candidate(one)) if ELSEWHERE not in same.entry.id]
        if own and number < MOST_TOLD:
            number += 1
            why = "; ".join(reason.sentence.en for reason in own[0].reasons)
            entry = own[0].entry
            values = {"title": entry.title, "id": f"{entry.type}/{entry.id}", "why": why}
            yield Finding.of("duplicate", "info", wording.DUPLICATE, str(one.package["title"])[:200], **values)


def _candidate(made: Made) -> Candidate:
    package = made.package
    position = None
    if "longitude" in package:
        position = (float(package["longitude"]), float(package["latitude"]))
    own = entry_id(made.type, str(package["name"]))
    return Candidate(made.type, own, str(package["title"]), str(package.get("url", "")), position)
