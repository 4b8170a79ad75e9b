"""What pages and reports say about sensors is said in German too."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ckanext.dresdensmartcity.harvesters.sensors import wording
from german import german, names

FINDINGS = {name: text for name, text in vars(wording).items() if name.isupper()}
_TEXT = re.compile(r"(?:_|ungettext)\('([^']+)'(?:, '([^']+)')?")
_HELPER = re.compile(r'tk\._\("([^"]+)"\)')


GERMAN = german()


def used(repository: Path) -> set[str]:
    """The texts of the pages and of their helpers."""
    found = set()
    for path in (repository / "harvesters/templates/sensors").glob("*.html"):
        found |= {match[0] for match in _TEXT.findall(path.read_text(encoding="utf-8"))}
    return found | set(_HELPER.findall((repository / "harvesters/sensors/helpers.py").read_text(encoding="utf-8")))


def test_each_text_of_the_pages_has_german(repository: Path) -> None:
    """With the same values, and without a percent sign, which templates would take for one."""
    texts = used(repository)
    assert len(texts) > 25
    assert sorted(texts - set(GERMAN)) == []
    assert [text for text in texts if names(text) != names(GERMAN[text]) or "%" in text] == []


@pytest.mark.parametrize("name", sorted(FINDINGS))
def test_each_finding_has_german(name: str) -> None:
    """A value that one language names and the other does not would be lost."""
    assert names(GERMAN[FINDINGS[name]]) == names(FINDINGS[name])


def test_no_german_without_a_use(repository: Path) -> None:
    """A text that nobody says any more is taken out."""
    assert sorted(set(german("sensors")) - used(repository) - set(FINDINGS.values())) == []
