"""Reports: never stale unseen, and with the findings that a run over the whole catalogue has."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa
from ckan.plugins import toolkit as tk
from ckanext.dresdensmartcity.dcat import fragments, store
from ckanext.dresdensmartcity.quality import engine, overview, reports, shacl
from ckanext.dresdensmartcity.quality import store as kept
from ckanext.dresdensmartcity.quality.findings import Finding
from content import SITE, build, call, create, organisation
from packages import full, minimal, series
from rdflib import Graph

pytestmark = pytest.mark.ckan

PUBLISHER = {"name": "Stadtwerke", "uri": "https://stadtwerke.example.org/"}
TYPES = "http://purl.org/adms/publishertype/"


@pytest.fixture
def portal(with_plugins: None, clean_db: None, clean_index: None) -> None:
    organisation()


def sql(statement: str, **values: Any) -> None:
    """What somebody does without CKAN, and what came into the database before there were validators."""
    with store.writing() as connection:
        connection.execute(sa.text(statement), values)


def put(package_id: str, **extras: Any) -> None:
    """Fields as they could be stored before the form refused them."""
    sql(
        "UPDATE package SET extras = extras || CAST(:extras AS jsonb) WHERE id = :id",
        extras=json.dumps({key: json.dumps(value) for key, value in extras.items()}),
        id=package_id,
    )


def catalogue() -> tuple[str, dict[str, tuple[str, str]]]:
    """The frame, and the stored part of each published entry: id -> IRI and N-Triples."""
    with store.reading() as connection:
        rows = connection.execute(sa.text("SELECT package_id, iri, ntriples FROM smartcity_fragment WHERE published"))
        return fragments.frame(), {row.package_id: (row.iri, row.ntriples) for row in rows}


def counted(findings: list[Finding]) -> Counter[Finding]:
    return Counter(findings)


def stale() -> list[str]:
    with store.reading() as connection:
        return reports.stale(connection)


def published(package_id: str, **extras: Any) -> dict[str, Any]:
    return create(minimal(id=package_id, name=f"trees-{package_id[:2]}", resources=[], **extras))


def test_the_verdict_is_that_of_a_run_over_the_whole_catalogue(portal: None) -> None:
    """For each entry, faulty ones too: pyshacl finds the same in the merged catalogue about what it describes."""
    series_id = create(series())["id"]
    ids = [create(full())["id"], create(minimal())["id"]]
    ids += [published(f"{number}a4a5b0c-8a53-4c49-8f0e-4b5a1c8f7a1{number}")["id"] for number in range(1, 6)]
    put(ids[2], temporal_coverage=[{"start": "2026", "end": "2024"}])
    put(ids[3], publisher=[{**PUBLISHER, "type": f"{TYPES}LocalAuthority"}])
    put(ids[4], publisher=[{**PUBLISHER, "type": f"{TYPES}RegionalAuthority"}])
    put(ids[5], in_series=["no-such-series"])
    sql("UPDATE package SET notes = '' WHERE id = :id", id=ids[6])
    sql("DELETE FROM package_tag WHERE package_id = :id", id=ids[6])
    fragments.refresh_stale()
    while reports.refresh_stale().made:
        pass
    frame, parts = catalogue()
    graph = Graph()
    for text in (frame, *(text for _, text in parts.values())):
        graph.parse(data=text, format="nt")
    whole = shacl.validate(graph)
    found = {key: list(one.report.findings) for key, one in kept.read(parts).items()}
    assert parts.keys() == {series_id, *ids} == found.keys()
    for key, (iri, text) in parts.items():
        mine = engine.described(iri, text) - {SITE}  # the catalogue stands for itself
        assert counted(found[key]) == counted([one for one in whole if one.focus in mine]), iri
    # The portal is not simply faultless.
    invalid = {key for key, findings in found.items() if any(one.severity == "violation" for one in findings)}
    assert {ids[2], ids[3], ids[4], ids[6]} <= invalid
    assert series_id not in invalid


def test_a_save_makes_the_report(portal: None) -> None:
    """It is there when the action returns, and again after a change."""
    package = create(minimal())
    before = kept.read([package["id"]])[package["id"]]
    assert before.report.score is not None
    call("package_patch", id=package["id"], temporal_coverage=[{"start": "2026"}])
    after = kept.read([package["id"]])[package["id"]]
    assert after.report.score is not None
    assert after.report.score.points == before.report.score.points + 20
    assert stale() == []


def test_a_change_that_ckan_knows_nothing_of_is_seen_by_whoever_reads(portal: None) -> None:
    """Plain SQL notes the entry as changed; the next reader makes the report anew."""
    package = create(minimal())
    sql("DELETE FROM package_tag")
    assert stale() == [package["id"]]
    report = tk.get_action("quality_report_show")({"ignore_auth": True, "user": ""}, {"id": package["id"]})
    metrics = {one["id"]: one["points"] for part in report["dimensions"] for one in part["metrics"]}
    assert metrics["keywords"] == 0
    assert stale() == []


def test_a_series_that_is_withdrawn_is_seen_at_its_members(portal: None) -> None:
    """A member's part of the catalogue changes with its series, and so does its report."""
    one = create(series())
    member = create(full())
    version = kept.read([member["id"]])[member["id"]].version
    call("package_patch", id=one["id"], private=True)
    again = kept.read([member["id"]])[member["id"]]
    assert again.version > version
    assert stale() == []
    call("package_patch", id=one["id"], private=False)
    assert kept.read([member["id"]])[member["id"]].version > again.version


