"""What matching reads and what it answers: plain records, no CKAN."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from ckanext.dresdensmartcity.city.model import Label, Position

ACTOR, PROJECT = "actor", "project"


class Mode(str, Enum):
    """What a good match is."""

    COMPLEMENT = "complement"  # who brings what is still missing
    SIMILAR = "similar"  # who works on the same


PARTS = ("gap", "topic", "meaning", "text", "network", "near")  # in the order in which they are shown


@dataclass(frozen=True)
class Fact:
    """Where something that an entry says comes from."""

    field: str  # of the entry; empty: all of it
    source: str = ""
    date: str = ""  # ISO, when it was confirmed, else when it was read


@dataclass(frozen=True)
class Actor:
    """An actor as matching sees it."""

    id: str
    title: str
    notes: str = ""
    offers: tuple[str, ...] = ()  # ids or names of topics, or free text
    needs: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()  # ids of fields of action
    kind: str = ""
    position: Position | None = None
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class Member:
    """An actor's part in a project."""

    actor: str
    role: str  # lead, partner, funder
    since: str = ""  # ISO dates, as precise as known
    until: str = ""
    source: str = ""


@dataclass(frozen=True)
class Project:
    """A project as matching sees it."""

    id: str
    title: str
    notes: str = ""
    needs: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    members: tuple[Member, ...] = ()
    position: Position | None = None
    areas: tuple[Position, ...] = ()  # centres of its focus areas, used where it has no position
    facts: tuple[Fact, ...] = ()
    start: str = ""
    end: str = ""


@dataclass(frozen=True)
class Ref:
    """An entry by what it is and its id."""

    type: str  # ACTOR or PROJECT
    id: str


@dataclass(frozen=True)
class Statement:
    """What an entry says, in its words, and where that comes from."""

    entry: Ref
    field: str
    text: Label
    source: str = ""
    date: str = ""


@dataclass(frozen=True)
class Evidence:
    """What is sought met what is offered."""

    sought: Statement
    offered: Statement
    strength: float  # in [0, 1]


@dataclass(frozen=True)
class Part:
    """One summand of a score."""

    name: str  # one of PARTS
    weight: float  # in [0, 1]; the weights of a mode sum to 1
    value: float  # in [0, 1]
    contribution: float  # weight x value, cut to four digits
    evidence: tuple[Evidence, ...]
    sentence: Label


@dataclass(frozen=True)
class Match:
    """What was found for an entry, with the reasons; the score is the sum of the contributions."""

    seeker: Ref
    found: Ref
    rank: int  # from 1
    score: float  # in [0, 1], four digits
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Change:
    """A small change of an entry that would lift it for who seeks, with the rank that it would reach."""

    field: str  # offers, fields or position
    values: tuple[str, ...]  # what would be added; of a position nothing
    rank: int
    score: float
    sentence: Label


class UnknownEntryError(LookupError):
    """Raised when matches are asked for an entry that matching was not given."""

    def __init__(self, kind: str, identifier: str) -> None:
        self.kind, self.identifier = kind, identifier
        super().__init__(f"There is no {kind} with the id {identifier!r}.")


class WeightsError(ValueError):
    """Raised when configured weights cannot be used."""

    def __init__(self, given: str, reason: str) -> None:
        super().__init__(
            f"Weights {given!r}: {reason}. Write the parts and their weights, for example "
            f'"{" ".join(f"{name}=1" for name in PARTS)}"; a part that is left out weighs nothing.'
        )


def parse_weights(text: str) -> Mapping[str, float]:
    """Weights written as `gap=5 topic=2`, scaled to a sum of 1; parts that are not named weigh 0.

    Raises WeightsError.
    """
    weights = dict.fromkeys(PARTS, 0.0)
    for item in text.split():
        name, _, number = item.partition("=")
        if name not in weights:
            raise WeightsError(text, f"{name!r} is none of {', '.join(PARTS)}")
        try:
            weights[name] = float(number)
        except ValueError:
            raise WeightsError(text, f"{number!r} is no number") from None
        if not 0 <= weights[name] < float("inf"):
            raise WeightsError(text, f"{item} is not between 0 and infinity")
    total = sum(weights.values())
    if not total:
        raise WeightsError(text, "all of them are 0")
    return {name: weight / total for name, weight in weights.items()}
