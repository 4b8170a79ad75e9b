"""Our own shapes: each finds the fault that it is there for, all that the official ones find, and what those miss."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from ckanext.dresdensmartcity.dcat.namespaces import DCTERMS, RDF
from ckanext.dresdensmartcity.quality.concepts import Concepts, read_concepts
from ckanext.dresdensmartcity.quality.engine import check
from ckanext.dresdensmartcity.quality.findings import Finding
from ckanext.dresdensmartcity.quality.shacl import DSC, SH, Shapes, load_shapes, own_shapes
from faults import DOUBLED, MISSING, PORTAL, SUBJECTS, Fault, Special, complete, faults, specials
from rdflib import BNode, Graph, Literal

GRAVITY = {"violation": 2, "warning": 1, "info": 0}

# What README of the official set says that it does not tell (3 and 4), and what else it lets pass: the class, the
# property and the fault, and how grave it is here.
GAPS = [
    ("dcat:Dataset dcat:theme missing", "warning"),
    ("dcat:Dataset dcat:keyword missing", "warning"),
    ("dcat:Dataset dcat:contactPoint missing", "warning"),
    ("dcat:Dataset dcatde:contributorID missing", "info"),
    ("dcat:Dataset dcterms:issued a text that is none", "violation"),
    ("dcat:Distribution dcterms:modified a text that is none", "violation"),
    ("dcterms:PeriodOfTime dcat:startDate a text that is none", "violation"),
    ("dcat:DatasetSeries dcterms:publisher missing", "violation"),
    ("dcat:Dataset dcatap:availability not in its list", "violation"),
    ("dcat:Catalog dcatap:availability doubled", "violation"),
    ("dcat:DataService dcatap:availability not in its list", "violation"),
    ("dcat:Distribution dcatap:availability not in its list", "violation"),
    ("dcterms:Location dcat:bbox a text that is none", "violation"),
    ("dcterms:Location dcat:centroid a text that is none", "violation"),
    ("dcat:Dataset dcat:landingPage an IRI with a blank", "violation"),
    ("dcat:Distribution dcat:accessURL an IRI with a blank", "violation"),
    ("vcard:Kind vcard:hasEmail an IRI with a blank", "violation"),
    ("foaf:Agent foaf:name a text that is none", "violation"),
    ("dcat:Dataset dcatap:hvdCategory not in its list", "violation"),
    ("dcat:Dataset dcatap:hvdCategory missing", "violation"),
]


@cache
def found_in(fault: Fault) -> list[Finding]:
    return check(fault.graph())


@pytest.fixture(scope="session")
def official(shared: Path) -> tuple[Shapes, Concepts]:
    """The official set, and the lists that it looks into."""
    folder = shared / "dcat-ap-de"
    return load_shapes(folder / "official" / "shapes"), read_concepts(folder / "vocabularies")


def worst(findings: list[Finding]) -> int:
    return max((GRAVITY[one.severity] for one in findings), default=-1)


def at(fault: Fault) -> list[Finding]:
    """What ours find at the property of the fault."""
    return [one for one in found_in(fault) if (one.focus, one.path) == (str(fault.subject), str(fault.predicate))]


def test_a_catalogue_with_every_property_and_no_fault_has_no_finding() -> None:
    """Not even a hint."""
    assert check(complete()) == []


def test_a_generated_catalogue_has_neither_violation_nor_warning(faultless: Graph) -> None:
    """Hints remain: not every dataset has all that is recommended."""
    assert {one.severity for one in check(faultless)} <= {"info"}


def test_the_official_set_agrees_on_the_catalogue_without_a_fault(official: tuple[Shapes, Concepts]) -> None:
    """Else the faults made from it would show others'."""
    assert check(complete(), *official) == []


@pytest.mark.parametrize("owner", SUBJECTS)
def test_all_that_the_official_set_finds_is_found(owner: str, official: tuple[Shapes, Concepts]) -> None:
    """Each single fault of a class, at its property, as grave as there or graver."""
    missed = []
    for fault in faults():
        if fault.owner == owner and (grave := worst(check(fault.graph(), *official))) > worst(at(fault)):
            # A fault may show at another place of ours only: a checksum's value in two is two checksums.
            missed.append((fault.name, grave))
    assert missed == []


