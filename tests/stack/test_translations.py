"""docker/translations.py: one compiled catalogue of the rooms' .po files."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest
import translations

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def write_po(path: Path, *pairs: tuple[str, str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    entries = "\n".join(f'msgid "{msgid}"\nmsgstr "{msgstr}"\n' for msgid, msgstr in pairs)
    path.write_text(HEADER + entries, encoding="utf-8")
    return path


def test_rooms_are_merged(tmp_path: Path) -> None:
    """Texts of all files are found in the one that CKAN reads; one that is not translated is left to CKAN."""
    write_po(tmp_path / "de/atlas.po", ("Actor", "Akteur"), ("Later", ""))
    write_po(tmp_path / "de/web.po", ("Measure", "Maßnahme"))
    assert translations.compile_language(tmp_path / "de") == []
    catalogue = gettext.translation(translations.DOMAIN, tmp_path, ["de"])
    assert [catalogue.gettext(text) for text in ("Actor", "Measure", "Later")] == ["Akteur", "Maßnahme", "Later"]


def test_the_same_texts_leave_the_file_alone(tmp_path: Path) -> None:
    """A second build does not touch what is there: a running portal would take it for a change."""
    write_po(tmp_path / "de/web.po", ("Measure", "Maßnahme"))
    translations.compile_language(tmp_path / "de")
    compiled = tmp_path / "de/LC_MESSAGES" / f"{translations.DOMAIN}.mo"
    before = (compiled.stat().st_ino, compiled.read_bytes())
    translations.compile_language(tmp_path / "de")
    assert (compiled.stat().st_ino, compiled.read_bytes()) == before


def test_rooms_that_disagree_are_named(tmp_path: Path) -> None:
    """The same text with two translations is a conflict; the first file's one is kept."""
    first = write_po(tmp_path / "de/atlas.po", ("Map", "Karte"))
    second = write_po(tmp_path / "de/web.po", ("Map", "Plan"))
    conflicts = translations.compile_language(tmp_path / "de")
    assert [conflict.files for conflict in conflicts] == [(str(first), str(second))]
    assert gettext.translation(translations.DOMAIN, tmp_path, ["de"]).gettext("Map") == "Karte"


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    """A mistake of syntax is reported with its file."""
    path = tmp_path / "de/web.po"
    path.parent.mkdir()
    path.write_text("nonsense", encoding="utf-8")
    with pytest.raises(translations.TranslationFileError, match=r"web\.po"):
        translations.compile_language(tmp_path / "de")


def test_the_projects_rooms_agree(repository: Path) -> None:
    """No text of the interface is translated in two ways."""
    folders = [path for path in (repository / "ckanext-dresdensmartcity/web/i18n").iterdir() if path.is_dir()]
    assert folders
    for folder in folders:
        assert translations.merge(sorted(folder.glob("*.po")), folder.name)[1] == []
