"""Bad input over every address and every action of the atlas: refused with a sentence or shown as text, never a 500.

Addresses are read from the application, so one that is added is tried without a line here.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import ckan.plugins as plugins
import pytest
from ckan import model
from ckan.lib import search as solr
from ckan.plugins import toolkit as tk
from ckan.tests import helpers
from ckan.tests.helpers import CKANTestApp, call_action
from ckanext.dresdensmartcity.atlas import search
from ckanext.dresdensmartcity.atlas.blueprints import BLUEPRINTS
from ckanext.dresdensmartcity.atlas.logic.actions import ACTIONS
from werkzeug.routing import Rule

from . import samples
from .hostile import FORMULA, MARKUP, PARAMETERS, SCRIPT_ADDRESS, TEXTS, no_harm, sentence

pytestmark = pytest.mark.ckan

NAMES = {blueprint.name for blueprint in BLUEPRINTS}
EACH = 6  # parameters of one request
# Values of path parameters that lead to something, by name; another name gets hostile values only.
GOOD = {
    "entry_type": "actor",
    "entry_id": "hostile",
    "identifier": "hostile",
    "actor_id": "hostile",
    "other_id": "tud",
    "project_id": "hostile",
    "collection_id": "actors",
    "feature_id": "hostile",
    "z": "8",
    "x": "137",
    "y": "85",
    "ending": "jsonld",
}


def author() -> dict[str, Any]:
    return {"ignore_auth": True, "user": call_action("get_site_user", {"ignore_auth": True})["name"]}


def create(entry_type: str, name: str, values: dict[str, Any]) -> set[str]:
    """Creates an entry with what of the values is taken; which fields were refused, each with a sentence."""
    given = {"type": entry_type, "name": f"{entry_type}-{name}", "owner_org": "dresden", "title": MARKUP, **values}
    refused: set[str] = set()
    for _ in range(6):
        try:
            call_action("package_create", author(), **given)
        except tk.ValidationError as error:
            model.Session.rollback()
            for field, said in error.error_dict.items():
                assert re.search(r"\w+ \w+", json.dumps(said, default=str)), f"{field}: {said}"
                assert field in given, f"{field}: {said}"
                given.pop(field)
                refused.add(field)
                if field in ("title", "kind", "name"):
                    given[field] = {"title": "Hostile", "kind": "company", "name": f"{entry_type}-{name}"}[field]
        else:
            return refused
    raise AssertionError(f"{name} cannot be created: {sorted(given)}")


def hostile_values(entry_type: str, text: str) -> dict[str, Any]:
    """The text in every field of the type's form, in the form that the field asks for."""
    schema = tk.h.scheming_get_dataset_schema(entry_type)
    values: dict[str, Any] = {}
    for field in schema["dataset_fields"]:
        name = field["field_name"]
        if name in ("name", "owner_org", "title"):
            continue
        if "repeating_subfields" in field:
            values[name] = [{one["field_name"]: text for one in field["repeating_subfields"]}]
        elif "smartcity_list" in json.dumps(field) or field.get("preset", "").endswith(("list", "choices", "topics")):
            values[name] = [text]
        else:
            values[name] = text
    return values


@pytest.fixture(scope="module")
def hostile(reset_db: Any) -> Iterator[CKANTestApp]:
    """Dresden's entries and beside them some that mean harm, in a portal of their own."""
    plugins.load_all()
    reset_db()
    solr.clear_all()
    samples.load()
    kind = {"kind": "company"}
    place = {"longitude": 13.74, "latitude": 51.05}
    for entry_type in ("actor", "project"):
        create(entry_type, "hostile", {**hostile_values(entry_type, MARKUP), **kind, **place})
        # What no check lets through as an address or a list may still be text of a list.
        create(entry_type, "formula", {**hostile_values(entry_type, FORMULA), **kind, "title": FORMULA, **place})
        links = {"url": SCRIPT_ADDRESS, "contact_url": SCRIPT_ADDRESS, "origin_url": SCRIPT_ADDRESS}
        create(entry_type, "links", {**hostile_values(entry_type, SCRIPT_ADDRESS), **links, **kind})
    needs = {"offers": [MARKUP, FORMULA], "needs": [MARKUP, FORMULA], "notes": MARKUP}
    for number in range(2):  # two that match each other by hostile words
        create("actor", f"hostile-{number}", {**needs, **kind, **place})
        create("project", f"hostile-{number}", {**needs, "members": [{"actor": "hostile", "role": "lead"}], **place})
    yield helpers._get_test_app()
    plugins.unload_all()


def rules(application: CKANTestApp, method: str = "GET") -> list[Rule]:
    """The addresses of the atlas."""
    found = [
        rule
        for rule in application.flask_app.url_map.iter_rules()
        if rule.endpoint.split(".")[0] in NAMES and method in (rule.methods or ())
    ]
    assert len(found) > 15
    return found


