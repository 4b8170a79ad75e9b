"""What the pages of the atlas show, in the language of the page: made of records, without HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.city.model import City, Label

from . import search
from .choices import TYPE_LABELS, kind_label, status_label
from .entries import ACTOR, PROJECT, Entry
from .matches import matches_for
from .matching import Match, Mode
from .places import AREA, POINT, place_of
from .symbols import Symbol, symbol_of
from .taxonomy import taxonomy

UNKNOWN = "unknown"  # in schemas/vocabularies/project-status.yaml
LONGEST_NOTES = 220  # characters of the description in the list
_ = tk._


@dataclass(frozen=True)
class Link:
    """A text, with an address where it leads somewhere."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class Card:
    """An entry in the list."""

    key: str  # what list and map know it by
    title: str
    url: str
    kind: str
    details: tuple[str, ...]  # of a project: lead, phase and status, as far as known
    notes: str
    topics: tuple[str, ...]
    place: str
    symbol: Symbol


@dataclass(frozen=True)
class Fact:
    """A line of an entry's page."""

    label: str
    values: tuple[Link, ...]


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


def cards(entries: Sequence[Entry], city: City) -> tuple[Card, ...]:
    """The entries as the list shows them."""
    wanted = sorted({one.lead for one in entries if one.lead})
    leads = search.titles(ACTOR, wanted) if wanted else {}
    return tuple(_card(one, city, leads) for one in entries)


def _card(entry: Entry, city: City, leads: Mapping[str, str]) -> Card:
    notes = " ".join(entry.notes.split())
    return Card(
        key=f"{entry.type}/{entry.id}",
        title=entry.title,
        url=entry_url(entry.type, entry.id),
        kind=kind_of(entry),
        details=_card_details(entry, city, leads),
        notes=notes if len(notes) <= LONGEST_NOTES else notes[:LONGEST_NOTES].rsplit(" ", 1)[0] + " …",
        topics=topic_names((entry.offers if entry.type == ACTOR else entry.needs)[:4]),
        place=place_text(entry, city),
        symbol=symbol_of(entry),
    )


def _card_details(entry: Entry, city: City, leads: Mapping[str, str]) -> tuple[str, ...]:
    if entry.type != PROJECT:
        return ()
    texts = (
        _("Lead: {name}").format(name=leads.get(entry.lead, entry.lead)) if entry.lead else "",
        _phase(entry, city),
        _status(entry),
    )
    return tuple(text for text in texts if text)


def _phase(entry: Entry, city: City) -> str:
    return next((say(one.label) for one in city.phases if one.id == entry.phase), entry.phase)


def _status(entry: Entry) -> str:
    """The status in words; that it is unknown says nothing."""
    return say(status_label(entry.status)) if entry.status and entry.status != UNKNOWN else ""


def kind_of(entry: Entry) -> str:
    """What an entry is: a project with its measure, or the kind of an actor."""
    if entry.type == PROJECT:
        name = say(TYPE_LABELS[PROJECT])
        return f"{name} · {_('Measure')} {entry.measure}" if entry.measure else name
    return say(kind_label(entry.kind)) if entry.kind else say(TYPE_LABELS[ACTOR])


def place_text(entry: Entry, city: City) -> str:
    """Where an entry is, or that it has no place."""
    place = place_of(entry, city)
    names = [say(area.label) for area in map(city.focus_area, entry.focus_areas) if area]
    if place.kind == AREA:
        return _("without a point; focus area {names}").format(names=", ".join(names))
    if place.kind == POINT:
        return _("on the map; focus area {names}").format(names=", ".join(names)) if names else _("on the map")
    return _("without a place")


def facts(entry: Entry, city: City) -> tuple[Fact, ...]:
    """All that is known of an entry, in the order of its page; what is empty is left out."""
    mine = _project_facts(entry, city) if entry.type == PROJECT else _actor_facts(entry)
    fields = [found for found in map(city.field_of_action, entry.fields_of_action) if found]
    areas = [found for found in map(city.focus_area, entry.focus_areas) if found]
    both: list[tuple[str, Iterable[Link]]] = [
        (_("Offers"), _topics(entry.offers)),
        (_("Needs"), _topics(entry.needs)),
        (_("Fields of action"), [Link(say(one.label), _filtered("field", one.id)) for one in fields]),
        (_("Focus areas"), [Link(say(one.label), _filtered("area", one.id)) for one in areas]),
        (_("Place"), [Link(_place_fact(entry, city))]),
        (_("Website"), [Link(entry.url, entry.url)] if entry.url else []),
    ]
    return tuple(Fact(label, tuple(values)) for label, values in [*mine, *both] if values)


