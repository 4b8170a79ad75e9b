"""What pages show of matches, in the language of the page: made of records, without HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity import config
from ckanext.dresdensmartcity.city.model import City, FundingProgramme, Label

from . import matches, search
from .entries import ACTOR, PROJECT, Entry
from .matching import PARTS, Evidence, Match, Mode, Part, Ref, Statement
from .presentation import Link, entry_url, kind_of, points, say
from .symbols import Symbol, symbol_of

MATCHES = 10
_ = tk._


@dataclass(frozen=True)
class Segment:
    """One part of a match as it is drawn: `start` and `width` in percent of the whole."""

    name: str
    label: str
    points: str
    most: str
    counts: bool  # whether the mode gives it any weight
    start: float
    width: float
    sentence: str


@dataclass(frozen=True)
class MatchCard:
    """A match with its reasons."""

    title: str
    url: str  # of the entry
    match_url: str  # of the page with all that can be said of the match
    kind: str
    symbol: Symbol
    points: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class Choice:
    """Something that may be chosen, and where it leads."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class FundingNote:
    """What a funding programme left out."""

    programme: str
    deadline: str
    left_out: str  # a sentence; empty where nobody was
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class MatchList:
    """Entries of one type that fit."""

    id: str
    title: str
    cards: tuple[MatchCard, ...]
    funding: FundingNote | None
    api_url: str


@dataclass(frozen=True)
class Matching:
    """The section of an entry's page: what is asked, and what was found."""

    modes: tuple[Choice, ...]
    parts: tuple[tuple[str, str, str], ...]  # name, label and greatest points, in their order
    programmes: tuple[Choice, ...]  # empty where the city has none
    lists: tuple[MatchList, ...]


@dataclass(frozen=True)
class Proof:
    """What an entry says, and where that comes from."""

    field: str
    text: str
    source: str
    date: str


@dataclass(frozen=True)
class Reason:
    """One part with what met what."""

    segment: Segment
    evidence: tuple[tuple[Proof, Proof], ...]  # sought, offered


@dataclass(frozen=True)
class MatchPage:
    """/atlas/match/…: one match."""

    seeker: Link
    found: Link
    between_actors: bool
    points: str
    rank: str
    modes: tuple[Choice, ...]
    segments: tuple[Segment, ...]
    reasons: tuple[Reason, ...]
    changes: tuple[str, ...]
    edit: str  # address of the actor whose entry could change


def part_labels() -> Mapping[str, str]:
    """What the parts of a score are called."""
    return {
        "gap": _("Fills a gap"),
        "topic": _("Topics"),
        "meaning": _("Meaning"),
        "text": _("Words"),
        "network": _("Network"),
        "near": _("Nearness"),
    }


def _field_labels() -> Mapping[str, str]:
    """What the fields are called that evidence comes from."""
    return {
        "title": _("Title"),
        "notes": _("Description"),
        "offers": _("Offer"),
        "needs": _("Need"),
        "fields": _("Field of action"),
        "position": _("Place"),
        "areas": _("Focus area"),
        "members": _("Project"),
    }


def section(entry: Entry, mode: Mode, city: City, programme: FundingProgramme | None) -> Matching:
    """What fits an entry: actors a project; projects and other actors an actor."""
    url = entry_url(entry.type, entry.id)
    wanted = [(ACTOR, _("Actors that fit"))]
    if entry.type == ACTOR:
        wanted = [(PROJECT, _("Projects that fit")), (ACTOR, _("Other actors that fit"))]
    chosen = {"funding": programme.id} if programme else {}
    weights = matches.matcher().settings
    labels = part_labels()
    programmes = [Choice(_("Without funding rules"), f"{url}?mode={mode.value}#matches", programme is None)]
    programmes += [
        Choice(say(one.label), f"{url}?{urlencode({'mode': mode.value, 'funding': one.id})}#matches", one == programme)
        for one in city.funding_programmes
    ]
    return Matching(
        modes=_modes(mode, lambda one: f"{url}?{urlencode({'mode': one, **chosen})}#matches"),
        parts=tuple((name, labels[name], points(weights.weight(mode, name))) for name in PARTS),
        programmes=tuple(programmes) if city.funding_programmes else (),
        lists=tuple(_list(entry, kind, title, mode, programme) for kind, title in wanted),
    )


