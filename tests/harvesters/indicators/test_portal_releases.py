"""One release after another through the portal: its own table is the memory (RULES §6, stable over time)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model

from .attacker import Attacker
from .portal import PLUGINS, everything_stored, values

GUID = "indicators:table:faelle"
MARKER = 481_516_234  # a count of the source that must be found nowhere; nothing else has these digits

pytestmark = [
    pytest.mark.ckan,
    pytest.mark.ckan_config("ckan.plugins", PLUGINS),
    pytest.mark.ckan_config("ckanext.dresdensmartcity.harvest.allowed_hosts", "127.0.0.1"),
    pytest.mark.usefixtures("portal"),
]

FIRST = {"01": (2, 40), "02": (30, 20), "03": (50, 60), "04": (70, 90), "05": (41, 33), "06": (64, 71)}


def settings(**mapping: Any) -> dict[str, Any]:
    text = {"de": "Fälle", "en": "Cases"}
    return {
        "table": {"id": "faelle", "label": text, "about": text},
        "family": {"id": "reihe", "label": text, "about": text},
        "mapping": {
            "indicators": [{"id": name, "column": name.upper(), "title": text} for name in ("a", "b", "all")],
            "sums": [{"total": "all", "parts": ["a", "b"]}],
            **mapping,
        },
    }


def content(counts: dict[str, tuple[int, int]]) -> bytes:
    lines = [f"2025;{number} Teil;{a};{b};{a + b}" for number, (a, b) in counts.items()]
    return "\r\n".join(["Jahr;Stadtteil;A;B;ALL", *lines, ""]).encode()


def serve(source: Any, counts: dict[str, tuple[int, int]]) -> str:
    from sources import body

    return source.serve("/counts.csv", body(content(counts), "text/csv"))


def shown() -> dict[tuple[str, str], int | None]:
    """Published counts by column and area; None where hidden. Districts without a row are left out."""
    return {
        (indicator, area): None if row["value"] is None else int(row["value"])
        for (indicator, area, _), row in values(GUID).items()
        if row["status"] != "missing"
    }


def attacked(
    *releases: dict[tuple[str, str], int | None],
    counts: dict[str, tuple[int, int]],
    least: int,
    known: Collection[tuple[str, str]] = (),
) -> None:
    """Nobody who has all releases, and takes what several show alike for unchanged, narrows a count of the last one.

    Those of `known` count as known to everybody, as an earlier release showed them.
    """
    pieces = [(column, area) for column in "ab" for area in counts]
    attacker = Attacker(pieces, 0)
    last = releases[-1]
    real = {(column, area): counts[area]["ab".index(column)] for column, area in pieces}
    for (indicator, area), value in last.items():
        columns = "ab" if indicator == "all" else indicator
        inside = [(column, one) for column in columns for one in (counts if area == "city" else [area])]
        now = sum(real[piece] for piece in inside)
        before = {earlier.get((indicator, area)) for earlier in releases[:-1]}
        attacker.learn((indicator, area), inside, now if value is None and now in before else value)
    for (indicator, area), inside in attacker.hidden.items():
        if (indicator, area) in known:
            continue
        low, high = attacker.range_of(inside)
        assert high - low + 1 >= least, (indicator, area)
        assert high >= least, (indicator, area)


def test_a_changed_source_gives_nothing_away_by_the_difference_of_two_releases(source, harvest):
    """What was hidden stays hidden; what was shown hides nothing; a count that became small is not found out."""
    run = harvest(serve(source, FIRST), "smartcity_indicators", settings())
    run.run()
    first = shown()
    hidden = {key for key, value in first.items() if value is None}
    assert ("a", "01") in hidden
    assert ("a", "05") not in hidden
    # 01 is no longer small, and 05 has become it; all else is as it was.
    second = {**FIRST, "01": (44, 40), "05": (2, 33)}
    serve(source, second)
    report = run.run()
    assert report["errors"] == []
    after = shown()
    assert hidden <= {key for key, value in after.items() if value is None}
    assert after["a", "05"] is None
    attacked(first, after, counts=second, least=3)
    flags = {(i, area): row["published_before"] for (i, area, _), row in values(GUID).items()}
    assert flags["a", "05"] is True
    assert flags["a", "01"] is False
    assert any("earlier release" in sentence for sentence in report["checked"])


def test_it_is_remembered_although_the_history_of_the_harvests_is_lost(source, harvest):
    """The table is the memory, not ckanext-harvest's objects."""
    run = harvest(serve(source, FIRST), "smartcity_indicators", settings())
    run.run()
    hidden = {key for key, value in shown().items() if value is None}
    for table in ("harvest_object_error", "harvest_object_extra", "harvest_gather_error", "harvest_object"):
        model.Session.execute(sa.text(f"DELETE FROM {table}"))  # noqa: S608
    model.Session.execute(sa.text("DELETE FROM harvest_job"))
    model.Session.commit()
    serve(source, {**FIRST, "01": (44, 40)})
    assert run.run()["errors"] == []
    assert hidden <= {key for key, value in shown().items() if value is None}


def test_a_count_that_was_shown_once_protects_no_other_for_ever(source, harvest):
    """Also in the release after the next, when the table no longer holds its number."""
    run = harvest(serve(source, FIRST), "smartcity_indicators", settings())
    run.run()
    first = shown()
    second = {**FIRST, "05": (2, 33)}
    serve(source, second)
    run.run()
    middle = shown()
    third = {**second, "06": (1, 71)}
    serve(source, third)
    assert run.run()["errors"] == []
    attacked(first, middle, shown(), counts=third, least=3)


def test_a_hidden_count_is_stored_nowhere(source, harvest, caplog):
    """Not in a table of either database, in a report or a log; the marker is hidden for its small neighbour."""
    caplog.set_level("DEBUG")
    counts = {**FIRST, "07": (2, MARKER)}
    assert harvest(serve(source, counts), "smartcity_indicators", settings()).run()["errors"] == []
    assert (shown()["a", "07"], shown()["b", "07"], shown()["all", "07"]) == (None, None, MARKER + 2)
    stored = everything_stored()
    assert str(MARKER + 2) in stored
    assert str(MARKER) not in stored + caplog.text


def test_a_table_that_cannot_be_read_leaves_none_of_its_counts_behind(source, harvest, caplog):
    """The error tells row and column."""
    caplog.set_level("DEBUG")
    wrong = content({**FIRST, "07": (2, MARKER)}).replace(b"06 Teil", b"Teil 06")
    from sources import body

    report = harvest(source.serve("/counts.csv", body(wrong)), "smartcity_indicators", settings()).run()
    assert "row 7, column 'Stadtteil'" in report["errors"][0]["message"]
    assert str(MARKER) not in everything_stored() + caplog.text
