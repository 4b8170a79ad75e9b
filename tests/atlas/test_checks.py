"""What may be wrong with an entry beyond its single fields."""

from __future__ import annotations

import pytest
from ckanext.dresdensmartcity.atlas import checks

BBOX = (13.5, 50.9, 14.0, 51.2)
PLACES = [
    (13.7, 51.0, ""),
    (13.1, 50.5, ""),
    (51.0, 13.7, "swapped"),
    (0.0, 0.0, "outside"),
    (13.7, 48.0, "outside"),
    (1000.0, 51.0, "world_longitude"),
    (13.7, 91.0, "world_latitude"),
    (13.7, None, "half"),
    (None, 51.0, "half"),
    (None, None, ""),
]


@pytest.mark.parametrize(("longitude", "latitude", "name"), PLACES)
def test_a_wrong_place_is_named(longitude: float | None, latitude: float | None, name: str) -> None:
    problem = checks.place_problem(longitude, latitude, BBOX)
    assert (problem.name if problem else "") == name
    assert problem is None or str(problem)


def test_a_circle_is_told_as_the_way_around_it() -> None:
    assert checks.circle("a", {"a": ["b"], "b": ["c"], "c": ["a"]}) == ("a", "b", "c", "a")
    assert checks.circle("a", {"a": ["a"]}) == ("a", "a")
    assert checks.circle("a", {"a": ["b"], "b": ["c"], "c": ["b"]}) == ()


def test_too_much_is_refused() -> None:
    assert checks.list_problem(["x"] * 100) is None
    assert str(checks.list_problem(["x"] * 10_000)).startswith("10000 entries are too many: at most 100")
    assert checks.list_problem(["x" * 301]).name == "long_item"  # type: ignore[union-attr]
    assert checks.text_problem("x" * 20_001).name == "long_text"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("start", "end", "wrong"), [("2026", "2025", True), ("2026-05", "2026", False), ("", "1", False)]
)
def test_an_end_before_its_beginning_is_wrong(start: str, end: str, wrong: bool) -> None:
    assert bool(checks.period_problem(start, end)) is wrong
