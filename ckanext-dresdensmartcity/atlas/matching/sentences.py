"""The reasons of a match in plain German and English."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ckanext.dresdensmartcity.city.model import Label

from .records import Evidence

FULL = 1.0
NO_NEEDS = Label("Keiner von beiden nennt einen Bedarf.", "Neither of them states any needs.")
Names = tuple[str, str] | None  # of who asks and who offers, where both are actors; else a project asks an actor


def gap(evidence: Sequence[Evidence], still_open: int, needs: int, names: Names = None) -> Label:
    """What one would bring that the other lacks."""
    asks, brings = _asks(names), _brings(names)
    if not needs:
        return Label(f"{asks.de} nennt keinen Bedarf.", f"{asks.en} states no needs.")
    if not still_open:
        return Label("Alle genannten Bedarfe decken schon die Mitglieder.", "The members already meet every need.")
    lacks = Label("was dem Projekt noch fehlt", "what the project still lacks")
    if names:
        lacks = Label(f"was {asks.de} sucht", f"what {asks.en} is looking for")
    if not evidence:
        return Label(
            f"{brings.de} bietet nichts von dem, {lacks.de}{_open(still_open, needs, names).de}.",
            f"{brings.en} offers nothing of {lacks.en}{_open(still_open, needs, names).en}.",
        )
    de = _and((_met(one, "de") for one in evidence), "und")
    en = _and((_met(one, "en") for one in evidence), "and")
    count = len(evidence)
    return Label(
        f"{brings.de} bietet, {lacks.de}: {de} ({_of(count, needs).de}).",
        f"{brings.en} offers {lacks.en}: {en} ({_of(count, needs).en}).",
    )


def _asks(names: Names) -> Label:
    return Label(f"„{names[0]}“", f"“{names[0]}”") if names else Label("Das Projekt", "The project")


def _brings(names: Names) -> Label:
    return Label(f"„{names[1]}“", f"“{names[1]}”") if names else Label("Der Akteur", "The actor")


def _open(still_open: int, needs: int, names: Names) -> Label:
    """How many needs are open, where a project has members that meet some."""
    if names:
        return Label("", "")
    if still_open == needs == 1:
        return Label(" (ein Bedarf ist offen)", " (one need is open)")
    if still_open == needs:
        return Label(f" (alle {needs} Bedarfe sind offen)", f" (all {needs} needs are open)")
    if still_open == 1:
        return Label(f" (einer von {needs} Bedarfen ist offen)", f" (one of {needs} needs is open)")
    return Label(f" ({still_open} von {needs} Bedarfen sind offen)", f" ({still_open} of {needs} needs are open)")


def _of(count: int, needs: int) -> Label:
    if needs == 1:
        return Label("der einzige genannte Bedarf", "the only need that is stated")
    if count == needs:
        return Label(f"alle {needs} Bedarfe", f"all {needs} needs")
    return Label(f"{count} von {needs} Bedarfen", f"{count} of {needs} needs")


def _met(one: Evidence, language: str) -> str:
    need, offer = one.sought.text.text(language), one.offered.text.text(language)
    if need == offer:
        return need
    return f"{need} ({'durch' if language == 'de' else 'by'} {offer})"


def topic(evidence: Sequence[Evidence], has_topics: bool, names: Names = None) -> Label:
    """Which topics both have."""
    if not has_topics:
        asks = _asks(names)
        return Label(f"{asks.de} nennt noch keine Themen.", f"{asks.en} names no topics yet.")
    if not evidence:
        return Label("Keine gemeinsamen Themen.", "No topics in common.")
    same: dict[str, Evidence] = {}
    for one in evidence:
        if one.strength == FULL:
            same.setdefault(one.sought.text.de, one)
    near = [one for one in evidence if one.strength < FULL and one.sought.text.de not in same]
    de, en = [], []
    if same:
        de.append("Gemeinsame Themen: " + "; ".join(_met(one, "de") for one in same.values()) + ".")
        en.append("Topics in common: " + "; ".join(_met(one, "en") for one in same.values()) + ".")
    if near:
        de.append(
            "Verwandte Themen: " + "; ".join(f"{one.sought.text.de} – {one.offered.text.de}" for one in near) + "."
        )
        en.append("Related topics: " + "; ".join(f"{one.sought.text.en} – {one.offered.text.en}" for one in near) + ".")
    return Label(" ".join(de), " ".join(en))


def text(german: Sequence[str], english: Sequence[str]) -> Label:
    """Which parts of words both texts use, for readers of each language; either both have some or none has."""
    if not german or not english:
        return Label("Die Texte haben kaum Wortteile gemeinsam.", "The texts share hardly any parts of words.")
    de, en = _and((f"„{one}“" for one in german), "und"), _and((f"“{one}”" for one in english), "and")
    return Label(f"Gemeinsame Wortteile: {de}.", f"Parts of words in common: {en}.")


def meaning(pairs: Sequence[tuple[str, str]]) -> Label:
    """Which words of both texts mean the same or nearly so."""
    if not pairs:
        return Label("Keine Wörter von verwandter Bedeutung.", "No words of related meaning.")
    near = [pair for pair in pairs if pair[0].casefold() != pair[1].casefold()]
    same = [one for one, other in pairs if one.casefold() == other.casefold()]
    de, en = [], []
    if near:
        de.append("Nah in der Bedeutung: " + "; ".join(f"„{one}“ und „{other}“" for one, other in near) + ".")
        en.append("Close in meaning: " + "; ".join(f"“{one}” and “{other}”" for one, other in near) + ".")
    if same:
        de.append("In beiden Texten: " + _and((f"„{one}“" for one in same), "und") + ".")
        en.append("In both texts: " + _and((f"“{one}”" for one in same), "and") + ".")
    return Label(" ".join(de), " ".join(en))


def network(evidence: Sequence[Evidence], has_members: bool) -> Label:
    """With which members of a project an actor works elsewhere: the first project, and how many ties there are more."""
    if not has_members:
        return Label("Das Projekt hat noch keine Mitglieder.", "The project has no members yet.")
    if not evidence:
        return Label(
            "Noch kein gemeinsames Projekt mit den Mitgliedern: ein neuer Kontakt.",
            "No project with its members so far: a new contact.",
        )
    first, more = evidence[0], len(evidence) - 1
    de = f"Gemeinsames Projekt mit dem Mitglied „{first.sought.text.de}“: {first.offered.text.de}"
    en = f"Joint project with the member “{first.sought.text.en}”: {first.offered.text.en}"
    if more:
        de += f"; dazu {_count(more)} weitere Verbindung{'en' if more > 1 else ''}"
        en += f"; and {'one' if more == 1 else more} more tie{'s' if more > 1 else ''}"
    return Label(de + ".", en + ".")


def _count(number: int) -> str:
    return "eine" if number == 1 else str(number)


def newcomer(titles: Sequence[str]) -> Label:
    """That somebody is in no project yet; among actors with the titles of whom that is true."""
    if len(titles) > 1:
        return Label(
            "Beide sind noch in keinem Projekt: ein neuer Kontakt.", "Neither is in a project yet: a new contact."
        )
    de, en = (f"„{titles[0]}“", f"“{titles[0]}”") if titles else ("Der Akteur", "The actor")
    return Label(f"{de} ist noch in keinem Projekt: ein neuer Kontakt.", f"{en} is in no project yet: a new contact.")


def joint(evidence: Sequence[Evidence]) -> Label:
    """In which projects two actors work together."""
    if not evidence:
        return Label("Noch kein gemeinsames Projekt: ein neuer Kontakt.", "No project together so far: a new contact.")
    shown = evidence[:3]
    de, en = _and((one.offered.text.de for one in shown), "und"), _and((one.offered.text.en for one in shown), "and")
    if len(evidence) == 1:
        return Label(f"Gemeinsames Projekt: {de}.", f"Joint project: {en}.")
    if len(evidence) > len(shown):
        return Label(
            f"{len(evidence)} gemeinsame Projekte, darunter {de}.", f"{len(evidence)} joint projects, among them {en}."
        )
    return Label(f"Gemeinsame Projekte: {de}.", f"Joint projects: {en}.")


def period(since: str, until: str) -> Label:
    """Years of a time: "2021–2024", "seit 2021"; empty where nothing is known. Takes ISO dates."""
    first, last = since[:4], until[:4]
    if first and last:
        years = first if first == last else f"{first}–{last}"
        return Label(years, years)
    if first:
        return Label(f"seit {first}", f"since {first}")
    return Label(f"bis {last}", f"until {last}") if last else Label("", "")


def near(metres: float | None, project_has_place: bool, *, by_area: bool) -> Label:
    """How far an actor is from a project."""
    if not project_has_place:
        return Label("Das Projekt hat keinen Ort.", "The project has no place.")
    if metres is None:
        return Label("Der Ort des Akteurs ist nicht bekannt.", "The actor's place is not known.")
    de, en = distance(metres, ","), distance(metres, ".")
    if by_area:
        return Label(
            f"Der Akteur liegt {de} von der Mitte des Schwerpunktraums entfernt.",
            f"The actor is {en} from the centre of the focus area.",
        )
    return Label(
        f"Der Akteur liegt {de} vom Ort des Projekts entfernt.", f"The actor is {en} from the project's place."
    )


def between(metres: float | None) -> Label:
    """How far two actors are from each other."""
    if metres is None:
        return Label("Von einem der beiden ist kein Ort bekannt.", "The place of one of them is not known.")
    return Label(f"Beide liegen {distance(metres, ',')} auseinander.", f"They are {distance(metres, '.')} apart.")


def two_ways(forth: Label, back: Label) -> Label:
    """What holds one way and the other."""
    return Label(f"{forth.de} {back.de}", f"{forth.en} {back.en}")


def distance(metres: float, decimal: str) -> str:
    """Rounded to what a position that was set by hand can bear: 100 m."""
    if metres < 950:
        return f"{max(100, round(metres / 100) * 100)} m"
    return f"{metres / 1000:.1f} km".replace(".", decimal)


def offered(names: Sequence[Label], rank: int, before: int) -> Label:
    """What an actor would have to offer to rank higher."""
    de, en = _and((f"„{one.de}“" for one in names), "und"), _and((f"“{one.en}”" for one in names), "and")
    return Label(
        f"Stünde auf Rang {rank} statt {before}, wenn der Akteur {de} anböte.",
        f"Would rank {_ordinal(rank)} instead of {_ordinal(before)} if the actor offered {en}.",
    )


def active(name: Label, rank: int, before: int) -> Label:
    """In which field of action an actor would have to be named."""
    en = f"Would rank {_ordinal(rank)} instead of {_ordinal(before)}"
    return Label(
        f"Stünde auf Rang {rank} statt {before}, wenn beim Akteur das Handlungsfeld „{name.de}“ stünde.",
        f"{en} if the actor named the field of action “{name.en}”.",
    )


def placed(metres: float, rank: int, before: int) -> Label:
    """What a place of the actor would bring."""
    de, en = f"Stünde auf Rang {rank} statt {before}", f"Would rank {_ordinal(rank)} instead of {_ordinal(before)}"
    return Label(
        f"{de}, wenn der Ort des Akteurs eingetragen wäre und {distance(metres, ',')} entfernt läge.",
        f"{en} if the actor's place were given and {distance(metres, '.')} away.",
    )


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _and(items: Iterable[str], last: str) -> str:
    """A list as people say it: "a, b and c"."""
    found = list(items)
    return f"{', '.join(found[:-1])} {last} {found[-1]}" if len(found) > 1 else "".join(found)
