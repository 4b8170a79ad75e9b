"""The concepts of an entry, and how well one covers another: what the parts `gap` and `topic` rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from ckanext.dresdensmartcity.city.model import Label

from .arrays import Array, Numbers, Rows
from .records import Actor, Mode, Project
from .taxonomy import Taxonomy

FIELD = "field:"  # before the id of a field of action, which is a wide concept of its own
FIELD_SPECIFIC = 0.3
ONE = 1_000_000  # the whole number that stands for a cover of 1
SPECIFIC = 1_000


@dataclass(frozen=True)
class Concepts:
    """An entry's concepts, found once."""

    offers: tuple[str, ...]
    needs: tuple[str, ...]
    mentioned: tuple[str, ...]  # named in title or notes
    fields: tuple[str, ...]

    def wanted(self, mode: Mode) -> tuple[str, ...]:
        """What the entry asks for, or works on."""
        found = self.needs + self.mentioned + (self.fields if mode is Mode.SIMILAR else ())
        return tuple(dict.fromkeys(found))

    def offered(self, mode: Mode) -> tuple[str, ...]:
        """What the entry brings, or works on."""
        found = self.offers + self.mentioned + (self.needs + self.fields if mode is Mode.SIMILAR else ())
        return tuple(dict.fromkeys(found))


def concepts_of(entry: Actor | Project, taxonomy: Taxonomy) -> Concepts:
    """The concepts of an entry; a project offers none."""
    offers = entry.offers if isinstance(entry, Actor) else ()
    return Concepts(
        offers=taxonomy.concepts(offers),
        needs=taxonomy.concepts(entry.needs),
        mentioned=taxonomy.mentioned(f"{entry.title} | {entry.notes}"),
        fields=tuple(FIELD + one for one in dict.fromkeys(entry.fields)),
    )


class Covers:
    """How well concepts cover each other, as whole numbers.

    Concepts are numbered: first the topics of the taxonomy in its order, then fields of action and free texts, which
    cover nothing but themselves.
    """

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy, self._topics = taxonomy, taxonomy.ids
        self.row = lru_cache(2_000)(self._row)
        self.column = lru_cache(2_000)(self._column)
        self._specific = np.array([round(SPECIFIC * taxonomy.specific(one)) for one in self._topics], dtype=np.int64)

    def _row(self, wanted: int) -> Numbers:
        one = self._topics[wanted]
        return np.array([round(ONE * self.taxonomy.cover(one, other)) for other in self._topics], dtype=np.int64)

    def _column(self, offered: int) -> Numbers:
        one = self._topics[offered]
        return np.array([round(ONE * self.taxonomy.cover(other, one)) for other in self._topics], dtype=np.int64)

    def of_wanted(self, wanted: int, count: int) -> Numbers:
        """How well each of `count` concepts covers one that is wanted."""
        return self._widened(self.row, wanted, count)

    def of_offered(self, offered: Array, count: int) -> Numbers:
        """How well each of `count` concepts is covered by the best of those offered."""
        best = np.zeros(count, dtype=np.int64)
        for one in offered:
            np.maximum(best, self._widened(self.column, int(one), count), out=best)
        return best

    def _widened(self, cover: object, one: int, count: int) -> Numbers:
        found = np.zeros(count, dtype=np.int64)
        if one < len(self._topics):
            found[: len(self._topics)] = cover(one)  # type: ignore[operator]
        else:
            found[one] = ONE
        return found

    def specific(self, names: Rows | Array, fields: Array) -> Numbers:
        """How specific concepts are; `fields` says which are fields of action."""
        numbers = names.values if isinstance(names, Rows) else names
        found = np.full(len(numbers), SPECIFIC, dtype=np.int64)
        topics = numbers < len(self._topics)
        found[topics] = self._specific[numbers[topics]]
        found[fields[numbers]] = round(SPECIFIC * FIELD_SPECIFIC)
        return found


def label_of(concept: str, taxonomy: Taxonomy, field_labels: Mapping[str, Label]) -> Label:
    """How a concept is called."""
    if concept.startswith(FIELD):
        field = concept.removeprefix(FIELD)
        return field_labels.get(field, Label(field, field))
    return taxonomy.label(concept)
