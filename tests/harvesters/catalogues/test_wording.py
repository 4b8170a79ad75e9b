"""Findings and errors are said in German on pages."""

from __future__ import annotations

import pytest
from ckanext.dresdensmartcity.harvesters import wording as base
from ckanext.dresdensmartcity.harvesters.catalogues import wording as catalogues
from german import german, names

TEXTS = {name: text for module in (base, catalogues) for name, text in vars(module).items() if name.isupper()}


GERMAN = german("harvesters")


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_each_text_has_german_with_the_same_values(name: str):
    """A value that one language names and the other does not would be lost."""
    text = TEXTS[name]
    assert text in GERMAN
    assert names(GERMAN[text]) == names(text)
