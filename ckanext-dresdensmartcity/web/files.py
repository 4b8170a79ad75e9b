"""The files of a dataset as people choose them: one table, in the formats that it comes in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Resource = dict[str, Any]


@dataclass
class File:
    """A file and the same in other formats."""

    main: Resource
    others: list[Resource] = field(default_factory=list)


def files(resources: Iterable[Resource]) -> list[File]:
    """Resources in their order; one that is called like an earlier one with its own format behind belongs to that.

    "Tagesmittel (Parquet)" is the same table as "Tagesmittel", so they are one entry with two buttons.
    """
    found: list[File] = []
    by_name: dict[str, File] = {}
    for one in resources:
        name, ending = str(one.get("name") or "").casefold(), f" ({one.get('format') or ''})".casefold()
        first = by_name.get(name.removesuffix(ending)) if name.endswith(ending) else None
        if first is not None:
            first.others.append(one)
            continue
        found.append(File(one))
        if name:
            by_name.setdefault(name, found[-1])
    return found
