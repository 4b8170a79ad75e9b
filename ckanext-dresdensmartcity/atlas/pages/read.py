"""The page of an actor or a project."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity import config
from ckanext.dresdensmartcity.city.model import City, FundingProgramme
from ckanext.dresdensmartcity.web import reading
from ckanext.dresdensmartcity.web.formats import euro

from .. import match_presentation, presentation
from ..datasets import datasets_of
from ..entries import PROJECT, Entry, package_name
from ..matching import Mode
from ..places import NONE, entries_geojson, place_of
from ..presentation import Link, entry_url, language
from ..symbols import Symbol, symbol_of
from .facts import Fact, Member, Proof, facts, members, place_fact, projects, proofs, source_link, topic_links
from .filters import url
from .map_options import engine

_ = tk._


@dataclass(frozen=True)
class BudgetYear:
    """What the funding plan has for a measure in one year; `share` in percent of the greatest year."""

    year: int
    amount: str
    share: float


@dataclass(frozen=True)
class Budget:
    years: tuple[BudgetYear, ...]
    total: str
    url: str  # page of the measure


@dataclass(frozen=True)
class EntryPage:
    """/atlas/actor/… and /atlas/project/…"""

    entry: Entry
    kind: str
    symbol: Symbol
    url: str
    iri: str  # the same for good, whatever the language
    needs: tuple[Link, ...]
    offers: tuple[Link, ...]
    needs_proofs: tuple[Proof, ...]
    offers_proofs: tuple[Proof, ...]
    facts: tuple[Fact, ...]
    members: tuple[Member, ...]
    projects: tuple[Member, ...]
    datasets: tuple[Link, ...]
    budget: Budget | None
    place: str
    map: str  # JSON for the map's module; empty where the entry has no place
    links: tuple[Link, ...]
    contact: Link | None
    contact_is_city: bool  # whether the contact is that of the city's publisher
    proofs: tuple[Proof, ...]  # for the whole entry
    sources: tuple[Link, ...]
    matching: match_presentation.Matching
    edit_url: str


def entry(one: Entry, mode: Mode, city: City, programme: FundingProgramme | None = None) -> EntryPage:
    """The page of an entry; with a funding programme only actors that may take part in it fit."""
    is_project = one.type == PROJECT
    contact = _contact(one, city)
    dated = {evidence.source for evidence in one.evidence if not evidence.fact}
    return EntryPage(
        entry=one,
        kind=presentation.kind_of(one),
        symbol=symbol_of(one),
        url=entry_url(one.type, one.id),
        iri=f"{config.site_url()}/atlas/{one.type}/{one.id}",
        needs=topic_links(one.needs),
        offers=topic_links(one.offers),
        needs_proofs=proofs(one, "needs"),
        offers_proofs=proofs(one, "offers"),
        facts=facts(one, city),
        members=members(one) if is_project else (),
        projects=() if is_project else projects(one),
        datasets=datasets_of(one.measure, one.datasets),
        budget=_budget(one.measure) if one.measure else None,
        place=place_fact(one, city),
        map=_map(one, city),
        links=tuple(
            Link(link.text, link.url)
            for link in (
                *([Link(_("Website"), one.url)] if one.url else []),
                *(Link(link.label or source_link(link.url).text, link.url) for link in one.links),
            )
        ),
        contact=contact,
        contact_is_city=contact is not None and not (one.contact_url or one.origin_url),
        proofs=proofs(one, ""),
        # A source that is dated stands in `proofs` already.
        sources=tuple(source_link(source) for source in one.sources if source not in dated),
        matching=match_presentation.section(one, mode, city, programme),
        edit_url=_edit_url(one),
    )


def _contact(one: Entry, city: City) -> Link | None:
    """The page through which the entry's office is reached, else its city's; never a person."""
    if one.contact_url:
        return Link(source_link(one.contact_url).text, one.contact_url)
    if one.origin_url:
        return Link(one.origin_name or one.origin_url, one.origin_url)
    return Link(city.contact.name, city.contact.url) if city.contact.url else None


def _budget(measure: str) -> Budget | None:
    """What the funding plan says of a measure; None where no plan is published or it says nothing."""
    years: dict[int, Decimal] = {}
    for line in reading.budget_lines():
        if line.measure == measure and line.amount_eur:
            years[line.year] = years.get(line.year, Decimal(0)) + line.amount_eur
    if not years:
        return None
    greatest = max(years.values())
    return Budget(
        years=tuple(
            BudgetYear(year, euro(amount, language()), float(100 * amount / greatest))
            for year, amount in sorted(years.items())
        ),
        total=euro(sum(years.values(), Decimal(0)), language()),
        url=str(tk.h.url_for("portal.measure", code=measure)),
    )


def _map(one: Entry, city: City) -> str:
    """What the small map is told; empty where there is nothing to draw."""
    if place_of(one, city).kind == NONE:
        return ""
    return json.dumps(
        {
            **engine(),
            "small": True,
            "areas": url("atlas.areas", []),
            "page": url("atlas.index", []),
            "bbox": list(city.bbox),
            "data": entries_geojson([one], city, config.site_url()),
        }
    )


def _edit_url(one: Entry) -> str:
    """Where who may edit the entry does so; empty for all others."""
    try:
        tk.check_access("package_update", {"user": tk.current_user.name}, {"id": one.package_id})
    except tk.NotAuthorized:
        return ""
    return str(tk.h.url_for(f"{one.type}.edit", id=package_name(one.type, one.id)))
