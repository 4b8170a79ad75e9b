"""What a reader must know of a table to check its suppression: which cells make which sums, and by which rule.

It lies beside the published rows as JSON and holds nothing secret: it names sums, never numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .structure import Key, Line, Structure

FORMAT = "indicator-structure/1"
AXES = ("indicator", "district", "period")


@dataclass(frozen=True)
class Ratio:
    """A printed figure that is computed from two counts: `factor * numerator / denominator`, rounded."""

    indicator: str
    numerator: str
    denominator: str
    factor: float = 100
    decimals: int = 1


@dataclass(frozen=True)
class Rules:
    """How a table was protected."""

    threshold: int
    method: str = "suppress"  # or round5
    hidden_at_least: int = 1  # what a hidden count is at least: 1 where a zero would have been printed

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Rules:
        return cls(int(data["threshold"]), str(data.get("method", "suppress")), int(data.get("hidden_at_least", 1)))


def describe(structure: Structure, rules: Rules, ratios: Iterable[Ratio] = ()) -> dict[str, Any]:
    """The description of a table, for `sums_in` and `ratios_in`."""
    grouped: dict[tuple[int, str | int, tuple[str | int, ...]], dict[Any, list[Any]]] = defaultdict(
        lambda: defaultdict(list)
    )
    odd = []
    for line in structure.lines:
        axes = [axis for axis in range(3) if len({key[axis] for key in line.keys}) > 1]
        if len(axes) != 1:
            odd.append([list(key) for key in line.keys])
            continue
        axis = axes[0]
        first, second = (line.total[other] for other in range(3) if other != axis)
        grouped[axis, line.total[axis], tuple(part[axis] for part in line.parts)][second].append(first)
    sums = []
    for (axis, total, parts), places in grouped.items():
        alike: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
        for second, firsts in places.items():
            alike[tuple(firsts)].append(second)
        one, two = (AXES[other] for other in range(3) if other != axis)
        sums += [
            {"along": AXES[axis], "total": total, "parts": list(parts), f"{one}s": list(firsts), f"{two}s": seconds}
            for firsts, seconds in alike.items()
        ]
    open_cells = [list(key) for key, cell in structure.cells.items() if not cell.printed and cell.value is None]
    return {
        "format": FORMAT,
        **vars(rules),
        "ratios": [dict(vars(ratio)) for ratio in ratios],
        "sums": sums,
        "other_sums": odd,
        "unprotected": open_cells,
    }


def sums_in(data: Mapping[str, Any]) -> list[Line]:
    """All sums of a description."""
    lines = [Line(_key(keys[0]), tuple(map(_key, keys[1:]))) for keys in data.get("other_sums", ())]
    for one in data["sums"]:
        axis = AXES.index(one["along"])
        names = [f"{AXES[other]}s" for other in range(3) if other != axis]
        for first in one[names[0]]:
            for second in one[names[1]]:
                rest = [first, second]
                keys = [_key([*rest[:axis], name, *rest[axis:]]) for name in (one["total"], *one["parts"])]
                lines.append(Line(keys[0], tuple(keys[1:])))
    return lines


def ratios_in(data: Mapping[str, Any]) -> list[Ratio]:
    return [Ratio(**one) for one in data.get("ratios", ())]


def unprotected_in(data: Mapping[str, Any]) -> set[Key]:
    """Cells that are printed nowhere and need no protection."""
    return {_key(one) for one in data.get("unprotected", ())}


def _key(parts: Iterable[Any]) -> Key:
    indicator, area, period = parts
    return str(indicator), str(area), int(period)
