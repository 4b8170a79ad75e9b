"""The abstract tests of OGC API - Features, Part 1 (17-069r4, annex A) and Part 2 (18-058r1, annex A), one by one."""

from __future__ import annotations

import gzip
import json
from typing import Any

import jsonschema
import pytest
from bs4 import BeautifulSoup
from ckanext.dresdensmartcity.atlas.ogc.crs import CRS84, EPSG, SYSTEMS

pytestmark = [pytest.mark.ckan, pytest.mark.usefixtures("dresden")]

COLLECTIONS = ("actors", "projects", "districts", "focus_areas", "sensor_locations")
SITE = "http://test.ckan.net"
CONF = "http://www.opengis.net/spec/ogcapi-features"


def get(client: Any, path: str, status: int = 200, **headers: str) -> Any:
    answer = client.get(path.removeprefix(SITE), headers=headers, follow_redirects=False)
    assert answer.status_code == status, answer.body[:300]
    return answer


def read(client: Any, path: str) -> Any:
    return get(client, path).json


def rel(document: Any, name: str) -> list[dict[str, str]]:
    return [link for link in document["links"] if link["rel"] == name]


def all_features(client: Any, path: str) -> list[Any]:
    found, address = [], path
    while address:
        page = read(client, address)
        assert page["numberReturned"] == len(page["features"])
        found += page["features"]
        address = next((link["href"] for link in rel(page, "next")), "")
        assert len(found) <= page["numberMatched"]
    assert len(found) == page["numberMatched"]
    return found


def test_a2_landing_page(client: Any):
    """A.2.2.1: links to the definition, the conformance and the data, each of which answers."""
    landing = read(client, "/ogc")
    assert read(client, "/ogc/") == landing
    for name in ("service-desc", "service-doc", "conformance", "data", "self", "alternate"):
        assert rel(landing, name), name
        get(client, rel(landing, name)[0]["href"])


def test_a2_api_definition(client: Any):
    """A.2.2.2: OpenAPI 3.0 with every path of every collection, its references all there."""
    answer = get(client, "/ogc/api?f=json")
    assert answer.content_type == "application/vnd.oai.openapi+json;version=3.0"
    definition = answer.json
    assert definition["openapi"].startswith("3.0")
    for name in COLLECTIONS:
        assert f"/collections/{name}/items/{{featureId}}" in definition["paths"]
    text = json.dumps(definition)
    for reference in {part.split('"')[0] for part in text.split('"$ref": "')[1:]}:
        place = definition
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]
    assert get(client, "/ogc/api", Accept="application/vnd.oai.openapi+json").json == definition


def test_a2_conformance(client: Any):
    """A.2.2.3: what is claimed."""
    claimed = read(client, "/ogc/conformance")["conformsTo"]
    for name in ("core", "oas30", "html", "geojson"):
        assert f"{CONF}-1/1.0/conf/{name}" in claimed
    assert f"{CONF}-2/1.0/conf/crs" in claimed


def test_a2_collections(client: Any):
    """A.2.2.4, A.2.2.5: each is described, in the list as alone, with links to its features and its extent."""
    listed = {one["id"]: one for one in read(client, "/ogc/collections")["collections"]}
    assert tuple(listed) == COLLECTIONS
    for name, one in listed.items():
        alone = read(client, f"/ogc/collections/{name}")
        assert alone == one
        types = {link["type"] for link in rel(alone, "items")}
        assert types == {"application/geo+json", "text/html"}
        for link in rel(alone, "items"):
            get(client, link["href"])
    west, south, east, north = listed["actors"]["extent"]["spatial"]["bbox"][0]
    assert 13 < west < east < 14.5
    assert 50.5 < south < north < 51.5
    assert listed["projects"]["extent"]["temporal"]["interval"][0][0]


