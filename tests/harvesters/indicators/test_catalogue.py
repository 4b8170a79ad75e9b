"""Tables of a catalogue: which are taken, what is carried over, what is named and left alone."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckanext.dresdensmartcity.city.current import city
from ckanext.harvest.model import HarvestObject

from .portal import DEMO, PLUGINS, package, rows, values

BASE = "http://statistik.example/dataset"
GUID = f"indicators:dataset:{BASE}"

pytestmark = [
    pytest.mark.ckan,
    pytest.mark.ckan_config("ckan.plugins", PLUGINS),
    pytest.mark.ckan_config("ckanext.dresdensmartcity.harvest.allowed_hosts", "127.0.0.1"),
    pytest.mark.usefixtures("portal"),
]


def settings(**catalogue: Any) -> dict[str, Any]:
    config = next(one.config for one in city().sources if one.name == "statistics")
    return config | {"catalogue": config["catalogue"] | catalogue}


def serve(source: Any, catalogue: bytes | None = None) -> str:
    """The demo catalogue and its files; gives its address."""
    from sources import body

    for path in DEMO.glob("statistik-*.csv"):
        source.serve(f"/{path.name}", body(path.read_bytes(), "text/csv"))
    content = catalogue if catalogue is not None else (DEMO / "statistik.ttl").read_bytes()
    return source.serve("/statistik.ttl", body(content, "text/turtle"))


def test_every_selected_table_becomes_a_dataset_of_its_own(source, harvest):
    """Four tables in four forms: two with a mapping by title, two guessed; one without a file is named.

    A second run finds nothing to do.
    """
    run = harvest(serve(source), "smartcity_indicators", settings())
    report = run.run()
    assert report["errors"] == []
    facts_are_carried_over()
    quarters_groups_and_years_in_headers_are_read()
    definitions_are_linked()
    unfit = [one for one in report["findings"] if one["check"] == "no-file"]
    assert [one["place"] for one in unfit] == [f"{BASE}/einrichtungen"]
    assert report["counts"]["selected"] == 5
    report = run.run()
    assert (report["counts"]["unchanged"], report["counts"]["changed"], report["counts"]["new"]) == (5, 0, 0)


def facts_are_carried_over():
    """Title, description, licence, identifier, page and origin of the source's dataset; whether it is a sample."""
    made = {name: package(f"{GUID}/{name}") for name in ("alleinerziehende", "arbeitslose", "hortkinder")}
    assert {one["sample"] for one in made.values()} == {True}
    single = made["alleinerziehende"]
    assert single["title"] == "Alleinerziehende ab Stadtteil (Beispieldaten)"
    assert "Personen darin" in single["notes"]
    assert single["url"] == "http://statistik.example/alleinerziehende"
    assert f"{BASE}/alleinerziehende" in single["related_resource"]
    assert "statistik-alleinerziehende-ab-stadtteil" in single["alternate_identifier"]
    assert "Statistikstelle (erfunden)" in single["provenance"]
    assert {one["format"] for one in single["resources"]} == {"CSV", "PARQUET"}
    assert {one["license"] for one in single["resources"]} == {"http://dcat-ap.de/def/licenses/dl-by-de/2.0"}


def quarters_groups_and_years_in_headers_are_read():
    """Each in the form of its table; sums over groups and areas are published with them."""
    quarters = values(f"{GUID}/arbeitslose")
    row = quarters["unemployed", "stadtbezirk:0", "2024-Q3"]
    assert (row["year"], row["quarter"], row["area_level"]) == (2024, 3, "stadtbezirk")
    assert quarters["women-share", "stadtbezirk:0", "2024-Q3"]["unit"] == "%"
    groups = values(f"{GUID}/einpersonenhaushalte")
    whole = groups["one-person-households", "01", "2025"]
    sexes = [groups[f"one-person-households.sex-{sex}", "01", "2025"]["value"] for sex in ("maennlich", "weiblich")]
    assert (whole["value"], whole["base_id"]) == (sum(sexes), "one-person-households")
    part = groups["one-person-households.age-bis-24-jahre.sex-weiblich", "01", "2025"]
    assert part["breakdown"] == "bis 24 Jahre, weiblich"
    assert {period for _, _, period in values(f"{GUID}/hortkinder")} == {"2022", "2023", "2024", "2025"}


def definitions_are_linked():
    """One table for all: name, unit, theme of CITYkeys, calculation, threshold, source."""
    stored = rows("indicators:definitions", "indicator-definitions")
    found = {(row["dataset"], row["indicator_id"]): row for row in stored}
    dataset = package(f"{GUID}/arbeitslose")["name"]
    share = found[dataset, "women-share"]
    assert (share["theme"], share["subtheme"], share["unit"], share["interval"]) == ("prosperity", "equity", "%", "P3M")
    assert share["calculation"] == "Arbeitslose Frauen / Arbeitslose × 100"
    assert found[dataset, "unemployed"]["threshold"] == 5
    assert len({row["dataset"] for row in found.values()}) == 4
    link = package(f"{GUID}/arbeitslose")["related_resource"][0]
    assert link.endswith("/dataset/" + package("indicators:definitions")["name"])


def test_a_table_that_fits_no_mapping_is_named_and_nothing_of_it_is_stored(source, harvest):
    """The reason stands in the report without a cell; no dataset, no content; the other tables are published."""
    from sources import body

    url = serve(source)
    source.serve("/statistik-hortkinder.csv", body(b"Name;Betrag\r\nGeheimer Eintrag;48151623\r\n", "text/csv"))
    report = harvest(url, "smartcity_indicators", settings()).run()
    assert len(report["errors"]) == 1
    assert "no column for the district" in report["errors"][0]["message"]
    with pytest.raises(tk.ObjectNotFound):
        package(f"{GUID}/hortkinder")
    assert package(f"{GUID}/alleinerziehende")
    contents = [one.content for one in model.Session.query(HarvestObject).filter(HarvestObject.guid.endswith("kinder"))]
    assert contents == [None]
    assert "48151623" not in str(report)


def test_a_file_on_another_host_is_not_read(source, harvest):
    """A catalogue could otherwise send the portal anywhere."""
    content = (DEMO / "statistik.ttl").read_bytes()
    elsewhere = content.replace(b"<statistik-hortkinder.csv>", b"<http://anderswo.example/content.csv>")
    report = harvest(serve(source, elsewhere), "smartcity_indicators", settings()).run()
    assert [one["place"] for one in report["findings"] if one["check"] == "other-host"] == [f"{BASE}/hortkinder"]
    assert report["errors"] == []


def test_a_filter_that_selects_nothing_is_an_error(source, harvest):
    """It is a mistake in the settings, not an empty catalogue."""
    report = harvest(serve(source), "smartcity_indicators", settings(select={"keywords": ["Wetter"]})).run()
    assert any("selects none of the 6 datasets" in one["message"] for one in report["errors"])


def test_a_dataset_that_leaves_the_catalogue_is_archived_after_its_grace(source, harvest):
    """With no grace at once; the rest stays as it is."""
    run = harvest(serve(source), "smartcity_indicators", settings() | {"grace_days": 0, "max_missing_share": 0.5})
    run.run()
    content = (DEMO / "statistik.ttl").read_text(encoding="utf-8")
    without = content.replace("s:hortkinder, ", "").replace(
        "s:hortkinder a dcat:Dataset", "s:hortkinder a foaf:Document"
    )
    serve(source, without.encode())
    report = run.run()
    assert report["errors"] == []
    assert package(f"{GUID}/hortkinder")["state"] == "deleted"
    assert package(f"{GUID}/alleinerziehende")["state"] == "active"
