"""Columns that are sums of others, found in their numbers: whoever has the table can find them too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from .numbers import Count

ROWS_FIRST = 6  # rows that most combinations fail on already
# Something may be left over (no answer given): the parts never exceed the total and come this close to it in all rows.
NEAR_SHARE = 0.03
NEAR = 3


def find_sums(counts: dict[str, list[Count]]) -> list[dict[str, Any]]:
    """Columns that others add up to in every row, or nearly so; of several ways the one with the fewest parts.

    >>> one, two, three = ([Count(n) for n in row] for row in ([10, 40], [20, 50], [30, 90]))
    >>> find_sums({"a": one, "b": two, "all": three})
    [{'total': 'all', 'parts': ['a', 'b'], 'kind': '='}]
    """
    names = list(counts)
    if len(names) < 3:
        return []
    values = np.array([[np.nan if one.value is None else one.value for one in counts[name]] for name in names], float)
    found: list[dict[str, Any]] = []
    for place, total in enumerate(names):
        others: list[int] = [number for number in range(len(names)) if number != place]
        exact: list[set[int]] = []
        for kind, parts in _candidates(values, place, others):
            if any(one <= set(parts) for one in exact):
                continue  # more parts would have to be zero throughout
            if kind == "=":
                exact.append(set(parts))
            elif _said(found, total, [names[one] for one in parts]):
                continue
            found.append({"total": total, "parts": [names[one] for one in parts], "kind": kind})
    return found


def multiples(counts: dict[str, list[Count]], labels: Sequence[tuple[str, ...]] = ()) -> set[str]:
    """Columns that are a fixed multiple of another one in all rows with the same labels, so that either gives both.

    Households with two children, and the children in them: half as many in every district.

    >>> pair = {"households": [Count(3), Count(5), Count(8)], "children": [Count(6), Count(10), Count(16)]}
    >>> sorted(multiples(pair))
    ['children', 'households']
    """
    found: set[str] = set()
    names = list(counts)
    rows_of: dict[tuple[str, ...], list[int]] = {}
    for number in range(max(map(len, counts.values()), default=0)):
        rows_of.setdefault(labels[number] if labels else (), []).append(number)
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            for rows in rows_of.values():
                pairs = {
                    (x, y)
                    for row in rows
                    if (x := counts[one][row].value) is not None and (y := counts[other][row].value) is not None
                }
                if len(pairs) > 2 and len({Fraction(x, y) if y else None for x, y in pairs if x or y}) == 1:
                    found |= {one, other}
    return found


def _said(found: list[dict[str, Any]], total: str, parts: Sequence[str]) -> bool:
    """Whether a sum with fewer or with the same parts stands there already."""
    return any(one["total"] == total and set(one["parts"]) & set(parts) for one in found)


def _candidates(values: np.ndarray, total: int, others: Sequence[int]) -> Iterator[tuple[str, list[int]]]:
    """Sets of columns that make the total: exact ones first, then near ones; the smaller sets first."""
    known = ~np.isnan(values[[total, *others]]).any(axis=0)
    if not known.any() or not (values[total][known] > 0).any():
        return
    usable = np.flatnonzero(known)
    usable = usable[np.argsort(-values[total][usable], kind="stable")]
    bits = np.arange(1, 2 ** len(others), dtype=np.int64)
    chosen = (bits[:, None] >> np.arange(len(others))) & 1
    size = chosen.sum(axis=1)
    chosen = chosen[size > 1]
    for rows in (usable[:ROWS_FIRST], usable):
        wanted = values[total][rows]
        sums = chosen @ values[others][:, rows]
        near = np.maximum(wanted * NEAR_SHARE, NEAR)
        fits = ((sums <= wanted) & (wanted - sums <= near)).all(axis=1)
        chosen = chosen[fits]
        if not len(chosen):
            return
    sums = chosen @ values[others][:, usable]
    exact = (sums == values[total][usable]).all(axis=1)
    # A remainder that is nothing but a small column left out of an exact sum is no sum of its own.
    for kind, picked in (("=", chosen[exact]), ("<=", chosen[~exact])):
        for one in sorted(picked.tolist(), key=sum):
            yield kind, [others[place] for place, is_in in enumerate(one) if is_in]
