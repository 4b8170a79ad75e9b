"""Every text of the portal's pages has German."""

from __future__ import annotations

import re
from pathlib import Path

import ckan
import pytest
from babel.messages.pofile import read_po

CALL = re.compile(
    r"""\b(?:_|ungettext)\(\s*(?:'((?:[^'\\]|\\.)+)'|"((?:[^"\\]|\\.)+)")""",
)


def german(path: Path) -> set[str]:
    """The texts that a catalogue translates."""
    with path.open("rb") as stream:
        catalogue = read_po(stream, locale="de")
    return {
        message.id if isinstance(message.id, str) else message.id[0]
        for message in catalogue
        if message.id and message.string and not message.fuzzy
    }


@pytest.fixture(scope="module")
def known(repository: Path) -> set[str]:
    folder = repository / "ckanext-dresdensmartcity" / "web" / "i18n" / "de"
    ours = set().union(*(german(path) for path in folder.glob("*.po")))
    return ours | german(Path(ckan.__file__).parent / "i18n" / "de" / "LC_MESSAGES" / "ckan.po")


def test_no_text_of_the_pages_lacks_german(repository: Path, known: set[str]) -> None:
    room = repository / "ckanext-dresdensmartcity" / "web"
    texts = {
        single or double: path.name
        for path in [*room.rglob("templates/**/*.html"), *room.rglob("*.py")]
        for single, double in CALL.findall(path.read_text(encoding="utf-8"))
    }
    assert len(texts) > 100
    assert {text: name for text, name in texts.items() if text not in known} == {}
