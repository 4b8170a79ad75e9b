"""`validate` on the command line: its answers, how it ends, and that files need nothing but themselves."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import entry_points
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from ckanext.dresdensmartcity.dcat.namespaces import DCAT, DCTERMS, RDF
from ckanext.dresdensmartcity.quality.commands import validate
from ckanext.dresdensmartcity.quality.shacl import SH
from click.testing import CliRunner, Result
from faults import PORTAL, complete
from rdflib import Graph, Literal

DATASET = str(PORTAL.air)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A good file, one with a violation, a warning, a hint, one that is no RDF, and one about something else."""
    folder = tmp_path_factory.mktemp("files")
    found = {}
    changes: dict[str, Any] = {
        "good": None,
        "bad": (PORTAL.air, DCTERMS.title, None),
        "poor": (PORTAL.air, DCAT.theme, None),
        "hint": (PORTAL.air, DCTERMS.temporal, None),
    }
    for name, gone in changes.items():
        graph = Graph()
        graph += complete()
        if gone is not None:
            graph.remove(gone)
        found[name] = str(folder / f"{name}.ttl")
        graph.serialize(found[name], format="turtle")
    texts = {"broken": "no Turtle", "other": "<urn:a> a <urn:b> .", "empty": ""}
    texts["catalogue"] = f"<urn:c> a <{DCAT.Catalog}> ."
    for name, text in texts.items():
        found[name] = str(folder / f"{name}.ttl")
        Path(found[name]).write_text(text, encoding="utf-8")
    found["missing"] = str(folder / "missing.ttl")
    return found


def run(*arguments: str) -> Result:
    return CliRunner().invoke(validate, arguments)


def verdicts(*arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run(*arguments, "--format", "json").output)
    return found


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["good"], 0),
        (["poor"], 0),
        (["hint"], 0),
        (["bad"], 1),
        (["good", "bad"], 1),
        (["broken"], 2),
        (["missing"], 2),
        (["bad", "broken", "good"], 2),
    ],
)
def test_the_exit_code_tells_the_verdict(files: dict[str, str], names: list[str], code: int) -> None:
    """0 valid, 1 a violation, 2 cannot be read; of several the worst; a warning makes nothing invalid."""
    for form in ("text", "json", "ttl"):
        assert run(*(files[name] for name in names), "--format", form).exit_code == code


def test_the_text_says_where_and_what_to_do(files: dict[str, str]) -> None:
    """Dataset with its title, field with its label, what was found, and what to do; in German or English."""
    text = run(files["bad"], files["poor"]).output
    assert "bad.ttl: nicht gültig, 1 Fehler, 0 Warnungen" in text
    assert "poor.ttl: gültig, 0 Fehler, 1 Warnungen" in text
    assert f"  {DATASET} „Luftqualität 2026“" in text
    assert "    ✗ Titel (title) – Titel fehlt: einen kurzen, sprechenden Titel eintragen." in text
    assert "    ! Kategorien (theme) – Kategorie fehlt" in text
    english = run(files["bad"], "--language", "en").output
    assert "bad.ttl: not valid, 1 violations, 0 warnings" in english
    assert "✗ Title (title) – Title is missing" in english


def test_the_text_names_the_value_that_was_found(files: dict[str, str], tmp_path: Path) -> None:
    """Shortened, on one line, and with the dataset of the file that it is about."""
    graph = Graph().parse(files["good"])
    graph.set((PORTAL.file, DCTERMS.issued, Literal("am\nersten " + "x" * 1_000_000)))
    graph.remove((PORTAL.file, DCTERMS.title, None))
    path = tmp_path / "long.ttl"
    graph.serialize(path, format="turtle")
    text = run(str(path)).output
    assert f"  {PORTAL.file} („Luftqualität 2026“)" in text
    assert "[gefunden: am ersten xxx" in text
    assert max(map(len, text.splitlines())) < 400


def test_hints_are_counted_and_shown_when_asked_for(files: dict[str, str]) -> None:
    """What is recommended is no fault."""
    assert "1 Hinweise (--hints zeigt sie)" in run(files["hint"]).output
    assert "Zeitraum fehlt" not in run(files["hint"]).output
    assert "· Zeitliche Abdeckung (temporal_coverage) – Zeitraum fehlt" in run(files["hint"], "--hints").output
    assert [one["severity"] for one in verdicts(files["hint"])[0]["findings"]] == ["info"]


