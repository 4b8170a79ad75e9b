"""The dry run: what a run would do, compared with what it then does, and that nothing at all is written."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckanext.datastore.backend.postgres import get_write_engine
from ckanext.dresdensmartcity.harvesters.preview import Preview, preview
from sources import Source, body
from stations import FIELDS, STATIONS, VALUES, StationsHarvester

pytestmark = [
    pytest.mark.ckan,
    pytest.mark.provide_plugin("test_stations", StationsHarvester),
    pytest.mark.ckan_config(
        "ckan.plugins",
        "dresdensmartcity dresdensmartcity_catalogue test_stations harvest dcat scheming_datasets datastore activity",
    ),
    pytest.mark.ckan_config("ckanext.dresdensmartcity.harvest.allowed_hosts", "127.0.0.1"),
    pytest.mark.usefixtures("portal", "traffic_table"),
]

DAYS = {"2026-10-01": 1, "2026-10-02": 2, "2026-10-03": 4}


def serve(source: Source, stations: dict[str, dict[str, int]]) -> str:
    return source.serve("/list", body(json.dumps(stations).encode(), "application/json"))


def look(run: Any) -> Preview:
    return preview(run.source["name"], run.source["id"])


def written(engine: Any) -> list[Any]:
    """How often anything was written in each table of a database, and where its sequences stand; with a time."""
    with engine.connect() as connection:
        tables = connection.execute(
            sa.text(
                "SELECT schemaname, relname, pg_relation_filenode(relid) AS file, "
                "(SELECT max(xmin::text::bigint) FROM pg_class c WHERE c.oid = relid) AS changed "
                "FROM pg_stat_user_tables WHERE schemaname NOT LIKE 'pg_temp%' ORDER BY 1, 2"
            )
        ).all()
        rows = [
            (
                one.schemaname,
                one.relname,
                one.file,
                connection.execute(
                    sa.text(f'SELECT count(*), max(xmin::text::bigint) FROM "{one.schemaname}"."{one.relname}"')  # noqa: S608
                )
                .one()
                ._tuple(),
            )
            for one in tables
        ]
        sequences = connection.execute(sa.text("SELECT sequencename, last_value FROM pg_sequences ORDER BY 1")).all()
        return [*rows, *(tuple(one) for one in sequences)]


def databases() -> list[Any]:
    model.Session.rollback()
    return [written(model.meta.engine), written(get_write_engine())]


def test_says_what_a_run_would_do_and_writes_nothing(source, harvest):
    """Datasets and rows, before a first run, unchanged, and with changes: the run then does just that."""
    run = harvest(serve(source, {"a": DAYS, "b": {"2026-10-01": 9}}), "test_stations")
    before = databases()
    shown = look(run)
    assert databases() == before
    assert {one.guid: (one.what, one.rows.new) for one in shown.verdicts} == {
        STATIONS: ("new", 2),
        VALUES: ("new", 4),
    }
    assert (shown.counts, shown.rows["new"], shown.failed) == ({"new": 2}, 6, False)
    assert [one["check"] for one in shown.findings] == ["finish"]
    run.run()
    before = databases()
    assert (look(run).counts, look(run).rows) == ({"unchanged": 2}, {"new": 0, "changed": 0, "removed": 0})
    serve(source, {"a": {**DAYS, "2026-10-03": 5, "2026-10-04": 6}, "b": {"2026-10-01": 9}})
    shown = look(run)
    assert databases() == before
    (values,) = [one for one in shown.verdicts if one.guid == VALUES]
    assert (values.what, values.rows.new, values.rows.changed, values.rows.unchanged) == ("changed", 1, 1, 3)
    report = run.run()
    assert (report["counts"]["rows_new"], report["counts"]["rows_changed"]) == (1, 2)  # and the sum, in the finish


def test_a_unit_that_would_fail_is_rejected_with_its_reason(source, harvest, monkeypatch):
    """Errors of a source with their place; a mistake of ours says that it is one, and the others are shown."""
    run = harvest(serve(source, {"a": {**DAYS, "2026-10-03": -1}}), "test_stations")
    shown = look(run)
    (wrong,) = [one for one in shown.verdicts if one.what == "rejected"]
    assert (wrong.guid, wrong.reason) == ("stations:a:2026-10-03", "2026-10-03: the value is broken")
    assert (shown.failed, shown.counts) == (True, {"new": 2, "rejected": 1})

    def boom(guid: str) -> None:
        raise ZeroDivisionError(guid)

    monkeypatch.setattr(StationsHarvester, "at_collect", boom)
    assert {one.what for one in look(run).verdicts} == {"rejected"}
    assert "mistake in the software" in look(run).verdicts[0].reason


def test_what_the_gate_would_refuse_is_shown(source, harvest, ckan_config, monkeypatch):
    """With the gate closed, a dataset that is not valid is rejected with the sentences of the report."""
    run = harvest(serve(source, {"a": DAYS}), "test_stations")
    monkeypatch.setitem(ckan_config, "ckanext.dresdensmartcity.quality.gate", "refuse")
    assert look(run).counts == {"new": 2}
    # What CKAN's validators let pass and the shapes do not: two types of one office, at different datasets.
    office = {"name": "Stadtwerke", "uri": "https://stadtwerke.example.org/"}
    kinds = "http://purl.org/adms/publishertype/"
    monkeypatch.setitem(FIELDS, "publisher", [{**office, "type": f"{kinds}LocalAuthority"}])
    run.run()
    monkeypatch.setitem(FIELDS, "publisher", [{**office, "type": f"{kinds}RegionalAuthority"}])
    shown = look(run)
    assert (shown.counts, shown.failed) == ({"rejected": 2}, True)
    assert run.run()["counts"]["failed"] == 4  # three units and the finish


def test_a_source_that_cannot_be_read_is_a_failure(source, harvest):
    """Nothing escapes; settings that were broken after they had been saved are named as well."""
    run = harvest(source.url + "/nothing", "test_stations")
    assert "404" in look(run).failures[0]
    model.Session.execute(sa.text("UPDATE harvest_source SET config = '{\"dayz\": 3}'"))
    model.Session.commit()
    assert look(run).failures == ["dayz: unknown setting; possible are: careful, days, grace_days, max_missing_share"]
