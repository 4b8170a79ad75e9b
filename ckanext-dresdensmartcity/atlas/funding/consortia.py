"""Which actors together fit a funding programme: what is asked for is covered by as few members as possible.

The choice is a small integer program and its best answer is exact (HiGHS through SciPy), not the first that a greedy
search meets. What counts, in this order: topics and kinds that are covered, few members, members with few ties.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import numpy.typing as npt
from ckanext.dresdensmartcity.city.model import FundingProgramme
from scipy.optimize import Bounds, LinearConstraint, milp

from .rules import LEAD, PARTNER, roles_of

Numbers = npt.NDArray[np.float64]

MOST_CANDIDATES = 120
MOST_PROPOSALS = 3
MOST_ALIKE = 2 * MOST_PROPOSALS
# Weights of the goal; each level outweighs all lower ones together for up to 100 members.
COVERED, MEMBER, TIES = 1e4, 50.0, 0.4


@dataclass(frozen=True)
class Candidate:
    """An actor that may take part, with what it would bring."""

    id: str
    title: str
    kind: str
    covers: frozenset[str]  # of the wanted concepts
    ties: int = 0  # with how many others it works already
    is_member: bool = False  # of the project that is to be funded: it is in every consortium


@dataclass(frozen=True)
class Seat:
    """A member of a proposal and why it is in it."""

    actor: str
    role: str  # LEAD or PARTNER; all are partners where the programme leaves open who leads
    brings: tuple[str, ...]  # concepts that it covers
    alone: tuple[str, ...]  # concepts of these that nobody else of the proposal covers
    as_kind: bool  # a kind that the programme asks for and nobody else of the proposal has
    ties: int
    is_member: bool = False


@dataclass(frozen=True)
class Proposal:
    """Actors that together cover what is wanted, and what is still missing."""

    seats: tuple[Seat, ...]
    covered: tuple[str, ...]
    missing: tuple[str, ...]  # concepts
    missing_kinds: tuple[tuple[str, ...], ...]
    missing_members: int  # to the least number
    has_lead: bool

    @property
    def newcomers(self) -> tuple[str, ...]:
        """Members without any tie so far."""
        return tuple(seat.actor for seat in self.seats if not seat.ties and not seat.is_member)

    @property
    def complete(self) -> bool:
        return not self.missing and not self.missing_kinds and not self.missing_members and self.has_lead


@dataclass(frozen=True)
class Wish:
    """What a consortium shall meet."""

    concepts: tuple[str, ...]
    programme: FundingProgramme
    lead: str = ""  # of the project, where there is one
    exclude: tuple[frozenset[str], ...] = field(default=())  # choices of new members that are known already


def proposals(wish: Wish, candidates: Sequence[Candidate], most: int = MOST_PROPOSALS) -> tuple[Proposal, ...]:
    """The best consortia, each with other members than those before; fewer where nothing else is as good.

    Later ones cover at least as much of the topics as the first less one: a worse answer is none.
    """
    chosen_from = _useful(wish, candidates)
    found: list[Proposal] = []
    excluded = list(wish.exclude)
    while chosen_from and len(found) < most:
        members = _best(wish, chosen_from, excluded)
        if not members:
            break
        proposal = _proposal(wish, members)
        if found and len(proposal.covered) < len(found[0].covered) - 1:
            break
        found.append(proposal)
        new = frozenset(one.id for one in members if not one.is_member)
        if not new:
            break
        excluded.append(new)
    return tuple(found)


def _useful(wish: Wish, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Members first, then who covers most; without those who would only fill a seat, for which there is no reason."""
    wanted = set(wish.concepts)
    asked = {kind for kinds in wish.programme.required_kinds for kind in kinds} | set(wish.programme.lead_kinds)
    useful = (one for one in candidates if one.is_member or one.covers & wanted or one.kind in asked)
    known = {one.id: one for one in sorted(useful, key=lambda one: one.id)}
    ranked = sorted(
        known.values(),
        key=lambda one: (not one.is_member, -len(one.covers & wanted), one.kind not in asked, one.ties, one.id),
    )
    # Of those who bring the same and are of the same kind only the first few can be in an answer: the others are worse
    # in every one, and each proposal needs another.
    alike: Counter[tuple[frozenset[str], str]] = Counter()
    kept = []
    for one in ranked:
        sort = (one.covers & wanted, one.kind)
        alike[sort] += 1
        if one.is_member or alike[sort] <= MOST_ALIKE:
            kept.append(one)
    return kept[:MOST_CANDIDATES]


