"""GovData's additional checks."""

from __future__ import annotations

import pytest
from ckanext.dresdensmartcity.quality.compiled.data import Data
from ckanext.dresdensmartcity.quality.govdata import Checked, checks
from ckanext.dresdensmartcity.quality.method import govdata
from rdflib import Graph

DATASET = "https://portal.example.org/dataset/trees"
FILE = f"{DATASET}/resource/csv"
SECOND = f"{DATASET}/resource/pdf"
LICENSES = "http://dcat-ap.de/def/licenses"

GOOD = f"""
@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcatde: <http://dcat-ap.de/def/dcatde/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
<{DATASET}> a dcat:Dataset ;
    dcat:keyword "Baum"@de ; dcterms:description "Alle Bäume." ;
    dcatde:contributorID <http://dcat-ap.de/def/contributors/freistaatSachsen> ;
    dcterms:publisher <https://city.example.org/> ; dcat:distribution <{FILE}> .
<https://city.example.org/> foaf:name "Stadt" .
<{FILE}> dcterms:license <{LICENSES}/dl-zero-de/2.0> ;
    adms:status <http://publications.europa.eu/resource/authority/distribution-status/COMPLETED> .
"""


def failed(turtle: str) -> list[Checked]:
    return [
        one for one in checks(Data.of_graph(Graph().parse(data=turtle, format="turtle")), DATASET) if not one.passed
    ]


def test_a_good_dataset_passes_every_check_once() -> None:
    """The outcome holds each check of the list in its order."""
    found = checks(Data.of_graph(Graph().parse(data=GOOD, format="turtle")), DATASET)
    assert [one.check for one in found] == [one.id for one in govdata().checks]
    assert all(one.passed for one in found)


@pytest.mark.parametrize(
    ("before", "after", "check"),
    [
        ('dcat:keyword "Baum"@de', "dcat:keyword <https://word.example.org/>", "keyword"),
        ("contributors/freistaatSachsen", "contributors/nobody", "contributor"),
        ("dcatde:contributorID <http://dcat-ap.de/def/contributors/freistaatSachsen> ;", "", "contributor"),
        ('<https://city.example.org/> foaf:name "Stadt" .', "", "publisher"),
        ('foaf:name "Stadt"', 'foaf:name " "', "publisher"),
        ("<https://city.example.org/> ;", "<https://city.example.org/>, <https://b.example.org/> ;", "publisher"),
        (f"<{LICENSES}/dl-zero-de/2.0>", f"<{LICENSES}/dl-zero-de/2.0>, <{LICENSES}/cc-zero>", "license"),
        (f"{LICENSES}/dl-zero-de/2.0", f"{LICENSES}/other-closed", "license_open"),
        (f"{LICENSES}/dl-zero-de/2.0", f"{LICENSES}/dl-by-de/2.0", "attribution"),
        ("distribution-status/COMPLETED", "distribution-status/DEVELOP", "status"),
        ("Alle Bäume.", "Alle <b>Bäume</b> <script>alert(1)</script>", "description"),
    ],
)
def test_each_fault_fails_its_check(before: str, after: str, check: str) -> None:
    """One fault, one check."""
    assert before in GOOD
    assert [one.check for one in failed(GOOD.replace(before, after))] == [check]


def test_a_licence_of_no_list_is_neither_listed_nor_open() -> None:
    """It is named as it stands in the data, with the file."""
    found = failed(GOOD.replace(f"{LICENSES}/dl-zero-de/2.0", "https://license.example.org/"))
    assert [(one.check, one.found, one.file) for one in found] == [
        ("license_listed", "https://license.example.org/", FILE),
        ("license_open", "https://license.example.org/", FILE),
    ]


def test_the_first_file_that_fails_is_named() -> None:
    """A good file does not hide a bad one."""
    found = failed(GOOD + f"<{DATASET}> dcat:distribution <{SECOND}> .")
    assert {one.check for one in found} == {"license", "license_listed", "license_open"}
    assert {one.file for one in found} == {SECOND}


def test_another_network_s_contributor_id_may_stand_beside_the_listed_one() -> None:
    """Exactly one of GovData's list; others may follow (convention 13)."""
    own = "<http://dcat-ap.de/def/contributors/freistaatSachsen>"
    assert failed(GOOD.replace(own, f"{own}, <https://other.example.org/id>")) == []
    two = f"{own}, <http://dcat-ap.de/def/contributors/landBrandenburg>"
    assert [one.check for one in failed(GOOD.replace(own, two))] == ["contributor"]
