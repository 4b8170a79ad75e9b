"""Lists are brought up to what their owners publish, and lose nothing in silence."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ckan.tests import factories
from ckanext.dresdensmartcity.city import vocabulary_commands
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.city.model import Label
from ckanext.dresdensmartcity.city.vocabularies import Term, Vocabulary, read_vocabulary
from ckanext.dresdensmartcity.city.vocabulary_commands import vocabularies
from ckanext.dresdensmartcity.city.vocabulary_update import (
    VocabularySourceError,
    as_yaml,
    named_in,
    read_source,
    update,
)
from click.testing import CliRunner
from rdflib import Graph

BASE = "http://publications.europa.eu/resource/authority/frequency/"
SCHEME = BASE.rstrip("/")
THEME = "http://publications.europa.eu/resource/authority/data-theme/ENVI"
TODAY = date(2026, 11, 22)
NAMES = ("DAILY", "WEEKLY", "MONTHLY", "ANNUAL", "NEVER")
FILE = """# From often to seldom.
title: {de: "Aktualisierung", en: "Update frequency"}
scheme: http://publications.europa.eu/resource/authority/frequency
base: http://publications.europa.eu/resource/authority/frequency/
version: "2022"
source: "EU Vocabularies"
without: ["OP_DATPRO"]
terms:
""" + "".join(f'  - {{id: "{name}", de: "{name.lower()}", en: "{name.title()}"}}\n' for name in NAMES)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "frequencies.yaml"
    found.write_text(FILE, encoding="utf-8")
    return found


@pytest.fixture
def old(path: Path) -> Vocabulary:
    return read_vocabulary(path)


def skos(*names: str, extra: str = "") -> Graph:
    """A list as its owner publishes it."""
    concepts = "".join(
        f'<{BASE}{name}> skos:inScheme <{SCHEME}> ; skos:prefLabel "{name.lower()}"@de, "{name.title()}"@en .\n'
        for name in names
    )
    prefix = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
    return Graph().parse(data=prefix + concepts + extra, format="turtle")


def unused(term: Term) -> str:
    return ""


def changed(old: Vocabulary, graph: Graph, **options: Any) -> dict[str, list[str]]:
    """What an update does: kind -> ids."""
    found: dict[str, list[str]] = {}
    for one in update(old, read_source(graph, old), TODAY, options.pop("used", unused), **options).changes:
        found.setdefault(one.kind, []).append(one.id)
    return found


def test_an_equal_list_stays_as_it_is(old: Vocabulary) -> None:
    """But for the day on which it was looked at."""
    found = update(old, read_source(skos(*NAMES), old), TODAY, unused)
    assert found.changes == ()
    assert (found.vocabulary.version, found.vocabulary.date) == ("2022", "2026-11-22")


def test_new_terms_follow_and_those_that_are_gone_go(old: Vocabulary) -> None:
    """In the order that the list has."""
    found = update(old, read_source(skos(*NAMES[1:], "HOURLY"), old), TODAY, unused)
    assert [term.id for term in found.vocabulary.terms] == [*NAMES[1:], "HOURLY"]
    assert {one.kind: one.id for one in found.changes} == {"removed": "DAILY", "added": "HOURLY"}
    assert found.vocabulary.version == "2026-11-22"


def test_a_term_that_is_used_stays_and_is_named(old: Vocabulary) -> None:
    found = update(old, read_source(skos(*NAMES[1:]), old), TODAY, lambda term: "used by 3 entries")
    (change,) = found.changes
    assert (change.kind, change.id, change.why) == ("kept", "DAILY", "used by 3 entries")
    assert len(found.vocabulary.terms) == len(NAMES)


def test_what_is_left_out_on_purpose_stays_out(old: Vocabulary) -> None:
    """OP_DATPRO says nothing to a reader."""
    assert changed(old, skos(*NAMES, "OP_DATPRO")) == {}


def test_a_choice_of_a_longer_list_does_not_grow(path: Path) -> None:
    path.write_text(FILE.replace("terms:", "selection: true\nterms:"), encoding="utf-8")
    assert changed(read_vocabulary(path), skos(*NAMES, "HOURLY")) == {}


@pytest.mark.parametrize(
    "mark",
    [
        f"<{BASE}HOURLY> owl:deprecated true .",
        f"<{BASE}HOURLY> <http://publications.europa.eu/ontology/euvoc#status> "
        "<http://publications.europa.eu/resource/authority/concept-status/DEPRECATED> .",
    ],
)
def test_a_withdrawn_term_is_none(old: Vocabulary, mark: str) -> None:
    """However its owner says so."""
    assert changed(old, skos(*NAMES, "HOURLY", extra=mark)) == {}


def test_labels_are_taken_over_where_that_is_asked_for(old: Vocabulary) -> None:
    """In both languages; one that the source lacks stays."""
    graph = skos(*NAMES[1:], extra=f'<{BASE}DAILY> skos:inScheme <{SCHEME}> ; skos:prefLabel "jeden Tag"@de .')
    assert changed(old, graph) == {"differs": ["DAILY"]}
    found = update(old, read_source(graph, old), TODAY, unused, labels=True)
    assert found.vocabulary.terms[0].label == Label("jeden Tag", "Daily")


def test_a_broken_source_takes_nothing_away(old: Vocabulary) -> None:
    """More than a quarter goes by force only."""
    with pytest.raises(VocabularySourceError, match="4 of 5 terms"):
        changed(old, skos("DAILY"))
    assert len(changed(old, skos("DAILY"), force=True)["removed"]) == 4


def test_a_source_of_another_list_is_refused(old: Vocabulary) -> None:
    with pytest.raises(VocabularySourceError, match="no concept of the scheme"):
        read_source(Graph(), old)


def test_the_version_is_that_of_the_scheme(old: Vocabulary) -> None:
    graph = skos(*NAMES, extra=f'<{SCHEME}> owl:versionInfo "20260318-0" .')
    assert read_source(graph, old).version == "20260318-0"


def test_a_written_list_is_read_as_it_was_meant(old: Vocabulary, path: Path) -> None:
    """Comments stay, and signs that YAML knows are kept."""
    label = Label('Täglich: "immer" \\ #1', "Daily")
    new = update(old, read_source(skos(*NAMES), old), TODAY, unused).vocabulary
    terms = (Term(old.base + "DAILY", "DAILY", label), *new.terms[1:])
    vocabulary = Vocabulary(**{**vars(new), "terms": terms, "version": "3\\1"})
    path.write_text(as_yaml(FILE, vocabulary), encoding="utf-8")
    assert path.read_text(encoding="utf-8").startswith("# From often to seldom.\ntitle:")
    assert read_vocabulary(path) == vocabulary
    assert as_yaml(path.read_text(encoding="utf-8"), vocabulary) == path.read_text(encoding="utf-8")


def test_a_term_in_the_city_file_is_found_at_its_line(old: Vocabulary) -> None:
    """And not where a longer IRI begins alike."""
    term = Term(f"{BASE}ANNUAL", "ANNUAL", Label("", ""))
    text = f"a: {BASE}ANNUAL_2\nb: {BASE}ANNUAL\n"
    assert named_in(term, [("city.yaml", text)]) == "city.yaml:2"


@pytest.mark.ckan
@pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")
class TestCommand:
    @pytest.fixture(autouse=True)
    def folder(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """The command works on this one list."""
        monkeypatch.setattr(vocabulary_commands, "_folder", lambda: path.parent)
        return path.parent

    @pytest.fixture
    def source(self, tmp_path_factory: pytest.TempPathFactory) -> Path:
        """A newer list without DAILY and with HOURLY."""
        found = tmp_path_factory.mktemp("source") / "frequency.ttl"
        skos(*NAMES[1:], "HOURLY").serialize(found, format="turtle")
        return found

    def run(self, *arguments: str) -> Any:
        return CliRunner().invoke(vocabularies, arguments)

    def test_lists_are_shown_with_version_and_source(self) -> None:
        shown = self.run("list").output
        assert "frequencies: Update frequency, 5 terms, version 2022" in shown
        assert "EU Vocabularies" in shown

    def test_a_dry_run_writes_nothing(self, source: Path, path: Path) -> None:
        found = self.run("update", "--from", str(source), "--dry-run")
        assert found.exit_code == 0, found.output
        assert "removed: DAILY" in found.output
        assert "added: HOURLY" in found.output
        assert path.read_text(encoding="utf-8") == FILE

    def test_an_update_writes_the_list(self, source: Path, path: Path) -> None:
        """From a folder, as from a file."""
        assert self.run("update", "frequencies", "--from", str(source.parent)).exit_code == 0
        assert [term.id for term in read_vocabulary(path).terms] == [*NAMES[1:], "HOURLY"]

    def test_a_term_that_a_dataset_uses_is_kept_and_said(self, source: Path, path: Path) -> None:
        factories.Organization(name=city().id)
        factories.Dataset(
            theme=["http://publications.europa.eu/resource/authority/data-theme/ENVI"], frequency=BASE + "DAILY"
        )
        shown = self.run("update", "--from", str(source)).output
        assert "kept, though gone at its owner: DAILY" in shown
        assert "used by 1 entry" in shown
        assert "DAILY" in {term.id for term in read_vocabulary(path).terms}

    def test_a_list_that_is_none_is_named(self) -> None:
        found = self.run("update", "colours")
        assert found.exit_code == 1
        assert "There is no list colours; there are frequencies" in found.output

    def test_a_file_that_is_no_rdf_is_named(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        broken = tmp_path_factory.mktemp("broken") / "x.ttl"
        broken.write_text("<", encoding="utf-8")
        found = self.run("update", "--from", str(broken))
        assert found.exit_code == 1
        assert "x.ttl" in found.output

    def test_a_source_that_cannot_be_reached_fails_and_changes_nothing(self, path: Path) -> None:
        """Through the one client, which refuses addresses of this machine."""
        path.write_text(FILE.replace("terms:", "url: http://127.0.0.1:9/list\nterms:"), encoding="utf-8")
        before = path.read_text(encoding="utf-8")
        assert self.run("update").exit_code == 1
        assert path.read_text(encoding="utf-8") == before
