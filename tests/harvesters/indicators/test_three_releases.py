"""A count that an early release showed and a later one hid may be known to somebody: it hides no other."""

from __future__ import annotations

from typing import Any

import pytest
from ckanext.dresdensmartcity.harvesters.indicators.mapping import read_mapping
from ckanext.dresdensmartcity.harvesters.indicators.protection.memory import Memory, remembered_from
from ckanext.dresdensmartcity.harvesters.indicators.publish import protect
from ckanext.dresdensmartcity.harvesters.indicators.reading.reader import read_table
from ckanext.dresdensmartcity.harvesters.indicators.rows import published_rows

from .test_portal_releases import FIRST, attacked, content, settings

Counts = dict[str, tuple[int, int]]


def release(counts: Counts, before: list[dict[str, Any]], threshold: int = 3) -> list[dict[str, Any]]:
    """The rows of a release, by what the one before it says alone."""
    mapping = read_mapping(settings(threshold=threshold)["mapping"])
    table, memory = read_table(content(counts), mapping), remembered_from(before) if before else Memory()
    return published_rows(table, protect(table, remembered=memory), None, memory)


def shown(rows: list[dict[str, Any]]) -> dict[tuple[str, str], int | None]:
    return {(row["indicator_id"], row["district"]): row["value"] for row in rows}


@pytest.mark.parametrize("small", ["02", "04", "06"])
def test_what_was_shown_first_and_hidden_then_protects_nothing_later(small):
    """A count becomes small and then what it was; whoever kept the first release may guess it when another is small."""
    first = release(FIRST, [])
    second = release({**FIRST, "05": (2, FIRST["05"][1])}, first)
    assert [row["district"] for row in second if row["published_before"] and row["indicator_id"] == "a"] == [
        "05",
        "city",
    ]
    counts = {**FIRST, small: (1, FIRST[small][1])}
    third = release(counts, second)
    known = {(str(row["indicator_id"]), str(row["district"])) for row in third if row["published_before"]}
    attacked(shown(first), shown(second), shown(third), counts=counts, least=3, known=known)


def test_what_everybody_has_is_not_hidden_when_the_threshold_rises():
    """Hiding it now would be useless, and would seem to protect what it cannot."""
    first = release(FIRST, [], threshold=2)
    second = release(FIRST, first, threshold=45)
    assert shown(first) == shown(second)


def test_a_number_that_is_kept_no_more_counts_as_known_whatever_it_was():
    """The table says that it was shown, not what it said."""
    row = {"indicator_id": "a", "district": "05", "year": 2025, "status": "suppressed", "published_before": True}
    memory = remembered_from([row, {**row, "district": "06", "published_before": False}])
    assert memory.hidden == {("a", "05", 2025), ("a", "06", 2025)}
    assert memory.knows(("a", "05", 2025), 7)
    assert not memory.knows(("a", "06", 2025), 7)
