"""Other catalogues harvested through CKAN: from a served feed to datasets of this portal."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.dcat.namespaces import DCATDE, DCTERMS
from ckanext.dresdensmartcity.harvesters.fields import package_id, resource_id
from ckanext.dresdensmartcity.harvesters.publishing import site_user
from ckanext.harvest.model import HarvestObject
from feeds import BASE, LICENCE, dataset, series, serve_pages, service, turtle
from rdflib import Graph, URIRef
from sources import body, status

pytestmark = [
    pytest.mark.ckan,
    pytest.mark.ckan_config("ckanext.dresdensmartcity.harvest.allowed_hosts", "127.0.0.1"),
    pytest.mark.usefixtures("portal"),
]


def iri(name: str) -> str:
    return name if ":" in name else f"{BASE}/dataset/{name}"


def shown(name: str, guid: str = "") -> dict[str, Any]:
    """The entry of this portal that came with the IRI."""
    identifier = package_id(city(), guid or iri(name))
    return tk.get_action("package_show")({"ignore_auth": True, "use_cache": False}, {"id": identifier})


def act(action: str, **data: Any) -> Any:
    return tk.get_action(action)({"user": site_user(), "ignore_auth": True}, data)


def checks(report: dict[str, Any]) -> list[str]:
    return [one["check"] for one in report["findings"]]


def test_publishes_datasets_series_and_services_with_their_links(source, harvest, app):
    """Entries come with their IRIs, links lead to entries of this portal, and no place of this city is put in."""
    feed = [
        dataset("zaehlung", series=["verkehr"], services=["wfs"], identifier="nb-17", modified="2026-05-01"),
        series("verkehr"),
        service("wfs", ["zaehlung"]),
    ]
    report = harvest(serve_pages(source, [feed]), "smartcity_dcat").run()
    assert report["errors"] == []
    one, other, api = shown("zaehlung"), shown(f"{BASE}/series/verkehr"), shown(f"{BASE}/service/wfs")
    assert (one["type"], other["type"], api["type"]) == ("dataset", "dataset_series", "data_service")
    assert (one["uri"], one["identifier"], one["modified"]) == (iri("zaehlung"), "nb-17", "2026-05-01")
    assert one["in_series"] == [other["id"]]
    assert api["serves_dataset"] == [one["id"]]
    (file,) = one["resources"]
    assert file["id"] == resource_id(city(), one["uri"], f"{one['uri']}/file")
    assert (file["license"], file["access_services"]) == (LICENCE, [api["id"]])
    assert one["publisher"][0]["name"] == "Nachbarstadt"
    assert one["organization"]["name"] == city().id
    assert (report["counts"]["new"], report["counts"]["read"]) == (1, 3)
    assert report["counts"]["series_and_services_new"] == 2
    written = Graph().parse(data=app.get(f"/dataset/{one['name']}.ttl").body, format="turtle")
    said = set(written.predicates(URIRef(one["uri"])))
    assert DCTERMS.publisher in said
    assert not said & {DCTERMS.spatial, DCATDE.politicalGeocodingLevelURI}


def test_an_unchanged_feed_touches_nothing(source, harvest):
    """A second run reads, compares and is done: no object, no save, and the report says so."""
    run = harvest(serve_pages(source, [[dataset("a"), dataset("b", file="[]")], [series("s")]]), "smartcity_dcat")
    run.run()
    before = [shown(name)["metadata_modified"] for name in ("a", "b")]
    objects = model.Session.query(HarvestObject).filter(HarvestObject.package_id.isnot(None)).count()
    report = run.run()
    assert (report["counts"]["new"], report["counts"]["changed"], report["counts"]["unchanged"]) == (0, 0, 3)
    assert [shown(name)["metadata_modified"] for name in ("a", "b")] == before
    assert model.Session.query(HarvestObject).filter(HarvestObject.package_id.isnot(None)).count() == objects


def test_a_source_that_says_it_has_not_changed_is_not_read(source, harvest):
    """304 for every page: nothing is read, nothing is missing; one failure before, and it is read again."""
    entries = [dataset("a"), dataset("b")]

    def answer(handler) -> None:
        if handler.headers.get("If-None-Match") == '"1"':
            status(304, ETag='"1"')(handler)
        else:
            turtle(entries, headers={"ETag": '"1"'})(handler)

    run = harvest(source.serve("/catalog", answer), "smartcity_dcat")
    assert run.run()["counts"]["new"] == 2
    report = run.run()
    assert (report["counts"]["unchanged"], report["counts"]["read"], checks(report)) == (2, 0, ["unchanged"])
    act("package_delete", id=shown("a")["id"])
    assert run.run()["counts"]["read"] == 2
    assert shown("a")["state"] == "active"


def test_only_what_changed_is_saved_and_names_and_ids_stay(source, harvest):
    """A new title changes neither name nor IRI nor the ids of files; a file that is gone goes here too."""
    second = (
        f"<{BASE}/dataset/a> dcat:distribution <{BASE}/dataset/a/two> . <{BASE}/dataset/a/two> a dcat:Distribution; "
    )
    second += f"dcat:accessURL <{BASE}/files/two.csv>; dct:license <{LICENCE}> .\n"
    run = harvest(serve_pages(source, [[dataset("a", "Alter Titel", rest=second), dataset("b")]]), "smartcity_dcat")
    run.run()
    before, other = shown("a"), shown("b")
    serve_pages(source, [[dataset("a", "Neuer Titel"), dataset("b")]])
    report = run.run()
    after = shown("a")
    assert (report["counts"]["changed"], report["counts"]["unchanged"]) == (1, 1)
    assert (after["title"], after["name"], after["name"]) == ("Neuer Titel", before["name"], "alter-titel")
    assert len(before["resources"]) == 2
    assert [one["id"] for one in after["resources"]] == [resource_id(city(), iri("a"), f"{iri('a')}/file")]
    assert shown("b")["metadata_modified"] == other["metadata_modified"]


def test_a_name_that_is_taken_gets_a_piece_of_the_id(source, harvest):
    """Two datasets of one title live side by side, and keep their names."""
    run = harvest(serve_pages(source, [[dataset("a", "Bäume"), dataset("b", "Bäume")]]), "smartcity_dcat")
    assert run.run()["errors"] == []
    names = {shown(name)["name"] for name in ("a", "b")}
    assert "baeume" in names
    assert len(names) == 2
    assert run.run()["counts"]["unchanged"] == 2


def test_blank_nodes_are_known_by_their_identifier(source, harvest):
    """Without an IRI the identifier holds, unchanged; ids of files follow from their addresses."""
    one = dataset("a", node="[]", identifier="nb-1", file="[]")
    run = harvest(serve_pages(source, [[one]]), "smartcity_dcat")
    assert run.run()["errors"] == []
    before = shown("a", "catalogue:127.0.0.1:nb-1")
    assert (before["identifier"], before.get("uri", "")) == ("nb-1", "")
    assert run.run()["counts"]["unchanged"] == 1
    serve_pages(source, [[dataset("a", "Neu", node="[]", identifier="nb-1", file="[]")]])
    assert run.run()["counts"]["changed"] == 1
    after = shown("a", "catalogue:127.0.0.1:nb-1")
    assert [one["id"] for one in after["resources"]] == [one["id"] for one in before["resources"]]


def test_an_entry_that_is_refused_does_not_hold_up_the_others(source, harvest):
    """It is an error with its place and reason; what was published of it before stays as it was."""
    run = harvest(serve_pages(source, [[dataset("a"), dataset("b"), dataset("c")]]), "smartcity_dcat")
    run.run()
    without_text = dataset("a", "Anders").replace('dct:description "Beschreibung von a."@de; ', "")
    serve_pages(source, [[without_text, dataset("b", "Neu"), dataset("c", "Neu", licence="")]])
    report = run.run()
    messages = {one["guid"] or one["message"].split(":")[0]: one["message"] for one in report["errors"]}
    assert "package_update refuses a-1: notes: " in messages[iri("a")]
    assert any("has no licence that is on the list" in one for one in messages.values())
    assert (shown("a")["title"], shown("b")["title"], shown("c")["title"]) == ("A", "Neu", "C")
    assert (report["counts"]["failed"], report["counts"]["rejected"]) == (2, 1)
    assert {one["template"] for one in report["findings"] if one["check"] == "rejected"} == {
        "{action} refuses {name}: {problems}"
    }


def test_defaults_of_the_source_fill_what_is_missing(source, harvest):
    """Licence, theme, publisher, prefix and organisation stand in the settings of the source."""
    act("organization_create", name="nachbarn", title="Nachbarn")
    bare = dataset("a", licence="").replace(f"dct:publisher <{BASE}/org/stadt>; ", "")
    bare = "; ".join(part for part in bare.split("; ") if "dcat:theme" not in part)
    settings = {
        "license": "cc-zero",
        "themes": ["ENVI"],
        "publisher": {"name": "Nachbarstadt, Amt für Daten"},
        "prefix": "nb-",
        "owner": "nachbarn",
    }
    report = harvest(serve_pages(source, [[bare]]), "smartcity_dcat", settings).run()
    assert report["errors"] == []
    one = shown("a")
    assert one["resources"][0]["license"] == "http://dcat-ap.de/def/licenses/cc-zero"
    assert one["theme"] == ["http://publications.europa.eu/resource/authority/data-theme/ENVI"]
    assert one["publisher"][0]["name"] == "Nachbarstadt, Amt für Daten"
    assert (one["name"], one["organization"]["name"]) == ("nb-a-1", "nachbarn")


def test_quarantine_ends_when_a_person_ends_it(source, harvest):
    """With `publish: false` new entries are private; one that somebody made public stays so."""
    run = harvest(serve_pages(source, [[dataset("a"), dataset("b")]]), "smartcity_dcat", {"publish": False})
    run.run()
    assert (shown("a")["private"], shown("b")["private"]) == (True, True)
    act("package_patch", id=shown("a")["id"], private=False)
    serve_pages(source, [[dataset("a", "Neu"), dataset("b", "Neu")]])
    assert run.run()["counts"]["changed"] == 2
    assert (shown("a")["private"], shown("b")["private"]) == (False, True)


def test_a_feed_cannot_reach_what_is_not_its_own(source, harvest):
    """An IRI or identifier that would hit a dataset of the portal or of another source changes nothing there."""
    act("organization_create", name=city().id, title="Stadt")
    own = {"name": "haushalt", "title": "Haushalt", "notes": "x", "owner_org": city().id}
    theme = ["http://publications.europa.eu/resource/authority/data-theme/GOVE"]
    act("package_create", id=package_id(city(), iri("x")), theme=theme, **own)
    act("package_create", id=package_id(city(), "budget:lines"), theme=theme, **own | {"name": "plan"})
    # What the portal's own harvesters call their datasets is no address, and an identifier is only one of its source.
    hostile = dataset("x", "Gekapert") + dataset("y", "Gekapert", node="<budget:lines>")
    hostile += dataset("z", "Gekapert", node="[]", identifier="budget:lines", file="[]")
    report = harvest(serve_pages(source, [[hostile, dataset("a")]]), "smartcity_dcat").run()
    assert "has an entry of its own" in report["errors"][0]["message"]
    assert (shown("x")["title"], shown("", "budget:lines")["title"]) == ("Haushalt", "Haushalt")
    second = tk.get_action("harvest_source_create")(
        {"user": site_user(), "ignore_auth": True},
        {
            "name": "zweite",
            "title": "Zweite Quelle",
            "url": serve_pages(source, [[dataset("a", "Gekapert")]], "/other"),
            "source_type": "smartcity_dcat",
            "frequency": "MANUAL",
            "owner_org": city().id,
        },
    )
    other = harvest.__new__(harvest)
    other.user, other.source = site_user(), second
    assert "belongs to “Quelle” already" in other.run()["errors"][0]["message"]
    assert shown("a")["title"] == "A"


def test_the_report_sums_up_what_was_lifted_and_what_was_not_understood(source, harvest, app):
    """By rule, by reason, by format; on the page in German."""
    strange = (
        f'<{BASE}/dataset/a> <http://example.org/colour> "blau" .\n<{BASE}/dataset/a/file> dct:format "Aktenordner"; '
        'dcat:mediaType "application/x-ordner" .\n'
    )
    one = dataset("a", rest=strange).replace(
        "dct:format <http://publications.europa.eu/resource/authority/file-type/CSV>; ", ""
    )
    run = harvest(serve_pages(source, [[one]]), "smartcity_dcat")
    report = run.run()
    assert report["errors"] == []
    assert report["tallies"]["formats"] == {"Aktenordner": 1}
    assert report["tallies"]["media_types"] == {"application/x-ordner": 1}
    assert any(what.startswith("colour: ") for what in report["tallies"]["not_understood"])
    admin = {"Authorization": factories.SysadminWithToken()["token"]}
    with ThreadPoolExecutor(1) as visitor:  # this thread has a request of its own, of an anonymous visitor
        html = visitor.submit(app.get, f"/de/harvest/{run.source['name']}", headers=admin).result().body
    assert "Formate, die nicht auf der europäischen Liste stehen" in html
    assert "Aktenordner" in html


def package(name: str, **more: Any) -> dict[str, Any]:
    """A dataset as CKAN's API gives it."""
    return {
        "id": f"id-{name}",
        "name": name,
        "title": name.capitalize(),
        "notes": "Text",
        "type": "dataset",
        "state": "active",
        "private": False,
        "license_id": "dl-de-by-2.0",
        "metadata_modified": "2026-05-01T10:00:00.123",
        "organization": {"name": "stadt", "title": "Nachbarstadt"},
        "groups": [{"name": "tran"}],
        "tags": [{"name": "Verkehr"}],
        "extras": [],
        "resources": [{"id": "r1", "name": "Tabelle", "url": f"{BASE}/{name}.csv", "format": "CSV"}],
        **more,
    }


