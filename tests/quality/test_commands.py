"""`validate` on the command line: its answers and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ckanext.dresdensmartcity.quality.commands import validate
from click.testing import CliRunner, Result
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS

DATASET = URIRef("https://portal.example.org/dataset/air-2026")


@pytest.fixture
def files(tmp_path: Path, faultless: Graph) -> dict[str, str]:
    """A good file, one with a violation, one with a warning, and one that is no RDF."""
    found = {}
    changes: dict[str, Any] = {"good": None, "bad": DCTERMS.title, "poor": DCTERMS.spatial}
    for name, gone in changes.items():
        graph = Graph()
        graph += faultless
        if gone is not None:
            graph.remove((DATASET, gone, None))
        found[name] = str(tmp_path / f"{name}.ttl")
        graph.serialize(found[name], format="turtle")
    found["broken"] = str(tmp_path / "broken.ttl")
    Path(found["broken"]).write_text("no Turtle", encoding="utf-8")
    return found


def run(*arguments: str) -> Result:
    return CliRunner().invoke(validate, arguments)


@pytest.mark.parametrize(
    ("names", "code"),
    [(["good"], 0), (["poor"], 0), (["bad"], 1), (["good", "bad"], 1), (["broken"], 2), (["bad", "broken", "good"], 2)],
)
def test_the_exit_code_tells_the_verdict(files: dict[str, str], names: list[str], code: int) -> None:
    """0 valid, 1 a violation, 2 cannot be read; a warning makes nothing invalid."""
    assert run(*(files[name] for name in names)).exit_code == code


def test_the_text_says_where_and_what_to_do(files: dict[str, str]) -> None:
    """Dataset, field, and a message in German."""
    text = run(files["bad"]).output
    assert "1 violations, 0 warnings" in text
    assert str(DATASET) in text
    assert " title: Ein Titel fehlt" in text
    assert "A title is missing" in run(files["bad"], "--language", "en").output


def test_the_json_has_one_entry_for_each_file(files: dict[str, str]) -> None:
    """With counts and findings; what cannot be read says why."""
    good, bad, broken = json.loads(run(files["good"], files["bad"], files["broken"], "--format", "json").output)
    assert good == {"file": files["good"], "valid": True, "violations": 0, "warnings": 0, "findings": []}
    assert (bad["valid"], bad["violations"], bad["warnings"]) == (False, 1, 0)
    (finding,) = bad["findings"]
    assert set(finding) == {"severity", "focus", "field", "path", "value", "message", "shape"}
    assert (finding["severity"], finding["focus"], finding["field"]) == ("violation", str(DATASET), "title")
    assert finding["path"] == str(DCTERMS.title)
    assert broken["valid"] is False
    assert "turtle" in broken["error"]


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
    (verdict,) = json.loads(run(files["good"], "--shapes", str(folder), "--format", "json").output)
    assert verdict["violations"] == 2
    assert {(one["shape"], one["field"]) for one in verdict["findings"]} == {("urn:shape", "theme")}


@pytest.mark.parametrize("name", ["empty", "broken"])
def test_shapes_that_cannot_be_used_are_told(files: dict[str, str], tmp_path: Path, name: str) -> None:
    """As something that cannot be read."""
    folder = tmp_path / name
    folder.mkdir()
    if name == "broken":
        (folder / "one.ttl").write_text("no Turtle", encoding="utf-8")
    assert run(files["good"], "--shapes", str(folder)).exit_code == 2


def test_nothing_to_check_is_an_error_of_use() -> None:
    """A file, or --all."""
    assert "--all" in run().output


def test_the_official_shapes_give_the_validators_verdict(files: dict[str, str], shared: Path) -> None:
    """On files of ours and on the flawed examples of the standard: as many violations and warnings."""
    folder = shared / "dcat-ap-de" / "official"
    examples = [folder / "examples" / name for name in ("DatasetSeries.ttl", "Dataset-und-Distribution.ttl")]
    paths = [files["good"], files["bad"], *map(str, examples)]
    verdicts = json.loads(run(*paths, "--shapes", str(folder / "shapes"), "--format", "json").output)
    assert [one["violations"] for one in verdicts] == [0, 1, 5, 3]
    assert [one["warnings"] for one in verdicts] == [0, 0, 0, 7]
