"""The controlled lists hold facts in two languages, and nothing that their owners do not know."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ckanext.dresdensmartcity.city.vocabularies import (
    read_topics,
    read_vocabulary,
    schemas_folder,
    topics,
    topics_by_id,
    vocabulary,
)
from ckanext.dresdensmartcity.city.yamlfile import CityFileError
from rdflib import RDF, SKOS, Graph

# Lists of others, and the file of their facts.
OF_OTHERS = {
    "access-rights": "eu-access-right",
    "availability": "eu-planned-availability",
    "contributors": "de-contributors",
    "dataset-types": "eu-dataset-type",
    "distribution-status": "eu-distribution-status",
    "file-types": "eu-file-type",
    "frequencies": "eu-frequency",
    "geocoding-levels": "de-politicalGeocodingLevel",
    "languages": "eu-language",
    "licenses": "de-licenses",
    "publisher-types": "adms-publishertype",
    "themes": "eu-data-theme",
}
LISTS = sorted(path.stem for path in (schemas_folder() / "vocabularies").glob("*.yaml") if path.stem != "topics")


@pytest.mark.parametrize("name", LISTS)
def test_every_list_can_be_read(name: str) -> None:
    """Title, version, source, and a label in both languages for every value."""
    terms = vocabulary(name)
    assert terms.title.de
    assert terms.title.en
    assert terms.version
    assert terms.source
    assert all(term.label.de and term.label.en for term in terms.terms)


@pytest.mark.parametrize("name", OF_OTHERS)
def test_lists_of_others_hold_only_what_they_hold(name: str, shared: Path) -> None:
    """An IRI of our own making would be a violation in every dataset that has it."""
    graph = Graph().parse(shared / f"dcat-ap-de/vocabularies/{OF_OTHERS[name]}.ttl")
    known = {str(concept) for concept in graph.subjects(RDF.type, SKOS.Concept)}
    assert set(vocabulary(name).iris) <= known
    assert {str(scheme) for scheme in graph.objects(None, SKOS.inScheme)} == {vocabulary(name).scheme}


@pytest.mark.parametrize("name", ["licenses", "contributors"])
def test_lists_that_are_checked_in_city_files_are_whole(name: str, shared: Path) -> None:
    """A licence or contributor that exists must not be refused."""
    graph = Graph().parse(shared / f"dcat-ap-de/vocabularies/{OF_OTHERS[name]}.ttl")
    assert {str(concept) for concept in graph.subjects(RDF.type, SKOS.Concept)} == set(vocabulary(name).iris)


def test_a_term_is_found_by_its_id_in_any_case() -> None:
    """CKAN writes GeoJSON, the list GEOJSON."""
    found = vocabulary("file-types").by_id("GeoJSON")
    assert found is not None
    assert found.iri == "http://publications.europa.eu/resource/authority/file-type/GEOJSON"


def test_a_wrong_list_is_told_with_its_line(tmp_path: Path) -> None:
    """The same form of error as for a city."""
    path = tmp_path / "sizes.yaml"
    path.write_text(
        'title: {de: Größen, en: Sizes}\nversion: "1"\nsource: us\nterms:\n'
        "  - {id: s, de: klein, en: small}\n  - {id: s, de: groß}\n",
        encoding="utf-8",
    )
    with pytest.raises(CityFileError) as caught:
        read_vocabulary(path)
    assert [(one.line, one.place) for one in caught.value.mistakes] == [(6, "terms[2].en"), (6, "terms[2]")]


def test_topics_stand_under_the_ten_fields() -> None:
    """Ten roots; every other topic leads up to one of them."""
    known = topics_by_id()
    roots = [topic.id for topic in topics() if not topic.broader]
    assert len(roots) == 10
    for topic in topics():
        path = [topic.id]
        while known[path[-1]].broader:
            path.append(known[path[-1]].broader)
            assert len(path) < 6, path
        assert path[-1] in roots


def test_no_name_stands_for_two_topics() -> None:
    """Otherwise an offer would be matched by chance."""
    names: dict[str, str] = {}
    for topic in topics():
        for name in topic.names:
            assert names.setdefault(name.casefold(), topic.id) == topic.id, name


def test_every_topic_below_the_ten_has_synonyms_in_both_languages() -> None:
    """Matching lives on them."""
    assert [topic.id for topic in topics() if topic.broader and not (topic.alt_de and topic.alt_en)] == []


def test_topics_cover_what_the_papers_name(shared: Path) -> None:
    """Everything that is offered or sought has a topic of that name."""
    mission = yaml.safe_load((shared / "mission/smart-city-dresden.yaml").read_text(encoding="utf-8"))
    wanted = {name for actor in mission["actors"] for name in actor.get("offers", ())}
    wanted |= {name for project in mission["projects"] for name in project.get("seeks", ())}
    names = {name.casefold() for topic in topics() for name in topic.names}
    assert {name for name in wanted if name.casefold() not in names} == set()


def test_a_topic_under_one_that_is_not_there_is_told(tmp_path: Path) -> None:
    """With the line of the reference."""
    path = tmp_path / "topics.yaml"
    path.write_text(
        'title: {de: Themen, en: Topics}\nversion: "1"\nsource: us\ntopics:\n'
        "  - {id: air, de: Luft, en: Air, broader: sky}\n",
        encoding="utf-8",
    )
    with pytest.raises(CityFileError, match=r"5: topics\[1\]\.broader: found sky; allowed: the id of a topic"):
        read_topics(path)