def built(rule: Rule, values: dict[str, str]) -> str:
    """The address of a rule with these values, whatever its converters would say of them."""
    return re.sub(r"<(?:[^<>]*:)?(\w+)>", lambda part: quote(values.get(part[1], "hostile"), safe=""), rule.rule)


def good_values(rule: Rule) -> Iterator[dict[str, str]]:
    """Values that lead somewhere: of actors and of projects, of all collections and files."""
    several = {
        "entry_type": ("actor", "project"),
        "collection_id": ("actors", "projects"),
        "entry_id": ("hostile", "formula", "links", "hostile-0", "tud", "luft-laerm"),
        "identifier": ("hostile",),
        "ending": ("jsonld", "ttl"),
    }
    found: list[dict[str, str]] = [dict(GOOD)]
    for name in sorted(rule.arguments & several.keys()):
        found = [{**one, name: value} for one in found for value in several[name]]
    yield from found


def ask(application: CKANTestApp, address: str) -> Any:
    """The answer, which is no fault of the server, and says something where it refuses."""
    answer = application.get(address, follow_redirects=False)
    assert answer.status_code < 500, f"{answer.status_code}: {address[:300]}"
    if answer.status_code >= 400:
        assert re.search(r"\w+ \w+", sentence(answer.data, answer.headers["Content-Type"])), address[:300]
    return answer


def test_addresses_with_hostile_parts_are_refused_or_shown(hostile: CKANTestApp):
    for rule in rules(hostile):
        for name in sorted(rule.arguments):
            for text in TEXTS:
                answer = ask(hostile, built(rule, {**GOOD, name: text[:2000]}))
                if "html" in answer.headers["Content-Type"]:
                    no_harm(answer.text, rule.rule)


def test_hostile_parameters_are_refused_or_shown_as_text(hostile: CKANTestApp):
    """Each parameter with one hostile text, another one on each page; the search box with a quarter of them."""
    for number, rule in enumerate(rules(hostile)):
        texts = [(name, TEXTS[(number + place) % len(TEXTS)]) for place, name in enumerate(PARAMETERS)]
        # A page reads few of them, and a refusal of one hides the others: so some at once, others on the next page.
        turn = number % EACH
        asked = [dict(texts[start : start + EACH]) for start in range(-turn % EACH, len(texts), EACH)]
        asked += [{"q": text} for text in TEXTS[number % 4 :: 4]]
        for given in asked:
            address = built(rule, GOOD) + "?" + urlencode(given, errors="surrogatepass")
            answer = ask(hostile, address)
            if "html" in answer.headers["Content-Type"] and b"hostile" in answer.data:
                no_harm(answer.text, address[:300])


def test_what_entries_say_becomes_no_part_of_any_page(hostile: CKANTestApp):
    shown = 0
    for rule in rules(hostile):
        for values in good_values(rule):
            address = built(rule, values)
            for query in ("", "?mode=similar&q=hostile&f=html"):
                answer = ask(hostile, address + query)
                if "html" in answer.headers["Content-Type"]:
                    shown += MARKUP[:6] in no_harm(answer.text, address + query).get_text()
                elif "json" in answer.headers["Content-Type"] and answer.status_code == 200:
                    json.loads(answer.data)
                    assert answer.headers.get("X-Content-Type-Options", "nosniff") == "nosniff"
                if not rule.arguments and answer.status_code == 404:
                    break
    assert shown > 10


def test_no_cell_of_a_download_is_a_formula(hostile: CKANTestApp):
    checked = 0
    for name in ("actors.csv", "projects.csv", "members.csv"):
        answer = hostile.get(f"/atlas/downloads/{name}", status=200)
        for row in csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))):
            for cell in row:
                checked += 1
                assert not cell.startswith(("=", "+", "@", "\t", "\r")), f"{name}: {cell[:80]}"
                assert not re.match(r"-[^\d.]", cell), f"{name}: {cell[:80]}"
    assert checked


# What actions may be given: of wrong types, too long, too deep.
VALUES: tuple[Any, ...] = (
    *TEXTS,
    None,
    True,
    -1,
    10**30,
    1.5,
    [],
    {},
    [[["x"]]],
    {"a": {"b": []}},
    ["actor"] * 10_000,
    ["\0"],
    [None, 5],
)


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_actions_refuse_hostile_values_with_a_sentence(hostile: CKANTestApp, name: str):
    documented = re.findall(r":param (\w+):", ACTIONS[name].__doc__ or "")
    good = {"type": "actor", "id": "hostile", "q": "hostile"}
    whole: list[Any] = [{}, {"unknown": MARKUP}, [], "text", 5, {"type": "actor", "id": "nobody"}]
    for parameter in documented:
        whole += [{**{key: good[key] for key in good if key in documented}, parameter: value} for value in VALUES]
    for given in whole:
        answer = hostile.post(f"/api/3/action/{name}", json=given, status=None)
        assert answer.status_code < 500, f"{answer.status_code}: {str(given)[:300]}"
        said = json.loads(answer.data)
        if answer.status_code >= 400:
            assert re.search(r"\w+ \w+", json.dumps(said)), str(given)[:300]


