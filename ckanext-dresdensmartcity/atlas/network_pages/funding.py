"""The pages /atlas/funding and /atlas/funding/<id>, in the language of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.city.model import City, FundingProgramme, Label

from ..choices import kind_label
from ..entries import ACTOR, PROJECT, Entry
from ..funding import State, state_of
from ..funding.consortia import Candidate, Proposal, Seat
from ..funding.rules import LEAD, PARTNER, day, kinds_text
from ..funding.wording import lacking, seat
from ..pages.filters import url
from ..presentation import Link, entry_url, number_text, say
from ..symbols import BY_KIND, OTHER, Symbol
from .data import concept_label, known
from .money import euros
from .programmes import STATES, Answer, answer

_ = tk._
ENDPOINT = "atlas_network.programme"
MOST_FITS = 60
MOST_PROJECTS = 200  # offered to be chosen


@dataclass(frozen=True)
class Card:
    """A programme in the list."""

    title: str
    url: str
    summary: str
    state: str
    is_open: bool
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FitRow:
    link: Link
    kind: str
    symbol: Symbol
    brings: tuple[str, ...]
    reasons: tuple[str, ...]
    ties: int


@dataclass(frozen=True)
class SeatRow:
    link: Link
    kind: str
    symbol: Symbol
    role: str
    why: str


@dataclass(frozen=True)
class ProposalCard:
    seats: tuple[SeatRow, ...]
    covered: int
    lacking: tuple[str, ...]
    complete: bool
    newcomers: int


@dataclass(frozen=True)
class ProgrammePage:
    """A programme's page."""

    card: Card
    home: str
    source: str
    retrieved_on: str
    conditions: tuple[str, ...]
    project: Entry | None
    project_link: Link | None
    projects: tuple[tuple[str, str], ...]  # (id, title) of those that may be chosen
    wanted: tuple[str, ...]
    fits: tuple[FitRow, ...]
    fits_left_out: int
    kept_out: tuple[FitRow, ...]
    leads: tuple[Link, ...]
    leads_left_out: int
    proposals: tuple[ProposalCard, ...]
    nobody: tuple[str, ...]
    funded: tuple[Link, ...]
    api_url: str


def today() -> date:
    return datetime.now(UTC).date()


def cards(city: City) -> tuple[Card, ...]:
    """The city's programmes, those that take applications first."""
    on = today()
    order = [State.OPEN, State.NOT_YET, State.UNKNOWN, State.CLOSED]
    ranked = sorted(
        city.funding_programmes, key=lambda one: (order.index(state_of(one, on)), one.deadline or date.max, one.id)
    )
    return tuple(_card(one, on) for one in ranked)


def page(programme: FundingProgramme, project: Entry | None, city: City) -> ProgrammePage:
    """The page of a programme; with a project for what that still needs."""
    found = answer(programme, project, city, today())
    here = known()
    chosen = [("project", project.id)] if project else []
    leads = found.leads if programme.lead_kinds else ()  # else everybody may
    offered = sorted(
        (one for one in here.projects.values() if here.analysis.demand.open_needs.get(one.id)),
        key=lambda one: (one.title, one.id),
    )
    return ProgrammePage(
        card=_card(programme, found.on),
        home=programme.url,
        source=programme.source,
        retrieved_on=_day(programme.retrieved_on),
        conditions=tuple(say(one) for one in programme.conditions),
        project=project,
        project_link=Link(project.title, entry_url(PROJECT, project.id)) if project else None,
        projects=tuple((one.id, one.title) for one in offered[:MOST_PROJECTS]),
        wanted=_names(found.concepts),
        fits=tuple(_fit(one.candidate, one.verdict.reasons, one.brings) for one in found.fits[:MOST_FITS]),
        fits_left_out=max(0, len(found.fits) - MOST_FITS),
        kept_out=tuple(
            _fit(one.candidate, one.verdict.reasons[:1], tuple(sorted(one.candidate.covers)))
            for one in found.kept_out[:MOST_FITS]
        ),
        leads=tuple(Link(one.title, entry_url(ACTOR, one.id)) for one in leads[:12]),
        leads_left_out=max(0, len(leads) - 12),
        proposals=tuple(_proposal(one, found) for one in found.proposals),
        nobody=_names(found.nobody),
        funded=tuple(Link(one.title, entry_url(PROJECT, one.id)) for one in found.projects),
        api_url=url("api.action", [("programme", programme.id), *chosen], logic_function="atlas_funding", ver=3),
    )


