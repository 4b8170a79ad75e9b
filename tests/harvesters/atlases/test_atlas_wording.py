"""What is said about entries of other cities is said in German on pages."""

from __future__ import annotations

import pytest
from ckanext.dresdensmartcity.harvesters.atlases import wording
from german import german, names

TEXTS = {name: text for name, text in vars(wording).items() if name.isupper()}
GERMAN = german("atlases")


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_each_text_has_german_with_the_same_values(name: str) -> None:
    """A value that one language names and the other does not would be lost."""
    assert names(GERMAN[TEXTS[name]]) == names(TEXTS[name])
