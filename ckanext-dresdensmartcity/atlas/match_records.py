"""Entries of the atlas as matching sees them."""

from __future__ import annotations

from ckanext.dresdensmartcity.city.model import City

from . import matching
from .entries import Entry


def actor(entry: Entry) -> matching.Actor:
    """The actor as matching sees it."""
    return matching.Actor(
        id=entry.id,
        title=entry.title,
        notes=entry.notes,
        offers=entry.offers,
        needs=entry.needs,
        fields=entry.fields_of_action,
        kind=entry.kind,
        position=entry.position,
        facts=facts(entry),
    )


def project(entry: Entry, city: City) -> matching.Project:
    """The project as matching sees it, with the centres of its focus areas."""
    areas = (city.focus_area(area) for area in entry.focus_areas)
    return matching.Project(
        id=entry.id,
        title=entry.title,
        notes=entry.notes,
        needs=entry.needs,
        fields=entry.fields_of_action,
        members=members(entry),
        position=entry.position,
        areas=tuple(area.centroid for area in areas if area),
        facts=facts(entry),
        start=entry.start,
        end=entry.end,
    )


def members(entry: Entry) -> tuple[matching.Member, ...]:
    """Each actor of a project once, with its first role."""
    found: dict[str, matching.Member] = {}
    for one in entry.members:
        found.setdefault(one.actor, matching.Member(one.actor, one.role, one.since, one.until, one.source))
    return tuple(found.values())


def facts(entry: Entry) -> tuple[matching.Fact, ...]:
    """Where the entry's statements come from: the evidence of each field, then what holds for all of it."""
    names = {"fields_of_action": "fields", "longitude": "position", "latitude": "position"}
    found = [
        matching.Fact(names.get(one.fact, one.fact), one.source, one.confirmed_on or one.retrieved_on)
        for one in entry.evidence
    ]
    if entry.sources or entry.confirmed_on:
        found.append(matching.Fact("", "; ".join(entry.sources), entry.confirmed_on))
    return tuple(found)
