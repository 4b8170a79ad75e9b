"""All that the report of a run says has German."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from ckanext.dresdensmartcity.harvesters import wording, words

TEXTS = {text for name, text in vars(wording).items() if name.isupper()}
WORDS = {text for kind in words.WORDS.values() for text in kind.values()}
CALL = re.compile(r"""\b(?:_|ungettext)\('((?:[^'\\]|\\.)+)'""")


@pytest.fixture(scope="module")
def german(repository: Path) -> dict[str, str]:
    found = {}
    for path in (repository / "ckanext-dresdensmartcity/web/i18n/de").glob("*.po"):
        with path.open("rb") as stream:
            for one in read_po(stream, locale="de"):
                if one.id and one.string:
                    single, text = (one.id, one.string) if isinstance(one.id, str) else (one.id[0], one.string[0])
                    found[str(single)] = str(text)
    return found


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("text", sorted(TEXTS | WORDS))
def test_each_text_has_german_with_the_same_values(text: str, german: dict[str, str]):
    """A value that one language names and the other does not would be lost."""
    assert names(german[text]) == names(text)


def test_each_text_of_the_templates_has_german(repository: Path, german: dict[str, str]):
    """Of the pages of runs and sources."""
    templates = [*(repository / "harvesters/templates/harvest").glob("*.html")]
    templates += (repository / "harvesters/templates/source").rglob("*.html")
    texts = {text for path in templates for text in CALL.findall(path.read_text(encoding="utf-8"))}
    assert len(texts) > 15
    assert sorted(texts - set(german)) == []
