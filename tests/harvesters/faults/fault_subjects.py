"""The harvesters that faults are tried on: each with a source in two versions, small enough for seconds."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import yaml
from ckanext.dresdensmartcity.city.load import load_city
from ckanext.dresdensmartcity.harvesters.demo.answer import Answer
from ckanext.dresdensmartcity.harvesters.demo.opensensemap import OpenSenseMap
from ckanext.dresdensmartcity.harvesters.demo.scenario import Scenario

ROOT = Path(__file__).parents[3]
VERSIONS = ("A", "B")


@dataclass(frozen=True)
class Subject:
    """A harvester with its source."""

    name: str
    kind: str
    path: str  # of the source's address
    settings: dict[str, Any]
    answer: Callable[[str, str], Answer]  # version, target
    # What is asked when the source is read, and when a unit is; the same where a source is one file.
    first: re.Pattern[str]
    unit: re.Pattern[str]
    pages: bool = False
    # An answer of the same form with nothing in it, and with a tenth of it; by target.
    empty: Callable[[Answer], bytes] = field(default=lambda honest: b"")
    tenth: Callable[[Answer], bytes] = field(default=lambda honest: honest.body)
    twice: Callable[[Answer], bytes] = field(default=lambda honest: honest.body)


def csv_answer(text: str) -> Answer:
    return Answer(200, text.encode(), {"Content-Type": "text/csv; charset=utf-8"})


# --- budget: all amounts are twice as high in B, so that every sum is right in both

SHARE = {"own": 35, "federal": 65}  # per cent
EARLY, LATE = (1, 1, 0, 0, 0, 0, 0, 0), (0, 1, 1, 1, 1, 0, 0, 0)  # in which of the years 2021 to 2028 a measure is


def budget(version: str, target: str) -> Answer:
    unit = 65_000 * (1 if version == "A" else 2)
    measures = [("1.1.1", EARLY, 1), ("1.2.1", EARLY, 2), ("2.1.1", LATE, 1), ("2.2.1", LATE, 3)]
    costs = [sum(unit * factor * years[year] for _, years, factor in measures) for year in range(8)]
    own = [cost * SHARE["own"] // SHARE["federal"] for cost in costs]
    both, nothing = [a + b for a, b in zip(costs, own, strict=True)], [0] * 8
    rows: list[tuple[str, str, str, str, list[int]]] = []
    for code, years, factor in measures:
        section = "strategy" if code.startswith("1") else "implementation"
        amounts = [unit * factor * one for one in years]
        rows.append((code[:3], code[:1], section, f"Kosten {code[:3]}", amounts))
        rows.append((code, code[:3], section, f"Maßnahme {code}", amounts))
    rows += [
        ("1+2", "", "total", "Summe förderfähige Kosten", costs),
        ("3.1", "3", "financing", "Finanzierungsbeiträge für das Modellprojekt", both),
        ("3.1.1", "3.1", "financing", "Eigenmittel der Kommune", own),
        ("3.1.2", "3.1", "financing", "Mittel Dritter", nothing),
        ("3.1.3", "3.1", "financing", "Bundesmittel (Zuwendung)", costs),
        ("3.2.1", "3.2", "financing", "Eigenmittel der Kommune (andere)", nothing),
        ("3.2.2", "3.2", "financing", "Mittel anderer Geber (andere)", nothing),
        ("3.1+3.2", "", "total", "Gesamtfinanzierung", both),
    ]
    lines = [",".join([*row[:4], *(f"{one}.00" for one in row[4]), f"{sum(row[4])}.00"]) for row in rows]
    for code, title, share in (("3.3.1", "Eigenanteil", SHARE["own"]), ("3.3.3", "Bundesanteil", SHARE["federal"])):
        shares = [f"{share if cost else 0}.00" for cost in costs]
        lines.append(",".join([code, "3.3", "share", f"{title} (Prozent)", *shares, f"{share}.00"]))
    head = ",".join(["line", "parent", "section", "title", *(f"y{2021 + year}" for year in range(8)), "total"])
    return csv_answer("\n".join([head, *lines]) + "\n")


def head_only(honest: Answer) -> bytes:
    return honest.body.split(b"\n", 1)[0] + b"\n"


def tenth_of_lines(honest: Answer) -> bytes:
    lines = honest.body.splitlines(keepends=True)
    return b"".join(lines[: max(2, len(lines) // 10)])


def a_line_twice(honest: Answer) -> bytes:
    lines = honest.body.splitlines(keepends=True)
    return b"".join([*lines, lines[-1]])


# --- indicators: B has the numbers of A, a year later


def indicators(version: str, target: str) -> Answer:
    lines = (ROOT / "test-data/dresden/sources/indicators.csv").read_text(encoding="utf-8").splitlines()
    first = lines[1].split(";")[0]
    kept = [line for line in lines[1:] if line.startswith(first)]
    if version == "B":
        kept = [f"{int(first) + 1}{line[len(first) :]}" for line in kept]
    return csv_answer("\n".join([lines[0], *kept]) + "\n")


def indicator_settings() -> dict[str, Any]:
    city = yaml.safe_load((ROOT / "schemas/cities/dresden.yaml").read_text(encoding="utf-8"))
    found: dict[str, Any] = next(one["config"] for one in city["sources"] if one["type"] == "smartcity_indicators")
    return found


# --- sensors: values of B are one higher; the days hold the end of summer time

SCENARIO = Scenario(
    seed=7, boxes=2, start=datetime(2026, 10, 24, tzinfo=timezone.utc), end=datetime(2026, 10, 26, tzinfo=timezone.utc)
)
DAYS = {"first_day": "2026-10-24", "last_day": "2026-10-25", "sample": True, "phenomena": ["pm10"]}


@cache
def stations() -> OpenSenseMap:
    return OpenSenseMap(load_city(ROOT / "schemas/cities/dresden.yaml"), SCENARIO)


def sensors(version: str, target: str) -> Answer:
    address = urlsplit(target)
    honest = stations().answer(address.path.removeprefix("/osem"), dict(parse_qsl(address.query)))
    if version == "A":
        return honest
    rows = json.loads(honest.body)
    if "/data/" not in address.path:
        # Stations of which nothing new was heard are not asked for their values.
        for box in rows if isinstance(rows, list) else [rows]:
            if "lastMeasurementAt" in box:
                box["lastMeasurementAt"] = "2026-10-26T00:30:00.000Z"
        return Answer(honest.status, json.dumps(rows).encode(), honest.headers)
    for row in rows:
        row["value"] = f"{float(row['value']) + 1:.2f}"
    return Answer(honest.status, json.dumps(rows).encode(), honest.headers)


def empty_list(honest: Answer) -> bytes:
    return b"[]"


def tenth_of_list(honest: Answer) -> bytes:
    entries = json.loads(honest.body)
    if not isinstance(entries, list):
        return honest.body
    return json.dumps(entries[: len(entries) // 10]).encode()


def an_entry_twice(honest: Answer) -> bytes:
    entries = json.loads(honest.body)
    if not isinstance(entries, list) or not entries:
        return honest.body
    return json.dumps([*entries, entries[0]]).encode()


# --- catalogues: titles of B are others; two pages of five

DCAT = "http://daten.nachbarstadt.example"
PREFIXES = (
    "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . "
    "@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix hydra: <http://www.w3.org/ns/hydra/core#> .\n"
)


def entry(number: int, version: str) -> str:
    iri = f"{DCAT}/dataset/{number}"
    return (
        f'<{iri}> a dcat:Dataset; dct:title "Straße {number} {version}"@de; '
        f'dct:description "Beschreibung {number}."@de; '
        f"dcat:theme <http://publications.europa.eu/resource/authority/data-theme/TRAN>; "
        f"dct:publisher <{DCAT}/org>; dcat:distribution <{iri}/file> .\n"
        f'<{DCAT}/org> a foaf:Agent; foaf:name "Stadt" .\n'
        f'<{iri}/file> a dcat:Distribution; dct:title "Datei"@de; dcat:accessURL <{DCAT}/files/{number}.csv>; '
        "dct:license <http://dcat-ap.de/def/licenses/dl-by-de/2.0>; "
        "dct:format <http://publications.europa.eu/resource/authority/file-type/CSV> .\n"
    )


def turtle(entries: list[str], following: str = "") -> Answer:
    link = f"<> a hydra:PartialCollectionView; hydra:next <{following}> .\n" if following else ""
    return Answer(
        200, (PREFIXES + link + "".join(entries)).encode(), {"Content-Type": "text/turtle; charset=utf-8", "ETag": ""}
    )


def catalogue(version: str, target: str) -> Answer:
    second = "page=2" in target
    numbers = range(6, 11) if second else range(1, 6)
    found = turtle([entry(number, version) for number in numbers], "" if second else "?page=2")
    return Answer(200, found.body, {"Content-Type": found.headers["Content-Type"]})


def prefixes_only(honest: Answer) -> bytes:
    return PREFIXES.encode()


def one_entry(honest: Answer) -> bytes:
    version = "B" if b' B"@de' in honest.body else "A"
    return (PREFIXES + entry(1, version)).encode()


def entry_twice(honest: Answer) -> bytes:
    return honest.body + honest.body.replace(PREFIXES.encode(), b"")


SUBJECTS = {
    one.name: one
    for one in (
        Subject(
            "budget", "smartcity_budget", "/plan.csv", {}, budget, re.compile("plan"), re.compile("plan"),
            empty=head_only, tenth=tenth_of_lines, twice=a_line_twice,
        ),
        Subject(
            "indicators", "smartcity_indicators", "/indicators.csv", indicator_settings(), indicators,
            re.compile("indicators"), re.compile("indicators"),
            empty=head_only, tenth=tenth_of_lines, twice=a_line_twice,
        ),
        Subject(
            "sensors", "smartcity_sensors", "/osem", DAYS, sensors, re.compile(r"/boxes(\?|$)"), re.compile("/data/"),
            empty=empty_list, tenth=tenth_of_list, twice=an_entry_twice,
        ),
        Subject(
            "catalogue", "smartcity_dcat", "/feed.ttl", {"prefix": "nachbar-"}, catalogue,
            re.compile(r"feed\.ttl$"), re.compile("page=2"), pages=True,
            empty=prefixes_only, tenth=one_entry, twice=entry_twice,
        ),
    )
}  # fmt: skip
