"""Changes that would lift an actor are true when they are made; tables on disk are the tables in memory."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ckanext.dresdensmartcity.atlas.matching import ACTOR, PROJECT, Actor, Matcher, Mode, Ref
from ckanext.dresdensmartcity.atlas.matching.counterfactual import north_of
from ckanext.dresdensmartcity.atlas.matching.files import TablesFileError, read, write
from ckanext.dresdensmartcity.atlas.matching.tables import Changes, Knowledge, changed, made
from hypothesis import given, settings
from hypothesis import strategies as st

from .test_matcher import SETTINGS, TAXONOMY, atlases, matcher

KNOWLEDGE = Knowledge(TAXONOMY, None, ())


@settings(max_examples=60, deadline=None)
@given(atlases(), st.sampled_from(Mode))
def test_a_change_that_is_told_reaches_the_rank_and_score_that_are_told(atlas, mode):
    """Made and ranked again, by offers, fields and places."""
    actors, projects = atlas
    core = matcher(actors, projects)
    for project in projects:
        ranking = core.rank(Ref(PROJECT, project.id), ACTOR, mode)
        place = project.position or (project.areas[0] if project.areas else None)
        for number in ranking.order[1:].tolist():
            actor = core.tables.actor(number)
            for change in core.changes(ranking, number):
                after = {
                    "offers": replace(actor, offers=(*actor.offers, *change.values)),
                    "fields": replace(actor, fields=(*actor.fields, *change.values)),
                    "position": replace(actor, position=north_of(place)) if place else actor,
                }[change.field]
                again = matcher(tuple(after if one.id == actor.id else one for one in actors), projects)
                found = {one.found.id: one for one in again.actors_for(project.id, mode)}[actor.id]
                assert (found.rank, found.score) == (change.rank, change.score)
                assert change.rank < ranking.place(number)


@settings(max_examples=40, deadline=None)
@given(atlases(), atlases(), st.sampled_from(Mode))
def test_tables_that_were_changed_rank_as_if_made_anew(before, after, mode):
    """Entries that came, went and changed; rows that stayed."""
    old = made(*before, KNOWLEDGE)
    stays = [one for one in after[0] if one in before[0]]
    fresh = [one for one in after[0] if one not in stays]
    kept = {one.id for one in stays}
    gone = {
        ACTOR: frozenset(one.id for one in before[0] if one.id not in kept),
        PROJECT: frozenset(one.id for one in before[1]),
    }
    tables = changed(old, Changes([(one, "") for one in fresh], [(one, "") for one in after[1]], gone), KNOWLEDGE)
    one, other = Matcher.over(tables, KNOWLEDGE, SETTINGS), Matcher.over(made(*after, KNOWLEDGE), KNOWLEDGE, SETTINGS)
    for project in after[1]:
        assert one.actors_for(project.id, mode) == other.actors_for(project.id, mode)


def test_a_file_gives_the_tables_back_and_a_damaged_one_is_refused(tmp_path: Path) -> None:
    """Whole, cut, changed, empty, of something else: each told apart before it is used."""
    file = tmp_path / "matching"
    tables = made([Actor("a", "Lärmbüro", offers=("noise",))], [], KNOWLEDGE)
    write(file, tables, {"revision": "1"})
    found, about = read(file)
    assert about == {"revision": "1"}
    assert all(np.array_equal(found.arrays[name], array) for name, array in tables.arrays.items())
    assert file.stat().st_mode & 0o077 == 0
    whole = file.read_bytes()
    for damaged in (whole[:-1], whole[:-9] + b"x" + whole[-8:], whole[:40], b"", b"x" * 100):
        file.write_bytes(damaged)
        with pytest.raises(TablesFileError):
            read(file)
