"""The reasons of a match in plain German and English."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ckanext.dresdensmartcity.city.model import Label

from .records import Evidence

FULL = 1.0


def topic(evidence: Sequence[Evidence], has_topics: bool) -> Label:
    """Which topics both have."""
    if not has_topics:
        return Label("Das Projekt nennt noch keine Themen.", "The project names no topics yet.")
    if not evidence:
        return Label("Keine gemeinsamen Themen.", "No topics in common.")
    return Label(
        "Gemeinsame Themen: " + _list(_pair(one, "de") for one in evidence) + ".",
        "Topics in common: " + _list(_pair(one, "en") for one in evidence) + ".",
    )


def _pair(one: Evidence, language: str) -> str:
    mine, theirs = one.project.text(language), one.actor.text(language)
    if one.strength == FULL and mine == theirs:
        return mine
    if one.strength == FULL:
        return f"{mine} ({'durch' if language == 'de' else 'through'} {theirs})"
    return f"{mine} ({'verwandt mit' if language == 'de' else 'related to'} {theirs})"


def gap(evidence: Sequence[Evidence], still_open: int, needs: int) -> Label:
    """What the actor would bring that is missing."""
    if not needs:
        return Label("Das Projekt nennt keinen Bedarf.", "The project states no needs.")
    if not still_open:
        return Label("Alle genannten Bedarfe decken schon die Mitglieder.", "The members already meet every need.")
    if not evidence:
        return Label(
            f"Bringt nichts von dem, was noch fehlt ({still_open} von {needs} Bedarfen offen).",
            f"Brings none of what is missing ({still_open} of {needs} needs open).",
        )
    return Label(
        f"Bringt, was noch fehlt: {_list(one.project.de for one in evidence)} ({len(evidence)} von {needs} Bedarfen).",
        f"Brings what is missing: {_list(one.project.en for one in evidence)} ({len(evidence)} of {needs} needs).",
    )


def text(parts: Sequence[str]) -> Label:
    """Which parts of words both texts use."""
    if not parts:
        return Label("Die Texte haben kaum Wörter gemeinsam.", "The texts share hardly any words.")
    shown = _list(f"„{part}“" for part in parts)
    return Label(f"Gemeinsame Wortteile: {shown}.", "Parts of words in common: " + _list(f"“{p}”" for p in parts) + ".")


def meaning(pairs: Sequence[tuple[str, str]]) -> Label:
    """Which words of both texts mean the same or nearly so."""
    if not pairs:
        return Label("Keine Wörter mit verwandter Bedeutung.", "No words of related meaning.")
    de = _list(f"„{one}“" if one == other else f"„{one}“ und „{other}“" for one, other in pairs)
    en = _list(f"“{one}”" if one == other else f"“{one}” and “{other}”" for one, other in pairs)
    return Label(f"Verwandte Bedeutung: {de}.", f"Related meaning: {en}.")


def network(evidence: Sequence[Evidence]) -> Label:
    """With whom the actor has worked."""
    if not evidence:
        return Label(
            "Noch kein gemeinsames Projekt mit den Mitgliedern: ein neuer Kontakt.",
            "No project with its members so far: a new contact.",
        )
    first, more = evidence[0], len(evidence) - 1
    de = f"Arbeitet mit {first.project.de} in „{first.actor.de}“ zusammen"
    en = f"Works with {first.project.en} in “{first.actor.en}”"
    if more:
        de += f" (und {more} weitere Verbindung{'en' if more > 1 else ''})"
        en += f" (and {more} more tie{'s' if more > 1 else ''})"
    return Label(de + ".", en + ".")


def near(metres: float | None, project_has_place: bool, by_area: bool) -> Label:
    """How far apart both are."""
    if not project_has_place:
        return Label("Das Projekt hat keinen Ort.", "The project has no place.")
    if metres is None:
        return Label("Vom Akteur ist kein Ort bekannt.", "The actor's place is not known.")
    if by_area:
        return Label(
            f"{_distance(metres, ',')} von der Mitte des Schwerpunktraums.",
            f"{_distance(metres, '.')} from the centre of the focus area.",
        )
    return Label(
        f"{_distance(metres, ',')} vom Ort des Projekts.", f"{_distance(metres, '.')} from the project's place."
    )


def _distance(metres: float, decimal: str) -> str:
    """Rounded to what a position that was set by hand can bear: 100 m."""
    if metres < 950:
        return f"{max(100, round(metres / 100) * 100)} m"
    return f"{metres / 1000:.1f} km".replace(".", decimal)


def _list(items: Iterable[str]) -> str:
    return ", ".join(items)