def _modes(current: Mode, url: object) -> tuple[Choice, ...]:
    labels = {Mode.COMPLEMENT: _("Who brings what is missing"), Mode.SIMILAR: _("Who works on the same")}
    return tuple(Choice(label, url(mode.value), mode is current) for mode, label in labels.items())  # type: ignore[operator]


def _list(entry: Entry, kind: str, title: str, mode: Mode, programme: FundingProgramme | None) -> MatchList:
    found = matches.find(Ref(entry.type, entry.id), kind, mode, MATCHES, programme)
    entries = search.by_ids(kind, [match.found.id for match in found.matches])
    asked = {"type": entry.type, "id": entry.id, "mode": mode.value}
    if entry.type == kind:
        asked["found"] = kind
    note = None
    if found.funding:
        count = found.funding.count
        note = FundingNote(
            programme=say(found.funding.programme.label),
            deadline=say(found.funding.deadline),
            left_out=tk.ungettext(
                "{number} actor that fits may not take part and is left out:",
                "{number} actors that fit may not take part and are left out:",
                count,
            ).format(number=count)
            if count
            else "",
            reasons=tuple(f"{say(one.reason)} ({one.count})" for one in found.funding.left_out),
        )
        asked["funding"] = found.funding.programme.id
    return MatchList(
        id="matches-" + kind,
        title=title,
        cards=tuple(_card(one, entries[one.found.id], mode) for one in found.matches if one.found.id in entries),
        funding=note,
        api_url=f"{config.site_url()}/api/3/action/atlas_match?{urlencode(asked)}",
    )


def _card(match: Match, other: Entry, mode: Mode) -> MatchCard:
    return MatchCard(
        title=other.title,
        url=entry_url(other.type, other.id),
        match_url=match_url(match.seeker, match.found, mode),
        kind=kind_of(other),
        symbol=symbol_of(other),
        points=points(match.score),
        segments=segments(match),
    )


def match_url(seeker: Ref, found: Ref, mode: Mode) -> str:
    """The page of a match."""
    if seeker.type == found.type:
        return str(tk.h.url_for("atlas_match.actors", actor_id=seeker.id, other_id=found.id, mode=mode.value))
    project, actor = (seeker, found) if seeker.type == PROJECT else (found, seeker)
    return str(tk.h.url_for("atlas_match.project", project_id=project.id, actor_id=actor.id, mode=mode.value))


def segments(match: Match) -> tuple[Segment, ...]:
    """The parts as they are drawn, one after the other."""
    found, start, labels = [], 0.0, part_labels()
    for part in match.parts:
        width = part.contribution * 100
        found.append(_segment(part, labels[part.name], start, width))
        start += width
    return tuple(found)


def _segment(part: Part, label: str, start: float, width: float) -> Segment:
    return Segment(
        name=part.name,
        label=label,
        points=points(part.contribution),
        most=points(part.weight),
        counts=part.weight > 0,
        start=start,
        width=width,
        sentence=say(part.sentence),
    )


def page(seeker: Entry, found: Entry, mode: Mode) -> MatchPage:
    """Everything that can be said of one match."""
    explained = matches.explain(Ref(seeker.type, seeker.id), Ref(found.type, found.id), mode)
    match = explained.match
    drawn = segments(match)
    rank = _("Not among the matches: nothing speaks for it but place or contacts, or both work together already.")
    if match.rank:
        rank = _("Rank {rank} of {count} actors that fit.").format(rank=match.rank, count=explained.of)
    return MatchPage(
        seeker=Link(seeker.title, entry_url(seeker.type, seeker.id)),
        found=Link(found.title, entry_url(found.type, found.id)),
        between_actors=seeker.type == found.type,
        points=points(match.score),
        rank=rank,
        modes=_modes(mode, lambda one: match_url(match.seeker, match.found, Mode(one))),
        segments=drawn,
        reasons=tuple(
            Reason(segment, tuple(_proofs(one) for one in part.evidence))
            for segment, part in zip(drawn, match.parts, strict=True)
        ),
        changes=tuple(say(change.sentence) for change in explained.changes),
        edit=entry_url(found.type, found.id),
    )


def _proofs(evidence: Evidence) -> tuple[Proof, Proof]:
    return _proof(evidence.sought), _proof(evidence.offered)


def _proof(statement: Statement) -> Proof:
    text: Label = statement.text
    return Proof(
        field=_field_labels().get(statement.field, statement.field),
        text=say(text),
        source=statement.source,
        date=statement.date,
    )
