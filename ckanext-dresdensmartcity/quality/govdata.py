"""GovData's additional checks of a dataset, from its RDF: what its view of metadata quality and its conventions ask."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ckanext.dresdensmartcity.city.vocabularies import vocabulary
from ckanext.dresdensmartcity.dcat.namespaces import ADMS, DCAT, DCATDE, DCTERMS, FOAF
from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from .method import Checks, govdata

_BY = re.compile(r"(dl|cc)-by|odby|odbl")  # licences of the list that ask for the name of the source (convention 35)
_ELEMENT = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)[^<>]*>")


@dataclass(frozen=True)
class Checked:
    """The outcome of one check."""

    check: str
    passed: bool
    found: str = ""  # what is wrong, as it stands in the data; empty where something is missing
    file: str = ""  # IRI of the first file that fails; empty where it is the dataset


def checks(graph: Graph, dataset: str, by: Checks | None = None) -> list[Checked]:
    """All checks of the dataset with the IRI `dataset`, in the order of schemas/quality/govdata.yaml."""
    by = by or govdata()
    subject = URIRef(dataset)
    outcome = {
        one.check: one
        for one in (
            Checked("keyword", any(isinstance(one, Literal) for one in graph.objects(subject, DCAT.keyword))),
            _contributor(graph, subject),
            _publisher(graph, subject),
            *_files(graph, subject, by),
            _description(graph, subject, by),
        )
    }
    return [outcome[one.id] for one in by.checks]


def _contributor(graph: Graph, subject: URIRef) -> Checked:
    listed = vocabulary("contributors")
    given = [str(one) for one in graph.objects(subject, DCATDE.contributorID)]
    of_list = [one for one in given if one.startswith(listed.base)]
    passed = len(of_list) == 1 and of_list[0] in listed.iris
    return Checked("contributor", passed, "" if passed else ", ".join(sorted(given)))


def _publisher(graph: Graph, subject: URIRef) -> Checked:
    bodies = list(graph.objects(subject, DCTERMS.publisher))
    named = [one for one in bodies if any(str(name).strip() for name in graph.objects(one, FOAF.name))]
    passed = len(bodies) == 1 and len(named) == 1
    return Checked("publisher", passed, "" if passed else ", ".join(sorted(map(str, bodies))))


def _files(graph: Graph, subject: URIRef, by: Checks) -> list[Checked]:
    files = sorted(graph.objects(subject, DCAT.distribution), key=str)
    found = {
        name: Checked(name, True) for name in ("license", "license_listed", "license_open", "attribution", "status")
    }
    for file in files:
        for one in _file(graph, file, by):
            if found[one.check].passed and not one.passed:
                found[one.check] = one
    return list(found.values())


def _file(graph: Graph, file: Node, by: Checks) -> list[Checked]:
    listed = vocabulary("licenses")
    statuses = vocabulary("distribution-status")
    licenses = [str(one) for one in graph.objects(file, DCTERMS.license)]
    codes = [one.removeprefix(listed.base) for one in licenses if one.startswith(listed.base)]
    text, where = ", ".join(sorted(licenses)), str(file)
    needs_name = any(_BY.match(one) for one in codes)
    named = any(str(one).strip() for one in graph.objects(file, DCATDE.licenseAttributionByText))
    status = [str(one) for one in graph.objects(file, ADMS.status)]
    taken = all(one in statuses.iris and not one.endswith("/DEVELOP") for one in status)
    return [
        Checked("license", len(licenses) == 1, text, where),
        Checked("license_listed", bool(licenses) and all(one in listed.iris for one in licenses), text, where),
        Checked(
            "license_open",
            bool(licenses) and len(codes) == len(licenses) and by.open_licenses.issuperset(codes),
            text,
            where,
        ),
        Checked("attribution", not needs_name or named, text, where),
        Checked("status", taken, ", ".join(status), where),
    ]


def _description(graph: Graph, subject: URIRef, by: Checks) -> Checked:
    used = {
        name.lower() for text in graph.objects(subject, DCTERMS.description) for name in _ELEMENT.findall(str(text))
    }
    refused = sorted(used - by.html)
    return Checked("description", not refused, ", ".join(f"<{name}>" for name in refused))
