"""Every text of a finding and every sentence of a check is said in German too."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from ckanext.dresdensmartcity.harvesters.budgets import wording
from ckanext.dresdensmartcity.harvesters.budgets.checks import sentences
from ckanext.dresdensmartcity.harvesters.tabular import wording as tabular

TEXTS = {
    f"{module.__name__}.{name}": text
    for module in (wording, sentences, tabular)
    for name, text in vars(module).items()
    if name.isupper()
}


@pytest.fixture(scope="module")
def german(repository: Path) -> dict[str, str]:
    with (repository / "ckanext-dresdensmartcity/web/i18n/de/budgets.po").open("rb") as stream:
        return {str(one.id): str(one.string) for one in read_po(stream, locale="de") if one.id and one.string}


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_each_text_has_german_with_the_same_values(name: str, german: dict[str, str]):
    """A value that one language names and the other does not would be lost."""
    text = TEXTS[name]
    assert text in german
    assert names(german[text]) == names(text)
