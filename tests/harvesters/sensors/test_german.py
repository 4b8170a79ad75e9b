"""What pages and reports say about sensors is said in German too."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from ckanext.dresdensmartcity.harvesters.sensors import wording

FINDINGS = {name: text for name, text in vars(wording).items() if name.isupper()}
_TEXT = re.compile(r"(?:_|ungettext)\('([^']+)'(?:, '([^']+)')?")
_HELPER = re.compile(r'tk\._\("([^"]+)"\)')


@pytest.fixture(scope="module")
def german(repository: Path) -> dict[str, str]:
    """The German texts of the portal by the English ones."""
    found = {}
    for path in (repository / "ckanext-dresdensmartcity/web/i18n/de").glob("*.po"):
        with path.open("rb") as stream:
            for one in read_po(stream, locale="de"):
                plural = isinstance(one.id, tuple)
                found[one.id[0] if plural else one.id] = one.string[0] if plural else one.string
    return {str(english): str(text) for english, text in found.items() if text}


def names(text: str) -> set[str]:
    """The values that a text names."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def used(repository: Path) -> set[str]:
    """The texts of the pages and of their helpers."""
    found = set()
    for path in (repository / "harvesters/templates/sensors").glob("*.html"):
        found |= {match[0] for match in _TEXT.findall(path.read_text(encoding="utf-8"))}
    return found | set(_HELPER.findall((repository / "harvesters/sensors/helpers.py").read_text(encoding="utf-8")))


def test_each_text_of_the_pages_has_german(repository: Path, german: dict[str, str]) -> None:
    """With the same values, and without a percent sign, which templates would take for one."""
    texts = used(repository)
    assert len(texts) > 25
    assert sorted(texts - set(german)) == []
    assert [text for text in texts if names(text) != names(german[text]) or "%" in text] == []


@pytest.mark.parametrize("name", sorted(FINDINGS))
def test_each_finding_has_german(name: str, german: dict[str, str]) -> None:
    """A value that one language names and the other does not would be lost."""
    assert names(german[FINDINGS[name]]) == names(FINDINGS[name])


def test_no_german_without_a_use(repository: Path) -> None:
    """A text that nobody says any more is taken out."""
    with (repository / "ckanext-dresdensmartcity/web/i18n/de/sensors.po").open("rb") as stream:
        ids = {one.id[0] if isinstance(one.id, tuple) else one.id for one in read_po(stream, locale="de") if one.id}
    assert sorted(ids - used(repository) - set(FINDINGS.values())) == []
