"""One spelling for all words, and the parts of words."""

from __future__ import annotations

import pytest
from ckanext.dresdensmartcity.atlas import wording
from ckanext.dresdensmartcity.atlas.entries import Entry
from ckanext.dresdensmartcity.atlas.matching import Taxonomy
from ckanext.dresdensmartcity.atlas.text import as_written, normalise, shared_parts, telling_words
from ckanext.dresdensmartcity.city.model import Label
from ckanext.dresdensmartcity.city.vocabularies import Topic
from hypothesis import given
from hypothesis import strategies as st

TAXONOMY = Taxonomy(
    [
        Topic("sensing", Label("Umweltsensorik", "Environmental sensing"), ""),
        Topic("air", Label("Luftqualität", "Air quality"), "sensing", ("Luftgüte",)),
    ]
)


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("Straße", "strasse"),
        ("STRASSE", "strasse"),
        ("Öko-Bürger", "oeko buerger"),
        ("Gru\u0308n", "gruen"),  # an umlaut written as letter and dots
        ("Café", "cafe"),
        ("Maßnahme 1.2.5.", "massnahme 1.2.5"),
        ("<b>&amp;</b>", "b amp b"),
        ("🌍", ""),
    ],
)
def test_texts_are_compared_in_one_spelling(text, spelling):
    """Umlauts, ß, accents and case make no difference; codes of measures stay whole."""
    assert normalise(text) == spelling


@given(st.text())
def test_the_spelling_of_a_spelling_is_itself(text):
    """Whatever is typed."""
    assert normalise(normalise(text)) == normalise(text)


def test_words_that_say_nothing_are_left_out_unless_nothing_else_is_typed():
    """ "und" is no search word, but alone it is."""
    assert telling_words("Luft und Lärm") == ["luft", "laerm"]
    assert telling_words("und") == ["und"]


def test_shared_parts_are_beginnings_or_long():
    """Endings such as -keit are nothing in common."""
    assert shared_parts("Luftqualitätssensoren", "Sensor für Luft") == ("sensor", "luft")
    assert shared_parts("Einigkeit", "Helligkeit") == ()
    assert shared_parts("Softwareentwicklung", "Stadtentwicklung") == ("entwicklung",)


def test_shared_parts_are_shown_as_they_are_written():
    """Readers see umlauts and ß, not the spelling that is compared."""
    assert as_written("luftqualitaet", "Die Luftqualität messen") == "luftqualität"
    assert as_written("qualitaet", "Luftqualita\u0308t") == "qualität"
    assert as_written("strasse", "Straßenkunst") == "straße"
    assert as_written("sensor", "nichts davon") == "sensor"


def test_a_word_meets_a_typed_word_by_itself_and_its_parts():
    """The closer the better; short words and codes only by themselves; typing errors are looked for apart."""
    same = wording.likeness("sensor", "sensor")
    begins = wording.likeness("sensor", "sensoren")
    inside = wording.likeness("sensor", "luftsensor")
    part = wording.likeness("sensoren", "sensor")
    assert same > begins > inside > part > 0
    assert wording.likeness("tud", "studie") == 0
    assert wording.likeness("1.2.5", "1.2.4") == 0
    assert wording.likeness("luftqualtaet", "luftqualitaet") == 0
    assert wording.apart("luftqualtaet", "luftqualitaet") == 1


def test_an_entry_is_found_by_title_notes_topics_synonyms_and_wider_topics():
    """In this order of weight."""
    entry = Entry("x", "actor", "trees", "Stadtbäume", notes="Kühlt.", offers=("air", "Offene Werkstatt"))
    found = wording.weighted_words(entry, TAXONOMY)
    weights = [found[word] for word in ("stadtbaeume", "luftqualitaet", "luftguete", "kuehlt", "umweltsensorik")]
    assert weights == sorted(weights, reverse=True)
    assert found["werkstatt"] == found["luftqualitaet"]