@pytest.mark.parametrize("name", COLLECTIONS)
def test_a2_features(client: Any, name: str):
    """A.2.2.6 to A.2.2.9: features as GeoJSON, their counts exact, a self link, each also alone."""
    answer = get(client, f"/ogc/collections/{name}/items?limit=7")
    assert answer.content_type == "application/geo+json"
    assert answer.headers["Content-Crs"] == f"<{CRS84.uri}>"
    page = answer.json
    assert page["type"] == "FeatureCollection"
    assert page["timeStamp"].endswith("Z")
    assert page["numberReturned"] == len(page["features"]) <= 7
    assert rel(page, "self")
    assert rel(page, "alternate")
    for one in page["features"][:2]:
        alone = read(client, f"/ogc/collections/{name}/items/{one['id']}")
        links = alone.pop("links")
        assert alone == one
        assert {"self", "alternate", "collection"} <= {link["rel"] for link in links}


@pytest.mark.parametrize(("name", "count"), [("actors", 32), ("projects", 32), ("districts", 64), ("focus_areas", 4)])
def test_a2_paging(client: Any, name: str, count: int):
    """A.2.2.6.2: by next to the last feature, each once, in a stable order; the same backwards."""
    whole = read(client, f"/ogc/collections/{name}/items?limit=1000")["features"]
    assert len(whole) == count
    assert all_features(client, f"/ogc/collections/{name}/items?limit=7") == whole
    last = read(client, f"/ogc/collections/{name}/items?limit=7&after={whole[-3]['id']}")
    assert not rel(last, "next")
    before = read(client, rel(last, "prev")[0]["href"])
    assert [one["id"] for one in before["features"]][-1] == whole[-3]["id"]


def test_a2_limit(client: Any):
    """A.2.2.6.2: as many as asked for and no more; the definition names the bounds."""
    assert read(client, "/ogc/collections/actors/items?limit=1")["numberReturned"] == 1
    assert read(client, "/ogc/collections/actors/items?limit=99999999")["numberReturned"] == 32
    limit = read(client, "/ogc/api?f=json")["components"]["parameters"]["limit"]["schema"]
    assert limit == {"type": "integer", "minimum": 1, "maximum": 10000, "default": 100}


def test_a2_bbox(client: Any):
    """A.2.2.6.1: features in the box and those without a place, whatever the box's system."""
    every = read(client, "/ogc/collections/actors/items?limit=100")["features"]
    west, south, east, north = 13.70, 51.03, 13.745, 51.06
    wanted = [
        one["id"]
        for one in every
        if one["geometry"] is None
        or (west <= one["geometry"]["coordinates"][0] <= east and south <= one["geometry"]["coordinates"][1] <= north)
    ]
    placed = [one for one in every if one["geometry"]]
    assert 0 < len(wanted) < len(every)
    for box in (f"{west},{south},{east},{north}", f"{west},{south},-9,{east},{north},9"):
        found = read(client, f"/ogc/collections/actors/items?bbox={box}")
        assert [one["id"] for one in found["features"]] == wanted
    turned = f"bbox={south},{west},{north},{east}&bbox-crs={EPSG}4326"
    assert [one["id"] for one in read(client, f"/ogc/collections/actors/items?{turned}")["features"]] == wanted
    # The place of one entry as a box without any size.
    x, y = placed[0]["geometry"]["coordinates"]
    assert placed[0]["id"] in [
        one["id"] for one in read(client, f"/ogc/collections/actors/items?bbox={x},{y},{x},{y}")["features"]
    ]
    nowhere = read(client, "/ogc/collections/actors/items?bbox=170,-20,-170,20&limit=1")
    assert nowhere["numberMatched"] == len(every) - len(placed)


@pytest.mark.parametrize("name", ["actors", "districts"])
def test_a2_bbox_in_metres(client: Any, name: str):
    """Part 2: the box holds what lies in it in its own system, to the centimetre."""
    every = read(client, f"/ogc/collections/{name}/items?limit=100&crs={EPSG}25833")["features"]
    x, y = next(one["geometry"]["coordinates"] for one in every if one["geometry"])
    asked = (
        f"/ogc/collections/{name}/items?bbox-crs={EPSG}25833&place=point"
        if name == "actors"
        else (f"/ogc/collections/{name}/items?bbox-crs={EPSG}25833")
    )
    inside = read(client, f"{asked}&bbox={x - 0.02},{y - 0.02},{x + 0.02},{y + 0.02}")["numberMatched"]
    beside = read(client, f"{asked}&bbox={x + 0.02},{y + 0.02},{x + 0.04},{y + 0.04}")["numberMatched"]
    assert inside >= 1
    assert beside == 0


