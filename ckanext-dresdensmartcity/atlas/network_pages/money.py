"""/atlas/network/funding: which money flows from whom to what, from the plans that the portal publishes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError
from ckanext.dresdensmartcity.city.model import City, Label

from ..entries import ACTOR, PROJECT
from ..network.flows import ACTOR as LEADER
from ..network.flows import BLOCK, LINE, OPEN, POT, SOURCE, Amounts, Carrier, Flows, Node, Row, money_flows
from ..network.layout import wrapped
from ..network.sankey import BOX, Sankey, sankey
from ..pages.filters import url
from ..presentation import Link, entry_url, localised, say
from .data import Known, known

_ = tk._
ENDPOINT = "atlas_network.money"
TABLE = "budget-lines"  # schemas/tables/budget-lines.json
TABLES = "vocab_table_name"  # where the search index keeps the names of a dataset's tables
MOST_PLANS = 50
MOST_ROWS = 32_000  # CKAN's limit for one datastore_search
LABEL_LETTERS = 27
LINE_HEIGHT = 15.0  # of the drawing's texts
SOURCES = {
    "Bund": Label("Bund", "Federation"),
    "Land": Label("Land", "State"),
    "EU": Label("Europäische Union", "European Union"),
    "Eigenmittel": Label("Eigenmittel der Stadt", "Own funds of the city"),
    "Dritte": Label("Dritte", "Third parties"),
}
COLUMNS = {SOURCE: 0, POT: 1, BLOCK: 2, LINE: 3, LEADER: 4}


@dataclass(frozen=True)
class Plan:
    """A published plan."""

    id: str  # name of its dataset
    title: Label
    resource: str


@dataclass(frozen=True)
class BoxText:
    """A box of the drawing with its texts."""

    x: float
    y: float
    height: float
    kind: str
    lines: tuple[tuple[str, float], ...]  # text and its place; the amount is the last one
    text_x: float
    anchor: str
    url: str
    title: str


@dataclass(frozen=True)
class BandText:
    path: str
    width: float
    title: str
    kind: str  # of the node where it ends


@dataclass(frozen=True)
class MoneyRow:
    """A line of the table, amounts by year in the order of the years."""

    link: Link
    amounts: tuple[str, ...]
    total: str
    note: Link | None = None  # who leads it


@dataclass(frozen=True)
class Block:
    """Lines that belong together, with their sum."""

    title: str
    rows: tuple[MoneyRow, ...]
    sums: tuple[str, ...]
    total: str


@dataclass(frozen=True)
class Mismatch:
    title: str
    said: str
    found: str


@dataclass(frozen=True)
class MoneyPage:
    """The page."""

    plans: tuple[Link, ...]  # the one without address is this one
    plan: Plan | None
    plan_url: str
    years: tuple[Link, ...]  # "all years" first; the one without address is this one
    year: int | None
    shown_years: tuple[int, ...]
    width: float
    height: float
    boxes: tuple[BoxText, ...]
    bands: tuple[BandText, ...]
    sources: tuple[MoneyRow, ...]
    source_sums: tuple[str, ...]
    blocks: tuple[Block, ...]
    line_sums: tuple[str, ...]
    income: str
    spending: str
    undivided: int
    undivided_text: str
    undivided_sums: tuple[str, ...]
    checks: int
    mismatches: tuple[Mismatch, ...]
    api_url: str


class UnknownChoiceError(LookupError):
    """Raised when a plan or year is asked for that there is not; says which there are."""

    def __init__(self, parameter: str, found: str, allowed: Sequence[str]) -> None:
        self.parameter, self.found, self.allowed = parameter, found[:60], ", ".join(allowed)
        super().__init__(f"{parameter}={self.found!r} cannot be used. Allowed: {self.allowed}.")


def plans() -> tuple[Plan, ...]:
    """The plans that everybody may see, by title; none while the search index is away."""
    try:
        found = tk.get_action("package_search")(
            {}, {"fq": f'+dataset_type:dataset +{TABLES}:"{TABLE}"', "rows": MOST_PLANS, "sort": "title_string asc"}
        )["results"]
    except SearchError:
        return ()
    return tuple(
        Plan(package["name"], Label(package["title"], package.get("title_en") or package["title"]), resource["id"])
        for package in found
        for resource in package["resources"]
        if resource.get("table_name") == TABLE and resource.get("datastore_active")
    )


def rows_of(plan: Plan) -> tuple[Row, ...]:
    """The rows of a plan; none where its table is gone."""
    try:
        records = tk.get_action("datastore_search")({}, {"resource_id": plan.resource, "limit": MOST_ROWS})["records"]
    except tk.ObjectNotFound:
        return ()
    return tuple(_row(one) for one in records if one.get("amount_cents") is not None)


def _row(record: Mapping[str, Any]) -> Row:
    return Row(
        code=str(record["measure_id"]),
        title=str(record.get("title") or record["measure_id"]),
        year=int(record["year"]),
        cents=int(record["amount_cents"]),
        phase=str(record.get("phase") or ""),
        source=str(record.get("source") or ""),
        direction=str(record.get("direction") or ""),
        kind=str(record.get("kind") or ""),
        measure=str(record.get("measure") or ""),
        parent=str(record.get("parent") or ""),
    )


def carriers(here: Known) -> dict[str, Carrier]:
    """Who carries out which measure: its project, the first by id where several bear the code, and who leads it."""
    found: dict[str, Carrier] = {}
    for entry in sorted(here.projects.values(), key=lambda one: (not one.lead, one.id)):
        if entry.measure:
            lead = entry.lead if entry.lead in here.actors else ""
            found.setdefault(
                entry.measure, Carrier(entry.id, entry.title, lead, here.name(ACTOR, lead) if lead else "")
            )
    return found


def chosen(plan_id: str, year: str) -> tuple[tuple[Plan, ...], Plan | None, tuple[Row, ...], int | None]:
    """The plans, the one that is asked for (else the first that has measures), its rows and the year.

    Raises UnknownChoiceError.
    """
    every = plans()
    if plan_id and plan_id not in [one.id for one in every]:
        raise UnknownChoiceError("plan", plan_id, [one.id for one in every] or [_("none, there is no plan yet")])
    if not every:
        return (), None, (), None
    read = {one.id: rows_of(one) for one in every if not plan_id or one.id == plan_id}
    plan = next((one for one in every if one.id in read and any(row.measure for row in read[one.id])), None)
    plan = plan or next(one for one in every if one.id in read)
    rows = read[plan.id]
    years = sorted({row.year for row in rows if row.cents})
    if year and year not in map(str, years):
        raise UnknownChoiceError("year", year, [str(one) for one in years] or [_("none")])
    return every, plan, rows, int(year) if year else None


def money_page(plan_id: str, year: str, city: City) -> MoneyPage:
    """The page of a plan.

    Raises UnknownChoiceError.
    """
    every, plan, rows, only = chosen(plan_id, year)
    here = known()
    carrying = carriers(here)
    whole = money_flows(rows, carrying)
    flows = money_flows(rows, carrying, only) if only else whole
    years = (only,) if only else whole.years
    drawing = _drawn(flows)
    out = {y: sum(one.cents.get(y, 0) for one in flows.lines) for y in years}
    come = {y: sum(one.cents.get(y, 0) for one in flows.sources) for y in years}
    parameters = [("plan", plan.id)] if plan and plan_id else []
    return MoneyPage(
        plans=tuple(Link(say(one.title), "" if one == plan else url(ENDPOINT, [("plan", one.id)])) for one in every),
        plan=plan,
        plan_url=str(tk.h.url_for("dataset.read", id=plan.id)) if plan else "",
        years=(
            Link(_("All years"), url(ENDPOINT, parameters) if only else ""),
            *(Link(str(y), "" if y == only else url(ENDPOINT, [*parameters, ("year", str(y))])) for y in whole.years),
        ),
        year=only,
        shown_years=years,
        width=drawing.width,
        height=drawing.height,
        boxes=_boxes(flows, drawing),
        bands=_bands(flows, drawing),
        sources=tuple(_money_row(one, years, here, {}) for one in flows.sources),
        source_sums=tuple(euros(come[y]) for y in years),
        blocks=_blocks(flows, years, rows, here, carrying),
        line_sums=tuple(euros(out[y]) for y in years),
        income=euros(flows.income),
        spending=euros(flows.spending),
        undivided=flows.undivided,
        undivided_text=euros(abs(flows.undivided)),
        undivided_sums=tuple(euros(come[y] - out[y]) for y in years),
        checks=len(flows.checks),
        mismatches=tuple(
            Mismatch(f"{one.code} {one.title}", euros(one.said), euros(one.found))
            for one in flows.checks
            if one.said != one.found
        ),
        api_url=url("api.action", parameters, logic_function="atlas_money", ver=3),
    )


def euros(cents: int) -> str:
    """Euro with its thousands apart; cents where there are any."""
    whole, rest = divmod(abs(cents), 100)
    text = f"{whole:,}" + (f".{rest:02}" if rest else "")
    return f"{'−' if cents < 0 else ''}{localised(text)} €"


def _cell(cents: int) -> str:
    return euros(cents) if cents else "–"


def _money_row(one: Amounts, years: Sequence[int], here: Known, carrying: Mapping[str, Carrier]) -> MoneyRow:
    carrier = carrying.get(one.measure) if one.measure else None
    title = carrier.title if carrier else one.title
    note = Link(carrier.actor_title, entry_url(ACTOR, carrier.actor)) if carrier and carrier.actor else None
    text = f"{one.id} {title}" if one.measure else source_name(title)
    return MoneyRow(
        link=Link(text, entry_url(PROJECT, carrier.project) if carrier else ""),
        amounts=tuple(_cell(one.cents.get(year, 0)) for year in years),
        total=euros(one.total),
        note=note,
    )


def _blocks(
    flows: Flows, years: Sequence[int], rows: Sequence[Row], here: Known, carrying: Mapping[str, Carrier]
) -> tuple[Block, ...]:
    """Lines in the blocks that the plan has, in its order; those without one last."""
    titles = {row.code: row.title for row in rows}
    by_block: dict[str, list[Amounts]] = {}
    for one in flows.lines:
        by_block.setdefault(one.block, []).append(one)
    return tuple(
        Block(
            title=titles.get(block, ""),
            rows=tuple(_money_row(one, years, here, carrying) for one in lines),
            sums=tuple(_cell(sum(one.cents.get(year, 0) for one in lines)) for year in years),
            total=euros(sum(one.total for one in lines)),
        )
        for block, lines in sorted(by_block.items(), key=lambda one: (not one[0], one[0]))
    )


def _drawn(flows: Flows) -> Sankey:
    """Boxes in five columns; what stays open stands beside the blocks, or beside the sources where money is short."""
    columns = {}
    for node in flows.nodes:
        columns[node.id] = COLUMNS[node.kind] if node.kind != OPEN else (2 if node.id == "open:out" else 0)
    heights = {one.id: len(_lines(one)) * LINE_HEIGHT + 19 for one in flows.nodes}  # and one for the amount
    return sankey(columns, [(one.start, one.end, one.cents) for one in flows.flows], heights)


def _lines(node: Node) -> tuple[str, ...]:
    return wrapped(_text(node), LABEL_LETTERS, 2)


def _text(node: Node) -> str:
    """What a box is called."""
    if node.kind == POT:
        return _("The plan")
    if node.kind == SOURCE:
        return source_name(node.title)
    own = {
        "open:out": _("Not divided among lines of the plan"),
        "open:in": _("More than the plan names sources for"),
        "line:others": _("Smaller lines together"),
    }
    return own.get(node.id, node.title)


def source_name(source: str) -> str:
    """A source as schemas/tables/budget-lines.json names it, in the language of the page."""
    return say(SOURCES[source]) if source in SOURCES else source


def _boxes(flows: Flows, drawing: Sankey) -> tuple[BoxText, ...]:
    nodes = {one.id: one for one in flows.nodes}
    found = []
    for box in drawing.boxes:
        node = nodes[box.id]
        lines = (*_lines(node), euros(box.value))
        start = box.middle - (len(lines) - 1) * LINE_HEIGHT / 2 + 4.5
        target = entry_url(ACTOR, node.ref) if node.kind == LEADER else ""
        found.append(
            BoxText(
                x=box.x,
                y=box.y,
                height=box.height,
                kind=node.kind,
                lines=tuple((line, round(start + at * LINE_HEIGHT, 1)) for at, line in enumerate(lines)),
                text_x=round(box.x + BOX + 6, 1),
                anchor="start",
                url=target,
                title=f"{_text(node)}: {euros(box.value)}",
            )
        )
    return tuple(found)


def _bands(flows: Flows, drawing: Sankey) -> tuple[BandText, ...]:
    nodes = {one.id: one for one in flows.nodes}

    def title(start: Node, end: Node, cents: int) -> str:
        return f"{_text(start)} → {_text(end)}: {euros(cents)}"

    return tuple(
        BandText(
            path=band.path,
            width=band.width,
            title=title(nodes[band.start], nodes[band.end], band.value),
            kind=nodes[band.end].kind,
        )
        for band in drawing.bands
    )