def serve_portal(source, packages: list[dict[str, Any]]) -> str:
    def answer(results: list[dict[str, Any]]):
        told = {"success": True, "result": {"count": len(packages), "results": results}}
        return body(json.dumps(told).encode(), "application/json")

    def search(handler) -> None:
        answer(packages if "start=0" in handler.path else [])(handler)

    source.serve("/api/3/action/package_search", search)
    return source.url


def test_a_ckan_portal_is_read_through_its_api(source, harvest):
    """Plain CKAN is enough: organisation, group, licence code and format become those of DCAT-AP.de."""
    packages = [
        package("a", extras=[{"key": "farbe", "value": "blau"}]),
        package("b", private=True),
        package("c", type="showcase"),
    ]
    run = harvest(serve_portal(source, packages), "smartcity_ckan")
    report = run.run()
    assert report["errors"] == []
    one = shown(f"{source.url}/dataset/id-a")
    assert (one["identifier"], one["publisher"][0]["name"]) == ("id-a", "Nachbarstadt")
    assert one["theme"] == ["http://publications.europa.eu/resource/authority/data-theme/TRAN"]
    assert (one["resources"][0]["license"], one["resources"][0]["format"]) == (LICENCE, "CSV")
    assert any(what.startswith("extra:farbe: ") for what in report["tallies"]["not_understood"])
    assert {"hidden", "other-type"} <= set(checks(report))
    assert run.run()["counts"]["unchanged"] == 1


