"""Merge the translations of the rooms and compile them to the one catalogue that CKAN reads.

    python translations.py I18N_DIR

Each room keeps its own I18N_DIR/<language>/<room>.po, so that two rooms never edit the same file. CKAN asks a plugin
for one compiled file: I18N_DIR/<language>/LC_MESSAGES/ckanext-dresdensmartcity.mo.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime, timezone
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

DOMAIN = "ckanext-dresdensmartcity"
# The same texts make the same file, whenever that is: a portal starts anew when a file of its code has changed.
NO_DATE = datetime(2000, 1, 1, tzinfo=timezone.utc)


class TranslationFileError(Exception):
    """A .po file cannot be read; the message names it."""


@dataclass(frozen=True)
class Conflict:
    """Two rooms translate the same text differently; CKAN could show only one of them."""

    message: str
    files: tuple[str, str]

    def __str__(self) -> str:
        return f"{self.files[0]} and {self.files[1]} translate {self.message!r} differently: agree on one"


def merge(files: list[Path], language: str) -> tuple[Catalog, list[Conflict]]:
    """One catalogue of all `files`; where two disagree, the first one's text stays and the conflict is reported."""
    merged = Catalog(locale=language, domain=DOMAIN, charset="utf-8", creation_date=NO_DATE, revision_date=NO_DATE)
    origin: dict[tuple[object, object], Path] = {}
    conflicts = []
    for path in files:
        try:
            with path.open("rb") as stream:
                catalogue = read_po(stream, locale=language, abort_invalid=True)
        except (PoFileError, UnicodeDecodeError, ValueError) as error:
            raise TranslationFileError(f"{path}: {error}") from error
        for message in catalogue:
            if not message.id or not message.string or message.fuzzy:
                continue
            key = (message.id, message.context)
            known = merged.get(message.id, message.context)
            if known is None:
                merged[message.id] = message
                origin[key] = path
            elif known.string != message.string:
                conflicts.append(Conflict(str(message.id), (str(origin[key]), str(path))))
    return merged, conflicts


def compile_language(folder: Path) -> list[Conflict]:
    """Write the compiled catalogue of one language, where it is not there as it would be."""
    merged, conflicts = merge(sorted(folder.glob("*.po")), folder.name)
    compiled = BytesIO()
    write_mo(compiled, merged)
    target = folder / "LC_MESSAGES" / f"{DOMAIN}.mo"
    if target.exists() and target.read_bytes() == compiled.getvalue():
        return conflicts
    target.parent.mkdir(exist_ok=True)
    unfinished = target.with_suffix(".new")
    unfinished.write_bytes(compiled.getvalue())
    # A portal that runs reads this file: it never sees half of it.
    unfinished.replace(target)
    return conflicts


def main() -> None:
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    root = Path(sys.argv[1])
    try:
        conflicts = [
            conflict
            for folder in (sorted(root.iterdir()) if root.is_dir() else [])
            if folder.is_dir() and any(folder.glob("*.po"))
            for conflict in compile_language(folder)
        ]
    except TranslationFileError as error:
        raise SystemExit(f"translations: {error}") from error
    for conflict in conflicts:
        print(f"translations: {conflict}", file=sys.stderr)


if __name__ == "__main__":
    main()
