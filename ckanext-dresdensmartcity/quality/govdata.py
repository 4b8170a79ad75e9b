"""GovData's additional checks of a dataset, from its RDF: what its view of metadata quality and its conventions ask."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ckanext.dresdensmartcity.city.vocabularies import vocabulary
from ckanext.dresdensmartcity.dcat.namespaces import ADMS, DCAT, DCATDE, DCTERMS, FOAF

from .compiled.terms import is_literal
from .method import Checks, govdata
from .statements import Statements, iri, texts

_BY = re.compile(r"(dl|cc)-by|odby|odbl")  # licences of the list that ask for the name of the source (convention 35)
_ELEMENT = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)[^<>]*>")


@dataclass(frozen=True)
class Checked:
    """The outcome of one check."""

    check: str
    passed: bool
    found: str = ""  # what is wrong, as it stands in the data; empty where something is missing
    file: str = ""  # IRI of the first file that fails; empty where it is the dataset


def checks(data: Statements, dataset: str, by: Checks | None = None) -> list[Checked]:
    """All checks of the dataset with the IRI `dataset`, in the order of schemas/quality/govdata.yaml."""
    by = by or govdata()
    outcome = {
        one.check: one
        for one in (
            Checked("keyword", any(map(is_literal, data.values(iri(dataset), iri(DCAT.keyword))))),
            _contributor(data, dataset),
            _publisher(data, dataset),
            *_files(data, dataset, by),
            _description(data, dataset, by),
        )
    }
    return [outcome[one.id] for one in by.checks]


def _contributor(data: Statements, dataset: str) -> Checked:
    listed = vocabulary("contributors")
    given = texts(data, dataset, DCATDE.contributorID)
    of_list = [one for one in given if one.startswith(listed.base)]
    passed = len(of_list) == 1 and of_list[0] in listed.iris
    return Checked("contributor", passed, "" if passed else ", ".join(sorted(given)))


def _publisher(data: Statements, dataset: str) -> Checked:
    bodies = texts(data, dataset, DCTERMS.publisher)
    named = [one for one in bodies if any(name.strip() for name in texts(data, one, FOAF.name))]
    passed = len(bodies) == 1 and len(named) == 1
    return Checked("publisher", passed, "" if passed else ", ".join(sorted(bodies)))


def _files(data: Statements, dataset: str, by: Checks) -> list[Checked]:
    files = sorted(texts(data, dataset, DCAT.distribution))
    found = {
        name: Checked(name, True) for name in ("license", "license_listed", "license_open", "attribution", "status")
    }
    for file in files:
        for one in _file(data, file, by):
            if found[one.check].passed and not one.passed:
                found[one.check] = one
    return list(found.values())


def _file(data: Statements, file: str, by: Checks) -> list[Checked]:
    listed = vocabulary("licenses")
    statuses = vocabulary("distribution-status")
    licenses = texts(data, file, DCTERMS.license)
    codes = [one.removeprefix(listed.base) for one in licenses if one.startswith(listed.base)]
    text = ", ".join(sorted(licenses))
    needs_name = any(_BY.match(one) for one in codes)
    named = any(one.strip() for one in texts(data, file, DCATDE.licenseAttributionByText))
    status = texts(data, file, ADMS.status)
    taken = all(one in statuses.iris and not one.endswith("/DEVELOP") for one in status)
    return [
        Checked("license", len(licenses) == 1, text, file),
        Checked("license_listed", bool(licenses) and all(one in listed.iris for one in licenses), text, file),
        Checked(
            "license_open",
            bool(licenses) and len(codes) == len(licenses) and by.open_licenses.issuperset(codes),
            text,
            file,
        ),
        Checked("attribution", not needs_name or named, text, file),
        Checked("status", taken, ", ".join(status), file),
    ]


def _description(data: Statements, dataset: str, by: Checks) -> Checked:
    described = texts(data, dataset, DCTERMS.description)
    used = {name.lower() for text in described for name in _ELEMENT.findall(text)}
    refused = sorted(used - by.html)
    return Checked("description", not refused, ", ".join(f"<{name}>" for name in refused))
