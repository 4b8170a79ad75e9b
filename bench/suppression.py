"""What hiding small counts costs and how many cells it hides, beside the optimum on small tables.

    python bench/suppression.py [--cases 120] [--years 10]

1. 64 districts in 10 boroughs and, crossing them, 17 spaces; 20 groups of two sexes and ten ages, or without a
   breakdown of their own; ten years; all their sums. Seconds of the processor for the choice with its proofs, and for
   an audit of what would be published that knows nothing of the choice. Each in a process of its own, with its peak of
   memory.
2. Random tables of up to 45 cells: cells hidden here, and by the optimum of an integer program (`bench/beside`), whose
   attacker may calculate in fractions.

It needs no portal and ends with exit code 1 if the audit finds anything.
"""

from __future__ import annotations

import argparse
import math
import random
import resource
import statistics
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

sys.path.append(str(Path(__file__).parent / "beside"))

from ckanext.dresdensmartcity.harvesters.indicators.protection.description import Rules, describe
from ckanext.dresdensmartcity.harvesters.indicators.protection.published import PublishedTable, audit_published
from ckanext.dresdensmartcity.harvesters.indicators.protection.structure import Cell, Key, Line, Structure
from ckanext.dresdensmartcity.harvesters.indicators.protection.suppression import Policy, suppress
from suppression_optimum import optimum

THRESHOLD = 3
TOTAL = 1999  # stands for the sum over all years
Sums = list[tuple[str, list[str]]]


