"""Matches of the atlas as it is now: the core, fed from the side table, under the portal's settings."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from ckanext.dresdensmartcity import config
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.city.model import City, FundingProgramme

from .language import installed
from .match_funding import Filtered, filtered
from .match_tables import tables
from .matching import ACTOR, Change, Match, Matcher, Mode, Ranking, Ref, Settings, UnknownEntryError, parse_weights
from .matching.tables import Knowledge, Tables
from .taxonomy import taxonomy

_kept: tuple[object, Matcher] | None = None
_lock = threading.Lock()


@dataclass(frozen=True)
class Found:
    """What was found for an entry: the ranking, the best of it with reasons, and what a funding programme left out."""

    ranking: Ranking
    matches: tuple[Match, ...]
    funding: Filtered | None = None


def find(
    seeker: Ref, found: str, mode: Mode, limit: int | None = None, programme: FundingProgramme | None = None
) -> Found:
    """Entries of the type `found` that fit, the best first; none for which only place or contacts speak.

    With a programme only actors that may take part in it.

    Raises UnknownEntryError for an entry that is not in the atlas, WeightsError for settings that cannot be used.
    """
    core = matcher()
    ranking = core.rank(seeker, found, mode, relevant=True)
    funding = None
    if programme is not None and found == ACTOR:
        funding = filtered(ranking, programme, core.tables, city(), datetime.now(UTC).date())
        ranking = funding.ranking
    return Found(ranking, core.matches(ranking, limit), funding)


@dataclass(frozen=True)
class Explained:
    """One pair with all that can be said of it."""

    match: Match
    of: int  # how many were found for the seeker
    changes: tuple[Change, ...]


def explain(seeker: Ref, found: Ref, mode: Mode) -> Explained:
    """Why an actor fits a project or another actor as it does, and what would lift it.

    Raises UnknownEntryError.
    """
    core = matcher()
    ranking = core.rank(seeker, found.type, mode, relevant=True)
    number = core.tables.number(found.type, found.id)
    if number is None:
        raise UnknownEntryError(found.type, found.id)
    return Explained(core.match(ranking, number), len(ranking.order), core.changes(ranking, number))


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