def test_the_json_has_one_entry_for_each_file(files: dict[str, str]) -> None:
    """With counts and findings; what cannot be read says why."""
    good, bad, broken, missing = verdicts(files["good"], files["bad"], files["broken"], files["missing"])
    assert good == {"file": files["good"], "valid": True, "violations": 0, "warnings": 0, "findings": []}
    assert (bad["valid"], bad["violations"], bad["warnings"]) == (False, 1, 0)
    (finding,) = bad["findings"]
    assert set(finding) == {"severity", "focus", "field", "path", "value", "message", "shape"}
    assert (finding["severity"], finding["focus"], finding["field"]) == ("violation", DATASET, "title")
    assert finding["path"] == str(DCTERMS.title)
    assert (broken["valid"], missing["valid"]) == (False, False)
    assert "turtle" in broken["error"]
    assert "No such file" in missing["error"]


def test_the_turtle_is_a_validation_report(files: dict[str, str]) -> None:
    """One for each document, in the words of SHACL."""
    graph = Graph().parse(data=run(files["good"], files["bad"], files["broken"], "--format", "ttl").output)
    reports = {str(graph.value(one, DCTERMS.source)): one for one in graph.subjects(RDF.type, SH.ValidationReport)}
    conforms = {name: bool(graph.value(reports[files[name]], SH.conforms)) for name in ("good", "bad", "broken")}
    assert conforms == {"good": True, "bad": False, "broken": False}
    (result,) = graph.objects(reports[files["bad"]], SH.result)
    assert graph.value(result, SH.focusNode) == PORTAL.air
    assert graph.value(result, SH.resultSeverity) == SH.Violation
    assert graph.value(reports[files["broken"]], DCTERMS.description)


@pytest.mark.parametrize(
    ("name", "severity", "code"), [("other", "violation", 1), ("empty", "violation", 1), ("catalogue", "warning", 1)]
)
def test_a_document_without_any_dataset_is_told(files: dict[str, str], name: str, severity: str, code: int) -> None:
    """Most often it is the wrong file; an empty catalogue is not, but it is told too."""
    (verdict,) = verdicts(files[name])
    found = [one for one in verdict["findings"] if one["shape"].endswith(":nothing-to-check")]
    assert [one["severity"] for one in found] == [severity]
    assert run(files[name]).exit_code == code


def test_a_missing_contributor_id_counts_for_those_who_deliver_directly(files: dict[str, str], tmp_path: Path) -> None:
    """Else it is a hint."""
    graph = Graph().parse(files["good"])
    graph.remove((PORTAL.air, None, next(graph.objects(PORTAL.air, DCAT_CONTRIBUTOR))))
    path = str(tmp_path / "none.ttl")
    graph.serialize(path, format="turtle")
    assert verdicts(path)[0]["warnings"] == 0
    assert verdicts(path, "--direct-delivery")[0]["warnings"] == 1


DCAT_CONTRIBUTOR = complete().namespace_manager.expand_curie("dcatde:contributorID")


def test_any_folder_of_shapes_can_be_used(files: dict[str, str], tmp_path: Path) -> None:
    """Findings of shapes that name no field are told at the field of the property."""
    folder = tmp_path / "shapes"
    folder.mkdir()
    (folder / "one.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dcat: <http://www.w3.org/ns/dcat#> ."
        "<urn:shape> a sh:NodeShape ; sh:targetClass dcat:Dataset ;"
        " sh:property [ sh:path dcat:theme ; sh:maxCount 0 ] .",
        encoding="utf-8",
    )
    (folder / "optional-more.ttl").write_text("no Turtle, and left out", encoding="utf-8")
    (verdict,) = verdicts(files["good"], "--shapes", str(folder))
    assert verdict["violations"] == 2
    assert {(one["shape"], one["field"]) for one in verdict["findings"]} == {("urn:shape", "theme")}


def test_lists_beside_other_shapes_are_taken_into_account(files: dict[str, str], tmp_path: Path) -> None:
    """A folder `vocabularies` next to the folder of shapes, beside our own lists."""
    (tmp_path / "shapes").mkdir()
    (tmp_path / "shapes" / "one.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dcat: <http://www.w3.org/ns/dcat#> ."
        "<urn:shape> a sh:NodeShape ; sh:targetClass dcat:Relationship ; sh:property [ sh:path dcat:hadRole ;"
        " sh:class <urn:Known> ] .",
        encoding="utf-8",
    )
    assert verdicts(files["good"], "--shapes", str(tmp_path / "shapes"))[0]["violations"] == 1
    (tmp_path / "vocabularies").mkdir()
    text = "<http://www.iana.org/assignments/relation/related> a <urn:Known> ."
    (tmp_path / "vocabularies" / "roles.ttl").write_text(text, encoding="utf-8")
    assert verdicts(files["good"], "--shapes", str(tmp_path / "shapes"))[0]["violations"] == 0


