"""Another city's entries through CKAN: taken over with their origin, kept in step, taken out again."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckanext.dresdensmartcity.atlas import search
from ckanext.dresdensmartcity.atlas.entries import Entry, from_package
from ckanext.dresdensmartcity.atlas.query import AtlasQuery
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.harvesters import history
from ckanext.dresdensmartcity.harvesters.atlases import harvester, wording
from ckanext.dresdensmartcity.harvesters.preview import preview
from ckanext.harvest.model import HarvestObjectExtra
from elsewhere import LICENCE, PAGE, actor, as_json, items, project, serve
from sources import Source, body, status

pytestmark = [
    pytest.mark.ckan,
    pytest.mark.ckan_config("ckanext.dresdensmartcity.harvest.allowed_hosts", "127.0.0.1"),
    pytest.mark.usefixtures("portal"),
]

SETTINGS = {"prefix": "anderswo"}
UNI = actor("uni", offers=["traffic-data"], fields_of_action=["Anderes"], url="https://uni.example")
CLUB = actor("club", kind="civil-society", part_of="uni", geometry=None)
LIGHT = project(
    "licht",
    members=[{"actor": "club", "role": "partner"}, {"actor": "uni", "role": "lead", "since": "2024"}],
    measure="1.2.5",
    focus_areas=["nord"],
    builds_on=["radweg"],
    evidence=[{"fact": "status", "source": "Antrag", "retrieved_on": "2024-05-01"}],
)
ROAD = project("radweg", needs=["traffic-data", "eigenes-thema"])


def show(name: str) -> dict[str, Any]:
    return tk.get_action("package_show")({"ignore_auth": True, "use_cache": False}, {"id": name})


def entry(name: str) -> Entry:
    return from_package(show(name))


def names() -> set[str]:
    rows = model.Session.query(model.Package).filter_by(state="active")
    return {one.name for one in rows if one.type in ("actor", "project")}


def let_pass(days: float) -> None:
    """As if what is missing had been so for longer."""
    key = HarvestObjectExtra.key == history.MISSING_SINCE
    for extra in model.Session.scalars(sa.select(HarvestObjectExtra).where(key)):
        extra.value = (datetime.fromisoformat(extra.value) - timedelta(days=days)).isoformat()
    model.Session.commit()


def test_entries_are_taken_over_with_their_origin(source: Source, harvest: Any) -> None:
    """Under ids of their own, with references among themselves; what belongs to the other city alone stays there."""
    run = harvest(serve(source, [UNI, CLUB], [LIGHT, ROAD]), "smartcity_atlas", SETTINGS)
    report = run.run()
    assert report["errors"] == []
    assert (report["counts"]["read"], report["counts"]["new"], report["counts"]["rejected"]) == (4, 4, 0)
    assert names() == {
        "actor-anderswo--uni",
        "actor-anderswo--club",
        "project-anderswo--licht",
        "project-anderswo--radweg",
    }
    uni, light = entry("actor-anderswo--uni"), entry("project-anderswo--licht")
    assert (uni.id, uni.title, uni.position, uni.offers) == ("anderswo--uni", "Uni", (9.96, 51.01), ("traffic-data",))
    assert (uni.origin_name, uni.origin_url, uni.origin_license) == ("Atlas Anderswo", f"{PAGE}/actor/uni", LICENCE)
    assert uni.fields_of_action == ()
    today = datetime.now(timezone.utc).date().isoformat()
    assert [(one.fact, one.retrieved_on) for one in light.evidence] == [("", today), ("status", "2024-05-01")]
    assert [(one.actor, one.role, one.since) for one in light.members] == [
        ("anderswo--uni", "lead", "2024"),
        ("anderswo--club", "partner", ""),
    ]
    assert (light.builds_on, light.measure, light.focus_areas) == (("anderswo--radweg",), "", ())
    assert entry("actor-anderswo--club").part_of == "anderswo--uni"
    assert entry("project-anderswo--radweg").needs == ("traffic-data", "Eigenes thema")


def test_they_are_found_in_the_atlas(source: Source, harvest: Any) -> None:
    """The search knows them at once."""
    harvest(serve(source, [UNI], []), "smartcity_atlas", SETTINGS).run()
    assert [one.id for one in search.everything(AtlasQuery(text="Uni"))] == ["anderswo--uni"]


def test_the_second_run_finds_nothing_to_do(source: Source, harvest: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The day of the first reading stays as long as the other atlas says the same."""
    run = harvest(serve(source, [UNI, CLUB], [LIGHT]), "smartcity_atlas", SETTINGS)
    with monkeypatch.context() as context:
        context.setattr(harvester, "today", lambda: "2026-01-02")
        run.run()
    before = show("actor-anderswo--uni")
    report = run.run()
    assert (report["counts"]["unchanged"], report["counts"]["changed"], report["counts"]["new"]) == (3, 0, 0)
    assert show("actor-anderswo--uni")["metadata_modified"] == before["metadata_modified"]
    assert entry("actor-anderswo--uni").last_known == "2026-01-02"


