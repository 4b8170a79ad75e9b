"""Rays that the form of a table suggests, found without a linear program.

Where the same sums run along areas, along indicators and along periods, a change along each of them makes a change of
the whole table by multiplication: one district more and another less, times one group more and another less. There are
some hundred of them through a cell, priced all at once. In large tables that is many times faster than a program over
all cells, and hides about as many; where sums are not the same everywhere the ray just does not fit and is not taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .rays import Numbers
from .structure import Key, Line
from .system import Flags, System, Whole

MOST_ALONG = 32  # changes along one axis that are tried through a cell
MOST_WIDELY = 300  # the same for a cell without a ray among those
WINDOW = 12  # changes along each axis that make up the surroundings of a cell
MOST_BASES = 400  # pairs of coordinates up to which changes of four are looked for
MOST_CELLS = 4_000_000  # of the box that a table fills

Change = tuple[tuple[int, int], ...]  # coordinate, by how much


@dataclass(frozen=True)
class Along:
    """Changes along one axis through one coordinate, as arrays filled up with zeros."""

    places: NDArray[np.intp]
    steps: Whole

    @classmethod
    def of(cls, changes: Sequence[Change]) -> Along:
        width = max(len(change) for change in changes)
        filled = [(*change, *((change[0][0], 0),) * (width - len(change))) for change in changes]
        array = np.array(filled, dtype=np.int64).reshape(len(changes), width, 2)
        return cls(array[:, :, 0].astype(np.intp), array[:, :, 1])


class Axis:
    """Coordinates of one axis and the sums between them."""

    def __init__(self, names: Sequence[str | int], sums: Mapping[str | int, Sequence[str | int]]) -> None:
        self.places = {name: place for place, name in enumerate(names)}
        self.sums = sums
        self.bases: dict[str | int, frozenset[str | int]] = {}
        for name in names:
            self._base(name, ())
        self.leaves = [name for name in names if name not in sums]
        self.above: dict[str | int, list[str | int]] = defaultdict(list)
        for name in names:
            for leaf in self.bases[name]:
                self.above[leaf].append(name)
        self.found: dict[tuple[int, int], Along] = {}
        self.fours: dict[Change, list[tuple[str | int, str | int]]] | None = None

    def _base(self, name: str | int, above: tuple[str | int, ...]) -> frozenset[str | int]:
        """The coordinates without parts that a coordinate is made of."""
        if name not in self.bases:
            parts = self.sums.get(name, ()) if name not in above else ()
            found = [self._base(part, (*above, name)) for part in parts if part in self.places]
            self.bases[name] = frozenset().union(*found) if found else frozenset((name,))
        return self.bases[name]

    def through(self, place: int, most: int) -> Along:
        """Changes through a coordinate, with the smallest first."""
        if (place, most) not in self.found:
            name = next(name for name, one in self.places.items() if one == place)
            changes = {self._change(leaves) for leaves in self._leaves(name)}
            fit = [change for change in changes if dict(change).get(place) == 1]
            fit = sorted(fit, key=lambda change: (len(change), change))[:most]
            self.found[place, most] = Along.of(fit or [((place, 1),)])
        return self.found[place, most]

    def _leaves(self, name: str | int) -> Iterator[dict[str | int, int]]:
        inside = self.bases[name]
        for leaf in sorted(inside, key=str)[:MOST_ALONG]:
            yield {leaf: 1}
            if not self.sums:
                continue
            for other in self.leaves:
                if other not in inside:
                    yield {leaf: 1, other: -1}
                    if name == leaf:
                        yield from self._four(leaf, other)

    def _four(self, leaf: str | int, other: str | int) -> Iterator[dict[str | int, int]]:
        """A second pair that makes up for what the first does to the sums."""
        if len(self.leaves) ** 2 > MOST_BASES * 16:
            return
        if self.fours is None:
            self.fours = defaultdict(list)
            for one in self.leaves:
                for two in self.leaves:
                    if one != two:
                        self.fours[self._totals({one: 1, two: -1})].append((one, two))
        wanted = tuple((place, -step) for place, step in self._totals({leaf: 1, other: -1}))
        for one, two in self.fours.get(wanted, ()):
            if not {one, two} & {leaf, other}:
                yield {leaf: 1, other: -1, one: 1, two: -1}

    def _change(self, leaves: Mapping[str | int, int]) -> Change:
        own = [(self.places[leaf], step) for leaf, step in leaves.items()]
        return tuple(sorted([*own, *self._totals(leaves)]))

    def _totals(self, leaves: Mapping[str | int, int]) -> Change:
        steps: dict[int, int] = defaultdict(int)
        for leaf, step in leaves.items():
            for name in self.above[leaf]:
                if name != leaf:
                    steps[self.places[name]] += step
        return tuple(sorted((place, step) for place, step in steps.items() if step))


class Patterns:
    """All that the sums of a table suggest, priced as cells are hidden."""

    def __init__(self, system: System, lines: Iterable[Line]) -> None:
        names = [sorted({key[axis] for line in lines for key in line.keys}) for axis in range(3)]
        sums: list[dict[str | int, tuple[str | int, ...]]] = [{}, {}, {}]
        for line in lines:
            axis = _axis(line)
            if axis is not None and len(line.parts) > len(sums[axis].get(line.total[axis], ())):
                sums[axis][line.total[axis]] = tuple(part[axis] for part in line.parts)
        self.axes = [
            _axis_of(tuple(name), tuple(sorted(one.items(), key=str))) for name, one in zip(names, sums, strict=True)
        ]
        self.shape = tuple(len(name) for name in names)
        self.usable = 0 < int(np.prod(self.shape)) <= MOST_CELLS
        if not self.usable:
            return
        self.where = np.array([[self.axes[axis].places[key[axis]] for axis in range(3)] for key in system.keys])
        self.box = np.full(self.shape, -1)
        self.box[tuple(self.where.T)] = np.arange(len(system.keys))
        self.room = system.room

    def prices(self, costs: Numbers, back: int, forth: int) -> Numbers:
        """What it costs to raise (first) or lower (second) each cell of the box by a step, endless where it cannot."""
        box = np.full((2, *self.shape), np.inf)
        at = tuple(self.where.T)
        box[(0, *at)] = np.where(self.room >= back, costs, np.inf)
        box[(1, *at)] = np.where(self.room >= forth, costs, np.inf)
        return box

    def reprice(self, prices: Numbers, cells: Sequence[int]) -> None:
        """These cells are hidden now and cost nothing."""
        at = tuple(self.where[list(cells)].T)
        for sign in (0, 1):
            inside = prices[(sign, *at)]
            prices[(sign, *at)] = np.where(np.isinf(inside), np.inf, 0)

    def set(self, prices: Numbers, cells: Sequence[int], free: Flags, back: int, forth: int) -> None:
        """These cells cost nothing where they are `free`, and cannot change where they are not."""
        chosen = list(cells)
        at = tuple(self.where[chosen].T)
        prices[(0, *at)] = np.where(free & (self.room[chosen] >= back), 0, np.inf)
        prices[(1, *at)] = np.where(free & (self.room[chosen] >= forth), 0, np.inf)

    def cheapest(
        self, prices: Numbers, cell: int, most: int = MOST_ALONG
    ) -> tuple[float, NDArray[np.intp], Whole] | None:
        """Price, cells and steps of the cheapest change through `cell` that raises it by one; None without any."""
        first, second, third = (
            axis.through(place, most) for axis, place in zip(self.axes, self.where[cell].tolist(), strict=True)
        )
        steps = first.steps[:, None, :, None] * second.steps[None, :, None, :]
        slabs: dict[tuple[int, int], Numbers] = {}

        def slab(place: int, sign: int) -> Numbers:
            if (place, sign) not in slabs:
                inside = prices[
                    ((steps * sign) < 0).astype(np.intp),
                    first.places[:, None, :, None],
                    second.places[None, :, None, :],
                    place,
                ]
                slabs[place, sign] = np.where(steps == 0, 0, inside).sum((2, 3))
            return slabs[place, sign]

        best = (np.inf, 0, 0)
        for number in range(len(third.places)):
            pairs = zip(third.places[number].tolist(), third.steps[number].tolist(), strict=True)
            total = sum((slab(place, step) for place, step in pairs if step), np.zeros(steps.shape[:2]))
            at = int(total.argmin())
            if total.flat[at] < best[0]:
                best = (float(total.flat[at]), number, at)
        if np.isinf(best[0]):
            return None
        one, two = divmod(best[2], steps.shape[1])
        return best[0], *self._cells((first, one), (second, two), (third, best[1]))

    def window(self, cell: int) -> NDArray[np.intp]:
        """The cells around one: all that the smallest changes through it along each axis meet."""
        along = [axis.through(place, WINDOW) for axis, place in zip(self.axes, self.where[cell].tolist(), strict=True)]
        cells = self.box[np.ix_(*(np.unique(one.places) for one in along))].ravel()
        return cells[cells >= 0]

    def _cells(self, *chosen: tuple[Along, int]) -> tuple[NDArray[np.intp], Whole]:
        (a, i), (b, j), (c, k) = chosen
        steps = np.einsum("i,j,k->ijk", a.steps[i], b.steps[j], c.steps[k])
        cells = self.box[np.ix_(a.places[i], b.places[j], c.places[k])]
        taken = steps != 0
        return cells[taken], steps[taken]


@lru_cache(maxsize=16)
def _axis_of(names: tuple[str | int, ...], sums: tuple[tuple[str | int, tuple[str | int, ...]], ...]) -> Axis:
    """The same for every year of a table, so made once."""
    return Axis(names, dict(sums))


def _axis(line: Line) -> int | None:
    """Along which axis a sum runs: that in which its cells differ."""
    keys: tuple[Key, ...] = line.keys
    differing = [axis for axis in range(3) if len({key[axis] for key in keys}) > 1]
    return differing[0] if len(differing) == 1 else None
