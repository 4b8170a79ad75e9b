"""The MQA score."""

from __future__ import annotations

import pytest
from ckanext.dresdensmartcity.quality.compiled.data import Data
from ckanext.dresdensmartcity.quality.method import method
from ckanext.dresdensmartcity.quality.mqa import Score, addresses, gains, score
from rdflib import Graph

DATASET = "https://portal.example.org/dataset/trees"
FILE = f"{DATASET}/resource/csv"
OTHER = f"{DATASET}/resource/pdf"
ADDRESS = "https://data.example.org/trees.csv"

PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix eu: <http://publications.europa.eu/resource/authority/> .
"""

WHOLE = f"""
<{DATASET}> a dcat:Dataset ;
    dcat:keyword "Baum"@de ; dcat:theme <http://publications.europa.eu/resource/authority/data-theme/ENVI> ;
    dcterms:spatial <https://place.example.org/> ; dcterms:temporal <{DATASET}#time> ;
    dcterms:accessRights <http://publications.europa.eu/resource/authority/access-right/PUBLIC> ;
    dcat:contactPoint <{DATASET}#contact> ; dcterms:publisher <https://city.example.org/> ;
    dcterms:issued "2026"^^xsd:gYear ; dcterms:modified "2026"^^xsd:gYear ;
    dcat:distribution <{FILE}> .
<{FILE}> a dcat:Distribution ;
    dcat:accessURL <{ADDRESS}> ; dcat:downloadURL <{ADDRESS}> ;
    dcterms:format <http://publications.europa.eu/resource/authority/file-type/CSV> ;
    dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv> ;
    dcterms:license <http://dcat-ap.de/def/licenses/dl-by-de/2.0> ; dcterms:rights <{FILE}#rights> ;
    dcat:byteSize "1"^^xsd:nonNegativeInteger .
"""


def graph(turtle: str = WHOLE) -> Graph:
    return Graph().parse(data=PREFIXES + turtle, format="turtle")


def without(*lines: str) -> Graph:
    """The whole dataset without some of its statements, each given by a part of its Turtle up to ` ;`."""
    turtle = WHOLE
    for line in lines:
        start = turtle.index(line)
        end = turtle.index(";", start) + 1 if ";" in turtle[start:] else turtle.index(" .", start)
        turtle = turtle[:start] + turtle[end:]
    return graph(turtle)


def scored(data: Graph, valid: bool = True, reached: bool | None = True) -> Score:
    return score(Data.of_graph(data), DATASET, valid, {} if reached is None else {ADDRESS: reached})


def unmet(found: Score) -> dict[str, int]:
    return {one.metric: one.most - one.points for one in found.results if not one.met}


def test_the_points_of_the_metrics_add_up_to_those_of_their_dimensions() -> None:
    """100, 100, 110, 75 and 20, together 405."""
    by = method()
    assert {one.id: one.points for one in by.dimensions} == {
        "findability": 100,
        "accessibility": 100,
        "interoperability": 110,
        "reusability": 75,
        "contextuality": 20,
    }
    for dimension in by.dimensions:
        assert sum(one.points for one in by.metrics if one.dimension == dimension.id) == dimension.points
    assert by.most == 405


@pytest.mark.parametrize(
    ("points", "rating"),
    [
        (405, "excellent"),
        (351, "excellent"),
        (350, "good"),
        (221, "good"),
        (220, "sufficient"),
        (121, "sufficient"),
        (120, "bad"),
        (0, "bad"),
    ],
)
def test_ratings_begin_where_the_method_says(points: int, rating: str) -> None:
    """351, 221 and 121 points."""
    assert method().rating(points).id == rating


def test_a_dataset_that_lacks_nothing_has_all_points() -> None:
    """405 points, and nothing would raise it."""
    found = scored(graph())
    assert (found.points, found.rating, found.file) == (405, "excellent", FILE)
    assert found.dimensions == {one.id: one.points for one in method().dimensions}
    assert gains(found) == []


@pytest.mark.parametrize(
    ("missing", "points"),
    [
        ("dcat:keyword", {"keywords": 30}),
        ("dcat:theme", {"themes": 30}),
        ("dcterms:spatial", {"spatial": 20}),
        ("dcterms:temporal", {"temporal": 20}),
        ("dcterms:accessRights", {"access_rights": 10, "access_rights_listed": 5}),
        ("dcat:contactPoint", {"contact": 20}),
        ("dcterms:publisher", {"publisher": 10}),
        ("dcterms:issued", {"issued": 5}),
        ("dcterms:modified", {"modified": 5}),
        ("dcat:accessURL", {"access_reached": 50}),
        ("dcat:downloadURL", {"download_given": 20, "download_reached": 30}),
        ("dcterms:format", {"format": 20, "format_listed": 10, "non_proprietary": 20, "machine_readable": 20}),
        ("dcat:mediaType", {"media_type": 10, "format_listed": 10}),
        ("dcterms:license", {"license": 20, "license_listed": 10}),
        ("dcterms:rights", {"rights": 5}),
    ],
)
def test_what_is_missing_costs_the_points_of_its_metrics(missing: str, points: dict[str, int]) -> None:
    """Each property takes the points that the method gives for it, and no others."""
    found = scored(without(missing))
    assert unmet(found) == points
    assert found.points == 405 - sum(points.values())


def test_a_violation_costs_thirty_points() -> None:
    """Conformity with DCAT-AP is a metric of its own."""
    assert unmet(scored(graph(), valid=False)) == {"valid": 30}


def test_an_address_that_nobody_has_looked_up_gives_no_points_and_is_said_to_be_unknown() -> None:
    """Not checked is not the same as broken, but it is not counted as reached either."""
    unknown = scored(graph(), reached=None)
    broken = scored(graph(), reached=False)
    assert unmet(unknown) == unmet(broken) == {"access_reached": 50, "download_reached": 30}
    assert [one.metric for one in unknown.results if not one.known] == ["access_reached", "download_reached"]
    assert all(one.known for one in broken.results)


def test_values_outside_the_lists_count_as_given_but_not_as_listed() -> None:
    """A format as text, a licence of nobody's list and access rights as text."""
    turtle = WHOLE.replace("<http://publications.europa.eu/resource/authority/file-type/CSV>", '"CSV"')
    turtle = turtle.replace("http://dcat-ap.de/def/licenses/dl-by-de/2.0", "http://dcat-ap.de/def/licenses/other-open")
    turtle = turtle.replace("<http://publications.europa.eu/resource/authority/access-right/PUBLIC>", '"public"')
    assert unmet(scored(graph(turtle))) == {
        "format_listed": 10,
        "non_proprietary": 20,
        "machine_readable": 20,
        "license_listed": 10,
        "access_rights_listed": 5,
    }