@pytest.mark.parametrize(("name", "severity"), GAPS)
def test_what_the_official_set_misses_is_found(name: str, severity: str, official: tuple[Shapes, Concepts]) -> None:
    """With its severity; the official set says nothing, or less."""
    (fault,) = [one for one in faults() if one.name == name]
    assert severity in {one.severity for one in found_in(fault)}
    assert worst(check(fault.graph(), *official)) < GRAVITY[severity]


def test_only_what_is_allowed_goes_unfound() -> None:
    """A value that may be missing, or that there may be two of, is no fault; nearly all else is."""
    silent = {fault.name for fault in faults() if not found_in(fault) and fault.kind not in (MISSING, DOUBLED)}
    assert silent == {
        # The page of a dataset may be the dataset itself, and an agent anything.
        "dcat:Dataset dcat:landingPage a target without its type",
        "dcat:DatasetSeries dcat:landingPage a target without its type",
        "dcat:DataService dcat:landingPage a target without its type",
        "prov:Attribution prov:agent a target without its type",
    }


@pytest.mark.parametrize("fault", specials(), ids=lambda one: one.shape)
def test_a_fault_of_several_properties_is_found(fault: Special) -> None:
    """By its shape, at its node."""
    found = [one for one in check(fault.graph()) if one.shape == str(DSC[fault.shape])]
    assert {one.focus for one in found} == {str(fault.focus)}


def test_every_shape_finds_one_of_the_faults() -> None:
    """A shape that nothing tries is not known to work."""
    tried = {one.shape for fault in faults() for one in found_in(fault)}
    tried |= {one.shape for fault in specials() for one in check(fault.graph())}
    assert {str(shape) for shape in own_shapes().graph.subjects(SH.message)} - tried == set()


def test_every_shape_speaks_german_and_english_and_names_its_field() -> None:
    """Findings are shown at the field, in the language of the reader."""
    graph = own_shapes().graph
    for shape in set(graph.subjects(SH.message)):
        languages = sorted(one.language for one in graph.objects(shape, SH.message) if isinstance(one, Literal))
        assert languages == ["de", "en"], shape
        assert graph.value(shape, DSC.field) is not None, shape


def test_the_language_of_the_messages_can_be_chosen() -> None:
    """German is the default."""
    (fault,) = [one for one in faults() if one.name == "dcat:Dataset dcterms:title missing"]
    assert [one.message for one in check(fault.graph())] == ["Titel fehlt: einen kurzen, sprechenden Titel eintragen."]
    (english,) = check(fault.graph(), language="en")
    assert english.message == "Title is missing: enter a short, telling title."


@pytest.mark.parametrize(("direct", "severity"), [(False, "info"), (True, "warning")])
def test_a_missing_contributor_id_is_a_warning_for_those_who_deliver_directly(direct: bool, severity: str) -> None:
    """And a hint for all others (conventions 12 and 13)."""
    (fault,) = [one for one in faults() if one.name == "dcat:Dataset dcatde:contributorID missing"]
    assert [one.severity for one in check(fault.graph(), own_shapes(direct))] == [severity]


def test_a_fault_in_a_node_without_an_iri_is_told_at_what_it_belongs_to() -> None:
    """A blank node has no name outside its document."""
    graph, blank = Graph(), BNode()
    graph += complete()
    graph.add((blank, RDF.type, DCTERMS.PeriodOfTime))
    graph.add((PORTAL.air, DCTERMS.temporal, blank))
    (found,) = check(graph)
    assert (found.focus, found.field, found.severity) == (str(PORTAL.air), "temporal_coverage", "violation")


def test_checking_changes_nothing() -> None:
    """The concepts that are added for the check stay out of the graph."""
    before = len(complete())
    check(complete())
    assert len(complete()) == before
