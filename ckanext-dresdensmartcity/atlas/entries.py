"""An entry of the atlas: an actor or a project as a typed record, read from a CKAN package or from the side table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from ckanext.dresdensmartcity.city.model import City, Position
from ckanext.dresdensmartcity.city.values import texts

from . import matching

ACTOR, PROJECT = "actor", "project"
TYPES = (ACTOR, PROJECT)


@dataclass(frozen=True)
class Entry:
    """What the atlas shows of an actor or a project; empty where the package says nothing.

    Ids are those of the atlas: the package name without its prefix `actor-` or `project-`.
    """

    package_id: str
    type: str  # ACTOR or PROJECT
    id: str
    title: str
    notes: str = ""
    kind: str = ""  # of an actor
    fields_of_action: tuple[str, ...] = ()
    focus_areas: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    longitude: float | None = None  # degrees, WGS 84
    latitude: float | None = None
    position_precision_m: float | None = None
    url: str = ""
    sources: tuple[str, ...] = ()
    confirmed_on: str = ""
    part_of: str = ""  # id of the actor that this one belongs to
    measure: str = ""
    status: str = ""
    phase: str = ""
    start: str = ""
    end: str = ""
    lead: str = ""
    partners: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    scope: str = ""
    budget_eur: str = ""
    result: str = ""
    modelled_on: tuple[str, ...] = ()
    builds_on: tuple[str, ...] = ()
    continues: str = ""

    @property
    def position(self) -> Position | None:
        if self.longitude is None or self.latitude is None:
            return None
        return self.longitude, self.latitude

    @property
    def members(self) -> tuple[matching.Member, ...]:
        """Lead and partners of a project, each actor once."""
        found = {self.lead: "lead"} if self.lead else {}
        for partner in self.partners:
            found.setdefault(partner, "partner")
        return tuple(matching.Member(actor, role) for actor, role in found.items())


LISTS = {one.name for one in fields(Entry) if str(one.type).startswith("tuple")}
NUMBERS = {"longitude": 180.0, "latitude": 90.0, "position_precision_m": float("inf")}  # and their greatest value
OWN = ("package_id", "type", "id")


# Before the id of a package whose name lacks the prefix; CKAN allows it in no name, so ids stay unique.
UNPREFIXED = "~"


def entry_id(package_type: str, name: str) -> str:
    """The id in the atlas of the package of that name."""
    prefix = f"{package_type}-"
    return name.removeprefix(prefix) if name.startswith(prefix) else UNPREFIXED + name


def package_name(entry_type: str, identifier: str) -> str:
    """The package of an id in the atlas."""
    if identifier.startswith(UNPREFIXED):
        return identifier.removeprefix(UNPREFIXED)
    return f"{entry_type}-{identifier}"


def from_package(package: Mapping[str, Any]) -> Entry:
    """The entry of a package as package_show gives it; a field that is missing or unusable is empty."""
    values: dict[str, Any] = {}
    for field in fields(Entry):
        if field.name in OWN:
            continue
        given = package.get(field.name)
        if field.name in LISTS:
            values[field.name] = tuple(texts(given))
        elif field.name in NUMBERS:
            values[field.name] = _number(given, NUMBERS[field.name])
        else:
            values[field.name] = "" if given is None else str(given)
    if values["longitude"] is None or values["latitude"] is None:
        values["longitude"] = values["latitude"] = None
    return Entry(
        package_id=package["id"], type=package["type"], id=entry_id(package["type"], package["name"]), **values
    )


def to_record(entry: Entry) -> dict[str, Any]:
    """What the side table keeps of an entry."""
    return asdict(entry)


def from_record(record: Mapping[str, Any]) -> Entry:
    """The entry that the side table kept; fields that it did not know yet are empty."""
    known = {field.name for field in fields(Entry)}
    values: dict[str, Any] = {
        name: tuple(value) if name in LISTS else value for name, value in record.items() if name in known
    }
    return Entry(**values)


def matching_actor(entry: Entry) -> matching.Actor:
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
    )


def matching_project(entry: Entry, city: City) -> matching.Project:
    """The project as matching sees it, with the centres of its focus areas."""
    areas = (city.focus_area(area) for area in entry.focus_areas)
    return matching.Project(
        id=entry.id,
        title=entry.title,
        notes=entry.notes,
        needs=entry.needs,
        fields=entry.fields_of_action,
        members=entry.members,
        position=entry.position,
        areas=tuple(area.centroid for area in areas if area),
    )


def _number(given: Any, greatest: float) -> float | None:
    try:
        number = float(given)
    except (TypeError, ValueError):
        return None
    return number if -greatest <= number <= greatest else None
