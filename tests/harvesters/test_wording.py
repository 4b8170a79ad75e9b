"""All that the report of a run says has German."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ckanext.dresdensmartcity.harvesters import wording, words
from german import german, names

TEXTS = {text for name, text in vars(wording).items() if name.isupper()}
WORDS = {text for kind in words.WORDS.values() for text in kind.values()}
CALL = re.compile(r"""\b(?:_|ungettext)\('((?:[^'\\]|\\.)+)'""")


GERMAN = german()


@pytest.mark.parametrize("text", sorted(TEXTS | WORDS))
def test_each_text_has_german_with_the_same_values(text: str):
    """A value that one language names and the other does not would be lost."""
    assert names(GERMAN[text]) == names(text)


def test_each_text_of_the_templates_has_german(repository: Path):
    """Of the pages of runs and sources."""
    templates = [*(repository / "harvesters/templates/harvest").glob("*.html")]
    templates += (repository / "harvesters/templates/source").rglob("*.html")
    texts = {text for path in templates for text in CALL.findall(path.read_text(encoding="utf-8"))}
    assert len(texts) > 15
    assert sorted(texts - set(GERMAN)) == []
