"""All that matching has to know of the atlas's entries, as flat arrays: what is compared is numbered, not spelled.

Entries stand in the order of their ids. Every value of an entry comes from the entry alone (and, of a project, its
members), so that one changed entry leaves all others as they are: `changed` takes their rows over.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import numpy as np
from ckanext.dresdensmartcity.city.model import Label

from ..language import Lexicon
from ..text import STOP_WORDS, words
from .arrays import Array, Numbers, Rows, Texts, numbers
from .concepts import FIELD, ONE, Concepts, Covers, concepts_of
from .meaning import MeaningTable, Reader, reader
from .records import ACTOR, PROJECT, Actor, Fact, Member, Mode, Project
from .spelling import Rarity, Speller, SpellingTable
from .taxonomy import Taxonomy

ASKED, TOLD = 2, 1  # weights of a need, and of title and description beside it
ASKING = ("needs", "wanted.complement", "wanted.similar", "meaning", "meaning.weights", "spelling")
BRINGING = ("offers", "offered.complement", "offered.similar", "brought.meaning", "brought.spelling")
KIND = "kind:"  # before the id of a kind of actors, among the concepts
COLUMNS = {ACTOR: (*ASKING, *BRINGING, "fields", "kind", "places"), PROJECT: (*ASKING, "places", "member.names")}
MOST_UNUSED = 0.25  # share of phrases that nobody uses any more, from which on all is made anew
# How many words of a language tell what is a common run of letters.
BACKGROUND = 10_000

Entry = TypeVar("Entry", Actor, Project)


class Knowledge:
    """What entries are read with; the same for all of them."""

    def __init__(self, taxonomy: Taxonomy, lexicon: Lexicon | None, common: Iterable[str]) -> None:
        """`common` are texts whose words stand everywhere, such as the name of the city."""
        ignored = STOP_WORDS | {word for text in common for word in words(text)}
        self.taxonomy, self.covers = taxonomy, Covers(taxonomy)
        self.read: Reader | None = reader(lexicon, ignored) if lexicon else None
        self.speller = Speller(Rarity.among(self._background(lexicon)), ignored)

    def _background(self, lexicon: Lexicon | None) -> list[str]:
        if lexicon:
            return lexicon.frequent(BACKGROUND)
        return sorted({word for name in self.taxonomy.names_of_all for word in name.split()})

    def concepts(self, entry: Actor | Project) -> Concepts:
        return concepts_of(entry, self.taxonomy)

    def meant(self, text: str) -> str:
        """An offer or need as its meaning is compared."""
        return self.taxonomy.label_of(text).de

    def spelled(self, text: str) -> str:
        """An offer or need as its spelling is compared: in both languages."""
        label: Label = self.taxonomy.label_of(text)
        return f"{label.de} {label.en}" if label.de != label.en else label.de

    def asked(self, entry: Actor | Project) -> list[tuple[str, int]]:
        """What an entry asks for and tells, with weights."""
        found = [(self.meant(need), ASKED) for need in entry.needs]
        found += [(entry.title, TOLD), (entry.notes, TOLD)]
        return [(text, weight) for text, weight in found if text.strip()]

    def asked_spelled(self, entry: Actor | Project) -> list[str]:
        return _filled((entry.title, entry.notes, *map(self.spelled, entry.needs)))

    def brought(self, actor: Actor) -> list[str]:
        return _filled((*map(self.meant, actor.offers), actor.title, actor.notes))

    def brought_spelled(self, actor: Actor) -> list[str]:
        return _filled((actor.title, actor.notes, *map(self.spelled, actor.offers)))


def _filled(texts: Iterable[str]) -> list[str]:
    return [text for text in texts if text.strip()]


class Tables:
    """The arrays by name, with views on them; immutable."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self.arrays = arrays
        self.ids = {kind: self._texts(f"{kind}.ids") for kind in COLUMNS}
        self.stamps = {kind: self._texts(f"{kind}.stamps") for kind in COLUMNS}
        self.records = {kind: self._texts(f"{kind}.records") for kind in COLUMNS}
        self.columns = {kind: {one: self._rows(f"{kind}.{one}") for one in names} for kind, names in COLUMNS.items()}
        self.concepts = self._texts("concepts")
        self.is_field: Array = arrays["concepts.fields"]
        self.member_names, self.strangers = self._texts("names"), self._texts("strangers")
        self.members, self.projects_of = self._rows("members"), self._rows("projects.of")
        self.ties: Numbers = arrays["ties"]
        self.open: Array = arrays["open"]  # for each place of the projects' needs
        self.spelling = SpellingTable(_under("spelling.", arrays))
        self.meaning = MeaningTable(_under("meaning.", arrays)) if "meaning.vectors" in arrays else None

    def _rows(self, name: str) -> Rows:
        return Rows(self.arrays[f"{name}.starts"], self.arrays[f"{name}.values"])

    def _texts(self, name: str) -> Texts:
        return Texts(self._rows(name))

    def number(self, kind: str, identifier: str) -> int | None:
        """Where an entry stands; None where it does not."""
        ids = self.ids[kind]
        low, high = 0, len(ids)
        while low < high:
            middle = (low + high) // 2
            if ids[middle] < identifier:
                low = middle + 1
            else:
                high = middle
        return low if low < len(ids) and ids[low] == identifier else None

    def actor(self, number: int) -> Actor:
        """The record of an actor."""
        return _actor(json.loads(self.records[ACTOR][number]))

    def project(self, number: int) -> Project:
        """The record of a project."""
        return _project(json.loads(self.records[PROJECT][number]))