def test_entries_that_describe_one_office_differently_are_told_so_and_only_as_long_as_they_do(portal: None) -> None:
    """Two types of one publisher are a violation of the catalogue; mending one entry clears the other."""
    one, two = (
        published(
            f"{number}a4a5b0c-8a53-4c49-8f0e-4b5a1c8f7a1{number}", publisher=[{**PUBLISHER, "type": TYPES + kind}]
        )
        for number, kind in ((1, "LocalAuthority"), (2, "RegionalAuthority"))
    )
    while reports.refresh_stale().made:
        pass
    assert not reports.current(one["id"]).report.valid  # type: ignore[union-attr]
    assert not reports.current(two["id"]).report.valid  # type: ignore[union-attr]
    call("package_patch", id=two["id"], publisher=[{**PUBLISHER, "type": f"{TYPES}LocalAuthority"}])
    assert stale() == []
    assert all(kept.read([key])[key].report.valid for key in (one["id"], two["id"]))


def test_what_a_private_entry_says_concerns_nobody_else(portal: None) -> None:
    """Nothing of it can be told from the reports of others."""
    one = published("1a4a5b0c-8a53-4c49-8f0e-4b5a1c8f7a11", publisher=[{**PUBLISHER, "type": f"{TYPES}LocalAuthority"}])
    published(
        "2a4a5b0c-8a53-4c49-8f0e-4b5a1c8f7a12",
        publisher=[{**PUBLISHER, "type": f"{TYPES}RegionalAuthority"}],
        private=True,
    )
    reports.refresh_all()
    assert kept.read([one["id"]])[one["id"]].report.valid


def test_drafts_and_private_entries_have_a_report_and_are_not_counted(
    with_plugins: None, clean_db: None, clean_index: None
) -> None:
    """Their editors see it before anybody else sees the entry."""
    built = build()
    found = kept.read([one["id"] for one in built.values()])
    have = {name for name, one in built.items() if one["id"] in found}
    assert have == {"series", "full", "minimal", "private", "draft"}
    assert not found[built["private"]["id"]].published
    assert overview.overview().totals.datasets == 2
    assert found[built["series"]["id"]].report.score is None


def test_a_removed_entry_has_no_report(portal: None) -> None:
    """Neither after a deletion nor after a purge."""
    one, two = create(minimal()), create(minimal(id="", name="second", resources=[]))
    call("package_delete", id=one["id"])
    call("dataset_purge", id=two["id"])
    reports.refresh_stale()
    assert kept.read([one["id"], two["id"]]) == {}
    assert stale() == []


def test_other_rules_make_all_reports_anew(portal: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as other shapes: a report says by which rules it was made."""
    package = create(minimal())
    monkeypatch.setattr(reports, "basis", lambda: "other")
    assert stale() == [package["id"]]
    assert reports.current(package["id"]).basis == "other"  # type: ignore[union-attr]
    assert stale() == []


def test_an_entry_that_cannot_be_written_is_a_violation_of_its_own(
    portal: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It costs nobody else's report."""
    one, two = create(minimal()), create(minimal(id="", name="second", resources=[]))
    sql("UPDATE package SET state = 'draft' WHERE id = :id", id=one["id"])

    def fails(*_: object, **__: object) -> None:
        raise ValueError("unusable")

    monkeypatch.setattr("ckanext.dresdensmartcity.quality.sources.describe", fails)
    reports.refresh_all()
    found = kept.read([one["id"], two["id"]])
    assert not found[one["id"]].report.valid
    assert found[two["id"]].report.valid


def test_the_figures_of_a_day_are_kept_for_the_portal_and_each_organisation(portal: None) -> None:
    """The last of a day stand."""
    create(minimal())
    for expected in (1, 2):
        with store.writing() as connection:
            overview.snapshot(connection, kept.today())
        (day,) = overview.trend()
        assert (day.datasets, day.day) == (expected, kept.today())
        create(minimal(id="", name=f"another-{expected}", resources=[]))
    organisation_id = call("organization_list", all_fields=True)[0]["id"]
    assert [one.datasets for one in overview.trend(organisation_id)] == [2]
