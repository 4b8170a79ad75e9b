"""What the pages of the atlas show, in the language of the page: made of records, without HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.city.model import City, Label

from . import search
from .choices import TYPE_LABELS, kind_label, status_label
from .entries import ACTOR, FUNDER, LEAD, PARTNER, PROJECT, Entry
from .matches import matches_for
from .matching import Match, Mode
from .places import AREA, POINT, place_of
from .symbols import Symbol, symbol_of
from .taxonomy import taxonomy

UNKNOWN = "unknown"  # in schemas/vocabularies/project-status.yaml
_ = tk._


@dataclass(frozen=True)
class Link:
    """A text, with an address where it leads somewhere."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class Segment:
    """One part of a match as it is drawn: `start` and `width` in percent of the whole."""

    name: str
    label: str
    points: str
    most: str
    counts: bool  # whether the mode gives it any weight
    start: float
    width: float
    sentence: str


@dataclass(frozen=True)
class MatchCard:
    """A match with its reasons."""

    title: str
    url: str
    kind: str
    symbol: Symbol
    points: str
    segments: tuple[Segment, ...]


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


def match_cards(entry: Entry, mode: Mode, limit: int) -> tuple[MatchCard, ...]:
    """The best matches of an entry."""
    found = matches_for(entry, mode, limit)
    other = ACTOR if entry.type == PROJECT else PROJECT
    entries = search.by_ids(other, [match.found.id for match in found])
    return tuple(_match_card(match, entries[match.found.id]) for match in found)


def _match_card(match: Match, other: Entry) -> MatchCard:
    segments, start = [], 0.0
    labels = part_labels()
    for part in match.parts:
        width = part.contribution * 100
        segments.append(
            Segment(
                name=part.name,
                label=labels[part.name],
                points=points(part.contribution),
                most=points(part.weight),
                counts=part.weight > 0,
                start=start,
                width=width,
                sentence=say(part.sentence),
            )
        )
        start += width
    return MatchCard(
        title=other.title,
        url=entry_url(other.type, other.id),
        kind=kind_of(other),
        symbol=symbol_of(other),
        points=points(match.score),
        segments=tuple(segments),
    )


def part_labels() -> Mapping[str, str]:
    """What the parts of a score are called."""
    return {
        "gap": _("Fills a gap"),
        "topic": _("Topics"),
        "meaning": _("Meaning"),
        "text": _("Words"),
        "network": _("Network"),
        "near": _("Nearness"),
    }


def points(share: float) -> str:
    """A share of 1 as points of 100, to the four digits that a score has."""
    return _decimal(f"{share * 100:.2f}")


def number_text(number: float, digits: int | None = None) -> str:
    """A number with its thousands apart, to as many digits behind the point; without `digits` as many as it needs."""
    text = f"{number:,.{digits}f}" if digits is not None else f"{round(number, 3):,}".removesuffix(".0")
    return text if language().startswith("en") else text.translate(str.maketrans(",.", ".,"))


def _decimal(text: str) -> str:
    return text if language().startswith("en") else text.replace(".", ",")


def euro_text(amount: str) -> str:
    """A sum in euro with its thousands apart; as it is where it is no number."""
    try:
        number = f"{float(amount):,.0f}"
    except ValueError:
        return amount
    return f"{number} €" if language().startswith("en") else f"{number.replace(',', '.')} €"
