"""Read one city file into a typed `City`; every mistake in it is told with its line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from .model import (
    BoundingBox,
    Catalogue,
    City,
    District,
    FieldOfAction,
    FocusArea,
    FundingProgramme,
    Geocoding,
    Goal,
    Office,
    Phase,
    Position,
    Source,
    Topic,
)
from .parts import NOTHING, listed, read_catalogue, read_office
from .programmes import read_programme
from .topics import read_topics_of_city
from .yamlfile import CityFileError, Fields, Item, Mistakes, open_file, unique

__all__ = ["CityFileError", "load_city"]

DISTRICT_NUMBER = re.compile(r"\d\d")
AGS = re.compile(r"\d{8}")
MUNICIPALITY_KEY = "http://dcat-ap.de/def/politicalGeocoding/municipalityKey/"
CONTRIBUTORS = "http://dcat-ap.de/def/contributors/"
PLACE = re.compile(r"http://(publications\.europa\.eu/resource/authority/place/[A-Z_]+|sws\.geonames\.org/\d+/)")
SOURCE_URL = re.compile(r"(https?://|\{demo\}/)\S+")
# ckanext-harvest knows these (ckanext.harvest.model.UPDATE_FREQUENCIES, 1.6.3).
FREQUENCIES = ("MANUAL", "MONTHLY", "WEEKLY", "BIWEEKLY", "DAILY", "ALWAYS")


def load_city(path: Path) -> City:
    """The city that the file describes; paths in it are taken from the file's own folder.

    Raises CityFileError with all mistakes at once. Files that the city names (actors, projects, demo folder) need not
    be there: they are asked for when they are loaded.
    """
    path = path.absolute()
    fields, mistakes = open_file(path)
    reader = _Reader(fields, mistakes, path.parent)
    city = reader.city()
    fields.done()
    mistakes.check()
    return city


class _Reader:
    """Reads the parts of one file; a class because they refer to each other."""

    def __init__(self, fields: Fields, mistakes: Mistakes, folder: Path) -> None:
        self.fields = fields
        self.mistakes = mistakes
        self.folder = folder
        self.bbox = fields.need("bbox", read_bbox, (0.0, 0.0, 0.0, 0.0))

    def city(self) -> City:
        fields = self.fields
        ags = fields.need("ags", lambda item: item.text(AGS, 'eight digits in quotes, such as "14612000"'), "")
        districts = self.districts()
        fields_of_action = self.named("fields_of_action", read_field_of_action)
        topics = read_topics_of_city(fields)
        return City(
            id=fields.need("id", Item.identifier, ""),
            name=fields.need("name", Item.text, ""),
            title=fields.need("title", Item.label, NOTHING),
            description=fields.need("description", Item.label, NOTHING),
            ags=ags,
            state=fields.need("state", Item.text, ""),
            population=fields.may("population", read_population, {}),
            languages=fields.each("languages", lambda item: listed(item, "languages")),
            centre=fields.need("centre", self.position, (0.0, 0.0)),
            bbox=self.bbox,
            programme=fields.need("programme", Item.text, ""),
            goals=self.named("goals", read_goal),
            fields_of_action=fields_of_action,
            focus_areas=self.focus_areas(districts),
            phases=self.named("phases", read_phase),
            districts=districts,
            publisher=fields.need("publisher", read_office, Office("", "")),
            contact=fields.need("contact", read_office, Office("", "")),
            license=fields.need("license", lambda item: listed(item, "licenses"), ""),
            attribution=fields.may("attribution", Item.text, ""),
            contributor_id=fields.may("contributor_id", read_contributor, ""),
            access_rights=fields.need("access_rights", lambda item: listed(item, "access-rights"), ""),
            availability=fields.need("availability", lambda item: listed(item, "availability"), ""),
            geocoding=fields.need("geocoding", lambda item: read_geocoding(item, ags), Geocoding("", "")),
            homepage=fields.need("homepage", Item.address, ""),
            actors_file=fields.may("actors", self.path, None),
            projects_file=fields.may("projects", self.path, None),
            sources=self.sources(),
            demo_folder=fields.may("demo", self.path, None),
            imprint_url=fields.may("imprint_url", Item.address, ""),
            privacy_url=fields.may("privacy_url", Item.address, ""),
            accessibility_url=fields.may("accessibility_url", Item.address, ""),
            catalogue=fields.may("catalogue", read_catalogue, Catalogue()),
            funding_programmes=self.funding_programmes(fields_of_action, topics),
            topics=topics,
        )

    def path(self, item: Item) -> Path:
        return (self.folder / item.text()).resolve()

    def position(self, item: Item) -> Position:
        """Longitude and latitude inside the city's bounding box."""
        longitude, latitude = item.numbers(2, "longitude and latitude in degrees: [13.74, 51.05]")
        west, south, east, north = self.bbox
        if (longitude, latitude) != (0.0, 0.0) and not (west <= longitude <= east and south <= latitude <= north):
            found = f"[{longitude}, {latitude}]"
            item.wrong(f"longitude {west} to {east}, latitude {south} to {north} (the city's bbox)", found)
        return longitude, latitude

    def funding_programmes(
        self, fields_of_action: tuple[FieldOfAction, ...], topics: tuple[Topic, ...]
    ) -> tuple[FundingProgramme, ...]:
        read = partial(read_programme, fields_of_action=fields_of_action, topics_of_city=topics)
        return self.named("funding_programmes", read, required=False)

    def named(self, name: str, read: Any, required: bool = True) -> tuple[Any, ...]:
        """A list of things with an `id` of their own."""
        lines: list[tuple[str, int, str]] = []

        def one(item: Item) -> Any:
            thing = read(item)
            lines.append((thing.id, item.line, item.place))
            return thing

        result = self.fields.each(name, one, required)
        unique(lines, self.mistakes)
        return result

    def districts(self) -> tuple[District, ...]:
        lines: list[tuple[str, int, str]] = []

        def one(item: Item) -> District:
            fields = Fields(item)
            number = fields.need("number", lambda field: field.text(DISTRICT_NUMBER, 'two digits in quotes: "05"'), "")
            lines.append((number, item.line, item.place))
            district = District(
                number=number,
                name=fields.need("name", Item.text, ""),
                centroid=fields.need("centroid", self.position, (0.0, 0.0)),
                bbox=fields.need("bbox", read_bbox, (0.0, 0.0, 0.0, 0.0)),
            )
            fields.done()
            return district

        result = self.fields.each("districts", one)
        unique(lines, self.mistakes)
        return result

    def focus_areas(self, districts: tuple[District, ...]) -> tuple[FocusArea, ...]:
        known = {district.number: district for district in districts}

        def one(item: Item) -> FocusArea:
            fields = Fields(item)
            identifier = fields.need("id", Item.identifier, "")
            label = fields.need("label", Item.label, NOTHING)
            theme = fields.need("theme", Item.label, NOTHING)
            numbers = fields.each(
                "districts", lambda field: field.one_of(known, "the number of a district of this file")
            )
            fields.done()
            members = [known[number] for number in numbers if number in known]
            if not members:
                return FocusArea(identifier, label, theme, numbers, (0.0, 0.0), (0.0, 0.0, 0.0, 0.0))
            return FocusArea(identifier, label, theme, numbers, *extent(members))

        return self.named("focus_areas", one)

    def sources(self) -> tuple[Source, ...]:
        lines: list[tuple[str, int, str]] = []

        def one(item: Item) -> Source:
            fields = Fields(item)
            name = fields.need("name", Item.identifier, "")
            lines.append((name, item.line, item.place))
            source = Source(
                name=name,
                type=fields.need("type", Item.text, ""),
                title=fields.need("title", Item.label, NOTHING),
                url=fields.need("url", lambda field: field.text(SOURCE_URL, "http://…, https://… or {demo}/…"), ""),
                config=fields.may("config", read_config, {}),
                active=fields.may("active", Item.boolean, True),
                frequency=fields.may("frequency", lambda field: field.one_of(FREQUENCIES), "MANUAL"),
            )
            fields.done()
            return source

        result = self.fields.each("sources", one, required=False)
        unique(lines, self.mistakes)
        return result


