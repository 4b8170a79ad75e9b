"""The values of all parts for one entry and all others at once.

A part that asks and offers (gap, topic, meaning, text) goes forth, one asks and all bring, or back, all ask and one
brings; both give a pair the same value. Between two actors both ways count half each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from .arrays import Array, Numbers, Rows, Values, ranges
from .concepts import ONE, Covers
from .records import PROJECT, Mode
from .spelling import Speller
from .tables import Tables

EARTH_RADIUS_M = 6_371_000.0


class Scores:
    """The parts over one state of the atlas."""

    def __init__(self, tables: Tables, covers: Covers, speller: Speller, reach_m: float) -> None:
        self._tables, self._covers, self._speller, self._reach_m = tables, covers, speller, reach_m

    def values(self, seeker: str, number: int, found: str, mode: Mode) -> dict[str, Values]:
        """The value of each part, in [0, 1], of the entry `number` of type `seeker` with all of type `found`."""
        parts: dict[str, Callable[[str, int, str, Mode, bool], Values]] = {
            "gap": self._gap,
            "topic": self._topic,
            "meaning": self._meaning,
            "text": self._text,
        }
        values = {}
        for name, part in parts.items():
            if seeker == found:
                forth, back = part(seeker, number, found, mode, True), part(seeker, number, found, mode, False)
                values[name] = (forth + back) / 2
            else:
                values[name] = part(seeker, number, found, mode, seeker == PROJECT)
        values["network"] = self.network(seeker, number, found)
        values["near"] = self.near(seeker, number, found)
        return values

    def excluded(self, seeker: str, number: int, found: str) -> Array:
        """Whom nobody need suggest: members of the project, and the entry itself."""
        tables = self._tables
        out = np.zeros(len(tables.ids[found]), dtype=bool)
        if seeker == found:
            out[number] = True
        else:
            others = tables.members.row(number) if seeker == PROJECT else tables.projects_of.row(number)
            out[others[others < len(out)]] = True
        return out

    def _gap(self, seeker: str, number: int, found: str, mode: Mode, forth: bool) -> Values:
        """The share of needs that one side meets and no member does."""
        tables, count = self._tables, len(self._tables.concepts)
        if forth:
            needs, offers = tables.columns[seeker]["needs"], tables.columns[found]["offers"]
            wanted = needs.row(number)
            met = np.zeros(len(offers), dtype=np.int64)
            for need in wanted[self._open(seeker, needs)[needs.starts[number] : needs.starts[number + 1]]]:
                met += offers.greatest(self._covers.of_wanted(int(need), count)) == ONE
            return met / max(1, len(wanted))
        needs, offers = tables.columns[found]["needs"], tables.columns[seeker]["offers"]
        covered = self._covers.of_offered(offers.row(number), count) == ONE
        met = needs.totals((covered[needs.values] & self._open(found, needs)).astype(np.int64))
        share: Values = met / np.maximum(1, needs.lengths)
        return share

    def _open(self, kind: str, needs: Rows) -> Array:
        return self._tables.open if kind == PROJECT else np.ones(len(needs.values), dtype=bool)

    def _topic(self, seeker: str, number: int, found: str, mode: Mode, forth: bool) -> Values:
        """How much of what one side asks for the other is about; specific topics count more than wide ones."""
        tables, count = self._tables, len(self._tables.concepts)
        if forth:
            wanted = tables.columns[seeker][f"wanted.{mode.value}"].row(number)
            offered = tables.columns[found][f"offered.{mode.value}"]
            specific = self._covers.specific(wanted, tables.is_field)
            total = np.zeros(len(offered), dtype=np.int64)
            for one, worth in zip(wanted.tolist(), specific.tolist(), strict=True):
                total += worth * offered.greatest(self._covers.of_wanted(one, count))
            return total / max(1, ONE * int(specific.sum()))
        asked = tables.columns[found][f"wanted.{mode.value}"]
        own = tables.columns[seeker][f"offered.{mode.value}"].row(number)
        specific = self._covers.specific(asked, tables.is_field)
        covered = self._covers.of_offered(own, count)
        share: Values = asked.totals(specific * covered[asked.values]) / np.maximum(1, ONE * asked.totals(specific))
        return share

    def _meaning(self, seeker: str, number: int, found: str, mode: Mode, forth: bool) -> Values:
        """For each phrase that is asked the nearest that is brought, on average."""
        tables, table = self._tables, self._tables.meaning
        if table is None:
            return np.zeros(len(tables.ids[found]))
        if forth:
            asked, brought = tables.columns[seeker]["meaning"].row(number), tables.columns[found]["brought.meaning"]
            weights = tables.columns[seeker]["meaning.weights"].row(number)
            total = np.zeros(len(brought), dtype=np.int64)
            phrases = [table.phrase(one) for one in asked.tolist()]
            for nearness, weight in zip(table.nearness(phrases, asks=True), weights.tolist(), strict=True):
                total += weight * brought.greatest(nearness)
            return total / max(1, ONE * int(weights.sum()))
        every, own = tables.columns[found]["meaning"], tables.columns[seeker]["brought.meaning"].row(number)
        best = np.zeros(len(table.names), dtype=np.int64)
        for nearness in table.nearness([table.phrase(one) for one in own.tolist()], asks=False):
            np.maximum(best, nearness, out=best)
        weighed = tables.columns[found]["meaning.weights"]
        share: Values = every.totals(weighed.values * best[every.values]) / np.maximum(
            1, ONE * weighed.totals(weighed.values.astype(np.int64))
        )
        return share

    def _text(self, seeker: str, number: int, found: str, mode: Mode, forth: bool) -> Values:
        """For each phrase that is asked the likest that is brought, on average."""
        tables, table = self._tables, self._tables.spelling
        if forth:
            asked, brought = tables.columns[seeker]["spelling"].row(number), tables.columns[found]["brought.spelling"]
            total = np.zeros(len(brought), dtype=np.int64)
            for phrase in asked.tolist():
                total += brought.greatest(table.likeness(table.phrase(phrase, self._speller)))
            return total / max(1, ONE * len(asked))
        every, own = tables.columns[found]["spelling"], tables.columns[seeker]["brought.spelling"].row(number)
        best = np.zeros(len(table.names), dtype=np.int64)
        for phrase in own.tolist():
            np.maximum(best, table.likeness(table.phrase(phrase, self._speller)), out=best)
        share: Values = every.totals(best[every.values]) / np.maximum(1, ONE * every.lengths)
        return share

    def network(self, seeker: str, number: int, found: str) -> Values:
        """Ties through other projects: with members of a project; between actors, the projects of both."""
        tables = self._tables
        members, of = tables.members, tables.projects_of
        if seeker == PROJECT:
            via = of.take(members.row(number).astype(np.int64)).values
            via = via[via != number]
            ends, worth = _ends(members, via, tables.ties[via])
        else:
            via = of.row(number)
            ends, worth = _ends(members, via, tables.ties[via])
            if found == PROJECT:
                start = np.repeat(via, members.lengths[via])
                others = ends != number
                ends, worth, start = ends[others], worth[others], start[others]
                counts = of.lengths[ends]
                through = np.repeat(start, counts)
                worth = np.repeat(worth, counts)
                ends = of.values[ranges(of.starts[ends], counts)]
                worth = np.where(ends == through, 0, worth)
        ties = np.bincount(ends, weights=worth, minlength=len(tables.ids[found]))[: len(tables.ids[found])]
        strength: Values = 1 - np.exp(-ties / ONE)
        return strength

    def near(self, seeker: str, number: int, found: str) -> Values:
        """exp(-distance / reach) between the nearest places of both."""
        metres = self.metres(seeker, number, found)
        nearness: Values = np.exp(-metres / self._reach_m)
        return nearness

    def metres(self, seeker: str, number: int, found: str) -> Values:
        """Metres on a sphere (haversine) to the nearest place of each; infinite where there is none."""
        own = self._tables.columns[seeker]["places"].row(number)
        theirs = self._tables.columns[found]["places"]
        nearest = np.full(len(theirs.values), np.inf)
        for place in own:
            np.minimum(nearest, great_circle_m(place, theirs.values), out=nearest)
        found_m = np.full(len(theirs), np.inf)
        np.minimum.at(found_m, theirs.owners(), nearest)
        return found_m


def _ends(members: Rows, via: Array, worth: Numbers) -> tuple[Array, Array]:
    """The members of projects, each with the worth of its project."""
    via = via.astype(np.int64)
    return members.take(via).values, np.repeat(worth, members.lengths[via])


def great_circle_m(place: Array, places: Array) -> Values:
    """Metres between a position and several, on a sphere."""
    one, others = np.radians(np.asarray(place, dtype=np.float64)), np.radians(places)
    half = (
        np.sin((others[:, 1] - one[1]) / 2) ** 2
        + np.cos(one[1]) * np.cos(others[:, 1]) * np.sin((others[:, 0] - one[0]) / 2) ** 2
    )
    metres: Values = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(1.0, half)))
    return metres


def contributions(values: Mapping[str, Values], weights: Mapping[str, float], steps: int) -> dict[str, Numbers]:
    """Weight x value of each part in whole steps, cut: parts that were rounded up could sum to more than 1."""
    return {name: np.floor(weights[name] * value * steps + 1e-6).astype(np.int64) for name, value in values.items()}


def total(parts: Mapping[str, Numbers]) -> Numbers:
    """The scores: the sums of what the parts contribute."""
    every: Numbers = np.stack(list(parts.values())).sum(axis=0)
    return every
