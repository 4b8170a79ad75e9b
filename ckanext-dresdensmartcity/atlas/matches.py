"""Matches from the side table: the core, fed and kept until the atlas or its settings change."""

from __future__ import annotations

import threading

from ckanext.dresdensmartcity import config
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.city.model import City

from . import match_records, search
from .entries import ACTOR, PROJECT, Entry
from .language import installed
from .matching import Match, Matcher, Mode, Settings, parse_weights
from .query import AtlasQuery
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
    weights = tuple((mode, config.atlas_weights(mode.value)) for mode in Mode)
    state = (search.revision(), weights, config.atlas_reach_m(), here.name, here.focus_areas, here.fields_of_action)
    with _lock:
        if _kept is None or _kept[0] != state:
            _kept = (state, _build(here))
        return _kept[1]


def _build(here: City) -> Matcher:
    entries = search.everything(AtlasQuery())
    return Matcher(
        actors=[match_records.actor(entry) for entry in entries if entry.type == ACTOR],
        projects=[match_records.project(entry, here) for entry in entries if entry.type == PROJECT],
        taxonomy=taxonomy(),
        settings=Settings(
            weights={mode: parse_weights(config.atlas_weights(mode.value)) for mode in Mode},
            reach_m=config.atlas_reach_m(),
            field_labels={field.id: field.label for field in here.fields_of_action},
            common_texts=(here.name,),
            lexicon=installed(),
        ),
    )
