"""Funding rules as a filter of matches: who may not take part is left out, and it is said how many and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

import numpy as np
from ckanext.dresdensmartcity.city.model import City, FundingProgramme, Label

from .entries import ACTOR, Entry
from .funding.rules import State, day, state_of, suitability
from .matching import Ranking
from .matching.arrays import Array
from .matching.concepts import FIELD
from .matching.tables import KIND, Tables
from .network_pages.programmes import in_city


@dataclass(frozen=True)
class LeftOut:
    """Why some were left out."""

    reason: Label
    count: int


@dataclass(frozen=True)
class Filtered:
    """What a programme's rules leave of a ranking of actors."""

    programme: FundingProgramme
    deadline: Label
    ranking: Ranking
    left_out: tuple[LeftOut, ...]  # the most frequent reason first

    @property
    def count(self) -> int:
        """How many were left out."""
        return sum(one.count for one in self.left_out)


def filtered(ranking: Ranking, programme: FundingProgramme, tables: Tables, city: City, on: date) -> Filtered:
    """The ranking without those who may not take part; that a programme is closed is told and keeps nobody out."""
    verdicts: dict[tuple[str, tuple[str, ...], bool | None], Label | None] = {}
    kept, reasons = [], []
    for number in ranking.order.tolist():
        key = _of(tables, number, city)
        if key not in verdicts:
            verdict = suitability(programme, *key)
            verdicts[key] = None if verdict.allowed else verdict.reasons[0]
        reason = verdicts[key]
        kept.append(reason is None)
        if reason is not None:
            reasons.append(reason)
    counts = sorted(Counter(reasons).items(), key=lambda one: (-one[1], one[0].de))
    return Filtered(
        programme=programme,
        deadline=deadline(programme, on),
        ranking=ranking.only(np.array(kept, dtype=bool)),
        left_out=tuple(LeftOut(reason, count) for reason, count in counts),
    )


def _of(tables: Tables, number: int, city: City) -> tuple[str, tuple[str, ...], bool | None]:
    """Kind, fields and place of an actor: what the rules ask."""
    columns = tables.columns[ACTOR]
    kind = tables.concepts[columns["kind"].row(number)[0]].removeprefix(KIND)
    fields = tuple(tables.concepts[one].removeprefix(FIELD) for one in columns["fields"].row(number).tolist())
    place: Array = columns["places"].row(number)
    position = (float(place[0][0]), float(place[0][1])) if len(place) else None
    longitude, latitude = position if position else (None, None)
    seat = Entry("", ACTOR, "", "", kind=kind, longitude=longitude, latitude=latitude)
    return kind, fields, in_city(seat, city)


def deadline(programme: FundingProgramme, on: date) -> Label:
    """Until when applications are taken."""
    state = state_of(programme, on)
    if state is State.CLOSED and programme.deadline:
        last = day(programme.deadline)
        return Label(f"Die Frist endete am {last.de}.", f"The deadline was {last.en}.")
    if state is State.CLOSED:
        return Label("Es werden keine Anträge mehr angenommen.", "No applications are taken any more.")
    if state is State.NOT_YET and programme.opens:
        first = day(programme.opens)
        return Label(f"Anträge werden ab dem {first.de} angenommen.", f"Applications are taken from {first.en}.")
    if programme.deadline:
        last = day(programme.deadline)
        return Label(f"Anträge sind bis zum {last.de} möglich.", f"Applications are possible until {last.en}.")
    return Label("Eine Frist ist nicht bekannt.", "No deadline is known.")
