"""A mapping for a table that comes without one, in the form of the city's statistics.

Guessing must not cost secrecy: sums between columns are looked for, since everybody can find them, and counts that no
sum binds are hidden together. What cannot be told from the table is asked for.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from itertools import combinations
from typing import Any

from .mapping import Mapping, read_mapping
from .reader import Count, TableError, decode, find_delimiter, parse_count

YEARS = ("jahr", "year")
DISTRICTS = ("stadtteil", "district")
GROUPS = ("stadtbezirk", "stadtraum", "ortsamt", "ortschaft", "borough")
MOST_COLUMNS = 10  # of which all combinations are tried; with more, sums have to be declared


def guess_mapping(content: bytes) -> Mapping:
    """What the header and the columns of `content` say; raises TableError where a person has to say it."""
    text, _ = decode(content, "auto")
    header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=find_delimiter(text, "auto"))
    names = [name.strip() for name in header]
    width = len(names)
    columns = {name: [row[place] for row in rows if len(row) == width] for place, name in enumerate(names) if name}
    year, district = _named(columns, YEARS), _named(columns, DISTRICTS)
    groups = [name for name in columns if name.casefold().startswith(GROUPS)]
    rest = [name for name in columns if name not in (year, district, *groups)]
    counts = {name: [parse_count(text) for text in columns[name]] for name in rest}
    problems = [
        f"line 1, column {name!r}: holds more than whole numbers; say in a mapping what it is, or leave the column out"
        for name, values in counts.items()
        if None in values
    ]
    if not year:
        problems.append("line 1: no column for the year (Jahr); name it in a mapping")
    if not district:
        problems.append("line 1: no column for the district (Stadtteil); name it in a mapping")
    if not counts:
        problems.append("line 1: no column holds counts")
    if len(counts) > MOST_COLUMNS:
        problems.append(f"line 1: {len(counts)} columns of counts; declare in a mapping which of them add up")
    if problems:
        raise TableError(problems)
    return _mapping(str(year), str(district), groups, {name: [v for v in c if v] for name, c in counts.items()})


def _named(columns: dict[str, list[str]], beginnings: tuple[str, ...]) -> str | None:
    return next((name for name in columns if name.casefold().startswith(beginnings)), None)


def _mapping(year: str, district: str, groups: list[str], counts: dict[str, list[Count]]) -> Mapping:
    ids = dict(zip(counts, _ids(list(counts)), strict=True))
    sums = find_sums({ids[name]: values for name, values in counts.items()})
    bound = {name for one in sums for name in (one["total"], *one["parts"])}
    loose = [name for name in ids.values() if name not in bound]
    hierarchies = dict(zip(_ids(groups), groups, strict=True))
    return read_mapping(
        {
            "columns": {"year": year, "district": district, "hierarchies": hierarchies},
            "indicators": [{"id": ids[name], "title": {"de": name, "en": name}, "column": name} for name in counts],
            "sums": sums,
            "together": [loose] if len(loose) > 1 else [],
        }
    )


def find_sums(counts: dict[str, list[Count]]) -> list[dict[str, Any]]:
    """Columns that are the sum of others in every row; of several ways the one with the fewest parts.

    >>> one, two, three = ([Count(n) for n in row] for row in ([1, 4], [2, 5], [3, 9]))
    >>> find_sums({"a": one, "b": two, "all": three})
    [{'total': 'all', 'parts': ['a', 'b']}]
    """
    found: list[dict[str, Any]] = []
    for total, values in counts.items():
        others = [name for name in counts if name != total]
        seen: list[set[str]] = []
        for size in range(2, len(others) + 1):
            for parts in combinations(others, size):
                if any(one <= set(parts) for one in seen):
                    continue  # more parts would have to be zero throughout
                if _adds_up(values, [counts[part] for part in parts]):
                    seen.append(set(parts))
                    found.append({"total": total, "parts": list(parts)})
    return found


def _adds_up(total: Sequence[Count], parts: Sequence[Sequence[Count]]) -> bool:
    some = False
    for whole, *pieces in zip(total, *parts, strict=True):
        values = [one.value for one in pieces]
        if whole.value is None or None in values:
            continue
        if whole.value != sum(value for value in values if value is not None):
            return False
        some = some or whole.value > 0
    return some


def _ids(names: list[str]) -> list[str]:
    """Short names for machines, each of them once."""
    letters = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
    found: list[str] = []
    for name in names:
        bare = re.sub(r"[^a-z0-9]+", "-", name.casefold().translate(letters)).strip("-") or "column"
        number = sum(one == bare or one.startswith(f"{bare}-no") for one in found)
        found.append(f"{bare}-no{number + 1}" if number else bare)
    return found