@dataclass(frozen=True)
class Form:
    """A table to be made: how large, how many sums, how many persons in a district and group on average."""

    districts: int = 64
    boroughs: int = 10
    spaces: int = 17
    sexes: int = 2
    ages: int = 10
    years: int = 10
    crossed: bool = True  # sums by sex and by age, or just the sum of all groups
    over_years: bool = False
    mean: float = 15
    seed: int = 1

    @property
    def leaves(self) -> list[str]:
        return [f"s{sex}a{age}" for sex in range(self.sexes) for age in range(self.ages)]

    @property
    def groups(self) -> Sums:
        if not self.crossed:
            return [("all", self.leaves)]
        sexes = [(f"s{sex}", [f"s{sex}a{age}" for age in range(self.ages)]) for sex in range(self.sexes)]
        ages = [(f"a{age}", [f"s{sex}a{age}" for sex in range(self.sexes)]) for age in range(self.ages)]
        return [*sexes, *ages, ("all", [name for name, _ in sexes]), ("all", [name for name, _ in ages])]

    @property
    def areas(self) -> Sums:
        dice = random.Random(self.seed)  # noqa: S311 - no secret, but the same table every time
        districts = [f"{number:02}" for number in range(self.districts)]
        found: Sums = []
        for prefix, count, crossing in (("borough", self.boroughs, 0.0), ("space", self.spaces, 0.15)):
            inside: dict[str, list[str]] = {}
            for number, district in enumerate(districts):
                moved = dice.random() < crossing
                group = (number * count // self.districts + moved) % count if count else 0
                inside.setdefault(f"{prefix}:{group}", []).append(district)
            if count:
                found += [*inside.items(), ("city", list(inside))]
        return found or [("city", districts)]


def poisson(dice: random.Random, mean: float) -> int:
    if mean > 50:
        return max(0, round(dice.gauss(mean, mean**0.5)))
    limit, number, product = math.exp(-mean), 0, dice.random()
    while product > limit:
        number += 1
        product *= dice.random()
    return number


class Maker:
    """Cells and sums in the making."""

    def __init__(self, value: dict[Key, int]) -> None:
        self.value = value
        self.level = dict.fromkeys(value, 0)
        self.lines: list[Line] = []

    def add(self, total: Key, parts: Iterator[Key]) -> None:
        line = Line(total, tuple(parts))
        self.value[total] = sum(self.value[part] for part in line.parts)
        self.level[total] = max(self.level.get(total, 0), 1 + max(self.level[part] for part in line.parts))
        self.lines.append(line)

    def add_groups(self, form: Form, areas: list[str], year: int) -> None:
        for area in areas:
            for total, parts in form.groups:
                self.add((total, area, year), ((part, area, year) for part in parts))

    def add_areas(self, form: Form, year: int) -> None:
        for group in (*form.leaves, *dict.fromkeys(total for total, _ in form.groups)):
            for total, parts in form.areas:
                self.add((group, total, year), ((group, part, year) for part in parts))

    def add_years(self, years: list[int]) -> None:
        one_year = [(line.total, line.parts) for line in self.lines if line.total[2] == years[0]]
        for group, area in dict.fromkeys((key[0], key[1]) for key in list(self.value)):
            self.add((group, area, TOTAL), ((group, area, year) for year in years))
        for total, parts in one_year:
            self.add((*total[:2], TOTAL), ((*part[:2], TOTAL) for part in parts))


def structure(form: Form) -> Structure:
    """A table of that form; counts follow the size of a district and of a group."""
    dice = random.Random(form.seed)  # noqa: S311
    size = [dice.lognormvariate(0, 0.6) for _ in range(form.districts)]
    weight = {leaf: dice.lognormvariate(0, 0.5) for leaf in form.leaves}
    years = list(range(2016, 2016 + form.years))
    districts = [f"{number:02}" for number in range(form.districts)]
    maker = Maker(
        {
            (leaf, district, year): poisson(dice, form.mean * size[number] * weight[leaf])
            for year in years
            for number, district in enumerate(districts)
            for leaf in form.leaves
        }
    )
    for year in years:
        maker.add_groups(form, districts, year)
        maker.add_areas(form, year)
        maker.add_groups(form, list(dict.fromkeys(total for total, _ in form.areas)), year)
    if form.over_years:
        maker.add_years(years)
    cells = {key: Cell(count, level=maker.level[key]) for key, count in maker.value.items()}
    return Structure(cells, tuple(maker.lines))


@dataclass(frozen=True)
class Measured:
    cells: int
    small: int
    hidden: int
    choice: float
    audit: float
    narrowed: int
    memory: int


def measure(form: Form) -> Measured:
    """Choice and audit of one table, in seconds of the processor."""
    table = structure(form)
    start = time.process_time()
    decision = suppress(table, Policy(THRESHOLD))
    chosen = time.process_time()
    rows = tuple(
        {
            "indicator_id": key[0],
            "district": key[1],
            "year": key[2],
            "value": None if key in decision.hidden else cell.value,
            "status": "suppressed" if key in decision.hidden else "measured",
        }
        for key, cell in table.cells.items()
    )
    audit = audit_published([PublishedTable("bench", rows, describe(table, Rules(THRESHOLD)))])
    if audit.problems:
        raise RuntimeError(audit.problems[0])
    small = sum(0 < (cell.value or 0) < THRESHOLD for cell in table.cells.values())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    end = time.process_time()
    return Measured(
        len(table.cells), small, len(decision.hidden), chosen - start, end - chosen, len(audit.narrowed), memory
    )


def small_forms(cases: int) -> Iterator[Form]:
    for seed in range(cases):
        dice = random.Random(seed)  # noqa: S311
        yield Form(
            districts=dice.choice([4, 5, 6]),
            boroughs=dice.choice([0, 2]),
            spaces=0,
            sexes=dice.choice([1, 2]),
            ages=dice.choice([2, 3]),
            years=1,
            crossed=dice.random() < 0.5,
            mean=dice.choice([4, 8, 15]),
            seed=seed,
        )


def ratios(cases: int) -> list[float]:
    """Cells hidden here for each cell hidden by the optimum."""
    found = []
    for form in small_forms(cases):
        table = structure(form)
        if sum(bool(cell.value) for cell in table.cells.values()) > 45:
            continue
        if hidden := suppress(table, Policy(THRESHOLD)).hidden:
            try:
                found.append(len(hidden) / len(optimum(table, THRESHOLD)))
            except RuntimeError as error:  # the solver's own limit of time
                print(f"table {form.seed}: {error}", file=sys.stderr)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--cases", type=int, default=120, help="small tables; those above 45 cells are left out")
    parser.add_argument("--years", type=int, default=10)
    options = parser.parse_args()
    forms = {
        "sex x age": Form(years=options.years),
        "20 groups and their sum": Form(years=options.years, crossed=False),
        "sex x age, four times the persons": Form(years=options.years, mean=60),
        "sex x age, four tenths of the persons": Form(years=options.years, mean=6),
        "sex x age, sums over all years too": Form(years=options.years, over_years=True),
    }
    narrowed = 0
    print("| | cells | small | hidden | choice and proof | audit | peak memory | narrowed |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, form in forms.items():
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            one = pool.submit(measure, form).result()
        narrowed += one.narrowed
        print(
            f"| {name} | {one.cells:,} | {one.small:,} | {one.hidden:,} ({one.hidden / one.cells:.0%}) | "
            f"{one.choice:.1f} s | {one.audit:.1f} s | {one.memory} MB | {one.narrowed} |",
            flush=True,
        )
    found = ratios(options.cases)
    print(
        f"\n{len(found)} small tables beside the optimum: {statistics.mean(found):.2f} x its cells on average, "
        f"{max(found):.2f} x at worst; {sum(one == 1 for one in found)} are optimal, "
        f"{sum(one > 1.3 for one in found)} above 1.3 x."
    )
    return 1 if narrowed else 0


if __name__ == "__main__":
    sys.exit(main())
