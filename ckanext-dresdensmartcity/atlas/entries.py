"""An entry of the atlas: an actor or a project as a typed record, read from a CKAN package or from the side table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from ckanext.dresdensmartcity.city.facts import (
    FUNDER,
    LEAD,
    PARTNER,
    ROLES,
    Evidence,
    Membership,
    WebLink,
    in_order,
    of_role,
)
from ckanext.dresdensmartcity.city.model import Position
from ckanext.dresdensmartcity.city.values import texts

from . import freshness

__all__ = [
    "ACTOR",
    "ELSEWHERE",
    "FUNDER",
    "LEAD",
    "PARTNER",
    "PROJECT",
    "ROLES",
    "TYPES",
    "Entry",
    "Evidence",
    "Membership",
    "WebLink",
    "entry_id",
    "from_package",
    "from_record",
    "package_name",
    "to_public",
    "to_record",
]

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
    members: tuple[Membership, ...] = ()  # leads first, then partners, then funders
    goals: tuple[str, ...] = ()
    scope: str = ""
    budget_eur: str = ""
    result: str = ""
    modelled_on: tuple[str, ...] = ()
    builds_on: tuple[str, ...] = ()
    continues: str = ""
    links: tuple[WebLink, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    datasets: tuple[str, ...] = ()  # names of datasets of a project, beside those with its measure's code
    districts: tuple[str, ...] = ()  # by number, given by hand where there is no point
    funding_programme: tuple[str, ...] = ()  # ids of the city's funding programmes
    contact_url: str = ""  # page of an office, never of a person
    origin_url: str = ""  # of the entry in the atlas that it was harvested from
    origin_name: str = ""
    origin_license: str = ""  # IRI

    @property
    def position(self) -> Position | None:
        if self.longitude is None or self.latitude is None:
            return None
        return self.longitude, self.latitude

    @property
    def lead(self) -> str:
        """The actor that leads a project, the first where there are several."""
        return next(iter(of_role(self.members, LEAD)), "")

    @property
    def partners(self) -> tuple[str, ...]:
        return of_role(self.members, PARTNER)

    @property
    def funders(self) -> tuple[str, ...]:
        return of_role(self.members, FUNDER)

    @property
    def last_known(self) -> str:
        """The last day on which the entry was confirmed or read in a source; empty where nobody ever did."""
        looked = (day for one in self.evidence for day in (one.retrieved_on, one.confirmed_on))
        return freshness.newest((self.confirmed_on, *looked))

    @property
    def stale(self) -> bool:
        """Whether that is longer ago than `ckanext.dresdensmartcity.atlas.stale_after_days`."""
        return freshness.is_stale(self.last_known)


ROWS: dict[str, type[Membership | Evidence | WebLink]] = {
    "members": Membership,
    "evidence": Evidence,
    "links": WebLink,
}
LISTS = {one.name for one in fields(Entry) if str(one.type).startswith("tuple")} - set(ROWS)
NUMBERS = {"longitude": 180.0, "latitude": 90.0, "position_precision_m": float("inf")}  # and their greatest value
OWN = ("package_id", "type", "id")


# Before the id of a package whose name lacks the prefix; CKAN allows it in no name, so ids stay unique.
UNPREFIXED = "~"
# In ids of entries of another city, between the name of its atlas and the id there; none of this city has it.
ELSEWHERE = "--"


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
        if field.name in ROWS:
            values[field.name] = _rows(field.name, given)
        elif field.name in LISTS:
            values[field.name] = tuple(texts(given))
        elif field.name in NUMBERS:
            values[field.name] = _number(given, NUMBERS[field.name])
        else:
            values[field.name] = "" if given is None else str(given)
    if values["longitude"] is None or values["latitude"] is None:
        values["longitude"] = values["latitude"] = None
    values["members"] = in_order((*values["members"], *_old_members(package)))
    return Entry(
        package_id=package["id"], type=package["type"], id=entry_id(package["type"], package["name"]), **values
    )


def to_record(entry: Entry) -> dict[str, Any]:
    """What the side table keeps of an entry."""
    return asdict(entry)


def to_public(entry: Entry) -> dict[str, Any]:
    """What the API tells of an entry: the record, and what follows from it."""
    derived = ("lead", "partners", "funders", "last_known", "stale")
    return {**asdict(entry), **{name: getattr(entry, name) for name in derived}}


def from_record(record: Mapping[str, Any]) -> Entry:
    """The entry that the side table kept; fields that it did not know yet are empty."""
    known = {field.name for field in fields(Entry)}
    values: dict[str, Any] = {
        name: _rows(name, value) if name in ROWS else tuple(value) if name in LISTS else value
        for name, value in record.items()
        if name in known
    }
    return Entry(**values)


def _rows(name: str, given: Any) -> tuple[Any, ...]:
    """The records of a repeating field; what is no record, or has no text that counts, is left out."""
    row = ROWS[name]
    known = {field.name for field in fields(row)}
    needed = fields(row)[0].name if row is not Evidence else ""
    found = []
    for one in given if isinstance(given, list | tuple) else ():
        if not isinstance(one, Mapping):
            continue
        values = {key: str(value).strip() for key, value in one.items() if key in known and value not in (None, "")}
        if values and (not needed or needed in values):
            found.append(row(**values))
    return tuple(found)


def _old_members(package: Mapping[str, Any]) -> tuple[Membership, ...]:
    """Lead and partners of a package that was stored before memberships had rows of their own."""
    old = {one["key"]: one["value"] for one in package.get("extras") or () if one["key"] in ("lead", "partners")}
    lead, partners = (package.get(name) or old.get(name) for name in ("lead", "partners"))
    return (
        *(Membership(one, LEAD) for one in texts(lead)),
        *(Membership(one, PARTNER) for one in texts(partners)),
    )


def _number(given: Any, greatest: float) -> float | None:
    try:
        number = float(given)
    except (TypeError, ValueError):
        return None
    return number if -greatest <= number <= greatest else None