def test_a2_datetime(client: Any):
    """A.2.2.6.3: projects of that time and those without one; what has no time at all comes always."""
    every = read(client, "/ogc/collections/projects/items?limit=100")["features"]

    def wanted(first: str, last: str) -> list[str]:
        return [
            one["id"]
            for one in every
            if not (
                (one["properties"]["start"] and one["properties"]["start"] > last)
                or (one["properties"]["end"] and one["properties"]["end"] < first[: len(one["properties"]["end"])])
            )
        ]

    for text, first, last in (
        ("2019-06-01", "2019-06-01", "2019-06-01"),
        ("2016-01-01/2016-12-31", "2016-01-01", "2016-12-31"),
        ("../1999-01-01", "", "1999-01-01"),
        ("2030-01-01T00:00:00Z/..", "2030-01-01", "9"),
    ):
        found = read(client, f"/ogc/collections/projects/items?limit=100&datetime={text}")
        assert [one["id"] for one in found["features"]] == wanted(first, last), text
    assert len(wanted("", "1999-01-01")) < len(every)
    assert read(client, "/ogc/collections/actors/items?datetime=1900-01-01")["numberMatched"] == 32


@pytest.mark.parametrize("name", COLLECTIONS)
def test_part3_queryables(client: Any, name: str):
    """Every filter is a parameter, is in the definition, and selects what has the value and nothing else."""
    answer = get(client, f"/ogc/collections/{name}/queryables")
    assert answer.content_type == "application/schema+json"
    jsonschema.Draft202012Validator.check_schema(answer.json)
    definition = read(client, "/ogc/api?f=json")["paths"][f"/collections/{name}/items"]["get"]["parameters"]
    described = {one.get("name") for one in definition}
    for query, schema in answer.json["properties"].items():
        assert query in described
        for value in schema.get("enum", ["x"])[:3]:
            assert read(client, f"/ogc/collections/{name}/items?limit=1&{query}={value}")["numberMatched"] >= 0


@pytest.mark.parametrize(
    ("query", "name", "value"),
    [("kind", "kind", "research"), ("status", "status", "completed"), ("field", "fields_of_action", "verwaltung"),
     ("area", "focus_areas", "friedrichstadt"), ("measure", "measure", "1.2.5"), ("place", "place", "point")],
)  # fmt: skip
def test_filters_select_what_has_the_value(client: Any, query: str, name: str, value: str):
    """Counted beside all features."""
    collection = "actors" if query in ("kind", "place") else "projects"
    every = read(client, f"/ogc/collections/{collection}/items?limit=100")["features"]
    wanted = [one["id"] for one in every if value in (one["properties"][name], *(one["properties"][name] or ()))]
    found = read(client, f"/ogc/collections/{collection}/items?{query}={value}")
    assert wanted
    assert [one["id"] for one in found["features"]] == wanted
    assert found["numberMatched"] == len(wanted)


def test_words_find_what_the_search_of_the_atlas_finds(client: Any):
    found = read(client, "/ogc/collections/actors/items?q=Sensor")
    searched = client.get("/api/3/action/atlas_search?q=Sensor&kind=actor&limit=100").json["result"]
    assert {one["id"] for one in found["features"]} == {one["id"] for one in searched["results"]}


@pytest.mark.parametrize("crs", SYSTEMS, ids=lambda one: one.uri.rsplit("/", 1)[-1])
def test_part2_systems(client: Any, crs):
    """Each system that a collection names is answered in, and said in Content-Crs; bbox takes it too."""
    assert crs.uri in read(client, "/ogc/collections/districts")["crs"]
    answer = get(client, f"/ogc/collections/districts/items/01?crs={crs.uri}")
    assert answer.headers["Content-Crs"] == f"<{crs.uri}>"
    x, y = answer.json["geometry"]["coordinates"]
    rounding = 1e-6 if crs.degrees else 0.01
    box = f"{x - rounding},{y - rounding},{x + rounding},{y + rounding}"
    found = read(client, f"/ogc/collections/districts/items?bbox={box}&bbox-crs={crs.uri}&crs={crs.uri}")
    assert "01" in [one["id"] for one in found["features"]]


