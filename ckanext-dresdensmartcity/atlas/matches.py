"""Matches of the atlas as it is now: the core, fed from the side table, under the portal's settings."""

from __future__ import annotations

import hashlib
import threading
from functools import lru_cache

from ckanext.dresdensmartcity import config
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.city.model import City

from .entries import PROJECT, Entry
from .language import installed
from .match_tables import tables
from .matching import Match, Matcher, Mode, Settings, parse_weights
from .matching.tables import Knowledge, Tables
from .taxonomy import taxonomy

_kept: tuple[object, Matcher] | None = None
_lock = threading.Lock()


def matches_for(entry: Entry, mode: Mode, limit: int | None = None) -> tuple[Match, ...]:
    """Actors for a project, or projects for an actor, the best first; none for which only place or contacts speak.

    Raises UnknownEntryError for an entry that is not in the atlas, WeightsError for settings that cannot be used.
    """
    core = matcher()
    if entry.type == PROJECT:
        return core.actors_for(entry.id, mode, limit, relevant=True)
    return core.projects_for(entry.id, mode, limit, relevant=True)


def matcher() -> Matcher:
    """The core over the atlas as it is now."""
    global _kept  # one for each process, made anew when what it was made of has changed
    here = city()
    knowledge = _knowledge(here.name)
    found = tables(knowledge, _words(here.name), here)
    weights = tuple((mode, config.atlas_weights(mode.value)) for mode in Mode)
    state: tuple[Tables, object] = (found, (weights, config.atlas_reach_m(), here.fields_of_action))
    with _lock:
        if _kept is None or not _same(_kept[0], state):
            _kept = (state, Matcher.over(found, knowledge, _settings(here)))
        return _kept[1]


def _same(one: object, other: tuple[Tables, object]) -> bool:
    return isinstance(one, tuple) and one[0] is other[0] and one[1] == other[1]


@lru_cache(2)
def _knowledge(name: str) -> Knowledge:
    return Knowledge(taxonomy(), installed(), (name,))


@lru_cache(2)
def _words(name: str) -> str:
    """Another text where entries are read with other words or topics."""
    lexicon, topics = installed(), taxonomy()
    parts = (name, lexicon.state if lexicon else "", topics.names_of_all, topics.ids, repr(topics.topics))
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _settings(here: City) -> Settings:
    return Settings(
        weights={mode: parse_weights(config.atlas_weights(mode.value)) for mode in Mode},
        reach_m=config.atlas_reach_m(),
        field_labels={field.id: field.label for field in here.fields_of_action},
        common_texts=(here.name,),
        lexicon=installed(),
    )