def test_a_ckan_portals_own_rdf_is_preferred_where_asked(source, harvest):
    """Each dataset's RDF is fetched when its entry changed; the API's answer stands in where there is none."""
    packages = [package("a", extras=[{"key": "uri", "value": iri("a")}]), package("b")]
    url = serve_portal(source, packages)
    source.serve("/dataset/a.ttl", turtle([dataset("a", "Aus RDF")]))
    run = harvest(url, "smartcity_ckan", {"prefer_rdf": True})
    report = run.run()
    assert report["errors"] == []
    assert (shown("a")["title"], shown(f"{source.url}/dataset/id-b")["title"]) == ("Aus RDF", "B")
    assert checks(report).count("no-rdf") == 1
    source.requests.clear()
    assert run.run()["counts"]["unchanged"] == 2
    assert {path.split("?")[0] for path, _ in source.requests} == {"/api/3/action/package_search"}


def test_a_dry_run_says_what_would_happen_and_writes_nothing(source, harvest, cli_run):
    """New, changed, unchanged, rejected, missing: seen without a job, an object or a dataset."""
    url = serve_pages(source, [[dataset(name) for name in "abcdefgh"]])
    run = harvest(url, "smartcity_dcat")
    run.run()
    changed = [dataset("b", "Neu"), dataset("n"), dataset("c", licence=""), *(dataset(name) for name in "defgh")]
    serve_pages(source, [changed])
    before = model.Session.query(HarvestObject).count()
    result = cli_run("harvest", run.source["name"], "--dry-run", "--format", "json")
    assert result.exit_code == 1
    (told,) = json.loads(result.stdout)
    assert told["counts"] == {"new": 1, "changed": 1, "unchanged": 5, "missing": 1, "rejected": 1}
    verdicts = {one["guid"]: one["what"] for one in told["verdicts"]}
    assert (verdicts[iri("b")], verdicts[iri("n")], verdicts[iri("a")]) == ("changed", "new", "missing")
    assert model.Session.query(HarvestObject).count() == before
    assert shown("b")["title"] == "B"
    text = cli_run("harvest", run.source["name"], "--dry-run").stdout
    assert f"  new: {iri('n')} “N”" in text
    with pytest.raises(tk.ObjectNotFound):
        shown("n")