def _card(programme: FundingProgramme, on: date) -> Card:
    state = state_of(programme, on)
    return Card(
        title=say(programme.label),
        url=str(tk.h.url_for(ENDPOINT, programme_id=programme.id)),
        summary=say(programme.summary),
        state=say(STATES[state]),
        is_open=state is State.OPEN,
        facts=tuple(_facts(programme)),
    )


def _facts(programme: FundingProgramme) -> list[tuple[str, str]]:
    """The rules in a few words; what the programme does not say is left out."""
    found = [
        (_("Money from"), say(programme.funder)),
        (_("Open since") if _has_opened(programme) else _("Opens"), _day(programme.opens)),
        (_("Deadline"), _day(programme.deadline)),
        (_("Pays at most"), f"{number_text(programme.rate_percent)} %" if programme.rate_percent else ""),
        (_("Per project at most"), euros(programme.most_eur * 100) if programme.most_eur else ""),
        (_("May take part"), say(kinds_text(programme.kinds)) or _("all kinds of actors")),
        (_("May lead"), say(kinds_text(programme.lead_kinds))),
        (_("Is paid"), "" if PARTNER in programme.roles else _("the lead only")),
        (_("Seat"), _("in the city") if programme.region == "city" else ""),
        (_("Members"), _members(programme)),
        (_("Must be among them"), "; ".join(say(kinds_text(kinds)) for kinds in programme.required_kinds)),
    ]
    return [(name, text) for name, text in found if text]


def _has_opened(programme: FundingProgramme) -> bool:
    return programme.opens is not None and programme.opens <= today()


def _members(programme: FundingProgramme) -> str:
    least, most = programme.least_members, programme.most_members
    if most:
        return str(_("{least} to {most}").format(least=least, most=most))
    return str(_("at least {least}").format(least=least)) if least > 1 else ""


def _day(moment: date | None) -> str:
    return say(day(moment)) if moment else ""


def _names(concepts: Sequence[str]) -> tuple[str, ...]:
    return tuple(say(concept_label(one)) for one in concepts)


def _symbol(kind: str) -> Symbol:
    return BY_KIND.get(kind, OTHER)


def _fit(one: Candidate, reasons: Sequence[Label], brings: Sequence[str]) -> FitRow:
    return FitRow(
        link=Link(one.title, entry_url(ACTOR, one.id)),
        kind=say(kind_label(one.kind)),
        symbol=_symbol(one.kind),
        brings=_names(brings),
        reasons=tuple(say(reason) for reason in reasons),
        ties=one.ties,
    )


def _proposal(one: Proposal, found: Answer) -> ProposalCard:
    return ProposalCard(
        seats=tuple(_seat(member) for member in one.seats),
        covered=len(one.covered),
        lacking=tuple(say(told) for told in lacking(one, found.programme, concept_label)),
        complete=one.complete,
        newcomers=len(one.newcomers),
    )


def _seat(one: Seat) -> SeatRow:
    entry = known().actors[one.actor]
    return SeatRow(
        link=Link(entry.title, entry_url(ACTOR, one.actor)),
        kind=say(kind_label(entry.kind)),
        symbol=_symbol(entry.kind),
        role=_("Lead") if one.role == LEAD else "",
        why=say(seat(one, concept_label)),
    )
