"""Why a pair has its score: for each part what met what, where that comes from, and a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from ckanext.dresdensmartcity.city.model import Label

from ..text import as_written, normalise, shared_parts
from . import sentences
from .concepts import FIELD, label_of
from .meaning import MeaningTable, nearness_of, pairs, phrase_of
from .records import ACTOR, PROJECT, Actor, Evidence, Mode, Project, Ref, Statement
from .scores import Scores
from .spelling import ONE, SpellingTable
from .tables import Knowledge, Tables

MOST_EVIDENCE = 5
MOST_SHOWN = 3  # words in a sentence
_LANGUAGES = ("de", "en")

Explained = tuple[tuple[Evidence, ...], Label]
Told = Sequence[tuple[str, str]]  # fields of an entry with phrases


@dataclass(frozen=True)
class Pair:
    """One side asks, the other brings."""

    asks: Actor | Project
    brings: Actor
    open: tuple[str, ...]  # needs that nobody meets yet
    mode: Mode


class Explainer:
    """Explains pairs of one state of the atlas."""

    def __init__(self, tables: Tables, knowledge: Knowledge, field_labels: Mapping[str, Label]) -> None:
        self._tables, self._knowledge, self._field_labels = tables, knowledge, field_labels

    def explain(
        self, seeker: Ref, number: int, found: str, other: int, mode: Mode, scores: Scores
    ) -> dict[str, Explained]:
        """Evidence and sentence of each part, for the entries `number` of the seeker's type and `other` of `found`."""
        if seeker.type == found:
            one, two = self._tables.actor(number), self._tables.actor(other)
            forth, back = Pair(one, two, self._needs(one), mode), Pair(two, one, self._needs(two), mode)
            explained = {name: _both(explain(forth), explain(back), name) for name, explain in self._parts().items()}
            if not one.needs and not two.needs:
                explained["gap"] = (), sentences.NO_NEEDS
            explained["network"] = self._joint_projects(number, other)
            new = [one for one in (number, other) if not len(self._tables.projects_of.row(one))]
            if new:
                explained["network"] = (), sentences.newcomer([self._tables.actor(one).title for one in new])
            metres = float(scores.metres(ACTOR, number, ACTOR)[other])
            explained["near"] = (), sentences.between(metres if np.isfinite(metres) else None)
            return explained
        project, actor = (number, other) if seeker.type == PROJECT else (other, number)
        pair = self._project_pair(project, actor, mode)
        explained = {name: explain(pair) for name, explain in self._parts().items()}
        explained["network"] = self._ties(project, actor)
        explained["near"] = self._near(pair, float(scores.metres(seeker.type, number, found)[other]))
        return explained

    def _parts(self) -> dict[str, Callable[[Pair], Explained]]:
        return {"gap": self._gap, "topic": self._topic, "meaning": self._meaning, "text": self._text}

    def _needs(self, actor: Actor) -> tuple[str, ...]:
        return self._knowledge.concepts(actor).needs

    def _project_pair(self, project: int, actor: int, mode: Mode) -> Pair:
        record = self._tables.project(project)
        starts = self._tables.columns[PROJECT]["needs"].starts
        still_open = self._tables.open[starts[project] : starts[project + 1]]
        needs = self._knowledge.concepts(record).needs
        left = tuple(need for need, is_open in zip(needs, still_open, strict=True) if is_open)
        return Pair(record, self._tables.actor(actor), left, mode)

    def _gap(self, pair: Pair) -> Explained:
        taxonomy, offers = self._knowledge.taxonomy, self._knowledge.concepts(pair.brings).offers
        evidence = []
        for need in pair.open:
            by = next((offer for offer in offers if taxonomy.cover(need, offer) == 1.0), None)
            if by is not None:
                evidence.append(
                    Evidence(
                        statement(pair.asks, "needs", self._label(need, pair.asks.needs)),
                        statement(pair.brings, "offers", self._label(by, pair.brings.offers)),
                        1.0,
                    )
                )
        count = len(self._knowledge.concepts(pair.asks).needs)
        return tuple(evidence), sentences.gap(evidence, len(pair.open), count, _names(pair))

    def _topic(self, pair: Pair) -> Explained:
        asks, brings = self._knowledge.concepts(pair.asks), self._knowledge.concepts(pair.brings)
        wanted, offered = asks.wanted(pair.mode), brings.offered(pair.mode)
        found = []
        for one in wanted:
            cover, by = max(
                ((self._knowledge.taxonomy.cover(one, other), other) for other in offered),
                key=lambda x: x[0],
                default=(0.0, ""),
            )
            if cover > 0:
                found.append((cover, one, by))
        found.sort(key=lambda x: (-x[0], x[1]))
        evidence = tuple(
            Evidence(
                self._concept(pair.asks, one, asks.needs, brings=False),
                self._concept(pair.brings, by, brings.offers, brings=True),
                cover,
            )
            for cover, one, by in found[:MOST_EVIDENCE]
        )
        return evidence, sentences.topic(evidence, bool(wanted), _names(pair))

    def _concept(self, entry: Actor | Project, concept: str, listed: Sequence[str], *, brings: bool) -> Statement:
        texts = entry.offers if brings and isinstance(entry, Actor) else entry.needs
        if concept in listed:
            name = "offers" if brings else "needs"
        else:
            name = "fields" if concept.startswith(FIELD) else "notes"
        return statement(entry, name, self._label(concept, texts))

    def _label(self, concept: str, texts: Sequence[str]) -> Label:
        """How a concept is called; a free text in the words of the entry."""
        taxonomy = self._knowledge.taxonomy
        own = next((text for text in texts if taxonomy.concept(text) == concept), None)
        return taxonomy.label_of(own) if own is not None else label_of(concept, taxonomy, self._field_labels)

    def _meaning(self, pair: Pair) -> Explained:
        read = self._knowledge.read
        if read is None:
            return (), sentences.meaning(())
        said = [(field, phrase) for field, phrase in self._brought(pair.brings, self._knowledge.meant) if read(phrase)]
        found = []
        if said:
            table = MeaningTable(MeaningTable.arrays([phrase for _, phrase in said], read))
            for field, phrase in self._asked(pair.asks, self._knowledge.meant):
                (near,) = table.nearness([phrase_of(read(phrase))], asks=True)
                best = int(near.argmax())
                if near[best] > 0 and (words := pairs(phrase, said[best][1], read)):
                    found.append((int(near[best]) * (2 if field == "needs" else 1), (field, phrase), said[best], words))
        found.sort(key=lambda one: (-one[0], one[1][1]))
        told = dict.fromkeys(
            (_written(word.one, one[1]), _written(word.other, by[1]))
            for _, one, by, words in found
            for word in words[:2]
        )
        evidence = self._phrases(
            pair, [(nearness_of(one[1], by[1], read), one, by) for _, one, by, _ in found[:MOST_EVIDENCE]]
        )
        return evidence, sentences.meaning(tuple(told)[:MOST_SHOWN])

    def _text(self, pair: Pair) -> Explained:
        speller = self._knowledge.speller
        said = self._brought(pair.brings, self._knowledge.spelled)
        found = []
        if said:
            table = SpellingTable(SpellingTable.arrays([phrase for _, phrase in said], speller))
            for field, phrase in self._asked(pair.asks, self._knowledge.spelled):
                like = table.likeness(speller.spelled(speller.words(phrase)))
                best = int(like.argmax())
                if like[best] > 0 and shared_parts(phrase, said[best][1], speller.ignored):
                    found.append((int(like[best]), (field, phrase), said[best]))
        found.sort(key=lambda one: (-one[0], one[1][1]))
        named = self._labels(pair)
        told = {
            language: self._shared([(one[1], by[1]) for _, one, by in found], named, language)
            for language in _LANGUAGES
        }
        return self._phrases(pair, found[:MOST_EVIDENCE], named), sentences.text(told["de"], told["en"])

    def _labels(self, pair: Pair) -> Mapping[str, Label]:
        """Needs and offers by the way in which their spelling is compared, as people read them."""
        knowledge = self._knowledge
        return {
            knowledge.spelled(text): knowledge.taxonomy.label_of(text)
            for text in (*pair.asks.needs, *pair.brings.offers)
        }

    def _shared(self, found: Iterable[tuple[str, str]], named: Mapping[str, Label], language: str) -> list[str]:
        """Parts of words that two phrases share, of a topic as it is called in `language` where that shares any."""
        parts: dict[str, None] = {}
        ignored = self._knowledge.speller.ignored
        for one, by in found:
            said = [named[text].text(language) if text in named else text for text in (one, by)]
            alike = shared_parts(said[0], said[1], ignored)
            text, alike = (said[0], alike) if alike else (one, shared_parts(one, by, ignored))
            parts |= dict.fromkeys(_written(part, text) for part in alike)
        # Part of a part that is shown says nothing new.
        return [one for one in parts if not any(_inside(one, other) for other in parts)][:MOST_SHOWN]

    def _phrases(
        self,
        pair: Pair,
        found: Iterable[tuple[int, tuple[str, str], tuple[str, str]]],
        named: Mapping[str, Label] = MappingProxyType({}),
    ) -> tuple[Evidence, ...]:
        return tuple(
            Evidence(
                statement(pair.asks, one[0], named.get(one[1]) or Label(one[1], one[1])),
                statement(pair.brings, by[0], named.get(by[1]) or Label(by[1], by[1])),
                how / ONE,
            )
            for how, one, by in found
        )

    def _asked(self, entry: Actor | Project, named: Callable[[str], str]) -> Told:
        return _told(entry, "needs", [named(need) for need in entry.needs])

    def _brought(self, actor: Actor, named: Callable[[str], str]) -> Told:
        return _told(actor, "offers", [named(offer) for offer in actor.offers])

    def _ties(self, project: int, actor: int) -> Explained:
        """Other projects in which the actor works with a member of this one."""
        tables = self._tables
        if not len(tables.projects_of.row(actor)):
            return (), sentences.newcomer(())
        members = {int(one) for one in tables.members.row(project)} - {actor}
        evidence = []
        for via in tables.projects_of.row(actor).tolist():
            if via == project:
                continue
            record = tables.project(via)
            for member in sorted(members & {int(one) for one in tables.members.row(via)}):
                with_ = self._member(member)
                evidence.append(Evidence(with_, _joint(record, {with_.entry.id, tables.ids[ACTOR][actor]}), 1.0))
        return tuple(evidence[:MOST_EVIDENCE]), sentences.network(evidence, bool(members))

    def _member(self, number: int) -> Statement:
        tables = self._tables
        if number < len(tables.ids[ACTOR]):
            actor = tables.actor(number)
            return statement(actor, "title", Label(actor.title, actor.title))
        # A member that the atlas does not know has nothing but its name.
        name = tables.strangers[number - len(tables.ids[ACTOR])]
        return Statement(Ref(ACTOR, name), "title", Label(name, name))

    def _joint_projects(self, one: int, two: int) -> Explained:
        """The projects of both actors."""
        tables = self._tables
        ids = {tables.ids[ACTOR][one], tables.ids[ACTOR][two]}
        both = sorted(set(tables.projects_of.row(one).tolist()) & set(tables.projects_of.row(two).tolist()))
        evidence = []
        for via in both:
            joint = _joint(tables.project(via), ids)
            evidence.append(Evidence(joint, joint, 1.0))
        return tuple(evidence[:MOST_EVIDENCE]), sentences.joint(evidence)

    def _near(self, pair: Pair, metres: float) -> Explained:
        project, actor = pair.asks, pair.brings
        if not isinstance(project, Project) or not np.isfinite(metres):
            has_place = isinstance(project, Project) and bool(project.position or project.areas)
            return (), sentences.near(None, has_place, by_area=False)
        evidence = Evidence(
            statement(project, "position" if project.position else "areas", _at(project.position)),
            statement(actor, "position", _at(actor.position)),
            1.0,
        )
        return (evidence,), sentences.near(metres, True, by_area=project.position is None)


