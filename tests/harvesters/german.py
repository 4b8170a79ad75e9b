"""The German texts of the portal, for tests that hold that nothing is said in English only."""

from __future__ import annotations

import string
from pathlib import Path

from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent.parent.parent / "ckanext-dresdensmartcity/web/i18n/de"


def german(name: str = "") -> dict[str, str]:
    """The German texts by the English ones (the singular of each), of one .po file by its name or of all."""
    found = {}
    for path in FOLDER.glob(f"{name or '*'}.po"):
        with path.open("rb") as stream:
            for one in read_po(stream, locale="de"):
                english, text = (one.id, one.string) if isinstance(one.id, str) else (one.id[0], one.string[0])
                if english and text:
                    found[str(english)] = str(text)
    return found


def names(text: str) -> set[str]:
    """The values that a text names."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