def test_what_changes_there_changes_here(source: Source, harvest: Any) -> None:
    """Under the same id, with a new day of reading; all others stay untouched."""
    url = serve(source, [UNI, CLUB], [])
    run = harvest(url, "smartcity_atlas", SETTINGS)
    run.run()
    renamed = {**UNI, "properties": {**UNI["properties"], "title": "Universität"}, "geometry": None}
    serve(source, [renamed, CLUB], [])
    report = run.run()
    assert (report["counts"]["changed"], report["counts"]["unchanged"]) == (1, 1)
    found = entry("actor-anderswo--uni")
    assert (found.title, found.position) == ("Universität", None)


def test_what_goes_there_goes_here_after_its_grace(source: Source, harvest: Any) -> None:
    """Archived, and there again when the other city has it again."""
    five = [actor(name) for name in "abcde"]
    run = harvest(serve(source, five, []), "smartcity_atlas", SETTINGS)
    run.run()
    serve(source, five[1:], [])
    assert run.run()["counts"]["missing"] == 1
    assert "actor-anderswo--a" in names()
    let_pass(7.1)
    assert run.run()["counts"]["archived"] == 1
    assert names() == {f"actor-anderswo--{one}" for one in "bcde"}
    serve(source, five, [])
    assert run.run()["counts"]["revived"] == 1
    assert "actor-anderswo--a" in names()


FIVE = [actor(name) for name in "abcde"]
ACCIDENTS: dict[str, Callable[[Source], Any]] = {
    "down": lambda source: source.serve("/ogc/", status(404)),
    "empty": lambda source: serve(source, [], []),
    "most gone": lambda source: serve(source, [actor("a")], []),
    "a collection down": lambda source: serve(source, status(404), []),
    "fewer than announced": lambda source: serve(source, items([actor("a")], numberMatched=5), []),
    "cut off": lambda source: serve(source, body(b'{"type": "Feat'), []),
    "without titles": lambda source: serve(source, [actor(one, title="") for one in "abcde"], []),
    "in metres": lambda source: serve(source, items(FIVE[:1], crs={"properties": {"name": "EPSG:25833"}}), []),
    "another thing": lambda source: source.serve("/ogc/collections", as_json([1, 2])),
}


def test_no_accident_of_the_source_takes_anything_away(source: Source, harvest: Any) -> None:
    """Not even without any grace."""
    run = harvest(serve(source, FIVE, []), "smartcity_atlas", {**SETTINGS, "grace_days": 0})
    run.run()
    for name, happens in ACCIDENTS.items():
        serve(source, FIVE, [])
        happens(source)
        report = run.run()
        assert report["counts"].get("archived", 0) == 0, name
        assert report["findings"] or report["errors"], name
        assert {f"actor-anderswo--{one}" for one in "abcde"} <= names(), name


def test_entries_of_this_city_are_never_overwritten(source: Source, harvest: Any) -> None:
    """Not by the same id, not by the name that an entry would get; a possible duplicate is named."""
    run = harvest(
        serve(source, [actor("uni", title="Universität Musterstadt"), actor("b")], []), "smartcity_atlas", SETTINGS
    )
    own = {"type": "actor", "kind": "research", "owner_org": city().id}
    run.act("package_create", name="actor-uni", title="Universität  Musterstadt", **own)
    run.act("package_create", name="actor-anderswo--b", title="Eigener Eintrag", **own)
    report = run.run()
    assert show("actor-anderswo--b")["title"] == "Eigener Eintrag"
    assert show("actor-uni")["title"] == "Universität  Musterstadt"
    assert report["counts"]["new"] == 1
    told = {one["check"]: one for one in report["findings"]}
    assert told["name"]["template"] == wording.NAME_TAKEN
    assert told["duplicate"]["values"]["id"] == "actor/uni"


