"""Bridges, clusters and gaps as sentences whose names are links."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.city.model import City, Label

from ..entries import ACTOR, PROJECT
from ..network import Bridge, Lonely, PairGap, TopicGap, sentences
from ..presentation import Link, entry_url, say
from .data import Known, concept_label

_ = tk._
MOST_SENTENCES = 10

Sentence = tuple[Link, ...]  # pieces of text, those with an address linked


@dataclass(frozen=True)
class Said:
    """A sentence whose names are links, and details below."""

    text: Sentence
    links: tuple[Link, ...] = ()
    details: tuple[Sentence, ...] = ()


def actor_link(here: Known, actor: str) -> Link:
    return Link(here.name(ACTOR, actor), entry_url(ACTOR, actor) if actor in here.actors else "")


def project_link(here: Known, project: str) -> Link:
    return Link(here.name(PROJECT, project), entry_url(PROJECT, project) if project in here.projects else "")


def linked(text: str, links: Iterable[Link]) -> Sentence:
    """The text in pieces, the first occurrence of each link's text being that link; the longest names first."""
    pieces = [Link(text)]
    for link in sorted(
        {one.text: one for one in links if one.url and one.text}.values(), key=lambda one: -len(one.text)
    ):
        for at, piece in enumerate(pieces):
            before, found, after = piece.text.partition(link.text)
            if found and not piece.url:
                pieces[at : at + 1] = [one for one in (Link(before), link, Link(after)) if one.text]
                break
    return tuple(pieces)


def ends(here: Known, one: Bridge) -> tuple[str, ...]:
    """The actors that a bridge speaks of."""
    if one.kind == PROJECT:
        return tuple(member.actor for member in here.analysis.network.projects[one.ids[0]].members)
    return one.ids


def bridge(here: Known, one: Bridge) -> Said:
    links = [(project_link if one.kind == PROJECT else actor_link)(here, identifier) for identifier in one.ids]
    links += [actor_link(here, actor) for part in one.parts for actor in part]
    return Said(linked(say(sentences.bridge(one, here.name)), links))


def clusters(here: Known, shown: set[str], city: City) -> tuple[Said, ...]:
    naming = field_naming(city)
    found = []
    for one in here.analysis.clusters:
        if not shown & set(one.actors):
            continue
        fields = "; ".join(say(naming(field)) for field in one.fields[:2]) or _("no field of action known")
        text = _("Cluster {number} ({fields}): {count} actors, {inside} ties inside, {outside} to others.").format(
            number=one.number,
            fields=fields,
            count=len(one.actors),
            inside=one.ties_inside,
            outside=one.ties_outside,
        )
        found.append(Said((Link(text),), tuple(actor_link(here, actor) for actor in one.actors[:8])))
    return tuple(found[:MOST_SENTENCES])


def pair_gaps(here: Known, gaps: Sequence[PairGap], group: sentences.Naming) -> tuple[Said, ...]:
    return tuple(
        Said(
            (Link(say(sentences.pair_gap(one, group, concept_label))),),
            details=tuple(_topic_gap(here, topic) for topic in one.topics),
        )
        for one in gaps[:MOST_SENTENCES]
    )


def _topic_gap(here: Known, one: TopicGap) -> Sentence:
    links = [project_link(here, project) for project in one.seekers]
    links += [actor_link(here, actor) for actor in one.givers]
    return linked(say(sentences.topic_gap(one, here.name, concept_label)), links)


def all_lonely(here: Known, shown: Collection[str]) -> tuple[Said, ...]:
    """Actors without ties that could give or get something, one by one; the others together."""
    alone = [one for one in here.analysis.lonely if one.actor in shown]
    useful = [one for one in alone if one.could_give or one.could_get]
    rest = tuple(actor_link(here, one.actor) for one in alone if not one.could_give and not one.could_get)
    told = [lonely(here, one) for one in useful[: MOST_SENTENCES * 2]]
    if rest:
        told.append(Said((Link(_("Nothing that is sought or offered fits so far:")),), rest))
    return tuple(told)


def lonely(here: Known, one: Lonely) -> Said:
    links = [actor_link(here, one.actor)]
    for gap in (*one.could_give, *one.could_get):
        links += [project_link(here, project) for project in gap.seekers]
        links += [actor_link(here, actor) for actor in gap.givers]
    return Said(linked(say(sentences.lonely(one, here.name, concept_label)), links))


def field_naming(city: City) -> sentences.Naming:
    def name(field: str) -> Label:
        known_field = city.field_of_action(field)
        return known_field.label if known_field else Label(field, field)

    return name


def cluster_naming(here: Known) -> sentences.Naming:
    def name(number: str) -> Label:
        cluster = here.analysis.clusters[int(number) - 1]
        best = here.name(ACTOR, cluster.actors[0])
        return Label(f"Cluster {number} (um {best})", f"Cluster {number} (round {best})")

    return name
