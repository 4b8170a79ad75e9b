"""What is known of an entry, each fact with where it comes from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.city.model import City

from .. import search
from ..entries import ACTOR, PROJECT, Entry, Evidence
from ..presentation import (
    Link,
    entry_url,
    euro_text,
    kind_of,
    number_text,
    phase_text,
    place_text,
    role_label,
    say,
    status_text,
    topic_names,
)

_ = tk._


@dataclass(frozen=True)
class Proof:
    """Where a fact comes from, and when somebody looked; dates in the precision given."""

    source: Link
    retrieved_on: str
    confirmed_on: str


@dataclass(frozen=True)
class Fact:
    """A line of an entry's page."""

    name: str  # of the field
    label: str
    values: tuple[Link, ...]
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True)
class Member:
    """Who takes part in a project, or a project that an actor takes part in."""

    role: str
    link: Link
    period: str
    note: str  # what else is worth a look: the kind of an actor, the status of a project
    source: str


def facts(entry: Entry, city: City) -> tuple[Fact, ...]:
    """All that is known of an entry but what stands elsewhere on its page; what is empty is left out."""
    mine = _project_facts(entry, city) if entry.type == PROJECT else _actor_facts(entry)
    fields = [found for found in map(city.field_of_action, entry.fields_of_action) if found]
    areas = [found for found in map(city.focus_area, entry.focus_areas) if found]
    districts = [found for found in map(city.district, entry.districts) if found]
    both: list[tuple[str, str, Iterable[Link]]] = [
        (
            "fields_of_action",
            _("Fields of action"),
            [Link(say(one.label), _filtered("field", one.id)) for one in fields],
        ),
        ("focus_areas", _("Focus areas"), [Link(say(one.label), _filtered("area", one.id)) for one in areas]),
        ("districts", _("Districts"), [Link(one.name, _filtered("district", one.number)) for one in districts]),
        ("longitude", _("Place"), [Link(place_fact(entry, city))]),
    ]
    return tuple(
        Fact(name, label, tuple(values), proofs(entry, name)) for name, label, values in [*mine, *both] if values
    )


def proofs(entry: Entry, fact: str) -> tuple[Proof, ...]:
    """Where a fact comes from; with an empty name, what stands for the whole entry."""
    return tuple(_proof(one) for one in entry.evidence if one.fact == fact)


def _proof(evidence: Evidence) -> Proof:
    return Proof(source_link(evidence.source), evidence.retrieved_on, evidence.confirmed_on)


def source_link(source: str) -> Link:
    """A source as it is named; an address is named by its host."""
    if not source.startswith(("http://", "https://")):
        return Link(source)
    try:
        host = urlsplit(source).netloc
    except ValueError:
        return Link(source)
    return Link(host.removeprefix("www.") or source, source)


def _actor_facts(entry: Entry) -> list[tuple[str, str, Iterable[Link]]]:
    return [
        ("kind", _("Kind"), [Link(kind_of(entry), _filtered("kind", entry.kind) if entry.kind else "")]),
        ("part_of", _("Part of"), entry_links(ACTOR, [entry.part_of] if entry.part_of else [])),
    ]


def _project_facts(entry: Entry, city: City) -> list[tuple[str, str, Iterable[Link]]]:
    goals = [say(one.label) for wanted in entry.goals for one in city.goals if one.id == wanted]
    period = " – ".join(text for text in (entry.start, entry.end) if text)
    programmes = {one.id: one for one in city.funding_programmes}
    return [
        ("measure", _("Measure"), _measure(entry)),
        ("status", _("Status"), _texts([status_text(entry)])),
        ("phase", _("Phase"), _texts([phase_text(entry, city)])),
        ("start", _("Period"), _texts([period])),
        ("goals", _("Goals"), _texts(goals)),
        ("scope", _("Scope"), _texts([entry.scope])),
        ("budget_eur", _("Budget"), _texts([euro_text(entry.budget_eur)])),
        (
            "funding_programme",
            _("Funding programme"),
            [
                Link(say(programmes[one].label), _filtered("funding", one)) if one in programmes else Link(one)
                for one in entry.funding_programme
            ],
        ),
        ("result", _("Result"), _texts([entry.result])),
        ("modelled_on", _("Modelled on"), _texts(entry.modelled_on)),
        ("builds_on", _("Builds on"), entry_links(PROJECT, entry.builds_on)),
        ("continues", _("Continues"), entry_links(PROJECT, [entry.continues] if entry.continues else [])),
    ]


def _measure(entry: Entry) -> list[Link]:
    return [Link(entry.measure, str(tk.h.url_for("portal.measure", code=entry.measure)))] if entry.measure else []


def members(entry: Entry) -> tuple[Member, ...]:
    """Who takes part in a project."""
    known = search.by_ids(ACTOR, [one.actor for one in entry.members]) if entry.members else {}
    return tuple(
        Member(
            role=role_label(one.role),
            link=_entry_link(ACTOR, one.actor, known[one.actor].title if one.actor in known else ""),
            period=_period(one.since, one.until),
            note=kind_of(known[one.actor]) if one.actor in known else "",
            source=one.source,
        )
        for one in entry.members
    )


def projects(entry: Entry) -> tuple[Member, ...]:
    """The projects of an actor, with its part in each."""
    found = []
    for project in search.projects_of(entry.id):
        mine = [one for one in project.members if one.actor == entry.id]
        found.append(
            Member(
                role=", ".join(role_label(one.role) for one in mine),
                link=_entry_link(PROJECT, project.id, project.title),
                period=_period(mine[0].since, mine[0].until) if mine else "",
                note=status_text(project),
                source=mine[0].source if mine else "",
            )
        )
    return tuple(found)


def _period(since: str, until: str) -> str:
    if since and until:
        return f"{since} – {until}"
    if since:
        return _("since {date}").format(date=since)
    return _("until {date}").format(date=until) if until else ""


def topic_links(topics: Iterable[str]) -> tuple[Link, ...]:
    """Offers or needs, each with the search for it."""
    return tuple(Link(name, str(tk.h.url_for("atlas.index", q=name))) for name in topic_names(topics))


def entry_links(entry_type: str, identifiers: Iterable[str]) -> list[Link]:
    """Links to entries; an id that the atlas does not know stays plain text."""
    wanted = list(identifiers)
    known = search.titles(entry_type, wanted) if wanted else {}
    return [_entry_link(entry_type, one, known.get(one, "")) for one in wanted]


def _entry_link(entry_type: str, identifier: str, title: str) -> Link:
    return Link(title, entry_url(entry_type, identifier)) if title else Link(identifier)


def _texts(texts: Iterable[str]) -> list[Link]:
    return [Link(text) for text in texts if text]


def _filtered(name: str, value: str) -> str:
    return str(tk.h.url_for("atlas.index", **{name: value}))


def place_fact(entry: Entry, city: City) -> str:
    """Where an entry is, by numbers where there are any."""
    if not entry.position:
        return place_text(entry, city)
    longitude, latitude = entry.position
    text = _("{latitude}° N, {longitude}° E").format(
        latitude=number_text(latitude, 4), longitude=number_text(longitude, 4)
    )
    if entry.position_precision_m:
        text += " (" + _("good to about {metres} m").format(metres=round(entry.position_precision_m)) + ")"
    return text
