"""The arrays give every pair the score that a plain reading of the rules gives it, one pair at a time."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from ckanext.dresdensmartcity.atlas.language import Lexicon
from ckanext.dresdensmartcity.atlas.language.build import build
from ckanext.dresdensmartcity.atlas.matching import Matcher, Mode, Settings
from hypothesis import given, settings
from hypothesis import strategies as st

from ..test_language import DICTIONARY, write_vectors
from .test_matcher import SETTINGS, TAXONOMY, atlases


@pytest.fixture(scope="module")
def pairs(repository: Path) -> ModuleType:
    """The plain reading, which the bench measures as well."""
    found = importlib.util.spec_from_file_location("matching_pairs", repository / "bench/beside/matching_pairs.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """With a lexicon of a few words."""
    folder = tmp_path_factory.mktemp("lexicon")
    write_vectors(folder / "vectors.json")
    (folder / "de-en").write_text(DICTIONARY, encoding="utf-8")
    build(folder / "de-en", folder / "vectors.json", folder / "words")
    return Settings(SETTINGS.weights, SETTINGS.reach_m, SETTINGS.field_labels, lexicon=Lexicon(folder / "words"))


@settings(max_examples=80, deadline=None)
@given(atlas=atlases(), mode=st.sampled_from(Mode), with_lexicon=st.booleans())
def test_order_and_scores_are_those_of_brute_force(pairs, known, atlas, mode, with_lexicon):
    """For every project, and among actors."""
    actors, projects = atlas
    chosen = known if with_lexicon else SETTINGS
    core, plain = Matcher(actors, projects, TAXONOMY, chosen), pairs.Pairs(actors, projects, TAXONOMY, chosen)
    for project in projects:
        found = core.actors_for(project.id, mode)
        assert [(one.found.id, round(one.score * 10_000)) for one in found] == plain.actors_for(project.id, mode)
        assert core.ranking(project.id, mode) == tuple(one.found.id for one in found)
    for actor in actors:
        found = core.partners_for(actor.id, mode)
        assert [(one.found.id, round(one.score * 10_000)) for one in found] == plain.partners_for(actor.id, mode)
