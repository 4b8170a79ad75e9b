"""From whom money comes and where it goes: the lines of a plan as flows between sources, blocks, measures and actors.

Amounts are whole cents, so that every sum is exact. A plan need not say which source pays which line; then all money
runs through the plan as one pot, and what the plan leaves open is a flow of its own instead of being spread by guess.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SOURCE, POT, BLOCK, LINE, ACTOR, OPEN = "source", "pot", "block", "line", "actor", "open"
ALL = "Gesamt"  # of a row that names no source (schemas/tables/budget-lines.json)
EXPENDITURE, REVENUE = "expenditure", "revenue"
# What happened counts before what was approved, that before what was planned.
PHASES = ("ist", "ansatz", "plan")
MOST_LINES = 24  # drawn one by one; smaller ones are drawn together, the table has them all


@dataclass(frozen=True)
class Row:
    """A row of schemas/tables/budget-lines.json."""

    code: str
    title: str
    year: int
    cents: int
    phase: str
    source: str
    direction: str
    kind: str  # item, sum, share
    measure: str = ""
    parent: str = ""


@dataclass(frozen=True)
class Carrier:
    """The project that carries out a measure, and who leads it."""

    project: str
    title: str
    actor: str = ""
    actor_title: str = ""


@dataclass(frozen=True)
class Amounts:
    """A line of the table: amounts by year."""

    id: str  # code of the line, or the source
    title: str
    cents: Mapping[int, int]
    measure: str = ""
    block: str = ""

    @property
    def total(self) -> int:
        return sum(self.cents.values())


@dataclass(frozen=True)
class Node:
    """Something money flows from or to."""

    id: str
    kind: str  # SOURCE, POT, BLOCK, LINE, ACTOR, OPEN
    title: str  # empty for POT and OPEN, whose names are the page's
    ref: str = ""  # measure code or id of the actor


@dataclass(frozen=True)
class Flow:
    """Cents from one node to the next."""

    start: str
    end: str
    cents: int


@dataclass(frozen=True)
class Check:
    """A sum line of the plan beside what its single lines add up to, in cents."""

    code: str
    title: str
    said: int
    found: int


@dataclass(frozen=True)
class Flows:
    """One plan: what comes in, what goes out, and the drawing's nodes and flows."""

    years: tuple[int, ...]  # with money
    sources: tuple[Amounts, ...]
    lines: tuple[Amounts, ...]
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]
    checks: tuple[Check, ...]

    @property
    def income(self) -> int:
        return sum(one.total for one in self.sources)

    @property
    def spending(self) -> int:
        return sum(one.total for one in self.lines)

    @property
    def undivided(self) -> int:
        """What comes in and is divided among no line; negative where more is spent than the plan names sources for."""
        return self.income - self.spending


def money_flows(rows: Iterable[Row], carriers: Mapping[str, Carrier], year: int | None = None) -> Flows:
    """The flows of a plan, of all years together or of one; `carriers` by the code of their measure."""
    kept = _one_phase([row for row in rows if row.kind in ("item", "sum")])
    years = tuple(sorted({row.year for row in kept if row.cents}))
    shown = [row for row in kept if year is None or row.year == year]
    items = [row for row in shown if row.kind == "item"]
    titles = {row.code: row.title for row in shown}
    spent = [row for row in items if row.direction == EXPENDITURE]
    named = [row for row in spent if row.source != ALL]
    come = named or [row for row in items if row.direction == REVENUE]
    lines = _amounts((row.code, row) for row in spent)
    sources = _amounts(((row.source if row.source != ALL else row.code), row) for row in come)
    sources = tuple(
        Amounts(one.id, titles.get(one.id, one.id), one.cents) if one.id in titles else _named(one) for one in sources
    )
    lines = tuple(
        Amounts(one.id, titles[one.id], one.cents, _measure(spent, one.id), _parent(spent, one.id, titles))
        for one in lines
    )
    blocks = {one.block: titles.get(one.block, one.block) for one in lines if one.block}
    nodes, flows = _Drawing(sources, lines, blocks, carriers).drawn()
    return Flows(years, sources, lines, nodes, flows, _checks(shown, items))


def _named(one: Amounts) -> Amounts:
    return Amounts(one.id, one.id, one.cents)


def _one_phase(rows: Sequence[Row]) -> list[Row]:
    """For each line, year, source and direction the most final phase only: plan and result are the same money."""
    best: dict[tuple[str, int, str, str], Row] = {}
    for row in sorted(rows, key=lambda one: (one.code, one.year, one.source, one.direction, one.phase, one.cents)):
        key = (row.code, row.year, row.source, row.direction)
        if key not in best or _rank(row) < _rank(best[key]):
            best[key] = row
    return list(best.values())


