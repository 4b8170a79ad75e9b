"""Whether an actor may take part in a funding programme, with every reason in a sentence."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from ckanext.dresdensmartcity.city.model import FundingProgramme, Label
from ckanext.dresdensmartcity.city.vocabularies import vocabulary

LEAD, PARTNER = "lead", "partner"
OR = Label("oder", "or")


class State(Enum):
    """Whether a programme takes applications on a day."""

    NOT_YET = "not yet"
    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"  # its papers name no days


@dataclass(frozen=True)
class Eligibility:
    """Whether an actor may take part, and why; what is unknown speaks against nobody but is told."""

    allowed: bool
    reasons: tuple[Label, ...]  # first those that speak against it
    roles: tuple[str, ...] = ()  # that the actor may take: LEAD, PARTNER
    paid: bool = False  # whether the programme pays it in one of them


def state_of(programme: FundingProgramme, on: date) -> State:
    """Whether the programme takes applications on that day; it does on the deadline itself."""
    if programme.closed or (programme.deadline and on > programme.deadline):
        return State.CLOSED
    if programme.opens and on < programme.opens:
        return State.NOT_YET
    return State.OPEN if programme.opens or programme.deadline else State.UNKNOWN


def eligibility(
    programme: FundingProgramme, actor_kind: str, fields: Collection[str], in_city: bool | None, on: date
) -> Eligibility:
    """Whether an actor of this kind, with these fields of action, may take part in the programme on that day.

    `in_city` is None where its place is not known. Empty `fields` are unknown ones: they keep nobody out.
    """
    in_time, when = _time(programme, on)
    who = suitability(programme, actor_kind, fields, in_city)
    if not in_time:
        return Eligibility(False, (when, *who.reasons))
    if not who.allowed:
        return Eligibility(False, (*who.reasons, when))
    return Eligibility(True, (when, *who.reasons), who.roles, who.paid)


def suitability(
    programme: FundingProgramme, actor_kind: str, fields: Collection[str], in_city: bool | None
) -> Eligibility:
    """Whether an actor may take part as far as the calendar lets it: for programmes that are closed or not open yet."""
    verdicts = [_kind(programme, actor_kind), _region(programme, in_city), _fields(programme, fields)]
    against = tuple(reason for allowed, reason in verdicts if not allowed and reason)
    for_it = tuple(reason for allowed, reason in verdicts if allowed and reason)
    if against:
        return Eligibility(False, against + for_it)
    roles = roles_of(programme, actor_kind)
    paid = any(role in programme.roles for role in roles)
    return Eligibility(True, (*for_it, _role(programme, roles, paid)), roles, paid)


def roles_of(programme: FundingProgramme, actor_kind: str) -> tuple[str, ...]:
    """The roles that a kind may take, whether or not they are paid."""
    if programme.kinds and actor_kind not in programme.kinds:
        return ()
    may_lead = not programme.lead_kinds or actor_kind in programme.lead_kinds
    return (LEAD, PARTNER) if may_lead else (PARTNER,)


def day(moment: date) -> Label:
    """A day as people write it."""
    return Label(f"{moment.day}.{moment.month}.{moment.year}", f"{moment.day} {moment:%B %Y}")


def kinds_text(kinds: Iterable[str], last: Label = OR) -> Label:
    """Kinds of actors in a sentence: "Stadt, Amt oder Forschung"."""
    labels = [vocabulary("actor-kinds").label(kind) for kind in kinds]
    return Label(_joined([one.de for one in labels], last.de), _joined([one.en for one in labels], last.en))


def _joined(words: list[str], last: str) -> str:
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


def _time(programme: FundingProgramme, on: date) -> tuple[bool, Label]:
    state = state_of(programme, on)
    if state is State.CLOSED and programme.deadline and not programme.closed:
        until = day(programme.deadline)
        return False, Label(f"Die Frist endete am {until.de}.", f"The deadline was {until.en}.")
    if state is State.CLOSED:
        return False, Label("Es werden keine Anträge mehr angenommen.", "No applications are taken any more.")
    if state is State.NOT_YET and programme.opens:
        first = day(programme.opens)
        return False, Label(f"Anträge werden erst ab dem {first.de} angenommen.", f"It opens on {first.en}.")
    if programme.deadline:
        until = day(programme.deadline)
        return True, Label(f"Anträge bis zum {until.de}.", f"Applications until {until.en}.")
    return True, Label("Eine Frist ist nicht bekannt.", "No deadline is known.")


def _kind(programme: FundingProgramme, actor_kind: str) -> tuple[bool, Label | None]:
    if not programme.kinds:
        return True, None
    if actor_kind in programme.kinds:
        own = kinds_text([actor_kind])
        return True, Label(f"Teilnehmen darf: {own.de}.", f"May take part: {own.en}.")
    allowed = kinds_text(programme.kinds)
    return False, Label(f"Teilnehmen darf nur: {allowed.de}.", f"Only these may take part: {allowed.en}.")


def _region(programme: FundingProgramme, in_city: bool | None) -> tuple[bool, Label | None]:
    if programme.region != "city":
        return True, None
    if in_city is None:
        return True, Label(
            "Nur für Sitze in der Stadt; der Sitz ist nicht bekannt, bitte prüfen.",
            "Only for seats in the city; the seat is not known, please check.",
        )
    if in_city:
        return True, Label("Der Sitz liegt in der Stadt.", "The seat is in the city.")
    return False, Label("Der Sitz liegt außerhalb der Stadt.", "The seat is outside the city.")


def _fields(programme: FundingProgramme, fields: Collection[str]) -> tuple[bool, Label | None]:
    if not programme.fields_of_action or not fields:
        return True, None
    if set(fields) & set(programme.fields_of_action):
        return True, Label("Das Handlungsfeld wird gefördert.", "The field of action is funded.")
    return False, Label("Keines der Handlungsfelder wird gefördert.", "None of the fields of action is funded.")


def _role(programme: FundingProgramme, roles: tuple[str, ...], paid: bool) -> Label:
    if not paid:
        return Label("Nur als Partner, ohne eigene Förderung.", "As a partner only, without money of its own.")
    if LEAD not in roles:
        leads = kinds_text(programme.lead_kinds)
        return Label(f"Als Partner; die Leitung übernimmt: {leads.de}.", f"As a partner; the lead takes: {leads.en}.")
    if PARTNER not in programme.roles:
        return Label("Gefördert wird die Leitung.", "The lead is funded.")
    return Label("Als Leitung oder Partner.", "As lead or partner.")
