"""Bridges and gaps in plain German and English."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ckanext.dresdensmartcity.city.model import Label

from .records import ACTOR, PROJECT, Bridge, Lonely, PairGap, TopicGap

Name = Callable[[str, str], str]  # (ACTOR or PROJECT, id) -> title
Naming = Callable[[str], Label]  # id of a concept or a group -> how it is called


def bridge(one: Bridge, name: Name) -> Label:
    """Who would lose whom."""
    others = _others(one, name)
    if one.kind == ACTOR:
        who = name(ACTOR, one.ids[0])
        return Label(
            f"Ohne {who} {_would_de(one.cut_off)} vom größten übrigen Teil getrennt: {others.de}.",
            f"Without {who}, {_would_en(one.cut_off)} the largest part that remains: {others.en}.",
        )
    if one.kind == PROJECT:
        what = name(PROJECT, one.ids[0])
        return Label(
            f"Ohne das Projekt „{what}“ {_would_de(one.cut_off)} vom größten übrigen Teil getrennt: {others.de}.",
            f"Without the project “{what}”, {_would_en(one.cut_off)} the largest part that remains: {others.en}.",
        )
    first, second = (name(ACTOR, actor) for actor in one.ids)
    return Label(
        f"{first} und {second}: die einzige Verbindung zwischen zwei Teilen. Der kleinere: {others.de}.",
        f"{first} and {second}: the only tie between two parts. The smaller one: {others.en}.",
    )


def _would_de(count: int) -> str:
    return "wäre 1 Akteur" if count == 1 else f"wären {count} Akteure"


def _would_en(count: int) -> str:
    return f"{count} {'actor' if count == 1 else 'actors'} would lose"


def _others(one: Bridge, name: Name) -> Label:
    """The actors of the smaller parts; parts are told apart by a semicolon."""
    named = sum(len(part) for part in one.parts)
    parts = [[name(ACTOR, actor) for actor in part] for part in one.parts]
    rest = one.cut_off - named
    more = Label(f"; und {rest} weitere", f"; and {rest} more") if rest > 0 else Label("", "")
    return Label(
        "; ".join(listed(part, "und") for part in parts) + more.de,
        "; ".join(listed(part, "and") for part in parts) + more.en,
    )


def listed(words: Sequence[str], last: str) -> str:
    """ "a, b und c" """
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


def pair_gap(one: PairGap, group: Naming, concept: Naming) -> Label:
    """Which two groups, what about, and how few ties."""
    mine, theirs = group(one.one), group(one.other)
    topics = [concept(topic.concept) for topic in one.topics]
    usual = f"{one.usual:g}"
    return Label(
        f"{mine.de} sucht noch {listed([t.de for t in topics], 'und')}; {theirs.de} bietet das. "
        f"Zwischen beiden {_ties_de(one.ties)}, üblich wären {usual.replace('.', ',')}.",
        f"{mine.en} still seeks {listed([t.en for t in topics], 'and')}; {theirs.en} offers it. "
        f"Between them {_ties_en(one.ties)}; {usual} would be usual.",
    )


def _ties_de(count: int) -> str:
    return "gibt es keine Verbindung" if not count else f"gibt es {count} Verbindung{'en' if count > 1 else ''}"


def _ties_en(count: int) -> str:
    return "there is no tie" if not count else f"there {'are' if count > 1 else 'is'} {count} tie{'s' * (count > 1)}"


def topic_gap(one: TopicGap, name: Name, concept: Naming) -> Label:
    """Who seeks a topic and who offers it."""
    what = concept(one.concept)
    seekers = [name(PROJECT, project) for project in one.seekers]
    givers = [name(ACTOR, actor) for actor in one.givers]
    return Label(
        f"{what.de}: gesucht von {listed(seekers, 'und')}, geboten von {listed(givers, 'und')}.",
        f"{what.en}: sought by {listed(seekers, 'and')}, offered by {listed(givers, 'and')}.",
    )


def lonely(one: Lonely, name: Name, concept: Naming) -> Label:
    """What an actor without ties could give and get."""
    who = name(ACTOR, one.actor)
    give = [(concept(gap.concept), [name(PROJECT, project) for project in gap.seekers]) for gap in one.could_give]
    get = [(concept(gap.concept), [name(ACTOR, actor) for actor in gap.givers]) for gap in one.could_get]
    if not give and not get:
        return Label(
            f"{who} hat keine Verbindung, und nichts, was gesucht oder geboten wird, passt bisher.",
            f"{who} has no tie, and nothing that is sought or offered fits so far.",
        )
    german = [f"könnte {what.de} bringen ({listed(to, 'und')})" for what, to in give]
    german += [f"könnte {what.de} bekommen ({listed(by, 'und')})" for what, by in get]
    english = [f"could bring {what.en} ({listed(to, 'and')})" for what, to in give]
    english += [f"could get {what.en} ({listed(by, 'and')})" for what, by in get]
    return Label(f"{who} {listed(german, 'und')}.", f"{who} {listed(english, 'and')}.")
