"""What may be wrong with an entry beyond its single fields: places, circles, sizes. Plain Python.

A finding is a `Problem`: which one, and the values that its sentence names. `problem_text` gives the English sentence,
which is at once the msgid of its translation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ckanext.dresdensmartcity.city.model import BoundingBox

# Actors and projects of the region lie outside the city; a mistyped pair of numbers lies further away.
MARGIN_DEGREES = 0.5
WORLD: BoundingBox = (-180.0, -90.0, 180.0, 90.0)
MOST_ITEMS = 100  # of a list: nobody reads more, and each is searched
LONGEST_ITEM = 300  # characters of one item of a list, or of one line
LONGEST_TEXT = 20000  # characters of a description


def N_(text: str) -> str:  # noqa: N802 (the mark that extractors of texts look for)
    """Marks a text for translation."""
    return text


SENTENCES = {
    "world_longitude": N_("A longitude lies between -180 and 180 degrees."),
    "world_latitude": N_("A latitude lies between -90 and 90 degrees."),
    "half": N_("A place needs longitude and latitude: give both, or neither."),
    "swapped": N_(
        "Longitude and latitude are swapped: {longitude}, {latitude} lies outside the city, {latitude}, {longitude} "
        "lies in it. The longitude is the first number, here about {centre_longitude}."
    ),
    "outside": N_(
        "The place {longitude}, {latitude} lies outside the city and its surroundings (longitude {west} to {east}, "
        "latitude {south} to {north}). Check both numbers, or leave them empty and choose districts."
    ),
    "many": N_("{count} entries are too many: at most {most}. Keep those that matter."),
    "long_item": N_("“{start}…” has {count} characters: at most {most}. Put longer text into the description."),
    "long_text": N_("{count} characters are too many: at most {most}. Put the rest on a page of your own and link it."),
    "circle": N_("This makes a circle: {circle}. Nothing can come before itself; change one of these."),
    "twice": N_("{actor} has the role {role} twice. Keep one row."),
    "ends_first": N_("The end {end} lies before the beginning {start}."),
}


@dataclass(frozen=True)
class Problem:
    """Something that is wrong, and the values in its sentence."""

    name: str  # of SENTENCES
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return SENTENCES[self.name].format(**self.values)


def place_problem(longitude: float | None, latitude: float | None, bbox: BoundingBox) -> Problem | None:
    """What is wrong with a place, in degrees; None where it is fine or there is none."""
    if longitude is None and latitude is None:
        return None
    if longitude is None or latitude is None:
        return Problem("half")
    if _near(longitude, latitude, bbox):
        return None
    west, south, east, north = bbox
    values = {
        "longitude": longitude,
        "latitude": latitude,
        "centre_longitude": round((west + east) / 2, 1),
        "west": round(west - MARGIN_DEGREES, 2),
        "east": round(east + MARGIN_DEGREES, 2),
        "south": round(south - MARGIN_DEGREES, 2),
        "north": round(north + MARGIN_DEGREES, 2),
    }
    if _near(latitude, longitude, bbox):
        return Problem("swapped", values)
    if abs(longitude) > 180:
        return Problem("world_longitude")
    if abs(latitude) > 90:
        return Problem("world_latitude")
    return Problem("outside", values)


def _near(longitude: float, latitude: float, bbox: BoundingBox) -> bool:
    west, south, east, north = bbox
    return (
        west - MARGIN_DEGREES <= longitude <= east + MARGIN_DEGREES
        and south - MARGIN_DEGREES <= latitude <= north + MARGIN_DEGREES
    )


def circle(start: str, follows: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """The shortest way from an id back to itself, with the id at both ends; empty where there is none.

    `follows` says for each id which ones it names.
    """
    paths: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while paths:
        longer = []
        for path in paths:
            for one in follows.get(path[-1], ()):
                if one == start:
                    return (*path, start)
                if one not in seen:
                    seen.add(one)
                    longer.append((*path, one))
        paths = longer
    return ()


def list_problem(items: Iterable[str]) -> Problem | None:
    """Too many items, or too long ones."""
    found = list(items)
    if len(found) > MOST_ITEMS:
        return Problem("many", {"count": len(found), "most": MOST_ITEMS})
    longest = max(found, key=len, default="")
    if len(longest) > LONGEST_ITEM:
        return Problem("long_item", {"start": longest[:30], "count": len(longest), "most": LONGEST_ITEM})
    return None


def text_problem(text: str, most: int = LONGEST_TEXT) -> Problem | None:
    """Too long a text."""
    return Problem("long_text", {"count": len(text), "most": most}) if len(text) > most else None


def period_problem(start: str, end: str) -> Problem | None:
    """An end before its beginning; dates of different precision are compared as far as both go."""
    size = min(len(start), len(end))
    if start and end and re.match(r"\d{4}", start) and re.match(r"\d{4}", end) and end[:size] < start[:size]:
        return Problem("ends_first", {"start": start, "end": end})
    return None