def extent(districts: Iterable[District]) -> tuple[Position, BoundingBox]:
    """Middle and bounding box of several districts.

    The middle is the mean of the centroids: good enough to put a circle on a map, wrong for measuring.
    """
    members = tuple(districts)
    middle = (
        round(sum(district.centroid[0] for district in members) / len(members), 5),
        round(sum(district.centroid[1] for district in members) / len(members), 5),
    )
    west, south, east, north = zip(*(district.bbox for district in members), strict=True)
    return middle, (min(west), min(south), max(east), max(north))


def read_bbox(item: Item) -> BoundingBox:
    allowed = "west, south, east and north in degrees: [13.57, 50.97, 13.97, 51.18]"
    west, south, east, north = item.numbers(4, allowed)
    if (west, south, east, north) != (0.0,) * 4 and not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        item.wrong(allowed, f"[{west}, {south}, {east}, {north}]")
    return west, south, east, north


def read_population(item: Item) -> dict[int, int]:
    value = item.plain()
    if not isinstance(value, dict) or not all(type(one) is int for pair in value.items() for one in pair):
        item.wrong("years with a number of people: {2020: 561942}")
        return {}
    return value


def read_config(item: Item) -> dict[str, Any]:
    value = item.plain()
    if not isinstance(value, dict):
        item.wrong("a mapping of the harvester's settings, or {}")
        return {}
    try:
        json.dumps(value)
    except TypeError:
        item.wrong('values that JSON knows; a day stands in quotes: "2026-10-01"')
        return {}
    return value


