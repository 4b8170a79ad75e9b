"""Why a member sits in a consortium, and what one still lacks, in plain German and English."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ckanext.dresdensmartcity.city.model import FundingProgramme, Label

from .consortia import Proposal, Seat
from .rules import LEAD, kinds_text

Naming = Callable[[str], Label]


def seat(one: Seat, concept: Naming) -> Label:
    """What the member brings, and what speaks for this one of several."""
    german, english = [], []
    if one.role == LEAD:
        german.append("übernimmt die Leitung")
        english.append("takes the lead")
    if one.is_member:
        german.append("ist schon im Projekt")
        english.append("is in the project already")
    if one.brings:
        names = [concept(topic) for topic in one.brings]
        german.append("bringt " + _listed([name.de for name in names], "und"))
        english.append("brings " + _listed([name.en for name in names], "and"))
    if one.alone and len(one.alone) < len(one.brings):
        names = [concept(topic) for topic in one.alone]
        german.append("als Einziger hier " + _listed([name.de for name in names], "und"))
        english.append("alone here " + _listed([name.en for name in names], "and"))
    if one.as_kind:
        german.append("stellt eine Art, die das Programm verlangt")
        english.append("is of a kind that the programme asks for")
    if not one.ties and not one.is_member:
        german.append("ist neu: hat noch keine Verbindung")
        english.append("is new: has no tie yet")
    return Label(_sentence(german), _sentence(english))


def lacking(one: Proposal, programme: FundingProgramme, concept: Naming) -> tuple[Label, ...]:
    """What a proposal still lacks; nothing where it meets all that rules can check."""
    told = []
    if not one.has_lead:
        leads = kinds_text(programme.lead_kinds or programme.kinds)
        told.append(
            Label(f"Es fehlt eine Leitung ({leads.de}).", f"A lead is missing ({leads.en}).")
            if leads.de
            else Label("Es fehlt eine Leitung.", "A lead is missing.")
        )
    for kinds in one.missing_kinds:
        asked = kinds_text(kinds)
        told.append(Label(f"Es fehlt: {asked.de}.", f"Missing: {asked.en}."))
    if one.missing_members:
        count = one.missing_members
        told.append(
            Label(
                f"Es fehlen noch {count} Mitglieder." if count > 1 else "Es fehlt noch ein Mitglied.",
                f"{count} more members are missing." if count > 1 else "One more member is missing.",
            )
        )
    if one.missing:
        names = [concept(topic) for topic in one.missing]
        told.append(
            Label(
                "Nicht abgedeckt: " + _listed([name.de for name in names], "und") + ".",
                "Not covered: " + _listed([name.en for name in names], "and") + ".",
            )
        )
    return tuple(told)


def _listed(words: Sequence[str], last: str) -> str:
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


def _sentence(parts: Sequence[str]) -> str:
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}." if text else ""