def _rank(row: Row) -> int:
    return PHASES.index(row.phase) if row.phase in PHASES else len(PHASES)


def _amounts(rows: Iterable[tuple[str, Row]]) -> tuple[Amounts, ...]:
    """Amounts by year for each key; lines without any money are left out."""
    found: dict[str, dict[int, int]] = {}
    for key, row in rows:
        years = found.setdefault(key, {})
        years[row.year] = years.get(row.year, 0) + row.cents
    return tuple(
        Amounts(key, key, dict(sorted((year, cents) for year, cents in years.items() if cents)))
        for key, years in sorted(found.items(), key=lambda one: code_key(one[0]))
        if any(years.values())
    )


def code_key(code: str) -> tuple[object, ...]:
    """Sorts "1.2.10" behind "1.2.9"; words behind numbers."""
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in code.split("."))


def _measure(rows: Iterable[Row], code: str) -> str:
    return next((row.measure for row in rows if row.code == code and row.measure), "")


def _parent(rows: Iterable[Row], code: str, titles: Mapping[str, str]) -> str:
    return next((row.parent for row in rows if row.code == code and row.parent in titles), "")


def _checks(shown: Sequence[Row], items: Sequence[Row]) -> tuple[Check, ...]:
    """Each sum line whose single lines name it as their parent."""
    children: dict[str, int] = defaultdict(int)
    counted = set()
    for row in items:
        children[row.parent] += row.cents
        counted.add(row.parent)
    said: dict[str, int] = defaultdict(int)
    titles: dict[str, str] = {}
    for row in shown:
        if row.kind == "sum" and row.code in counted:
            said[row.code] += row.cents
            titles[row.code] = row.title
    return tuple(
        Check(code, titles[code], cents, children[code])
        for code, cents in sorted(said.items())
        if cents or children[code]
    )


class _Drawing:
    """Nodes and flows from left to right: sources, the pot, blocks, lines, and who leads."""

    def __init__(
        self,
        sources: Sequence[Amounts],
        lines: Sequence[Amounts],
        blocks: Mapping[str, str],
        carriers: Mapping[str, Carrier],
    ) -> None:
        self._sources, self._lines, self._blocks, self._carriers = sources, lines, blocks, carriers
        self._nodes: dict[str, Node] = {}
        self._flows: dict[tuple[str, str], int] = {}

    def drawn(self) -> tuple[tuple[Node, ...], tuple[Flow, ...]]:
        # A Sankey diagram has no way to draw money that flows backwards.
        coming = [one for one in self._sources if one.total > 0]
        going = [one for one in self._lines if one.total > 0]
        if not coming and not going:
            return (), ()
        pot = self._node(Node("pot", POT, ""))
        for one in coming:
            self._flow(self._node(Node(f"source:{one.id}", SOURCE, one.title)), pot, one.total)
        for one in going:
            self._line(pot, one)
        rest = sum(one.total for one in coming) - sum(one.total for one in going)
        if rest > 0:
            self._flow(pot, self._node(Node("open:out", OPEN, "")), rest)
        if rest < 0:
            self._flow(self._node(Node("open:in", OPEN, "")), pot, -rest)
        return tuple(self._nodes.values()), tuple(Flow(*ends, cents) for ends, cents in self._flows.items())

    def _line(self, pot: str, one: Amounts) -> None:
        before = pot
        if one.block:
            before = self._node(Node(f"block:{one.block}", BLOCK, self._blocks[one.block], one.block))
            self._flow(pot, before, one.total)
        if not one.measure:
            # Staff, materials and advice end in their block: one by one they would hide the measures.
            if not one.block:
                self._flow(before, self._node(self._single(one)), one.total)
            return
        carrier = self._carriers.get(one.measure)
        title = carrier.title if carrier else one.title
        line = self._node(Node(f"line:{one.id}", LINE, title, one.measure))
        self._flow(before, line, one.total)
        if carrier and carrier.actor:
            actor = self._node(Node(f"actor:{carrier.actor}", ACTOR, carrier.actor_title, carrier.actor))
            self._flow(line, actor, one.total)

    def _single(self, one: Amounts) -> Node:
        largest = sorted(self._lines, key=lambda line: (-line.total, line.id))[:MOST_LINES]
        if one.id in {line.id for line in largest}:
            return Node(f"line:{one.id}", LINE, one.title)
        return Node("line:others", LINE, "")

    def _node(self, node: Node) -> str:
        self._nodes.setdefault(node.id, node)
        return node.id

    def _flow(self, start: str, end: str, cents: int) -> None:
        self._flows[start, end] = self._flows.get((start, end), 0) + cents