def _actor_facts(entry: Entry) -> list[tuple[str, Iterable[Link]]]:
    return [
        (_("Kind"), [Link(kind_of(entry), _filtered("kind", entry.kind) if entry.kind else "")]),
        (_("Part of"), _entries(ACTOR, [entry.part_of] if entry.part_of else [])),
    ]


def _project_facts(entry: Entry, city: City) -> list[tuple[str, Iterable[Link]]]:
    goals = [say(one.label) for wanted in entry.goals for one in city.goals if one.id == wanted]
    period = " – ".join(text for text in (entry.start, entry.end) if text)
    return [
        (_("Measure"), _texts([entry.measure])),
        (_("Status"), _texts([_status(entry)])),
        (_("Phase"), _texts([_phase(entry, city)])),
        (_("Period"), _texts([period])),
        (_("Goals"), _texts(goals)),
        (_("Scope"), _texts([entry.scope])),
        (_("Budget"), _texts([_euro(entry.budget_eur)])),
        (_("Result"), _texts([entry.result])),
        (_("Modelled on"), _texts(entry.modelled_on)),
        (_("Builds on"), _entries(PROJECT, entry.builds_on)),
        (_("Continues"), _entries(PROJECT, [entry.continues] if entry.continues else [])),
    ]


def members(entry: Entry) -> tuple[tuple[str, Link], ...]:
    """Role and link of each member of a project."""
    roles = {"lead": _("Lead"), "partner": _("Partner")}
    links = _entries(ACTOR, [member.actor for member in entry.members])
    return tuple((roles[member.role], link) for member, link in zip(entry.members, links, strict=True))


def match_cards(entry: Entry, mode: Mode, limit: int) -> tuple[MatchCard, ...]:
    """The best matches of an entry."""
    found = matches_for(entry, mode, limit)
    other = ACTOR if entry.type == PROJECT else PROJECT
    entries = search.by_ids(other, [_other_id(match, other) for match in found])
    return tuple(_match_card(match, entries[_other_id(match, other)]) for match in found)


def _other_id(match: Match, other: str) -> str:
    return match.actor if other == ACTOR else match.project


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


def _decimal(text: str) -> str:
    return text if language().startswith("en") else text.replace(".", ",")


def _euro(amount: str) -> str:
    """A sum in euro with its thousands apart; as it is where it is no number."""
    try:
        number = f"{float(amount):,.0f}"
    except ValueError:
        return amount
    return f"{number} €" if language().startswith("en") else f"{number.replace(',', '.')} €"


def _topics(topics: Iterable[str]) -> list[Link]:
    names = topic_names(topics)
    return [Link(name, str(tk.h.url_for("atlas.index", q=name))) for name in names]


def _texts(texts: Iterable[str]) -> list[Link]:
    return [Link(text) for text in texts if text]


def _entries(entry_type: str, identifiers: Iterable[str]) -> list[Link]:
    """Links to entries; an id that the atlas does not know stays plain text."""
    wanted = list(identifiers)
    known = search.titles(entry_type, wanted) if wanted else {}
    return [Link(known.get(one, one), entry_url(entry_type, one) if one in known else "") for one in wanted]


def _filtered(name: str, value: str) -> str:
    return str(tk.h.url_for("atlas.index", **{name: value}))


def _place_fact(entry: Entry, city: City) -> str:
    if not entry.position:
        return place_text(entry, city)
    longitude, latitude = entry.position
    text = _("{latitude}° N, {longitude}° E").format(
        latitude=_decimal(f"{latitude:.4f}"), longitude=_decimal(f"{longitude:.4f}")
    )
    if entry.position_precision_m:
        text += " (" + _("good to about {metres} m").format(metres=round(entry.position_precision_m)) + ")"
    return text
