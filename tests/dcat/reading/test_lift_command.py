"""`ckan dresdensmartcity lift`."""

from __future__ import annotations

from pathlib import Path

from ckanext.dresdensmartcity.dcat import parsing
from ckanext.dresdensmartcity.dcat.namespaces import DCATDE
from ckanext.dresdensmartcity.dcat.reading.commands import lift
from click.testing import CliRunner

DOCUMENT = Path(__file__).parent / "documents" / "version-1.ttl"


def test_a_file_is_lifted_and_the_report_shown(tmp_path: Path) -> None:
    """The new file holds what was changed, and as it was what was not understood."""
    target = tmp_path / "lifted.rdf"
    result = CliRunner().invoke(lift, [str(DOCUMENT), "--to", str(target)])
    assert result.exit_code == 0, result.output
    assert "? https://alt.example.org/dataset/1 <http://dcat-ap.de/def/dcatde/legalBasis>" in result.output
    assert "-> http://dcat-ap.de/def/licenses/dl-by-de/2.0" in result.output
    graph = parsing.read_file(target)
    assert (None, DCATDE.contributorID, None) in graph
    assert [str(one) for one in graph.objects(None, DCATDE.legalBasis)] == ["Umweltinformationsgesetz"]


def test_what_cannot_be_read_or_written_is_said(tmp_path: Path) -> None:
    """A missing file, and an ending that is none."""
    assert CliRunner().invoke(lift, [str(tmp_path / "none.ttl")]).exit_code == 2
    result = CliRunner().invoke(lift, [str(DOCUMENT), "--to", "lifted.doc"])
    assert "--to takes" in result.output
