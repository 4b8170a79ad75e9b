"""The network of the atlas as it is now: read from the side table and kept until that changes.

One analysis is kept in each process, made anew when `search.revision()` says that an entry changed: it takes some
seconds for ten thousand actors and is read by every request.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from ckan import model
from ckanext.dresdensmartcity.city.model import Label

from .. import search
from ..entries import ACTOR, PROJECT, Entry
from ..model import AtlasEntry
from ..network import Actor, Analysis, Member, Project, analyse
from ..network.selection import Selection, select
from ..query import AtlasQuery
from ..taxonomy import taxonomy


@dataclass(frozen=True)
class Known:
    """The analysis with the entries that it was made of."""

    analysis: Analysis
    actors: Mapping[str, Entry]
    projects: Mapping[str, Entry]
    offers: Mapping[str, frozenset[str]]  # concepts of each actor's offers
    foreign: int  # entries that come from other cities' atlases: they are in none of this
    revision: str

    def name(self, kind: str, identifier: str) -> str:
        """The title of an actor or project; its id where the atlas has none."""
        entries = self.actors if kind == ACTOR else self.projects
        return entries[identifier].title if identifier in entries else identifier


_kept: Known | None = None
_lock = threading.Lock()


def known() -> Known:
    """The network as it is now."""
    global _kept  # one for each process
    revision = search.revision()
    with _lock:
        if _kept is None or _kept.revision != revision:
            _kept = _read(revision)
        return _kept


def selected(query: AtlasQuery, here: Known) -> Selection:
    """The part of the network that a query finds, with those that it works with."""
    network = here.analysis.network
    if not query.has_filters:
        return select(network, network.actors, network.projects)
    rows = model.Session.execute(
        sa.select(AtlasEntry.type, AtlasEntry.entry_id).where(AtlasEntry.package_id.in_(search.filtered_ids(query)))
    ).all()
    return select(
        network,
        {row.entry_id for row in rows if row.type == ACTOR},
        {row.entry_id for row in rows if row.type == PROJECT},
    )


def concept_label(concept: str) -> Label:
    """How a topic, or free text, is called."""
    return taxonomy().label(concept)


def _read(revision: str) -> Known:
    # What the city can do is counted without what it has from other cities' atlases.
    every = search.everything(AtlasQuery())
    entries = [one for one in every if not one.origin_url]
    actors = {one.id: one for one in entries if one.type == ACTOR}
    projects = {one.id: one for one in entries if one.type == PROJECT}
    analysis = analyse(map(_actor, actors.values()), map(_project, projects.values()), taxonomy())
    offers = {one.id: frozenset(taxonomy().concepts(one.offers)) for one in actors.values()}
    return Known(analysis, actors, projects, offers, len(every) - len(entries), revision)


def _actor(entry: Entry) -> Actor:
    return Actor(entry.id, entry.title, entry.kind, entry.fields_of_action, entry.offers, entry.needs)


def _project(entry: Entry) -> Project:
    members = tuple(Member(one.actor, one.role, one.since, one.until) for one in entry.members)
    return Project(entry.id, entry.title, entry.fields_of_action, entry.needs, members, entry.start, entry.end)
