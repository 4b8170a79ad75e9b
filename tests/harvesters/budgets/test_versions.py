"""Versions of a plan compared by measure, year and source; a change needs a new version (RULES §7, 5)."""

from __future__ import annotations

from datetime import date

from ckanext.dresdensmartcity.harvesters.budgets.longform import Key
from ckanext.dresdensmartcity.harvesters.budgets.versions import compare, stored, version_findings
from tables import LONG, LONG_MAPPING, WIDE, WIDE_MAPPING, plan_of

CHANGED = LONG.replace("2025;Ansatz;Land;60.000,00", "2025;Ansatz;Land;65.000,00").replace(
    "M2;Brücke;2025;Ansatz;Gesamt;10.000,00\n", "M3;Tunnel;2025;Ansatz;Gesamt;1,00\n"
)


def test_changes_are_named_by_measure_year_and_source():
    """More, new and gone amounts, with the place in the new file."""
    old = plan_of(LONG, LONG_MAPPING, version="1")
    new = plan_of(CHANGED, LONG_MAPPING, version="2")
    comparison = compare(stored(old), old.version, new)
    assert [(one.key, one.before, one.after, one.row) for one in comparison.changes] == [
        (Key("M1", 2025, "ansatz", "Land", "expenditure"), 6_000_000, 6_500_000, 3),
        (Key("M3", 2025, "ansatz", "Gesamt", "expenditure"), None, 100, 9),
        (Key("M2", 2025, "ansatz", "Gesamt", "expenditure"), 1_000_000, None, None),
    ]
    assert comparison.counts == {"number": 3, "more": 1, "less": 0, "new": 1, "gone": 1}
    assert version_findings(comparison) == []


def test_the_same_version_must_not_change():
    """Each changed, new and gone amount is an error at its cell, where the version has the same name or day."""
    for version in ({"version": "1"}, {"resolved_on": "2026-05-01"}):
        old, new = plan_of(LONG, LONG_MAPPING, **version), plan_of(CHANGED, LONG_MAPPING, **version)
        found = version_findings(compare(stored(old), old.version, new))
        assert [(one.check, one.severity, one.row, one.expected, one.found, one.difference) for one in found] == [
            ("version", "error", 3, 60000, 65000, 5000),
            ("version", "error", 9, None, 1, 1),
            ("version", "error", None, 10000, None, -10000),
        ]
        assert (next(iter(version.values()))) in found[0].message


def test_without_versions_nobody_can_tell():
    """A warning asks for the version; what is equal needs none."""
    old, new = plan_of(LONG, LONG_MAPPING), plan_of(CHANGED, LONG_MAPPING)
    (finding,) = version_findings(compare(stored(old), old.version, new))
    assert finding.severity == "warning"
    assert version_findings(compare(stored(old), old.version, plan_of(LONG, LONG_MAPPING))) == []


def test_sums_say_no_change_twice():
    """Only single lines are compared; the sums above follow from them."""
    old = plan_of(WIDE, WIDE_MAPPING, version="1")
    new = plan_of(
        WIDE.replace(";110;", ";111;").replace(";160;", ";161;"), WIDE_MAPPING, version="2", resolved_on="2026-01-01"
    )
    comparison = compare(stored(old), old.version, new)
    assert [one.key.measure_id for one in comparison.changes] == ["111101"]
    assert comparison.new.resolved_on == date(2026, 1, 1)
