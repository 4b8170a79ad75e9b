"""What the network is made of and what is found in it: plain records, no CKAN."""

from __future__ import annotations

from dataclasses import dataclass

ACTOR, PROJECT, TIE = "actor", "project", "tie"


@dataclass(frozen=True)
class Member:
    """An actor's part in a project; dates as precise as they are known, empty where nobody knows."""

    actor: str
    role: str  # lead, partner, funder
    since: str = ""
    until: str = ""


@dataclass(frozen=True)
class Actor:
    """An actor as the network sees it."""

    id: str
    title: str
    kind: str = ""
    fields: tuple[str, ...] = ()  # ids of fields of action
    offers: tuple[str, ...] = ()  # ids or names of topics, or free text
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Project:
    """A project as the network sees it."""

    id: str
    title: str
    fields: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    members: tuple[Member, ...] = ()
    start: str = ""
    end: str = ""


@dataclass(frozen=True)
class Shared:
    """A project that two actors share, and for how long both were in it."""

    project: str
    since: str = ""
    until: str = ""


@dataclass(frozen=True)
class Tie:
    """Two actors that work together, `one` before `other` by id, with every project as evidence."""

    one: str
    other: str
    projects: tuple[Shared, ...]
    # Sum over projects of 1 / (members - 1): in a small project people know each other better (Newman 2001).
    strength: float

    @property
    def since(self) -> str:
        """The earliest date at which both were in a project; empty where none is known."""
        return min((one.since for one in self.projects if one.since), default="")


@dataclass(frozen=True)
class Bridge:
    """What holds parts of the network together: without it they would know nothing of each other."""

    kind: str  # ACTOR, PROJECT or TIE
    ids: tuple[str, ...]  # the actor, the project, or the two actors of the tie
    cut_off: int  # actors that would lose the largest part
    parts: tuple[tuple[str, ...], ...]  # the smaller parts that would remain, by size; at most MOST_NAMED actors each
    sizes: tuple[int, ...]  # of all parts, the largest first
    betweenness: float = 0.0  # share of the shortest ways that lead over it, in [0, 1]


@dataclass(frozen=True)
class Cluster:
    """Actors that work together more than with others."""

    number: int  # from 1, the largest first
    actors: tuple[str, ...]  # the best connected first
    fields: tuple[str, ...]  # the commonest fields of action first
    ties_inside: int
    ties_outside: int


@dataclass(frozen=True)
class TopicGap:
    """A topic that one side seeks and the other offers without knowing each other."""

    concept: str
    seekers: tuple[str, ...]  # ids of projects
    givers: tuple[str, ...]  # ids of actors


@dataclass(frozen=True)
class PairGap:
    """Two groups with fewer ties than usual, though one offers what the other seeks."""

    one: str  # id of a field of action, or the number of a cluster
    other: str
    ties: int
    usual: float  # ties that as many pairs of actors have on average in the whole network
    topics: tuple[TopicGap, ...]  # sought by projects of `one`, offered by actors of `other`


@dataclass(frozen=True)
class Lonely:
    """An actor without ties, and what would bring it in."""

    actor: str
    could_give: tuple[TopicGap, ...]  # to projects that still seek it
    could_get: tuple[TopicGap, ...]  # its own needs; the givers offer it


@dataclass(frozen=True)
class Missing:
    """A topic that projects seek and nobody in the atlas offers."""

    concept: str
    seekers: tuple[str, ...]  # ids of projects
