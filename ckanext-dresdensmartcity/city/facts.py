"""What an entry of the atlas says beside plain fields: who takes part, where a fact comes from, pages elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

# What an actor does in a project; a lead comes before partners, and those before funders.
LEAD, PARTNER, FUNDER = "lead", "partner", "funder"
ROLES = (LEAD, PARTNER, FUNDER)

# Key of CKAN's context: entries, as (type, id), that the same load or import brings after this one.
EXPECTED = "atlas_expected"


@dataclass(frozen=True)
class Membership:
    """An actor's part in a project."""

    actor: str  # id in the atlas
    role: str = PARTNER  # one of ROLES
    since: str = ""  # year, month or day
    until: str = ""  # year, month or day; empty while it lasts
    source: str = ""


@dataclass(frozen=True)
class Evidence:
    """Where a fact comes from, and when somebody looked."""

    fact: str = ""  # name of the field; empty for the whole entry
    source: str = ""
    retrieved_on: str = ""  # year, month or day on which it was read in the source
    confirmed_on: str = ""  # year, month or day on which the organisation said that it is true


@dataclass(frozen=True)
class WebLink:
    """A page elsewhere about an entry."""

    url: str
    label: str = ""


def in_order(members: tuple[Membership, ...]) -> tuple[Membership, ...]:
    """Leads, partners, funders; within a role as they were given, and each actor once in a role."""
    once = {(one.actor, one.role): one for one in reversed(members) if one.actor}
    kept = [one for one in members if once.get((one.actor, one.role)) is one]
    return tuple(sorted(kept, key=lambda one: ROLES.index(one.role) if one.role in ROLES else len(ROLES)))


def of_role(members: tuple[Membership, ...], role: str) -> tuple[str, ...]:
    """The ids of the actors with that role."""
    return tuple(one.actor for one in members if one.role == role)
