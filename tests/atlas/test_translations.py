"""Every English text of the atlas has its German."""

from __future__ import annotations

from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

JINJA = "ckan.lib.jinja_extensions:CkanExtend,ckan.lib.jinja_extensions:SnippetExtension"


def test_the_german_is_complete_and_holds_nothing_else(repository: Path):
    """Texts of the code on one side, of atlas.po and of the files atlas-….po of its rooms on the other."""
    extension = repository / "ckanext-dresdensmartcity"
    german = {}
    for path in (extension / "web/i18n/de").glob("atlas*.po"):
        if path.stem == "atlas" or path.stem.startswith("atlas-"):
            with path.open("rb") as file:
                german |= {message.id: message.string for message in read_po(file, locale="de") if message.id}
    found = extract_from_dir(
        extension / "atlas",
        method_map=[("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")],
        options_map={"templates/**.html": {"extensions": JINJA}},
    )
    used = {message for _, _, message, _, _ in found}
    assert used == set(german)
    assert [message for message, text in german.items() if not text or "" in tuple(text)] == []
