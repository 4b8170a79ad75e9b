"""Every text of a finding and every sentence of a check is said in German too."""

from __future__ import annotations

import pytest
from ckanext.dresdensmartcity.harvesters.budgets import wording
from ckanext.dresdensmartcity.harvesters.budgets.checks import sentences
from ckanext.dresdensmartcity.harvesters.tabular import wording as tabular
from german import german, names

TEXTS = {
    f"{module.__name__}.{name}": text
    for module in (wording, sentences, tabular)
    for name, text in vars(module).items()
    if name.isupper()
}


GERMAN = german("budgets")


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_each_text_has_german_with_the_same_values(name: str):
    """A value that one language names and the other does not would be lost."""
    text = TEXTS[name]
    assert text in GERMAN
    assert names(GERMAN[text]) == names(text)
