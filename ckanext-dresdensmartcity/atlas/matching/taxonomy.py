"""Topics as a tree: which names mean the same, how specific a topic is, how well one covers another."""

from __future__ import annotations

import math
from collections.abc import Iterable

from ckanext.dresdensmartcity.city.model import Label
from ckanext.dresdensmartcity.city.vocabularies import Topic

from ..text import normalise

# A shorter name inside another word is mostly chance: "Netz" in "Vernetzung".
SHORTEST_NAME_IN_COMPOUND = 6
FREE_TEXT = "text:"  # before what is no topic of the taxonomy


class Taxonomy:
    """The topics of the vocabulary; immutable once made.

    How specific a topic is comes from the tree alone (Seco, Veale, Hayes 2004: 1 - ln(narrower + 1) / ln(all)), not
    from how many entries use it: so a new offer cannot change what the offers of others are worth.
    """

    def __init__(self, topics: Iterable[Topic]) -> None:
        self._topics = {topic.id: topic for topic in topics}
        self._above = {identifier: self._climb(identifier) for identifier in self._topics}
        narrower = dict.fromkeys(self._topics, 0)
        for above in self._above.values():
            for identifier in above[1:]:
                narrower[identifier] += 1
        every = math.log(max(len(self._topics), 2))
        self._specific = {one: max(0.0, 1 - math.log(count + 1) / every) for one, count in narrower.items()}
        self._by_name: dict[str, str] = {}
        for topic in self._topics.values():
            for name in (topic.id, *topic.names):
                self._by_name.setdefault(normalise(name), topic.id)

    @property
    def ids(self) -> tuple[str, ...]:
        """All topics, sorted."""
        return tuple(sorted(self._topics))

    @property
    def names_of_all(self) -> tuple[str, ...]:
        """What all topics are called, normalised; the same for the same vocabulary."""
        return tuple(sorted(self._by_name))

    @property
    def topics(self) -> tuple[Topic, ...]:
        """All topics, in the order of the vocabulary."""
        return tuple(self._topics.values())

    def _climb(self, identifier: str) -> tuple[str, ...]:
        """The topic and all wider ones, the nearest first; a circle ends where it closes."""
        path: list[str] = []
        while identifier in self._topics and identifier not in path:
            path.append(identifier)
            identifier = self._topics[identifier].broader
        return tuple(path)

    def concept(self, text: str) -> str:
        """The topic that `text` names by its id, label or synonym; else a concept of its own, equal by spelling."""
        spelled = normalise(text)
        return self._by_name.get(spelled, FREE_TEXT + spelled)

    def concepts(self, texts: Iterable[str]) -> tuple[str, ...]:
        """The concepts of several texts, each once, in their order; empty texts name none."""
        return tuple(dict.fromkeys(self.concept(text) for text in texts if normalise(text)))

    def label(self, concept: str) -> Label:
        """How a concept is called."""
        topic = self._topics.get(concept)
        plain = concept.removeprefix(FREE_TEXT)
        return topic.label if topic else Label(plain, plain)

    def label_of(self, text: str) -> Label:
        """How an offer or need is shown: the topic that it names, or its own words."""
        topic = self._topics.get(self.concept(text))
        return topic.label if topic else Label(text, text)

    def names(self, text: str) -> tuple[str, ...]:
        """Everything that an offer or need is called in both languages; its own words where it is free text."""
        topic = self._topics.get(self.concept(text))
        return topic.names if topic else (text,)

    def wider_names(self, text: str) -> tuple[str, ...]:
        """Everything that the topics above an offer or need are called."""
        wider = self._above.get(self.concept(text), ())[1:]
        return tuple(name for topic in wider for name in self._topics[topic].names)

    def with_wider(self, texts: Iterable[str]) -> tuple[str, ...]:
        """The ids of the topics that the texts name and of all wider ones, each once; free text names none."""
        return tuple(dict.fromkeys(above for text in texts for above in self._above.get(self.concept(text), ())))

    def specific(self, concept: str) -> float:
        """How specific a concept is, from 0 (the root) to 1 (nothing narrower); free text is wholly specific."""
        return self._specific.get(concept, 1.0)

    def cover(self, wanted: str, offered: str) -> float:
        """How well an offer meets a wish, in [0, 1]: 1 for the same or something narrower, else what both share.

        One of the wide fields at the top is nothing to share: noise and power supply are both "energy and environment".
        """
        if wanted == offered:
            return 1.0
        above = self._above.get(wanted, ())
        shared = next((one for one in self._above.get(offered, ()) if one in above), None)
        if shared == wanted:
            return 1.0
        if shared is None or not self._topics[shared].broader:
            return 0.0
        return self.specific(shared) / self.specific(wanted)

    def mentioned(self, text: str) -> tuple[str, ...]:
        """The topics that a running text names, also at the edge of a compound; the narrowest only."""
        padded = f" {normalise(text)} "
        # What is true of nearly all names of the taxonomy is asked first, without a call.
        found = {topic for name, topic in self._by_name.items() if name and name in padded and _stands_in(name, padded)}
        wider = {above for topic in found for above in self._above[topic][1:]}
        return tuple(sorted(found - wider))


def _stands_in(name: str, padded: str) -> bool:
    if f" {name} " in padded:
        return True
    return len(name) >= SHORTEST_NAME_IN_COMPOUND and (f" {name}" in padded or f"{name} " in padded)
