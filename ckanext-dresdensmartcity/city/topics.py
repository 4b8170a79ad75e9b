"""The part `topics` of a city file: topics of its own, and its own words for topics of the taxonomy."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from .model import Label, Topic
from .vocabularies import topics
from .yamlfile import Fields, Item, unique

NOTHING = Label("", "")


def read_topics_of_city(fields: Fields) -> tuple[Topic, ...]:
    """What the city adds to the taxonomy; every clash is noted with the topic that it clashes with."""
    known = {one.id: one for one in topics()}
    items: list[tuple[Topic, Item]] = []

    def one(item: Item) -> Topic:
        topic = _read(item, known)
        items.append((topic, item))
        return topic

    own = fields.each("topics", one, required=False)
    if not items:
        return own
    mistakes = items[0][1].mistakes
    unique([(topic.id, item.line, item.place) for topic, item in items], mistakes)
    every = {**known, **{topic.id: topic for topic in own if topic.id not in known}}
    for topic, item in items:
        if topic.broader and topic.broader not in every:
            item.wrong("as `broader` the id of a topic of the taxonomy or of this file", topic.broader)
        elif circle := _circle(topic, every):
            item.wrong("a topic that is not above itself", circle)
    _check_names(items, known)
    return own


def _read(item: Item, known: dict[str, Topic]) -> Topic:
    one = Fields(item)
    identifier = one.need("id", Item.identifier, "")
    names = {name: one.each(name, Item.text, required=False) for name in ("alt_de", "alt_en")}
    if identifier in known and not any(one.has(name) for name in ("de", "en", "broader")):
        one.done()
        return Topic(identifier, NOTHING, "", **names)
    topic = Topic(
        id=identifier,
        label=Label(one.need("de", Item.text, ""), one.need("en", Item.text, "")),
        broader=one.need("broader", Item.identifier, ""),
        **names,
    )
    if identifier in known:
        taken = f"another id, or only alt_de and alt_en: the taxonomy has {_called(known[identifier])}"
        item.wrong(taken, identifier)
    one.done()
    return topic


def _called(topic: Topic) -> str:
    return f"“{topic.label.de}” ({topic.id})"


def _circle(topic: Topic, every: dict[str, Topic]) -> str:
    path = [topic.id]
    above = topic.broader
    while above in every and above not in path:
        path.append(above)
        above = every[above].broader
    return " → ".join([*path, above]) if above == topic.id else ""


def _check_names(items: list[tuple[Topic, Item]], known: dict[str, Topic]) -> None:
    """No name stands for two topics: matching would not know which one is meant."""
    named = {name.casefold(): topic for topic in known.values() for name in topic.names}
    for topic, item in items:
        for name in dict.fromkeys(_own_names(topic)):
            other = named.setdefault(name.casefold(), topic)
            if other.id != topic.id:
                item.wrong(f"a name of its own: {_called(other)} is called that", name)
            elif other is not topic:
                item.wrong("only names that the taxonomy does not have for this topic yet", name)


def _own_names(topic: Topic) -> Iterable[str]:
    return (name for name in chain((topic.label.de, topic.label.en), topic.alt_de, topic.alt_en) if name)