def _under(prefix: str, arrays: Mapping[str, Array]) -> dict[str, Array]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}


def _facts(given: Iterable[Mapping[str, str]]) -> tuple[Fact, ...]:
    return tuple(Fact(**one) for one in given)


def _place(given: Any) -> tuple[float, float] | None:
    return (given[0], given[1]) if given else None


def _actor(given: Mapping[str, Any]) -> Actor:
    lists = {name: tuple(given[name]) for name in ("offers", "needs", "fields")}
    return Actor(**{**given, **lists, "facts": _facts(given["facts"]), "position": _place(given["position"])})


def _project(given: Mapping[str, Any]) -> Project:
    return Project(
        **{
            **given,
            "needs": tuple(given["needs"]),
            "fields": tuple(given["fields"]),
            "members": tuple(Member(**one) for one in given["members"]),
            "position": _place(given["position"]),
            "areas": tuple((one[0], one[1]) for one in given["areas"]),
            "facts": _facts(given["facts"]),
        }
    )


@dataclass(frozen=True)
class Changes:
    """What has changed since tables were made; stamps are the caller's business."""

    actors: Sequence[tuple[Actor, str]] = ()  # new or changed, with their stamps
    projects: Sequence[tuple[Project, str]] = ()
    gone: Mapping[str, frozenset[str]] | None = None  # by type: ids of those that are gone or changed


def made(actors: Iterable[Actor], projects: Iterable[Project], knowledge: Knowledge) -> Tables:
    """Tables of these entries, without stamps."""
    return changed(None, Changes([(one, "") for one in actors], [(one, "") for one in projects]), knowledge)


def changed(old: Tables | None, changes: Changes, knowledge: Knowledge) -> Tables:
    """Tables with the changes; the same as if all were made anew, but for numbers that nobody sees."""
    return _Maker(old, knowledge).tables(changes)


class _Numbered:
    """Texts that get numbers, those of an old table first."""

    def __init__(self, old: Iterable[str]) -> None:
        self.known = {text: at for at, text in enumerate(old)}
        self.fresh: list[str] = []

    def number(self, text: str) -> int:
        found = self.known.get(text)
        if found is None:
            found = self.known[text] = len(self.known)
            self.fresh.append(text)
        return found

    def all(self, texts: Iterable[str]) -> list[int]:
        return [self.number(text) for text in texts]


