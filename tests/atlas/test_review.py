"""Which entries are stale, and which somebody should look at again."""

from __future__ import annotations

from datetime import date

import pytest
from ckanext.dresdensmartcity.atlas import freshness, review
from ckanext.dresdensmartcity.atlas.entries import Entry, Evidence, Membership

TODAY = date(2026, 11, 22)


def entry(**fields: object) -> Entry:
    given = {"type": "project", "id": "p", "title": "P", "members": (Membership("a", "lead"),), "sources": ("S",),
             "districts": ("01",), "confirmed_on": "2026-11-01"}  # fmt: skip
    return Entry(package_id="", **{**given, **fields})  # type: ignore[arg-type]


REASONS = [
    ({}, []),
    ({"confirmed_on": ""}, ["never"]),
    ({"confirmed_on": "2025-11-21"}, ["old"]),
    ({"confirmed_on": "2025-11-22"}, []),
    ({"confirmed_on": "", "evidence": (Evidence("", "S", "2026-05"),)}, []),
    ({"status": "running", "end": "2026-11-21"}, ["ended"]),
    ({"status": "running", "end": "2026-11"}, []),
    ({"status": "running", "end": "2025"}, ["ended"]),
    ({"status": "completed", "end": "2025"}, []),
    ({"members": (Membership("b"),)}, ["gone"]),
    ({"sources": ()}, ["no_source"]),
    ({"districts": ()}, ["no_place"]),
    ({"members": ()}, ["no_members"]),
]


@pytest.mark.parametrize(("fields", "names"), REASONS)
def test_an_entry_is_listed_with_its_reasons(fields: dict[str, object], names: list[str]) -> None:
    found = review.cases([entry(**fields)], TODAY, 365, {("actor", "a")})
    assert [reason.name for case in found for reason in case.reasons] == names


def test_what_is_certainly_wrong_comes_first() -> None:
    """Then what is older."""
    entries = [
        entry(id="place", districts=()),
        entry(id="old", confirmed_on="2024"),
        entry(id="older", confirmed_on="2023"),
        entry(id="ended", status="running", end="2025"),
    ]
    assert [case.entry.id for case in review.cases(entries, TODAY, 365)] == ["ended", "older", "old", "place"]


def test_the_setting_says_when_an_entry_is_stale() -> None:
    """From the newest of its own confirmation and of its evidence."""
    one = entry(confirmed_on="2020", evidence=(Evidence("url", "S", "2026-01-02", "2026-03"),))
    assert one.last_known == "2026-03-01"
    assert freshness.is_stale(one.last_known, TODAY, 365) is False
    assert freshness.is_stale(one.last_known, TODAY, 100) is True
    assert freshness.is_stale("", TODAY) is True
    assert freshness.is_stale("yesterday", TODAY) is True