@pytest.mark.parametrize(
    ("entry_type", "values"),
    [
        ("actor", {"longitude": 200, "latitude": 51}),
        ("actor", {"longitude": 13.7, "latitude": -91}),
        ("actor", {"longitude": 51.05, "latitude": 13.74}),  # swapped
        ("actor", {"longitude": "NaN", "latitude": "Infinity"}),
        ("actor", {"longitude": 13.7, "latitude": ""}),
        ("actor", {"longitude": 2.35, "latitude": 48.85}),  # another city
        ("actor", {"kind": ["company", "research"]}),
        ("actor", {"kind": "nobody"}),
        ("actor", {"fields_of_action": ["nothing"]}),
        ("actor", {"part_of": "hostile-refused"}),  # itself
        ("actor", {"part_of": "nobody-at-all"}),
        ("project", {"members": [{"actor": "nobody-at-all", "role": "lead"}]}),
        ("project", {"members": [{"actor": "hostile", "role": "boss"}]}),
        ("project", {"members": {"actor": "hostile"}}),
        ("project", {"members": "hostile"}),
        ("project", {"members": ["hostile", "tud"]}),
        ("project", {"members": [[["hostile"]]]}),
        ("project", {"members": None}),
        ("actor", {"tags": "hostile"}),
        ("actor", {"tag_string": {"hostile": 1}}),
        ("actor", {"position_precision_m": -5}),
        ("project", {"position_precision_m": "-0,5"}),
        ("project", {"focus_areas": ["atlantis"]}),
        ("project", {"continues": "hostile-refused"}),
        ("project", {"builds_on": ["hostile-refused"]}),
        ("project", {"budget_eur": "a lot"}),
        ("project", {"start": "31.02.2026"}),
    ],
)
def test_entries_that_cannot_be_are_refused_at_their_field(
    hostile: CKANTestApp, entry_type: str, values: dict[str, Any]
):
    given = {
        "type": entry_type,
        "name": f"{entry_type}-hostile-refused",
        "title": "Refused",
        "owner_org": "dresden",
        **({"kind": "company"} if entry_type == "actor" else {}),
        **values,
    }
    said = refusal("package_create", **given)
    assert any(field in str(said) for field in values), said
    assert re.search(r"\w+ \w+", json.dumps(said, default=str))


MANY = [f"keyword {number}" for number in range(10_000)]


@pytest.mark.parametrize("entry_type", ["actor", "project", "dataset", "dataset_series", "data_service"])
@pytest.mark.parametrize(
    "given",
    [{"tag_string": ",".join(MANY)}, {"tag_string": MANY}, {"tags": [{"name": one} for one in MANY]}],
    ids=["tag_string", "list", "tags"],
)
def test_ten_thousand_keywords_are_refused_at_once(hostile: CKANTestApp, entry_type: str, given: dict[str, Any]):
    name = f"{entry_type}-keywords"
    said = refusal("package_create", type=entry_type, name=name, title="Keywords", owner_org="dresden", **given)
    assert set(said) == set(given)
    assert re.search(r"10000 Schlagwörter|keywords .* are 10000, at most 100", json.dumps(said, ensure_ascii=False))
    assert refusal("package_update", id="actor-hostile", **given).keys() == given.keys()


def refusal(action: str, **given: Any) -> dict[str, Any]:
    """What an action says against it, each at its field; nothing where it is done."""
    try:
        call_action(action, author(), **given)
    except tk.ValidationError as error:
        model.Session.rollback()
        said: dict[str, Any] = error.error_dict
        return said
    return {}


@pytest.mark.parametrize("field", ["offers", "needs"])
def test_ten_thousand_topics_are_refused_or_kept_without_harm(hostile: CKANTestApp, field: str):
    many = [f"Topic {number}" for number in range(10_000)]
    name = f"many-{field}"
    values = {"type": "actor", "name": f"actor-{name}", "title": "Many", "kind": "company", "owner_org": "dresden"}
    said = refusal("package_create", **values, **{field: many})
    assert set(said) <= {field}
    assert not said or re.search(r"\w+ \w+", json.dumps(said, default=str))
    for address in ("/atlas?q=Many", f"/atlas/actor/{name}", "/atlas/network"):
        ask(hostile, address)


def test_memberships_that_go_in_a_circle_end(hostile: CKANTestApp):
    """An actor that is part of one that is part of it, and projects that go on from each other."""
    for number in (0, 1):
        other = f"hostile-{1 - number}"
        assert set(refusal("package_patch", id=f"actor-hostile-{number}", part_of=other)) <= {"part_of"}
        assert set(refusal("package_patch", id=f"project-hostile-{number}", continues=other)) <= {"continues"}
    for address in (
        *(f"/atlas/{kind}/hostile-{number}" for kind in ("actor", "project") for number in (0, 1)),
        "/atlas/network",
        "/atlas/strengths",
    ):
        ask(hostile, address)
    assert search.one("actor", "hostile-0")
