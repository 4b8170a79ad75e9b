"""The score of a dataset by the MQA method of data.europa.eu, from its RDF. No CKAN, no network.

How several files count is the method's own rule (piveau-metrics-score): the points of each file are added up, and the
file with most of them is taken; the others do not count, as the files of a dataset are assumed to hold the same in
other forms. Of equal ones the first by IRI is taken. Where a file has several addresses, one that answers is enough.
The dates of publication and of change may stand at that file or at the dataset.

Whether an address answers has to be looked up; this module is told. What nobody has looked up yet gives no points and
is marked as unknown, so that a page can say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ckanext.dresdensmartcity.city.vocabularies import vocabulary
from ckanext.dresdensmartcity.dcat.formats import IANA
from ckanext.dresdensmartcity.dcat.namespaces import DCAT, DCTERMS

from .compiled.terms import is_iri, plain
from .method import Method, Metric, method
from .statements import Statements, iri, texts

# Address -> whether it answered; an address that is not in it was not looked up.
Answers = Mapping[str, bool]
_IANA_BASES = (IANA, IANA.replace("https:", "http:", 1))


@dataclass(frozen=True)
class Result:
    """One metric of one dataset."""

    metric: str
    points: int  # reached
    most: int
    known: bool = True  # False: nobody has looked it up yet, so that it counts as not reached

    @property
    def met(self) -> bool:
        return self.points == self.most


@dataclass(frozen=True)
class Score:
    """The points of a dataset, with where they come from."""

    points: int
    rating: str
    dimensions: dict[str, int]
    results: tuple[Result, ...]
    file: str  # IRI of the file that counts; empty where there is none


@dataclass(frozen=True)
class Gain:
    """Points that a dataset would get, and what to do for them."""

    points: int
    metric: str
    field: str
    file: str  # IRI of the file that it is about; empty where it is the dataset
    known: bool = True


def score(data: Statements, dataset: str, valid: bool, answers: Answers, by: Method | None = None) -> Score:
    """The score of the dataset with the IRI `dataset`, which `data` describes with its files.

    `valid`: whether the SHACL shapes found no violation. `answers`: which addresses answer with a status of success.
    """
    by = by or method()
    files = sorted(plain(one) for one in data.values(iri(dataset), iri(DCAT.distribution)) if is_iri(one))
    of_files = {file: _of_file(data, file, answers, by) for file in files}
    best = max(files, key=lambda file: (_sum(of_files[file].values(), by), -files.index(file)), default="")
    states = {**_of_dataset(data, dataset, valid), **(of_files[best] if best else {})}
    for name, predicate in (("issued", DCTERMS.issued), ("modified", DCTERMS.modified)):
        states[name] = states.get(name) or _Found(name, bool(texts(data, dataset, predicate)))
    results = tuple(_result(metric, states.get(metric.id)) for metric in by.metrics)
    points = sum(one.points for one in results)
    dimensions = {one.id: 0 for one in by.dimensions}
    for metric, result in zip(by.metrics, results, strict=True):
        dimensions[metric.dimension] += result.points
    return Score(points, by.rating(points).id, dimensions, results, best)


def gains(found: Score, by: Method | None = None) -> list[Gain]:
    """What would raise the score most, the most points first; of equal ones in the order of the method.

    A dataset without a file gets one entry for all that a file could bring.
    """
    by = by or method()
    of = {one.id: one for one in by.metrics}
    missing = [one for one in found.results if not one.met]
    gained = []
    if not found.file:
        brought = sum(one.most - one.points for one in missing if of[one.metric].of == "file")
        missing = [one for one in missing if of[one.metric].of != "file"]
        gained.append(Gain(brought, "", "resources", ""))
    for one in missing:
        metric = of[one.metric]
        file = found.file if metric.of == "file" else ""
        gained.append(Gain(one.most - one.points, metric.id, metric.field, file, one.known))
    return sorted(gained, key=lambda one: -one.points)


def addresses(data: Statements, dataset: str) -> set[str]:
    """The addresses of the files of a dataset that have to be looked up for its score."""
    return {
        address
        for file in texts(data, dataset, DCAT.distribution)
        for predicate in (DCAT.accessURL, DCAT.downloadURL)
        for address in texts(data, file, predicate)
    }


@dataclass(frozen=True)
class _Found:
    """What was found for a metric."""

    metric: str
    met: bool
    known: bool = True

    def __bool__(self) -> bool:
        return self.met


def _result(metric: Metric, found: _Found | None) -> Result:
    if found is None:
        return Result(metric.id, 0, metric.points)
    return Result(metric.id, metric.points if found.met else 0, metric.points, found.known)


def _sum(found: Iterable[_Found], by: Method) -> int:
    points = {one.id: one.points for one in by.metrics}
    return sum(points[one.metric] for one in found if one.met)


def _of_dataset(data: Statements, dataset: str, valid: bool) -> dict[str, _Found]:
    access = texts(data, dataset, DCTERMS.accessRights)
    base = vocabulary("access-rights").base
    met = {
        "keywords": bool(texts(data, dataset, DCAT.keyword)),
        "themes": bool(texts(data, dataset, DCAT.theme)),
        "spatial": bool(texts(data, dataset, DCTERMS.spatial)),
        "temporal": bool(texts(data, dataset, DCTERMS.temporal)),
        "valid": valid,
        "access_rights": bool(access),
        "access_rights_listed": bool(access) and all(one.startswith(base) for one in access),
        "contact": bool(texts(data, dataset, DCAT.contactPoint)),
        "publisher": bool(texts(data, dataset, DCTERMS.publisher)),
    }
    return {name: _Found(name, one) for name, one in met.items()}


def _of_file(data: Statements, file: str, answers: Answers, by: Method) -> dict[str, _Found]:
    formats = texts(data, file, DCTERMS["format"])
    types = texts(data, file, DCAT.mediaType)
    licenses = texts(data, file, DCTERMS.license)
    base = vocabulary("file-types").base
    codes = {one.removeprefix(base) for one in formats if one.startswith(base)}
    met = {
        "download_given": bool(texts(data, file, DCAT.downloadURL)),
        "format": bool(formats),
        "media_type": bool(types),
        "format_listed": bool(codes) and _all(types, lambda one: one.startswith(_IANA_BASES)),
        "non_proprietary": bool(codes & by.non_proprietary),
        "machine_readable": bool(codes & by.machine_readable),
        "license": bool(licenses),
        "license_listed": any(_known(one, by) for one in licenses),
        "rights": bool(texts(data, file, DCTERMS.rights)),
        "size": bool(texts(data, file, DCAT.byteSize)),
        "issued": bool(texts(data, file, DCTERMS.issued)),
        "modified": bool(texts(data, file, DCTERMS.modified)),
    }
    found = {name: _Found(name, one) for name, one in met.items()}
    for name, predicate in (("access_reached", DCAT.accessURL), ("download_reached", DCAT.downloadURL)):
        found[name] = _reached(name, texts(data, file, predicate), answers)
    return found


def _all(values: list[str], holds: Callable[[str], bool]) -> bool:
    """Whether there is a value and each of them holds."""
    return bool(values) and all(map(holds, values))


def _known(license_iri: str, by: Method) -> bool:
    base = vocabulary("licenses").base
    if license_iri.startswith(by.known_license_bases):
        return True
    return license_iri.startswith(base) and license_iri.removeprefix(base) in by.known_licenses


def _reached(name: str, urls: list[str], answers: Answers) -> _Found:
    if any(answers.get(one) for one in urls):
        return _Found(name, True)
    return _Found(name, False, known=all(one in answers for one in urls))
