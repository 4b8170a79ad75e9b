"""What the kinds of sources say is said in German on pages."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from ckanext.dresdensmartcity.harvesters.sensors.sources import wording

TEXTS = {name: text for name, text in vars(wording).items() if name.isupper() and not name.startswith("_")}


@pytest.fixture(scope="module")
def german(repository: Path) -> dict[str, str]:
    """The German texts by the English ones."""
    path = repository / "ckanext-dresdensmartcity/web/i18n/de/sensor_sources.po"
    with path.open("rb") as stream:
        return {str(one.id): str(one.string) for one in read_po(stream, locale="de") if one.id and one.string}


def names(text: str) -> set[str]:
    """The values that a text names."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_each_text_has_german_with_the_same_values(name: str, german: dict[str, str]) -> None:
    """A value that one language names and the other does not would be lost."""
    assert names(german[TEXTS[name]]) == names(TEXTS[name])


def test_no_german_without_a_use(german: dict[str, str]) -> None:
    """A text that nobody says any more is taken out."""
    assert set(german) == set(TEXTS.values())