def read_goal(item: Item) -> Goal:
    fields = Fields(item)
    goal = Goal(
        id=fields.need("id", Item.identifier, ""),
        label=fields.need("label", Item.label, NOTHING),
        kind=fields.need("kind", lambda field: field.one_of(("guiding", "development")), ""),
    )
    fields.done()
    return goal


def read_field_of_action(item: Item) -> FieldOfAction:
    fields = Fields(item)
    result = FieldOfAction(fields.need("id", Item.identifier, ""), fields.need("label", Item.label, NOTHING))
    fields.done()
    return result


def read_phase(item: Item) -> Phase:
    fields = Fields(item)
    phase = Phase(
        id=fields.need("id", Item.identifier, ""),
        label=fields.need("label", Item.label, NOTHING),
        start=fields.need("start", Item.day, date.min),
        end=fields.need("end", Item.day, date.max),
    )
    if phase.end < phase.start:
        item.wrong(f"an end after the start {phase.start}", f"the end {phase.end}")
    fields.done()
    return phase


def read_contributor(item: Item) -> str:
    """Empty, an IRI of the list, or one outside the list's own addresses (DCAT-AP.de, convention 13)."""
    if item.plain() in (None, ""):
        return ""
    iri = item.address()
    return listed(item, "contributors") if iri.startswith(CONTRIBUTORS) else iri


def read_geocoding(item: Item, ags: str) -> Geocoding:
    fields = Fields(item)
    # A wrong ags is told once, at its own place.
    key = re.compile(re.escape(MUNICIPALITY_KEY) + (ags or AGS.pattern))
    places = "an IRI of the EU place list or of sws.geonames.org"
    geocoding = Geocoding(
        level=fields.need("level", lambda field: listed(field, "geocoding-levels"), ""),
        municipality_key=fields.need("municipality_key", lambda field: field.text(key, MUNICIPALITY_KEY + ags), ""),
        places=fields.each("places", lambda field: field.text(PLACE, places), required=False),
    )
    fields.done()
    return geocoding