def statement(entry: Actor | Project, field: str, text: Label) -> Statement:
    """What an entry says in a field, with the fact that is known of the field, else of the whole entry."""
    ref = Ref(ACTOR if isinstance(entry, Actor) else PROJECT, entry.id)
    facts = {fact.field: fact for fact in reversed(entry.facts)}
    fact = facts.get(field) or facts.get("")
    return Statement(ref, field, text, fact.source if fact else "", fact.date if fact else "")


def _written(part: str, text: str) -> str:
    """The letters of `text` that `part` stands for; as they are written there where they begin a word."""
    found = as_written(part, text)
    at = text.lower().find(found)
    return text[at : at + len(found)] if at >= 0 and not text[:at][-1:].isalnum() else found


def _inside(one: str, other: str) -> bool:
    return one != other and normalise(one) in normalise(other)


def _told(entry: Actor | Project, field: str, named: Sequence[str]) -> Told:
    found = [("title", entry.title), ("notes", entry.notes), *((field, one) for one in named)]
    return [(name, phrase) for name, phrase in found if phrase.strip()]


def _names(pair: Pair) -> tuple[str, str] | None:
    """Titles of who asks and who brings, where both are actors."""
    return (pair.asks.title, pair.brings.title) if isinstance(pair.asks, Actor) else None