def test_two_sources_with_one_prefix_do_not_take_each_others_entries(source: Source, harvest: Any) -> None:
    """The second is told whose they are."""
    first = harvest(serve(source, [actor("a")], []), "smartcity_atlas", SETTINGS)
    first.run()
    first.source = first.act(
        "harvest_source_create",
        name="zweite",
        title="Zweite",
        url=f"{source.url}/ogc/collections",
        source_type="smartcity_atlas",
        frequency="MANUAL",
        owner_org=city().id,
        config=json.dumps(SETTINGS),
    )
    report = first.run()
    assert (report["counts"]["failed"], report["counts"]["new"]) == (1, 0)
    assert "Quelle" in report["errors"][0]["message"]


def test_a_bad_row_costs_no_other(source: Source, harvest: Any) -> None:
    """Each is refused with its place; what is refused does not count as missing."""
    rows = [
        actor("gut"),
        actor("mond", geometry=(512.0, 99.0)),
        actor("namenlos", title=None),
        actor("mensch", kind="person"),
        {"type": "Feature", "id": "leer"},
        "kein Objekt",
    ]
    report = harvest(serve(source, rows, []), "smartcity_atlas", SETTINGS).run()
    assert names() == {"actor-anderswo--gut"}
    assert report["counts"]["rejected"] == 5
    assert {one["place"] for one in report["findings"] if one["severity"] == "error"} == {
        "actors, page 1, feature 2, Mond",
        "actors, page 1, feature 3, namenlos",
        "actors, page 1, feature 4, Mensch",
        "actors, page 1, feature 5",
        "actors, page 1, feature 6",
    }


def test_what_others_passed_on_is_left_to_its_own_city(source: Source, harvest: Any) -> None:
    """So two atlases that harvest each other do not echo."""
    report = harvest(
        serve(source, [actor("eigen"), actor("fremd", origin_url="http://test.ckan.net/atlas/actor/x")], []),
        "smartcity_atlas",
        SETTINGS,
    ).run()
    assert names() == {"actor-anderswo--eigen"}
    assert [one["values"] for one in report["findings"] if one["check"] == "second-hand"] == [{"number": 1}]


def test_without_a_licence_nothing_is_taken(source: Source, harvest: Any) -> None:
    """Until somebody sets one."""
    url = serve(source, [actor("a")], [], links=[])
    report = harvest(url, "smartcity_atlas", SETTINGS).run()
    assert names() == set()
    assert wording.NO_LICENCE.format(key="license") in report["errors"][0]["message"]


def test_another_server_is_read_by_a_mapping(source: Source, harvest: Any) -> None:
    """Other collections, other names of properties, other words for kinds."""
    serve(source)
    source.serve("/ogc/collections", as_json({"collections": [{"id": "organisationen"}]}))
    rows = [
        {
            "type": "Feature",
            "id": 7,
            "geometry": None,
            "properties": {"name": "Verein", "art": "e. V.", "info": {"text": "Text"}},
        }
    ]
    source.serve("/ogc/collections/organisationen/items", items(rows))
    actors = {
        "collection": "organisationen",
        "fields": {"title": "name", "kind": "art", "notes": "info.text"},
        "kinds": {"e. V.": "association"},
    }
    settings = {**SETTINGS, "actors": actors, "projects": {"collection": ""}}
    report = harvest(f"{source.url}/ogc/collections/organisationen", "smartcity_atlas", settings).run()
    assert report["counts"]["new"] == 1
    found = entry(next(iter(names())))
    assert (found.title, found.kind, found.notes) == ("Verein", "association", "Text")
    assert found.origin_url == f"{source.url}/ogc/collections/organisationen/items/7"


def test_a_dry_run_proposes_a_mapping_and_writes_nothing(source: Source, harvest: Any) -> None:
    """As settings that can be copied."""
    url = serve(
        source, [{"type": "Feature", "id": 1, "geometry": None, "properties": {"Name": "A", "Typ": "Unternehmen"}}]
    )
    run = harvest(url, "smartcity_atlas", {**SETTINGS, "projects": {"collection": ""}})
    shown = preview("quelle", run.source["id"])
    told = next(one for one in shown.findings if one["check"] == "mapping")
    proposal = json.loads(told["values"]["mapping"])
    assert proposal["actors"]["fields"] == {"title": "Name", "kind": "Typ"}
    assert proposal["actors"]["kinds"] == {"Unternehmen": "company"}
    assert (names(), shown.counts) == (set(), {"rejected": 1})
    run.act(
        "harvest_source_patch",
        id=run.source["id"],
        config=json.dumps({**SETTINGS, "projects": {"collection": ""}, **proposal}),
    )
    assert preview("quelle", run.source["id"]).counts == {"new": 1}