def _best(wish: Wish, candidates: Sequence[Candidate], excluded: Sequence[frozenset[str]]) -> list[Candidate]:
    """The best choice that differs from those excluded; empty where there is none.

    Variables: who is in (0/1), then what is covered (0/1): each concept, each required kind, the lead.
    """
    programme, count = wish.programme, len(candidates)
    needs: list[Numbers] = [_marks(candidates, partial(_covers, concept)) for concept in wish.concepts]
    needs += [_marks(candidates, partial(_is_one_of, frozenset(kinds))) for kinds in programme.required_kinds]
    needs.append(_marks(candidates, partial(_may_lead, wish)))
    size = count + len(needs)
    fewest = max((one.ties for one in candidates), default=0) or 1
    cost = np.zeros(size)
    for at, one in enumerate(candidates):
        # The last summand decides between equals, the same way on every run.
        cost[at] = MEMBER + TIES * 100 * one.ties / fewest * 0.5 + at * 1e-3
    cost[count:] = -COVERED
    rows: list[Numbers] = []
    low: list[float] = []
    high: list[float] = []
    for at, marks in enumerate(needs):
        row = np.zeros(size)
        row[:count] = marks
        row[count + at] = -1
        rows.append(row)
        low.append(0.0)
        high.append(np.inf)
    everybody = np.concatenate([np.ones(count), np.zeros(len(needs))])
    inside = sum(one.is_member for one in candidates)
    rows.append(everybody)
    low.append(float(min(programme.least_members, count)))
    high.append(float(max(programme.most_members or count, inside)))
    for choice in excluded:
        # At least one of them is left out: a larger set with the same members is no other proposal.
        rows.append(np.concatenate([_marks(candidates, partial(_is_in, choice)), np.zeros(len(needs))]))
        low.append(0.0)
        high.append(float(len(choice) - 1))
    lower = np.zeros(size)
    lower[:count] = [float(one.is_member) for one in candidates]
    answer = milp(
        cost,
        constraints=LinearConstraint(np.array(rows), np.array(low), np.array(high)),
        bounds=Bounds(lower, np.ones(size)),
        integrality=np.ones(size),
        options={"time_limit": 2.0},
    )
    if answer.x is None:
        return []
    return [one for at, one in enumerate(candidates) if answer.x[at] > 0.5]


def _marks(candidates: Sequence[Candidate], holds: Callable[[Candidate], bool]) -> Numbers:
    return np.array([float(holds(one)) for one in candidates])


def _covers(concept: str, one: Candidate) -> bool:
    return concept in one.covers


def _is_one_of(kinds: frozenset[str], one: Candidate) -> bool:
    return one.kind in kinds


def _is_in(choice: frozenset[str], one: Candidate) -> bool:
    return one.id in choice


def _may_lead(wish: Wish, one: Candidate) -> bool:
    return LEAD in roles_of(wish.programme, one.kind)


def _proposal(wish: Wish, members: Sequence[Candidate]) -> Proposal:
    programme = wish.programme
    able = [one for one in members if _may_lead(wish, one)]
    able.sort(key=lambda one: (one.id != wish.lead, not one.is_member, -len(one.covers), one.ties, one.id))
    # Where everybody may lead and no project says who does, that is theirs to agree on.
    lead = able[0].id if able and (programme.lead_kinds or able[0].id == wish.lead) else ""
    by_concept = {concept: [one.id for one in members if concept in one.covers] for concept in wish.concepts}
    only_kind = _only(programme.required_kinds, members)
    seats = [
        Seat(
            actor=one.id,
            role=LEAD if one.id == lead else PARTNER,
            brings=tuple(concept for concept in wish.concepts if concept in one.covers),
            alone=tuple(concept for concept in wish.concepts if by_concept[concept] == [one.id]),
            as_kind=one.id in only_kind,
            ties=one.ties,
            is_member=one.is_member,
        )
        for one in members
    ]
    seats.sort(key=lambda seat: (seat.role != LEAD, not seat.is_member, -len(seat.brings), seat.actor))
    kinds = {one.kind for one in members}
    return Proposal(
        seats=tuple(seats),
        covered=tuple(concept for concept, by in by_concept.items() if by),
        missing=tuple(concept for concept, by in by_concept.items() if not by),
        missing_kinds=tuple(asked for asked in programme.required_kinds if not kinds & set(asked)),
        missing_members=max(0, programme.least_members - len(members)),
        has_lead=bool(able),
    )


def _only(required: Sequence[Sequence[str]], members: Sequence[Candidate]) -> set[str]:
    """Members that are the only ones of a kind that is asked for."""
    found = set()
    for kinds in required:
        having = [one.id for one in members if one.kind in kinds]
        if len(having) == 1:
            found.add(having[0])
    return found


def fits(candidates: Sequence[Candidate], concepts: Sequence[str]) -> tuple[Candidate, ...]:
    """Who covers something of what is wanted, the most first; of equals those with fewer ties."""
    wanted = set(concepts)
    found = [one for one in candidates if one.covers & wanted]
    return tuple(sorted(found, key=lambda one: (-len(one.covers & wanted), one.ties, one.id)))


def nobody(candidates: Sequence[Candidate], concepts: Sequence[str]) -> tuple[str, ...]:
    """What is wanted and no candidate covers."""
    covered: Mapping[str, None] = dict.fromkeys(concept for one in candidates for concept in one.covers)
    return tuple(concept for concept in concepts if concept not in covered)
