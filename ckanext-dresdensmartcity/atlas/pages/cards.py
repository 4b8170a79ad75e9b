"""Entries as the list shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.city.model import City

from .. import search
from ..entries import ACTOR, PROJECT, Entry
from ..places import NONE, place_of
from ..presentation import entry_url, kind_of, phase_text, place_text, status_text, topic_names
from ..symbols import Symbol, symbol_of

LONGEST_NOTES = 220  # characters of the description
MOST_TOPICS = 4
_ = tk._


@dataclass(frozen=True)
class Topics:
    """The first of what an entry offers or seeks, and how many more there are."""

    names: tuple[str, ...]
    more: int


@dataclass(frozen=True)
class Card:
    """An entry in the list."""

    key: str  # what list and map know it by
    title: str
    url: str
    kind: str
    details: tuple[str, ...]  # of a project: lead, phase and status, as far as known
    notes: str
    offers: Topics
    needs: Topics
    place: str
    placed: bool  # whether the map shows it
    position: str  # "longitude,latitude" where the entry has a point of its own
    last_known: str  # the day on which somebody last looked
    stale: bool
    origin: str  # the atlas of another city that it comes from
    symbol: Symbol


def cards(entries: Sequence[Entry], city: City) -> tuple[Card, ...]:
    """The entries as the list shows them."""
    wanted = sorted({one.lead for one in entries if one.lead})
    leads = search.titles(ACTOR, wanted) if wanted else {}
    return tuple(_card(one, city, leads) for one in entries)


def _card(entry: Entry, city: City, leads: Mapping[str, str]) -> Card:
    return Card(
        key=f"{entry.type}/{entry.id}",
        title=entry.title,
        url=entry_url(entry.type, entry.id),
        kind=kind_of(entry),
        details=_details(entry, city, leads),
        notes=shortened(entry.notes),
        offers=_topics(entry.offers),
        needs=_topics(entry.needs),
        place=place_text(entry, city),
        placed=place_of(entry, city).kind != NONE,
        position=",".join(map(str, entry.position)) if entry.position else "",
        last_known=entry.last_known,
        stale=entry.stale,
        origin=entry.origin_name,
        symbol=symbol_of(entry),
    )


def shortened(text: str, longest: int = LONGEST_NOTES) -> str:
    """The beginning of a text, whole words."""
    whole = " ".join(text.split())
    return whole if len(whole) <= longest else whole[:longest].rsplit(" ", 1)[0] + " …"


def _topics(topics: Sequence[str]) -> Topics:
    return Topics(topic_names(topics[:MOST_TOPICS]), max(0, len(topics) - MOST_TOPICS))


def _details(entry: Entry, city: City, leads: Mapping[str, str]) -> tuple[str, ...]:
    if entry.type != PROJECT:
        return ()
    texts = (
        _("Lead: {name}").format(name=leads.get(entry.lead, entry.lead)) if entry.lead else "",
        phase_text(entry, city),
        status_text(entry),
    )
    return tuple(text for text in texts if text)