@pytest.mark.parametrize(
    "path",
    ["", "/conformance", "/api", "/collections", "/collections/actors", "/collections/actors/queryables",
     "/collections/actors/items", "/collections/actors/items/tud", "/collections/sensor_locations/items",
     "/collections/districts/items/01", "/collections/focus_areas/items"],
)  # fmt: skip
@pytest.mark.parametrize("language", ["", "/en"])
def test_html(client: Any, path: str, language: str):
    """Each page is there for people: by f and by Accept, in both languages, with a heading and a way to the JSON."""
    page = BeautifulSoup(get(client, f"{language}/ogc{path}?f=html").body, "html.parser")
    assert page.html
    assert page.html["lang"] == (language.strip("/") or "de")
    assert len(page.select("h1")) == 1
    if language:
        assert "Objekte" not in page.main.text
    asked = get(client, f"{language}/ogc{path}", Accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert asked.content_type.startswith("text/html")
    links = [one["href"] for one in page.select("main a[href]")]
    assert any("f=json" in link for link in links) or path == ""
    assert get(client, f"{language}/ogc{path}", Accept="*/*").content_type.split(";")[0] != "text/html"


def test_pages_of_features_can_be_leafed_through_without_javascript(client: Any):
    address, names = "/ogc/collections/actors/items?f=html&limit=25", []
    while address:
        page = BeautifulSoup(get(client, address).body, "html.parser")
        names += [one.text for one in page.select("tbody th a")]
        following = page.select_one("a[rel=next]")
        address = following["href"] if following else ""
    assert len(names) == 32


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ogc?x=1", 400), ("/ogc/collections?limit=3", 400), ("/ogc/collections/actors/items?x=1", 400),
        ("/ogc/collections/actors/items?f=xml", 400), ("/ogc/collections/actors/items?f=json&f=html", 400),
        ("/ogc/collections/actors/items?kind=person", 400), ("/ogc/collections/actors/items?status=planned", 400),
        ("/ogc/collections/districts/items?q=x", 400), ("/ogc/collections/actors/items/tud?crs=x", 400),
        ("/ogc/collections/nothing", 404), ("/ogc/collections/nothing/items", 404),
        ("/ogc/collections/actors/items/nobody", 404), ("/ogc/collections/actors/items/%00", 404),
        ("/ogc/collections/sensor_locations/items/x:y", 404), ("/ogc/collections/actors/items?after=%00", 400),
        ("/ogc/collections/actors/items?kind=" + "x" * 5000, 400),
    ],
)  # fmt: skip
def test_a_request_that_cannot_be_met_is_told_why(client: Any, path: str, status: int):
    """As JSON, as a page, in both languages; never a 500."""
    told = get(client, path, status, Accept="application/json").json
    assert told["code"]
    assert told["description"].endswith(".")
    english = get(client, f"/en{path}", status, Accept="application/json").json
    assert english["description"] != told["description"]
    page = get(client, path, status, Accept="text/html")
    if "f=" not in path:
        assert page.content_type.startswith("text/html")


def test_an_answer_that_nobody_has_is_406(client: Any):
    told = get(client, "/ogc/collections/actors/items", 406, Accept="application/gml+xml").json
    assert "application/geo+json" in told["description"]


def test_an_answer_is_sent_once_packed_and_to_everybody(client: Any):
    """ETag and 304, gzip, CORS."""
    address = "/ogc/collections/actors/items"
    answer = get(client, address, Origin="https://map.example")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert {"Accept", "Accept-Encoding"} <= {part.strip() for part in answer.headers["Vary"].split(",")}
    assert get(client, address, 304, **{"If-None-Match": answer.headers["ETag"]}).body == ""
    assert get(client, f"{address}?limit=3").headers["ETag"] != answer.headers["ETag"]
    packed = get(client, address, **{"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed.data))["features"] == answer.json["features"]
    head = client.flask_app.test_client().head(address)
    assert head.status_code == 200
    assert head.data == b""