def test_only_the_file_with_most_points_counts() -> None:
    """A poor second file takes nothing away, and its own merits are not added."""
    second = f"<{DATASET}> dcat:distribution <{OTHER}> . <{OTHER}> a dcat:Distribution ; dcterms:title 'PDF' ."
    assert scored(graph(WHOLE + second)).points == 405
    poor = without("dcterms:rights")
    poor.parse(data=PREFIXES + second + f"<{OTHER}> dcterms:rights <{OTHER}#rights> .", format="turtle")
    found = scored(poor)
    assert found.file == FILE
    assert unmet(found) == {"rights": 5}


def test_a_date_at_the_file_counts_as_one_at_the_dataset() -> None:
    """The method takes the date of the file first, then that of the dataset."""
    data = without("dcterms:issued")
    data.parse(data=PREFIXES + f'<{FILE}> dcterms:issued "2026"^^xsd:gYear .', format="turtle")
    assert scored(data).points == 405


def test_one_address_of_several_that_answers_is_enough() -> None:
    """The best status of a file's addresses is taken."""
    data = graph(WHOLE + f"<{FILE}> dcat:accessURL <https://broken.example.org/> .")
    found = score(Data.of_graph(data), DATASET, True, {ADDRESS: True, "https://broken.example.org/": False})
    assert found.points == 405


def test_what_would_raise_the_score_comes_with_its_points_and_field() -> None:
    """The most points first, at the field of the form, with the file that it is about."""
    found = gains(scored(without("dcat:keyword", "dcterms:rights"), valid=False, reached=False))
    assert [(one.metric, one.points, one.field, one.file) for one in found] == [
        ("access_reached", 50, "url", FILE),
        ("keywords", 30, "tag_string", ""),
        ("download_reached", 30, "download_url", FILE),
        ("valid", 30, "", ""),
        ("rights", 5, "rights", FILE),
    ]


def test_a_dataset_without_files_is_told_to_add_one() -> None:
    """One entry stands for all that a file could bring."""
    data = graph(WHOLE.split(";\n    dcat:distribution")[0] + " .")
    found = scored(data)
    assert found.file == ""
    first = gains(found)[0]
    assert (first.metric, first.field, first.points) == ("", "resources", 405 - found.points)


def test_the_addresses_to_look_up_are_those_of_the_files() -> None:
    """Access and download addresses, each once."""
    assert addresses(Data.of_graph(graph()), DATASET) == {ADDRESS}
