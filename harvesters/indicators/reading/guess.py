"""A mapping for a table that comes without one, in the form of the city's statistics.

Guessing must not cost secrecy: sums between columns are looked for, since everybody can find them, counts that no sum
binds are hidden together, and a number that is no count is taken for one that was computed from all counts of its row.
What cannot be told from the table is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ...tabular import CellValue, LocaleError, NumberCell, RawTable
from ..mapping import Mapping, read_mapping
from .adding import find_sums, multiples
from .areas import district_number
from .cells import TableError, read_cells, text_of
from .numbers import Count, counts_of, figure_of, number_locale
from .unfolding import short

YEARS = ("jahr", "year", "berichtsjahr")
QUARTERS = ("quartal", "quarter", "vierteljahr")
DAYS = ("stichtag", "stand", "reference date")
DISTRICTS = ("stadtteil", "district", "statistischer stadtteil")
GROUPS = ("stadtbezirk", "stadtraum", "ortsamt", "ortschaft", "borough", "sozialraum")
MOST_COUNTS = 18  # columns of which all combinations are tried; with more, sums have to be declared
MOST_LABELS = 60  # of a breakdown; a column with more texts is something else
# Words for benefits that RULES §6 asks a higher threshold for.
BENEFITS = re.compile(
    r"SGB|Arbeitslos|Grundsicherung|Sozialhilfe|Wohngeld|Bürgergeld|Leistungsb|Bedarfsgemeinschaft|Asylb|Hilfe zu",
    re.IGNORECASE,
)
IN_HEADERS = r"(?P<year>(?:19|20)\d{2})"


def guess_mapping(content: bytes, title: str = "") -> Mapping:
    """What the header and the columns of `content` say; raises TableError where a person has to say it.

    `title` is that of the table, where it has one: it may name a social benefit.
    """
    raw = read_cells(content)
    if any(len(row.cells) != len(raw.names) for row in raw.rows):
        raise TableError(["rows have more or fewer cells than the header"])
    return read_mapping(_Guess(raw, title).mapping())


class _Guess:
    def __init__(self, raw: RawTable, title: str) -> None:
        self.title = title
        names = [str(name) for name in raw.names]
        twice = sorted({name for name in names if name and names.count(name) > 1})
        if twice:
            raise TableError([f"line 1, column {name!r}: stands there twice" for name in twice])
        self.columns = {name: [row.cells[place] for row in raw.rows] for place, name in enumerate(names) if name}
        self.problems: list[str] = []

    def mapping(self) -> dict[str, Any]:
        """The mapping as read_mapping takes it; raises TableError."""
        year, quarter, day = (self._named(words) for words in (YEARS, QUARTERS, DAYS))
        district = self._district()
        hierarchies = [name for name in self.columns if name.casefold().startswith(GROUPS)]
        in_headers = [name for name in self.columns if re.fullmatch(IN_HEADERS, name)] if not year else []
        told = {year, quarter, day, district, *hierarchies, *in_headers}
        rest = {name: cells for name, cells in self.columns.items() if name not in told}
        counts, figures, groups = self._sorted(rest, bool(in_headers))
        if not (year or in_headers):
            self.problems.append("line 1: no column for the year (Jahr); name it in a mapping")
        if not district and not hierarchies:
            self.problems.append(
                "line 1: no column for the district (Stadtteil) or a group of districts (Stadtbezirk, Stadtraum); name "
                "it in a mapping"
            )
        if not counts and not in_headers:
            self.problems.append("line 1: no column holds counts")
        if len(counts) > MOST_COUNTS:
            self.problems.append(f"line 1: {len(counts)} columns of counts; declare in a mapping which of them add up")
        if self.problems:
            raise TableError(self.problems)
        codes = _codes(hierarchies)
        columns: dict[str, Any] = {"year": year or "", "district": district or "", "hierarchies": codes}
        columns |= {"quarter": quarter or "", "reference_date": day or ""}
        if not district:
            columns["finest"] = max(codes, key=lambda code: len(set(self.columns[codes[code]])))
        ids = dict(zip((*counts, *figures), _ids([*counts, *figures]), strict=True))
        sums, together = self._bound({ids[name]: values for name, values in counts.items()}, groups)
        return {
            "columns": columns,
            "kind": "social_benefits" if self._about_benefits() else "register",
            "groups": [
                {"id": _group_id(code), "title": {"de": name, "en": name}, "column": name}
                for name, code in zip(groups, _ids(groups), strict=True)
            ],
            "indicators": [
                *([self._in_headers()] if in_headers else []),
                *({"id": ids[name], "title": {"de": name, "en": name}, "column": name} for name in counts),
                *(
                    {
                        "id": ids[name],
                        "title": {"de": name, "en": name},
                        "column": name,
                        "measure": "figure",
                        "computed_from": [ids[one] for one in counts],
                    }
                    for name in figures
                ),
            ],
            "sums": sums,
            "together": together,
        }

    def _district(self) -> str | None:
        named = self._named(DISTRICTS)
        if named:
            return named
        # Some tables call the column "Gebiet": it is known by numbers of two digits with a name behind them.
        for name, cells in self.columns.items():
            texts = [text_of(cell) for cell in cells]
            numbered = sum(district_number(text) is not None and not text.isdigit() for text in texts)
            if numbered > len(texts) * 0.8 and not name.casefold().startswith(GROUPS):
                return name
        return None

    def _named(self, beginnings: tuple[str, ...]) -> str | None:
        return next((name for name in self.columns if name.casefold().startswith(beginnings)), None)

    def _sorted(
        self, rest: dict[str, list[CellValue]], in_headers: bool
    ) -> tuple[dict[str, list[Count]], list[str], list[str]]:
        """Columns of counts, of other numbers, and of groups."""
        counts: dict[str, list[Count]] = {}
        figures, groups = [], []
        for name, cells in rest.items():
            if (read := counts_of(cells)) is not None and not in_headers:
                counts[name] = read
            elif _numbers(cells):
                figures.append(name)
            elif 1 < len({text_of(cell) for cell in cells}) <= MOST_LABELS:
                groups.append(name)
            elif len({text_of(cell) for cell in cells}) > 1:
                self.problems.append(
                    f"line 1, column {name!r}: holds neither numbers nor a few groups; say in a mapping what it is, or "
                    "leave the column out"
                )
        return counts, figures, groups

    def _bound(self, counts: dict[str, list[Count]], groups: list[str]) -> tuple[list[dict[str, Any]], list[list[str]]]:
        """Sums, and counts that are hidden together: those of no sum, and those that are multiples of each other."""
        sums = find_sums(counts)
        bound = {name for one in sums if one["kind"] == "=" for name in (one["total"], *one["parts"])}
        loose = {name for name in counts if name not in bound}
        labels = [tuple(map(text_of, cells)) for cells in zip(*(self.columns[name] for name in groups), strict=True)]
        loose |= multiples(counts, labels)
        return sums, [[name for name in counts if name in loose]] if len(loose) > 1 else []

    def _about_benefits(self) -> bool:
        return any(BENEFITS.search(text) for text in (self.title, *self.columns))

    def _in_headers(self) -> dict[str, Any]:
        name = self.title or "Anzahl"
        return {"id": short(name), "title": {"de": name, "en": name}, "spread": IN_HEADERS}


def _numbers(cells: Sequence[CellValue]) -> bool:
    try:
        locale = number_locale([NumberCell(cell) for cell in cells], "auto", only_counts=False)
    except LocaleError:
        return False
    return all(figure_of(cell, locale) is not None for cell in cells)


def _codes(headers: list[str]) -> dict[str, str]:
    """Codes of hierarchies: the word that says what they are, so that two tables of a city have the same."""
    words = [next(word for word in GROUPS if name.casefold().startswith(word)) for name in headers]
    return dict(zip(words if len(set(words)) == len(words) else _ids(headers), headers, strict=True))


def _group_id(code: str) -> str:
    return re.sub(r"^[^a-z]+", "", code.replace("-", "_")) or "group"


def _ids(names: list[str]) -> list[str]:
    """Short names for machines, each of them once."""
    found: list[str] = []
    for name in names:
        bare = short(name)
        number = sum(one == bare or one.startswith(f"{bare}-no") for one in found)
        found.append(f"{bare}-no{number + 1}" if number else bare)
    return found
