"""Counts by bits are those of counting."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest
from ckanext.dresdensmartcity.atlas import facets, search
from ckanext.dresdensmartcity.atlas.choices import choices
from ckanext.dresdensmartcity.atlas.entries import Entry
from ckanext.dresdensmartcity.atlas.places import districts_of
from ckanext.dresdensmartcity.atlas.query import LISTED, AtlasQuery
from ckanext.dresdensmartcity.atlas.taxonomy import taxonomy
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.city.outline_store import outlines_of

pytestmark = [pytest.mark.ckan, pytest.mark.usefixtures("dresden")]


def queries() -> list[AtlasQuery]:
    """Some of all combinations of filters, always the same."""
    chance = random.Random(6)  # noqa: S311 (no secret)
    offered = choices(city())
    made = [AtlasQuery(), AtlasQuery(text="Sensor"), AtlasQuery(stale=True), AtlasQuery(stale=False)]
    for _ in range(40):
        query = AtlasQuery(text=chance.choice(["", "", "Daten", "Umwelt", "smart"]))
        for name in chance.sample(sorted(LISTED), chance.randint(0, 3)):
            values = offered.of(name)
            query = replace(
                query, **{LISTED[name]: tuple(chance.sample(values, min(len(values), chance.randint(1, 3))))}
            )
        if chance.random() < 0.3:
            query = replace(query, near=city().centre, radius_m=chance.choice([500.0, 3000.0]))
        if chance.random() < 0.3:
            west, south, east, north = city().bbox
            query = replace(query, bbox=(west, south, (west + east) / 2, north))
        if chance.random() < 0.2:
            query = replace(query, stale=chance.random() < 0.5)
        made.append(query)
    return made


def values(name: str, entry: Entry) -> set[str]:
    """What an entry counts for in a facet."""
    topics = taxonomy().with_wider((*entry.offers, *entry.needs))
    return {
        "kind": {entry.type, entry.kind} - {""},
        "field": set(entry.fields_of_action),
        "area": set(entry.focus_areas),
        "topic": set(topics),
        "district": set(districts_of(entry, city(), outlines_of(city()))),
        "stale": {"yes" if entry.stale else "no"},
        "funding": set(entry.funding_programme),
        "status": {entry.status} - {""},
        "phase": {entry.phase} - {""},
    }[name]


@pytest.mark.parametrize("number", range(44))
def test_counts_are_exact(number: int):
    """Total and facets, as counting all entries gives them."""
    query = queries()[number]
    result = search.search(query)
    assert result.total == len(search.everything(query))
    for name in facets.NAMES:
        left: Counter[str] = Counter()
        for entry in search.everything(query.without(name)):
            left.update(values(name, entry))
        assert result.facets[name] == left


def test_no_value_of_a_facet_leads_to_nothing():
    """What is offered finds as many as it says."""
    everything = search.search(AtlasQuery())
    for name, field in LISTED.items():
        for value, number in list(everything.facets[name].items())[:8]:
            assert search.search(AtlasQuery(**{field: (value,)})).total == number > 0
