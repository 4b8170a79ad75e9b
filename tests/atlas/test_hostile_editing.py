"""Bad input over what editors use: import, review, forms and what their scripts ask. Never a 500 or half a change."""

from __future__ import annotations

import gzip
import io
import json
import re
import zipfile
from typing import Any

import pytest
from ckan.plugins import toolkit as tk
from ckan.tests import factories
from ckan.tests.helpers import CKANTestApp, call_action

from .conftest import Create
from .hostile import FORMULA, MARKUP, SCRIPT_ADDRESS, TEXTS, no_harm, sentence

pytestmark = pytest.mark.ckan

HEADER = "type,id,title,kind,url,notes,longitude,latitude\n"


def packed() -> bytes:
    """A small archive that unfolds to 20 MB."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", "a" * 20_000_000)
    return file.getvalue()


def unfolding() -> bytes:
    """YAML whose references are a billion items."""
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    return ("\n".join([*lines, "actors: *i"])).encode()


WRONG_FILES = {
    "ten megabytes": (b"a,b\n" * 2_500_000, "a.csv"),
    "an archive": (packed(), "a.csv"),
    "an archive by its name": (packed(), "a.zip"),
    "a packed text": (gzip.compress(b"title\n" * 1000), "a.csv"),
    "an old picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "a.png"),
    "zeros": (b"\0" * 1000, "a.csv"),
    "halves of characters": (b"\xff\xfe\xff\xfe\xd8\x00" * 50, "a.csv"),
    "quotes that never end": (b'type,id,title\nactor,x,"' + b"a" * 200_000, "a.csv"),
    "numbers without end": (b"[" * 100_000, "a.json"),
    "JSON of another kind": (b'{"type": "FeatureCollection", "features": [5, null, {"properties": 7}]}', "a.geojson"),
    "no features": (b'{"type": "FeatureCollection", "features": {"a": 1}}', "a.geojson"),
    "a huge number": (b'{"type": "FeatureCollection", "features": [1e999, ' + b"9" * 5000 + b"]}", "a.geojson"),
    "YAML that unfolds": (unfolding(), "a.yaml"),
    "YAML that runs": (b"actors: !!python/object/apply:os.system ['true']", "a.yaml"),
    "YAML of other types": (b"actors: {1: [2]}\nprojects: 5", "a.yaml"),
    "YAML of dates": (b"actors: [2026-13-45, ~, [[]], {id: [1], title: {a: b}}]", "a.yaml"),
    "deep YAML": (b"actors: " + b"[" * 5000, "a.yaml"),
}  # fmt: skip


@pytest.fixture
def editor(create: Create) -> dict[str, str]:
    """Headers of an editor of the city."""
    user = factories.UserWithToken()
    factories.Organization(name="dresden", users=[{"name": user["name"], "capacity": "editor"}])
    return {"Authorization": user["token"]}


def send(app: CKANTestApp, path: str, headers: dict[str, str] | None = None, **form: Any) -> Any:
    """The answer, which is no fault of the server, and says something where it refuses."""
    answer = app.post(path, data=form, headers=headers or {}, follow_redirects=False)
    assert answer.status_code < 500, f"{answer.status_code}: {path} {str(form)[:200]}"
    if answer.status_code >= 400:
        assert re.search(r"\w+ \w+", sentence(answer.data, answer.headers["Content-Type"]))
    if "html" in answer.headers["Content-Type"]:
        no_harm(answer.text, path)
    return answer


def test_wrong_files_are_refused_with_a_sentence(app: CKANTestApp, editor: dict[str, str]) -> None:
    for name, (data, file) in WRONG_FILES.items():
        answer = send(app, "/atlas/import", editor, file=(io.BytesIO(data), file))
        assert answer.status_code in (400, 413) or b'name="token"' not in answer.data, name
    send(app, "/atlas/import", editor, file=(io.BytesIO(HEADER.encode()), "../../../etc/passwd"))
    assert send(app, "/atlas/import", editor, file="no file").status_code == 400
    assert call_action("atlas_search")["count"] == 0


def test_cells_become_no_part_of_the_page(app: CKANTestApp, editor: dict[str, str]) -> None:
    quoted = '"' + MARKUP.replace('"', '""') + '"'
    rows = [
        f"actor,boese,{quoted},company,{SCRIPT_ADDRESS},{quoted},13.7,51.05",
        f"actor,gut,{quoted},company,https://gut.example,{quoted},13.7,51.05",
        f"{quoted},{quoted},{quoted},{quoted},{quoted},{quoted},{quoted},{quoted}",
        f'actor,formel,"{FORMULA.replace(chr(34), chr(34) * 2)}",company,,,NaN,1e400',
    ]
    answer = send(app, "/atlas/import", editor, file=(io.BytesIO((HEADER + "\n".join(rows)).encode()), f"{MARKUP}.csv"))
    found = re.search(r'name="token"[^>]*value="([^"]+)"', answer.text)
    assert found
    assert MARKUP[:6] in no_harm(answer.text, "preview").get_text()
    assert send(app, "/atlas/import/confirm", editor, token=found[1], skip_wrong="yes").status_code == 200
    assert [one["id"] for one in call_action("atlas_search")["results"]] == ["gut"]


@pytest.mark.ckan_config("WTF_CSRF_ENABLED", True)
def test_a_form_of_elsewhere_changes_nothing(app: CKANTestApp, editor: dict[str, str], create: Create) -> None:
    create("project", "alt", confirmed_on="2020")
    assert send(app, "/atlas/import", editor, file=(io.BytesIO(b"title"), "a.csv")).status_code == 400
    assert send(app, "/atlas/import/confirm", editor, **{"token": "x"}).status_code == 400
    for text in ("", *TEXTS[:6]):
        form = {"type": "project", "id": "alt", "_csrf_token": text}
        assert send(app, "/atlas/review/confirm", editor, **form).status_code == 400
    assert call_action("atlas_show", type="project", id="alt")["stale"] is True


def test_nobody_sends_anything(app: CKANTestApp, editor: dict[str, str]) -> None:
    for path in ("/atlas/import", "/atlas/import/confirm", "/atlas/review/confirm"):
        assert send(app, path).status_code in (302, 401)


def test_hostile_values_of_the_editors_forms_are_refused(app: CKANTestApp, editor: dict[str, str]) -> None:
    for text in (*TEXTS, MARKUP * 10):
        sent = text.encode(errors="replace").decode()
        assert send(app, "/atlas/import/confirm", editor, token=sent).status_code == 400
        for form in ({"type": sent, "id": "x"}, {"type": "actor", "id": sent}, {"type": "actor"}):
            assert send(app, "/atlas/review/confirm", editor, reason=sent, page=sent, **form).status_code in (400, 404)
        asked = {"reason": sent[:2000], "page": sent[:2000]}
        answer = app.get("/atlas/review", query_string=asked, headers=editor)
        assert answer.status_code == 200
        no_harm(answer.text, "/atlas/review")


@pytest.mark.parametrize("path", ["/forms/topics", "/forms/entries", "/forms/date", "/forms/duration"])
def test_what_scripts_ask_is_answered_with_a_list_or_nothing(app: CKANTestApp, create: Create, path: str) -> None:
    create("actor", "labor", title="Labor")
    for text in TEXTS:
        for name in ("q", "text", "lang", "type"):
            asked = {"type": "actor", name: text.encode(errors="replace").decode()[:3000]}
            answer = app.get(path, query_string=asked, follow_redirects=False)
            assert answer.status_code < 500, asked
            if answer.status_code == 200:
                json.loads(answer.data)


@pytest.mark.parametrize("kind", ["actor", "project"])
def test_forms_with_values_of_a_wrong_shape_are_shown_again(
    app: CKANTestApp, editor: dict[str, str], kind: str
) -> None:
    schema = tk.h.scheming_get_dataset_schema(kind)
    records = [one["field_name"] for one in schema["dataset_fields"] if "repeating_subfields" in one]
    for shaped in (dict.fromkeys(records, MARKUP), {f"{name}-0-x": MARKUP for name in records},
                   {f"{name}-{MARKUP}-{MARKUP}": "x" for name in records},
                   {f"{name}__0__actor": "x" for name in records},
                   {"tag_string": ",".join(["ab"] * 5000)}):  # fmt: skip
        form = {"title": MARKUP, "name": f"{kind}-x", "save": "", "_ckan_phase": "", **shaped}
        send(app, f"/{kind}/new", editor, **form)
