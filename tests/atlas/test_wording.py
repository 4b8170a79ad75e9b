"""What a typed word may mean, without a database."""

from __future__ import annotations

import pytest
from ckanext.dresdensmartcity.atlas import wording
from ckanext.dresdensmartcity.atlas.typed import Typed, one_slip
from hypothesis import given, settings
from hypothesis import strategies as st

WORDS = st.text("abcdefgh", min_size=4, max_size=12)


@settings(max_examples=200, deadline=None)
@given(WORDS, st.data())
def test_words_one_slip_apart_share_what_is_left_without_a_letter(word: str, data: st.DataObject):
    """A letter less, more or another one, or two that changed places: all are found."""
    at = data.draw(st.integers(0, len(word) - 2))
    other = data.draw(
        st.sampled_from(
            [
                word[:at] + word[at + 1 :],
                word[:at] + "z" + word[at:],
                word[:at] + "z" + word[at + 1 :],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            ]
        )
    )
    if word != other and len(other) >= 4:
        assert set(wording.slips(word)) & set(wording.slips(other))
        assert one_slip(word, other)
        assert one_slip(other, word)
        assert wording.apart(other, word) <= 1


@pytest.mark.parametrize(
    ("typed", "word", "slips"),
    [
        ("sensor", "luftqualitaetssensoren", 0),
        ("snesor", "luftqualitaetssensoren", 1),
        ("energieautrak", "energieautarkes", 1),
        ("energieautrak", "energieversorger", 5),
    ],
)
def test_slips_are_counted_to_the_likest_run_of_letters(typed: str, word: str, slips: int):
    """So that a typing error is found inside compounds."""
    assert wording.apart(typed, word) == slips


@pytest.mark.parametrize(
    ("text", "words", "phrases", "excluded"),
    [
        ("Sensor Luft", ("sensor", "luft"), (), ()),
        ('"gesundes Wohnen" Quartier', ("gesundes", "wohnen", "quartier"), ("gesundes wohnen",), ()),
        ("App -Sport", ("app",), (), ("sport",)),
        ("E-Parkschein", ("e", "parkschein"), (), ()),
        ('"offen', ("offen",), (), ()),
        ("-", (), (), ()),
        ('""', (), (), ()),
    ],
)
def test_a_text_is_taken_apart(text: str, words: tuple[str, ...], phrases: tuple[str, ...], excluded: tuple[str, ...]):
    """Into words, phrases and words to leave out."""
    typed = Typed(text)
    assert (typed.words, typed.phrases, typed.excluded) == (words, phrases, excluded)


def test_codes_and_short_words_are_never_mistyped():
    """Where like is other."""
    assert not wording.may_be_mistyped("1.2.5")
    assert not wording.may_be_mistyped("bus")
    assert wording.slips("bus") == ()
