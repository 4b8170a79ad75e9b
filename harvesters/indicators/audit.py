"""Proves from published figures alone that no hidden count can be narrowed below the threshold.

The attacker knows every printed cell, every sum between cells, and that a zero would have been printed as such. A
hidden cell is safe if at least `threshold` whole numbers remain possible for it and one of them reaches the threshold,
so that not even "this is a small count" can be concluded. The proof for a cell is a pair of tables of whole numbers,
both in accord with all that is published (see polytope). Checking lines one by one would not do: several sums together
can give away a cell that has a partner in each of its lines.

Legal ground: § 16 BStatG (Geheimhaltung), primary and secondary confidentiality.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .polytope import Polytope
from .structure import Key, Line


@dataclass(frozen=True)
class Interval:
    """Whole numbers that are possible for a cell: proven so from `low` to `high`, None being no limit."""

    low: int
    high: int | None

    def protects(self, threshold: int) -> bool:
        """At least `threshold` values are possible, and one of them is not below it."""
        return self.high is None or self.high >= max(threshold, self.low + threshold - 1)


@dataclass(frozen=True)
class Unknown:
    """What is known of a cell that is not published."""

    lower: int  # the least value it can have: 1 where a zero would have been printed
    protect: bool  # whether it must not be narrowed


def find_intervals(
    lines: Sequence[Line], known: Mapping[Key, int], unknown: Mapping[Key, Unknown], threshold: int
) -> dict[Key, Interval]:
    """Intervals of the cells to protect; raises ContradictionError where `known` contradicts itself.

    The search for a cell ends as soon as it is proven safe, so that a safe interval may be wider than it is reported;
    an unsafe one is reported as wide as whole numbers were found for it.
    """
    found: dict[Key, Interval] = {}
    for part in split(lines, known, unknown):
        found.update(part_intervals(part, known, unknown, threshold))
    return found


@dataclass(frozen=True)
class Part:
    """Unknown cells that hang together through sums, and these sums."""

    keys: tuple[Key, ...]
    lines: tuple[Line, ...]


def split(lines: Sequence[Line], known: Mapping[Key, int], unknown: Mapping[Key, Unknown]) -> list[Part]:
    """Parts of the table that can be looked at alone; sums without an unknown cell drop out."""
    parent = {key: key for key in unknown}

    def root(key: Key) -> Key:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    open_lines = [(line, [key for key in line.keys if key not in known]) for line in lines]
    for _, keys in open_lines:
        for other in keys[1:]:
            parent[root(other)] = root(keys[0])
    keys_of: dict[Key, list[Key]] = defaultdict(list)
    lines_of: dict[Key, list[Line]] = defaultdict(list)
    for key in sorted(unknown):
        keys_of[root(key)].append(key)
    for line, keys in open_lines:
        if keys:
            lines_of[root(keys[0])].append(line)
    return [Part(tuple(keys), tuple(lines_of[one])) for one, keys in keys_of.items()]


def part_intervals(
    part: Part, known: Mapping[Key, int], unknown: Mapping[Key, Unknown], threshold: int
) -> dict[Key, Interval]:
    """Intervals of the cells of one part that are to be protected."""
    wanted = [key for key in part.keys if unknown[key].protect]
    if not wanted:
        return {}
    places = {key: place for place, key in enumerate(part.keys)}
    tables = Polytope(_equations(part, places, known, unknown), len(part.keys))
    found = {}
    for key in wanted:
        place, lower = places[key], unknown[key].lower
        interval = _seen(tables, place, lower)
        for walk in (tables.raise_(place), tables.lower(place)):
            if interval.protects(threshold):
                break
            interval = _walk(walk, tables, place, lower, threshold)
        found[key] = interval
    return found


def _walk(walk: Iterable[None], tables: Polytope, place: int, lower: int, threshold: int) -> Interval:
    for _ in walk:
        if _seen(tables, place, lower).protects(threshold):
            break
    return _seen(tables, place, lower)


def _seen(tables: Polytope, place: int, lower: int) -> Interval:
    spread = tables.spread(place)
    if spread is None:  # only corners with fractions so far: nothing is proven
        return Interval(lower, lower)
    low, high = spread
    return Interval(low + lower, None if high is None else high + lower)


def _equations(
    part: Part, places: Mapping[Key, int], known: Mapping[Key, int], unknown: Mapping[Key, Unknown]
) -> list[tuple[dict[int, int], int]]:
    """The sums of a part in the variables y = cell - least value."""
    equations = []
    for line in part.lines:
        coefficients: dict[int, int] = {}
        right = 0
        for key, sign in ((line.total, 1), *((one, -1) for one in line.parts)):
            if key in known:
                right -= sign * known[key]
            else:
                coefficients[places[key]] = coefficients.get(places[key], 0) + sign
                right -= sign * unknown[key].lower
        equations.append((coefficients, right))
    return equations