NO_SHAPE = "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:s> a sh:PropertyShape ; sh:targetClass <urn:T> ."


@pytest.mark.parametrize(("name", "text"), [("empty", None), ("broken", "no Turtle"), ("malformed", NO_SHAPE)])
def test_shapes_that_cannot_be_used_are_told(
    files: dict[str, str], tmp_path: Path, name: str, text: str | None
) -> None:
    """As something that cannot be read, without a trace."""
    if text is not None:
        (tmp_path / "one.ttl").write_text(text, encoding="utf-8")
    result = run(files["good"], "--shapes", str(tmp_path))
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)


def test_what_is_larger_than_allowed_is_refused(files: dict[str, str]) -> None:
    """With what would take it; by default a catalogue of a large city is read."""
    large, good = verdicts(files["good"], "--max-triples", "10"), verdicts(files["good"])
    assert "--max-triples" in large[0]["error"]
    assert not large[0]["valid"]
    assert good[0]["valid"]


def test_nothing_to_check_is_an_error_of_use() -> None:
    """A file or an address, or --all."""
    assert "--all" in run().output
    assert run().exit_code == 2


def test_the_official_shapes_give_the_validators_verdict(files: dict[str, str], shared: Path) -> None:
    """On files of ours and on the flawed examples of the standard: as many violations and warnings."""
    folder = shared / "dcat-ap-de" / "official"
    examples = [folder / "examples" / name for name in ("DatasetSeries.ttl", "Dataset-und-Distribution.ttl")]
    found = verdicts(files["good"], files["bad"], *map(str, examples), "--shapes", str(folder / "shapes"))
    assert [one["violations"] for one in found] == [0, 1, 5, 3]
    assert [one["warnings"] for one in found] == [0, 0, 0, 7]


class Handler(BaseHTTPRequestHandler):
    """Serves files under their names, with the media type that the address asks for."""

    def __init__(self, files: dict[str, str], *arguments: Any) -> None:
        self.files = files
        super().__init__(*arguments)

    def do_GET(self) -> None:
        name, _, kind = self.path[1:].partition("?")
        if name not in self.files:
            self.send_error(404)
            return
        body = Path(self.files[name]).read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Not into the output of the tests."""


@pytest.fixture(scope="module")
def host(files: dict[str, str]) -> Iterator[str]:
    """A server of the files."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, files))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()


def test_an_address_is_read_by_its_media_type(host: str) -> None:
    """Through the one client."""
    addresses = [f"http://{host}/{name}?text/turtle; charset=utf-8" for name in ("good", "bad")]
    good, bad = verdicts(*addresses, "--allow-host", host)
    assert (good["file"], good["valid"], good["findings"]) == (addresses[0], True, [])
    assert bad["violations"] == 1


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("nowhere?text/turtle", "404"),
        ("good?text/html", "text/html"),
        ("broken?text/turtle", "no turtle"),
        ("good?application/ld+json", "no JSON"),
    ],
)
def test_an_address_that_cannot_be_read_is_told(host: str, path: str, reason: str) -> None:
    """And the others are still checked."""
    answer = verdicts(f"http://{host}/{path}", f"http://{host}/good?text/turtle", "--allow-host", host)
    assert reason in answer[0]["error"]
    assert answer[1]["valid"]


def test_a_private_address_is_not_asked(host: str) -> None:
    """Unless it is allowed by name."""
    (verdict,) = verdicts(f"http://{host}/good?text/turtle")
    assert "private" in verdict["error"] or "public" in verdict["error"]


def test_it_is_a_program_of_its_own() -> None:
    """For those without CKAN."""
    (program,) = entry_points(group="console_scripts", name="smartcity-validate")
    assert program.load() is validate


def test_the_program_loads_no_ckan() -> None:
    """Neither its framework nor its database."""
    code = (
        "import sys, ckanext.dresdensmartcity.quality.commands; "
        "sys.exit(','.join(name for name in ('ckan', 'flask', 'sqlalchemy') if name in sys.modules) or 0)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert (result.returncode, result.stderr) == (0, "")
