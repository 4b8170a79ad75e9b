"""What the pages of the atlas show, in the language of the page: made of records, without HTML."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.city.model import City, Label

from .choices import TYPE_LABELS, kind_label, status_label
from .entries import ACTOR, FUNDER, LEAD, PARTNER, PROJECT, Entry
from .places import AREA, POINT, place_of
from .taxonomy import taxonomy

UNKNOWN = "unknown"  # in schemas/vocabularies/project-status.yaml
_ = tk._


@dataclass(frozen=True)
class Link:
    """A text, with an address where it leads somewhere."""

    text: str
    url: str = ""


def language() -> str:
    return str(tk.h.lang())


def say(label: Label) -> str:
    """A label in the language of the page."""
    return label.text(language())


def entry_url(entry_type: str, identifier: str) -> str:
    return str(tk.h.url_for("atlas.read", entry_type=entry_type, entry_id=identifier))


def topic_names(topics: Iterable[str]) -> tuple[str, ...]:
    """Offers or needs as they are shown."""
    return tuple(say(taxonomy().label_of(topic)) for topic in topics)


def phase_text(entry: Entry, city: City) -> str:
    return next((say(one.label) for one in city.phases if one.id == entry.phase), entry.phase)


def status_text(entry: Entry) -> str:
    """The status in words; that it is unknown says nothing."""
    return say(status_label(entry.status)) if entry.status and entry.status != UNKNOWN else ""


def kind_of(entry: Entry) -> str:
    """What an entry is: a project with its measure, or the kind of an actor."""
    if entry.type == PROJECT:
        name = say(TYPE_LABELS[PROJECT])
        return f"{name} · {_('Measure')} {entry.measure}" if entry.measure else name
    return say(kind_label(entry.kind)) if entry.kind else say(TYPE_LABELS[ACTOR])


def role_label(role: str) -> str:
    """What an actor does in a project."""
    return {LEAD: _("Lead"), PARTNER: _("Partner"), FUNDER: _("Funder")}.get(role, role)


def place_text(entry: Entry, city: City) -> str:
    """Where an entry is, or that it has no place."""
    place = place_of(entry, city)
    names = ", ".join(say(area.label) for area in map(city.focus_area, entry.focus_areas) if area)
    districts = ", ".join(district.name for district in map(city.district, entry.districts) if district)
    if place.kind == AREA and names:
        return _("Focus area {names}, without an exact place").format(names=names)
    if place.kind == AREA:
        return _("District {names}, without an exact place").format(names=districts)
    if place.kind == POINT:
        return _("Focus area {names}").format(names=names) if names else districts or _("on the map")
    return _("without a place")


def points(share: float) -> str:
    """A share of 1 as points of 100, to the four digits that a score has."""
    return localised(f"{share * 100:.2f}")


def number_text(number: float, digits: int | None = None) -> str:
    """A number with its thousands apart, to as many digits behind the point; without `digits` as many as it needs."""
    text = f"{number:,.{digits}f}" if digits is not None else f"{round(number, 3):,}".removesuffix(".0")
    return localised(text)


def localised(text: str) -> str:
    """A number as Python prints it with thousands apart, in the signs of the page's language."""
    return text if language().startswith("en") else text.translate(str.maketrans(",.", ".,"))


def euro_text(amount: str) -> str:
    """A sum in euro with its thousands apart; as it is where it is no number."""
    try:
        return f"{number_text(float(amount), 0)} €"
    except ValueError:
        return amount