class _Maker:
    def __init__(self, old: Tables | None, knowledge: Knowledge) -> None:
        self._old, self._knowledge = old, knowledge
        topics = knowledge.taxonomy.ids
        self._concepts = _Numbered(old.concepts if old else topics)
        self._names = _Numbered(old.member_names if old else ())
        self._spelled = _Numbered(old.spelling.names if old else ())
        self._meant = _Numbered(old.meaning.names if old and old.meaning else ())

    def tables(self, changes: Changes) -> Tables:
        gone = changes.gone or {}
        arrays: dict[str, Array] = {}
        arrays |= self._entries(ACTOR, changes.actors, gone.get(ACTOR, frozenset()), self._actor_row)
        arrays |= self._entries(PROJECT, changes.projects, gone.get(PROJECT, frozenset()), self._project_row)
        for name, texts in (("concepts", self._concepts), ("names", self._names)):
            rows = Texts.of(texts.known).rows
            arrays |= {f"{name}.starts": rows.starts, f"{name}.values": rows.values}
        arrays["concepts.fields"] = np.array([one.startswith(FIELD) for one in self._concepts.known], dtype=bool)
        old, knowledge = self._old, self._knowledge
        spelling = SpellingTable.arrays(self._spelled.fresh, knowledge.speller, old.spelling if old else None)
        arrays |= {f"spelling.{name}": array for name, array in spelling.items()}
        if knowledge.read:
            meaning = MeaningTable.arrays(self._meant.fresh, knowledge.read, old.meaning if old else None)
            arrays |= {f"meaning.{name}": array for name, array in meaning.items()}
        arrays |= self._network(arrays)
        arrays["open"] = self._open(arrays)
        return Tables(arrays)

    def _entries(
        self,
        kind: str,
        fresh: Sequence[tuple[Entry, str]],
        gone: frozenset[str],
        row_of: Callable[[Entry], dict[str, list[Any]]],
    ) -> dict[str, Array]:
        """The columns of one type, in the order of ids."""
        rows = [row_of(entry) for entry, _ in fresh]
        columns = {
            "ids": Texts.of(entry.id for entry, _ in fresh).rows,
            "stamps": Texts.of(stamp for _, stamp in fresh).rows,
            "records": Texts.of(json.dumps(asdict(entry), ensure_ascii=False) for entry, _ in fresh).rows,
        }
        for name in COLUMNS[kind]:
            if name == "places":
                found = Rows.of([row[name] for row in rows], np.float64)
                columns[name] = found.with_values(found.values.reshape(-1, 2))
            else:
                columns[name] = Rows.of([row[name] for row in rows])
        ids = [entry.id for entry, _ in fresh]
        if self._old:
            before = list(self._old.ids[kind])
            stay = numbers(at for at, one in enumerate(before) if one not in gone)
            ids = [before[at] for at in stay] + ids
            kept = {
                "ids": self._old.ids[kind].rows,
                "stamps": self._old.stamps[kind].rows,
                "records": self._old.records[kind].rows,
                **self._old.columns[kind],
            }
            columns = {name: kept[name].take(stay).joined(column) for name, column in columns.items()}
        order = numbers(sorted(range(len(ids)), key=ids.__getitem__))
        sorted_ = {name: column.take(order) for name, column in columns.items()}
        return {f"{kind}.{name}.starts": column.starts for name, column in sorted_.items()} | {
            f"{kind}.{name}.values": column.values for name, column in sorted_.items()
        }

    def _asking(self, entry: Actor | Project, concepts: Concepts) -> dict[str, list[Any]]:
        asked = self._knowledge.asked(entry)
        return {
            "needs": self._concepts.all(concepts.needs),
            "wanted.complement": self._concepts.all(concepts.wanted(Mode.COMPLEMENT)),
            "wanted.similar": self._concepts.all(concepts.wanted(Mode.SIMILAR)),
            "meaning": self._meant.all(text for text, _ in asked),
            "meaning.weights": [weight for _, weight in asked],
            "spelling": self._spelled.all(self._knowledge.asked_spelled(entry)),
        }

    def _actor_row(self, actor: Actor) -> dict[str, list[Any]]:
        concepts = self._knowledge.concepts(actor)
        return {
            **self._asking(actor, concepts),
            "offers": self._concepts.all(concepts.offers),
            "offered.complement": self._concepts.all(concepts.offered(Mode.COMPLEMENT)),
            "offered.similar": self._concepts.all(concepts.offered(Mode.SIMILAR)),
            "brought.meaning": self._meant.all(self._knowledge.brought(actor)),
            "brought.spelling": self._spelled.all(self._knowledge.brought_spelled(actor)),
            "fields": self._concepts.all(concepts.fields),
            "kind": self._concepts.all([KIND + actor.kind]),
            "places": [actor.position] if actor.position else [],
        }

    def _project_row(self, project: Project) -> dict[str, list[Any]]:
        return {
            **self._asking(project, self._knowledge.concepts(project)),
            "places": [project.position] if project.position else list(project.areas),
            "member.names": self._names.all(dict.fromkeys(sorted(member.actor for member in project.members))),
        }

    def _network(self, arrays: Mapping[str, Array]) -> dict[str, Array]:
        """Members by number: first the actors, then those that the atlas does not know."""
        ids = Texts(Rows(arrays["actor.ids.starts"], arrays["actor.ids.values"]))
        at = {one: number for number, one in enumerate(ids)}
        for name in sorted(self._names.known):
            at.setdefault(name, len(at))
        number_of = np.array([at[name] for name in self._names.known], dtype=np.int32)
        named = Rows(arrays["project.member.names.starts"], arrays["project.member.names.values"])
        members = named.with_values(number_of[named.values] if len(named.values) else named.values)
        of = members.inverted(len(at))
        # A tie through a small project is worth more (Adamic and Adar 2003); nobody is tied through one alone.
        ties = np.rint(ONE / np.log(1 + np.maximum(members.lengths, 2))).astype(np.int64)
        strangers = Texts.of(list(at)[len(ids) :]).rows
        return {
            "strangers.starts": strangers.starts,
            "strangers.values": strangers.values,
            "members.starts": members.starts,
            "members.values": members.values,
            "projects.of.starts": of.starts,
            "projects.of.values": members.owners()[of.values],
            "ties": ties,
        }

    def _open(self, arrays: Mapping[str, Array]) -> Array:
        """Which needs of each project no member meets."""
        needs = Rows(arrays["project.needs.starts"], arrays["project.needs.values"])
        members = Rows(arrays["members.starts"], arrays["members.values"])
        offers = Rows(arrays["actor.offers.starts"], arrays["actor.offers.values"])
        found = np.ones(len(needs.values), dtype=bool)
        for number in np.flatnonzero((needs.lengths > 0) & (members.lengths > 0)).tolist():
            known = members.row(number)
            known = known[known < len(offers)]
            brought = np.unique(np.concatenate([offers.row(one) for one in known.tolist()])) if len(known) else known
            covered = self._knowledge.covers.of_offered(brought, len(self._concepts.known))
            found[needs.starts[number] : needs.starts[number + 1]] = covered[needs.row(number)] < ONE
        return found


def unused_share(tables: Tables) -> float:
    """The share of spelled phrases that no entry uses any more."""
    used = [tables.columns[kind]["spelling"].values for kind in COLUMNS]
    used.append(tables.columns[ACTOR]["brought.spelling"].values)
    every = len(tables.spelling.names)
    return 1 - len(np.unique(np.concatenate(used))) / every if every else 0.0
