"""Words by their meaning: the lexicon's making, inflections, compounds, languages."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from ckanext.dresdensmartcity.atlas.evaluation.command import evaluate_command
from ckanext.dresdensmartcity.atlas.language import Lexicon, LexiconError, installed, senses
from ckanext.dresdensmartcity.atlas.language.build import build, read_dictionary
from ckanext.dresdensmartcity.atlas.language.lexicon import DIMENSIONS, chance
from ckanext.dresdensmartcity.atlas.language.phrases import language_of, parts, stem
from ckanext.dresdensmartcity.atlas.matching import PARTS, Actor, Matcher, Mode, Project, Settings, Taxonomy
from ckanext.dresdensmartcity.atlas.matching.meaning import ONE, MeaningTable, pairs, phrase_of, reader
from ckanext.dresdensmartcity.atlas.text import STOP_WORDS, words
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

DICTIONARY = """# a comment
Baum {m} | Bäume {pl} | Baumschule {f} :: tree | trees | nursery
Lärm {m}; Krach {m} [ugs.] :: noise
messen {vt} | gemessen :: to measure | measured
Wasser {n} :: water
Messung {f} :: measurement
Luft {f} :: air
"""
WORDS = ("the", "tree", "trees", "noise", "sound", "water", "air", "measure", "measured", "measurement", "nursery")


def vector(seed: int) -> list[float]:
    found: list[float] = np.random.default_rng(seed).standard_normal(DIMENSIONS).round(4).tolist()
    return found


def write_vectors(file: Path) -> None:
    """Of WORDS; what belongs together lies together."""
    near = {"sound": "noise", "trees": "tree", "measured": "measure", "measurement": "measure"}
    vectors = {}
    for number, word in enumerate(WORDS):
        base = vector(WORDS.index(near.get(word, word)))
        vectors[word] = [*np.add(base, np.multiply(0.3, vector(100 + number))).tolist(), 1.0, number]
    file.write_text(json.dumps({"words": list(WORDS), "vectors": vectors}), encoding="utf-8")


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    """Of a dictionary of a few lines; "sound" lies near "noise", and all that is measured near each other."""
    folder = tmp_path_factory.mktemp("lexicon")
    write_vectors(folder / "vectors.json")
    (folder / "de-en").write_text(DICTIONARY, encoding="utf-8")
    build(folder / "de-en", folder / "vectors.json", folder / "words")
    return Lexicon(folder / "words")


def test_forms_of_a_line_belong_to_each_other_and_remarks_do_not() -> None:
    """The nth translation to the nth form; genders mark nouns; two English words count half each."""
    found, nouns = read_dictionary([*DICTIONARY.splitlines(), "Ampel {f} :: traffic light"])
    assert found["baeume"] == {"trees": 1}
    assert found["krach"] == {"noise": 1}
    assert found["ampel"] == {"traffic": 0.5, "light": 0.5}
    assert {"baum", "krach", "messung"} <= nouns
    assert "messen" not in nouns


def test_a_german_word_lies_where_its_translation_does(lexicon: Lexicon) -> None:
    """Both languages share one space."""
    noise, laerm, water = lexicon.find("noise", "en"), lexicon.find("laerm", "de"), lexicon.find("wasser", "de")
    assert noise is not None
    assert laerm is not None
    assert water is not None
    assert laerm.vector @ noise.vector == pytest.approx(1, abs=0.01)
    assert water.vector @ noise.vector < 0.5
    assert laerm.noun


@pytest.mark.parametrize(
    ("word", "base"),
    [("laerms", "laerm"), ("baeumen", "baeume"), ("messungen", "messung"), ("gewaessern", None)],
)
def test_inflections_are_undone(lexicon: Lexicon, word: str, base: str | None) -> None:
    """As far as a known word is found."""
    found = stem(word, "de", lexicon)
    assert (found.word if found else None) == base


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("laermmessung", ["laerm", "messung"]),
        ("wasserbaum", ["wasser", "baum"]),
        ("luftlaermmessung", ["luft", "laerm", "messung"]),
        ("baumschule", []),  # one word, and "schule" is not known
        ("messwasser", ["messen", "wasser"]),
        ("xxxxxxxxxxxx", []),
    ],
)
def test_compounds_are_split_into_known_words(lexicon: Lexicon, word: str, expected: list[str]) -> None:
    """In as few as possible, down to none."""
    assert [part.word for part in parts(word, lexicon)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Lärm und Wasser", "de"), ("the noise of water", "en"), ("Krach", "de"), ("tree measurement", "en"), ("", "de")],
)
def test_the_language_of_a_phrase(lexicon: Lexicon, text: str, expected: str) -> None:
    """The one that knows more of its words."""
    told = [word for word in words(text) if word not in STOP_WORDS]
    assert language_of(told, words(text), lexicon) == expected


def test_a_word_that_nobody_knows_is_near_itself_only() -> None:
    """And the same on every machine."""
    assert chance("lorawan") @ chance("lorawan") == pytest.approx(1)
    assert abs(chance("lorawan") @ chance("zigbee")) < 0.4
    assert chance("lorawan")[0] == pytest.approx(chance("lorawan")[0])


def test_meaning_bridges_the_languages_and_shows_by_which_words(lexicon: Lexicon) -> None:
    """A German need and an English offer without a letter in common."""
    read = reader(lexicon, STOP_WORDS)
    table = MeaningTable(MeaningTable.arrays(["sound measurement", "water trees", ""], read))
    (near,) = table.nearness([phrase_of(read("Krach messen"))], asks=True)
    assert near[0] > 0.6 * ONE > 0.3 * ONE > near[1]
    assert near[2] == 0
    found = {(pair.one, pair.other) for pair in pairs("Krach messen", "sound measurement", read)}
    assert found == {("krach", "sound"), ("messen", "measurement")}


def matcher(lexicon: Lexicon | None, *actors: Actor, need: str = "Krach messen") -> Matcher:
    weights = dict.fromkeys(PARTS, 0.0) | {"meaning": 0.75, "text": 0.25}
    known = Settings(dict.fromkeys(Mode, weights), 3000, {}, lexicon=lexicon)
    return Matcher(actors, [Project("p", "Leise Nacht", needs=(need,))], Taxonomy(()), known)


def test_the_reason_is_told_in_both_languages(lexicon: Lexicon) -> None:
    """With the words as they were written."""
    (match,) = matcher(lexicon, Actor("a", "Quiet", offers=("sound measurement",))).actors_for("p", Mode.COMPLEMENT)
    meaning = match.parts[PARTS.index("meaning")]
    assert meaning.contribution > 0
    assert "„Krach“ und „sound“" in meaning.sentence.de
    assert "“Krach” and “sound”" in meaning.sentence.en


def test_without_a_lexicon_spelling_has_its_weight() -> None:
    """The parts still add up, and no point is lost."""
    (match,) = matcher(None, Actor("a", "Krach messen")).actors_for("p", Mode.COMPLEMENT)
    weights = {part.name: part.weight for part in match.parts}
    assert weights["text"] == 1
    assert weights["meaning"] == 0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["Lärm", "sound", "Baum", "Wasser messen", "🌍", "x" * 500, ""]), max_size=4), st.data()
)
def test_an_added_offer_never_lowers_meaning(lexicon: Lexicon, offers: list[str], data: st.DataObject) -> None:
    """The best phrase counts, so that more phrases are never worse."""
    more = data.draw(st.sampled_from(["Lärmmessung", "trees", "", "??"]))
    before, after = (
        matcher(lexicon, Actor("a", "A", offers=tuple(own))).actors_for("p", Mode.SIMILAR)[0].score
        for own in (offers, [*offers, more])
    )
    assert after >= before


@given(st.text(max_size=200))
@settings(max_examples=60, deadline=None)
def test_any_text_has_senses(lexicon: Lexicon, text: str) -> None:
    """Hostile text included; weights are positive, vectors of length 1."""
    for sense in senses(text, lexicon):
        assert sense.weight > 0
        assert np.linalg.norm(sense.vector) == pytest.approx(1, abs=0.02)


def test_a_folder_without_a_lexicon_is_named(tmp_path: Path) -> None:
    """With what makes one."""
    with pytest.raises(LexiconError, match="docker/build"):
        Lexicon(tmp_path)


def test_matching_is_well_ahead_of_the_best_baseline_on_the_own_cases(repository: Path) -> None:
    """With the installed lexicon: MRR 1.3 times, R@5 1.25 times the best; newcomers are not worse off."""
    assert installed() is not None, "docker/build makes the lexicon"
    cases = repository / "test-data/evaluation/needs-and-offers.json"
    found = json.loads(CliRunner().invoke(evaluate_command, [str(cases), "--format", "json"]).output)["results"]
    matching = found.pop("matching")
    assert matching["mrr"] >= 1.3 * max(one["mrr"] for one in found.values())
    assert matching["r_at_5"] >= 1.25 * max(one["r_at_5"] for one in found.values())
    assert matching["newcomers"] >= matching["r_at_10"]
