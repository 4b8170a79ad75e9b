"""/atlas/funding: who fits a funding programme, which consortia would, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ckanext.dresdensmartcity.city.model import City, FundingProgramme, Label

from ..entries import Entry
from ..funding import Eligibility, State, state_of, suitability
from ..funding.consortia import Candidate, Proposal, Wish, fits, nobody, proposals
from ..funding.rules import LEAD, roles_of
from ..taxonomy import taxonomy
from .data import Known, known

STATES = {
    State.OPEN: Label("offen", "open"),
    State.CLOSED: Label("geschlossen", "closed"),
    State.NOT_YET: Label("noch nicht offen", "not open yet"),
    State.UNKNOWN: Label("Frist nicht bekannt", "deadline not known"),
}


@dataclass(frozen=True)
class Fit:
    """An actor that may take part and brings something."""

    candidate: Candidate
    verdict: Eligibility
    brings: tuple[str, ...]  # concepts


@dataclass(frozen=True)
class Excluded:
    """An actor that would bring something and may not take part."""

    candidate: Candidate
    verdict: Eligibility


@dataclass(frozen=True)
class Answer:
    """What the atlas knows for a programme, or for a project in it."""

    programme: FundingProgramme
    state: State
    on: date
    project: Entry | None
    concepts: tuple[str, ...]  # what is to be covered
    fits: tuple[Fit, ...]
    kept_out: tuple[Excluded, ...]
    leads: tuple[Candidate, ...]  # who may lead, whatever they bring
    proposals: tuple[Proposal, ...]
    nobody: tuple[str, ...]  # concepts that no actor who may take part offers
    projects: tuple[Entry, ...]  # of the atlas that name the programme


def answer(programme: FundingProgramme, project: Entry | None, city: City, on: date) -> Answer:
    """Who fits and what is missing; in a closed programme as if it were open, so that others like it can be prepared.

    With a project its open needs are what is to be covered, else the topics of the programme.
    """
    here = known()
    topics = taxonomy()
    if project is not None:
        concepts = here.analysis.demand.open_needs.get(project.id, topics.concepts(project.needs))
    else:
        concepts = topics.concepts(programme.topics)
    members = {one.actor for one in project.members} if project else set()
    every = {concept for own in here.offers.values() for concept in own}
    meeting = {concept: {one for one in every if topics.cover(concept, one) == 1} for concept in concepts}
    verdicts: dict[tuple[str, frozenset[str], bool | None], Eligibility] = {}
    allowed: list[Fit] = []
    kept_out: list[Excluded] = []
    for _, entry in sorted(here.actors.items()):
        candidate = _candidate(entry, meeting, members, here)
        rule = (entry.kind, frozenset(here.analysis.network.fields_of.get(entry.id, ())), in_city(entry, city))
        if rule not in verdicts:
            verdicts[rule] = suitability(programme, *rule)
        verdict = verdicts[rule]
        if verdict.allowed:
            brings = tuple(concept for concept in concepts if concept in candidate.covers)
            allowed.append(Fit(candidate, verdict, brings))
        elif candidate.covers:
            kept_out.append(Excluded(candidate, verdict))
    candidates = [one.candidate for one in allowed]
    by_id = {one.candidate.id: one for one in allowed}
    lead = project.lead if project else ""
    found = proposals(Wish(concepts, programme, lead), candidates)
    return Answer(
        programme=programme,
        state=state_of(programme, on),
        on=on,
        project=project,
        concepts=concepts,
        fits=tuple(by_id[one.id] for one in fits(candidates, concepts)),
        kept_out=tuple(sorted(kept_out, key=lambda one: (-len(one.candidate.covers), one.candidate.id))),
        leads=tuple(
            sorted((one for one in candidates if LEAD in roles_of(programme, one.kind)), key=lambda one: one.id)
        ),
        proposals=found,
        nobody=nobody(candidates, concepts),
        projects=tuple(
            sorted(
                (one for one in here.projects.values() if programme.id in one.funding_programme),
                key=lambda one: (one.title, one.id),
            )
        ),
    )


def _candidate(entry: Entry, meeting: Mapping[str, set[str]], members: set[str], here: Known) -> Candidate:
    """What the actor would bring; `meeting` holds for each concept that is wanted the offers that meet it."""
    own = here.offers[entry.id]
    return Candidate(
        id=entry.id,
        title=entry.title,
        kind=entry.kind,
        covers=frozenset(concept for concept, offers in meeting.items() if not own.isdisjoint(offers)),
        ties=len(here.analysis.network.neighbours.get(entry.id, ())),
        is_member=entry.id in members,
    )


def in_city(entry: Entry, city: City) -> bool | None:
    """Whether an actor's point lies in the box of the city; None where it has none.

    Without a point, an office of the city and who belongs to it sit there.
    """
    if entry.position is None:
        return True if entry.kind in ("city", "office") else None
    west, south, east, north = city.bbox
    longitude, latitude = entry.position
    return west <= longitude <= east and south <= latitude <= north
