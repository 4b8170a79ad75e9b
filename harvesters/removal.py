"""When something that a source no longer has may be taken out of the portal: the decision, without the deed.

An entry is in one of three states.

    present --(not in a complete run)--> missing since T --(still missing, grace is over)--> archived
       ^                                     |                                                  |
       +------------(found again)------------+---------------------(found again)----------------+

What keeps a source's accident from becoming the portal's loss:

- Only a **complete** run says that something is missing. A run that could not read a page, met a loop or a limit, or
  got fewer entries than were announced, says nothing about what it did not see.
- An **empty** source is taken for a broken one.
- A source that lost more than `max_missing_share` of what it had at once, archived entries left out, is taken for a
  broken one, until a person raises the share.
- What is missing has a **grace** of some days, counted from the first complete run without it. It is archived by a run,
  never by the clock alone: so the source was asked at least twice, or its grace is zero.
- In a run that removes nothing no clock starts; those that run go on, as being found again is what stops them, and
  finding is believed in every run.

Nothing here knows of CKAN, of a clock or of a database; every harvester that can tell its entries apart may use it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

Reason = Literal["empty", "incomplete", "shrunk"]


@dataclass(frozen=True)
class Rules:
    """What a source's settings say about removal."""

    grace: timedelta = timedelta(days=7)
    max_missing_share: float = 0.2  # of the entries that the source has in the portal; more is taken for an accident


@dataclass(frozen=True)
class Known:
    """What earlier runs left behind about an entry."""

    missing_since: datetime | None = None  # first complete run without it
    archived: bool = False


@dataclass(frozen=True)
class Seen:
    """What a run saw of the source."""

    found: frozenset[str]  # every entry that is there, also one that cannot be used
    complete: bool = True  # nothing hindered it from seeing all


@dataclass(frozen=True)
class Decision:
    """What follows from a run."""

    missing: dict[str, datetime] = field(default_factory=dict)  # entry -> since when; to be remembered
    due: dict[str, datetime] = field(default_factory=dict)  # of these: when each may be archived
    archive: tuple[str, ...] = ()  # now
    found_again: tuple[str, ...] = ()  # were missing: their clock is forgotten
    revived: tuple[str, ...] = ()  # were archived: to be published again
    kept: Reason | None = None  # why nothing is archived although something is missing
    absent: int = 0  # how many are missing
    of: int = 0  # of how many that are published


def decide(known: Mapping[str, Known], seen: Seen, now: datetime, rules: Rules) -> Decision:
    """What becomes of the entries that earlier runs published; see the module for the rules.

    `now` and the times in `known` are aware. Entries of `seen` that are not known are none of its business.
    """
    published = {guid for guid, one in known.items() if not one.archived}
    absent = published - seen.found
    clocks = {guid: min(since, now) for guid in absent if (since := known[guid].missing_since) is not None}
    found_again = tuple(sorted(guid for guid in published & seen.found if known[guid].missing_since is not None))
    revived = tuple(sorted(guid for guid in seen.found & known.keys() if known[guid].archived))
    kept = _kept(absent, published, seen, rules)
    if kept is None:
        clocks |= {guid: now for guid in absent if guid not in clocks}
    due = {guid: since + rules.grace for guid, since in clocks.items()}
    archive = [] if kept else sorted(guid for guid, when in due.items() if when <= now)
    for guid in archive:
        del clocks[guid], due[guid]
    return Decision(
        missing=dict(sorted(clocks.items())),
        due=dict(sorted(due.items())),
        archive=tuple(archive),
        found_again=found_again,
        revived=revived,
        kept=kept,
        absent=len(absent),
        of=len(published),
    )


def _kept(absent: Collection[str], published: Collection[str], seen: Seen, rules: Rules) -> Reason | None:
    if not absent:
        return None
    if not seen.complete:
        return "incomplete"
    if not seen.found:
        return "empty"
    if len(absent) / len(published) > rules.max_missing_share:
        return "shrunk"
    return None