@pytest.mark.ckan_config("ckanext.dresdensmartcity.quality.gate", "refuse")
def test_the_gate_of_quality_holds_for_harvested_entries(source, harvest):
    """Where invalid entries must not be public, one is an error with the findings, and the others come in."""
    contributors = "http://dcat-ap.de/def/contributors/"
    nobody = f"<{BASE}/dataset/a> <http://dcat-ap.de/def/dcatde/contributorID> "
    nobody += f"<{contributors}freistaatSachsen>, <{contributors}landHessen> .\n"
    report = harvest(serve_pages(source, [[dataset("a", rest=nobody), dataset("b")]]), "smartcity_dcat").run()
    (error,) = report["errors"]
    assert (error["stage"], error["guid"]) == ("Import", iri("a"))
    assert error["message"].startswith("package_create refuses a-1: contributor_id: ")
    with pytest.raises(tk.ObjectNotFound):
        shown("a")
    assert shown("b")["state"] == "active"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"license": "frei"}, "license: "),
        ({"max_missing_share": 2}, "max_missing_share: "),
        ({"grace_days": "7"}, "grace_days: "),
        ({"format": "pdf"}, "format: "),
        ({"fq": "x"}, "fq: unknown setting"),
        ({"publisher": {"nam": "x"}}, "publisher.name: "),
    ],
)
def test_the_form_refuses_settings_and_names_the_key(harvest, settings, message):
    """Wrong types, values that are on no list and unknown keys never reach a run."""
    with pytest.raises(tk.ValidationError) as caught:
        harvest("http://example.org", "smartcity_dcat", settings)
    assert message in str(caught.value.error_dict["config"])