def _both(forth: Explained, back: Explained, name: str) -> Explained:
    """Two directions told as one."""
    evidence = (*forth[0], *back[0])
    if name == "gap":
        return evidence, sentences.two_ways(forth[1], back[1])
    if name == "topic":
        # What one asks of the other and the other of it is one topic in common.
        once: dict[frozenset[str], Evidence] = {}
        for one in sorted(evidence, key=lambda one: -one.strength):
            once.setdefault(frozenset((one.sought.text.de, one.offered.text.de)), one)
        return evidence, sentences.topic(tuple(once.values())[:MOST_EVIDENCE], has_topics=True)
    return evidence, forth[1] if forth[0] else back[1]


def _joint(project: Project, ids: set[str]) -> Statement:
    """A project in which some actors work together, with the time in which both did."""
    mine = [member for member in project.members if member.actor in ids]
    since = max((member.since for member in mine), default="") or project.start
    ends = [member.until for member in mine if member.until]
    period = sentences.period(since, min(ends) if ends else project.end)
    title = f"„{project.title}“" + (f" ({period.de})" if period.de else "")
    english = f"“{project.title}”" + (f" ({period.en})" if period.en else "")
    source = next((member.source for member in mine if member.source), "")
    base = statement(project, "members", Label(title, english))
    return Statement(base.entry, base.field, base.text, source or base.source, base.date)


def _at(position: tuple[float, float] | None) -> Label:
    if position is None:
        return Label("Mitte des Schwerpunktraums", "centre of the focus area")
    longitude, latitude = position
    return Label(f"{latitude:.4f}° N, {longitude:.4f}° O".replace(".", ","), f"{latitude:.4f}° N, {longitude:.4f}° E")
