"""What the kinds of sources say is said in German on pages."""

from __future__ import annotations

import pytest
from ckanext.dresdensmartcity.harvesters.sensors.sources import wording
from german import german, names

TEXTS = {name: text for name, text in vars(wording).items() if name.isupper() and not name.startswith("_")}


GERMAN = german("sensor_sources")


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_each_text_has_german_with_the_same_values(name: str) -> None:
    """A value that one language names and the other does not would be lost."""
    assert names(GERMAN[TEXTS[name]]) == names(TEXTS[name])


def test_no_german_without_a_use() -> None:
    """A text that nobody says any more is taken out."""
    assert set(GERMAN) == set(TEXTS.values())
