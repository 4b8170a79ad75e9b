"""A stored report for people and for programs: what stands at which field, what it is worth, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ckanext.dresdensmartcity.city.model import Label
from ckanext.dresdensmartcity.dcat.iris import Package, distribution_iri

from .findings import Finding, Severity
from .method import govdata, method
from .mqa import gains
from .report import Report
from .wording import sentence

NOTHING = Label("", "")
FILES = Label("Dateien", "Files")
ADD_A_FILE = Label("Fügen Sie eine Datei oder eine Adresse hinzu.", "Add a file or an address.")


@dataclass(frozen=True)
class Place:
    """Where something is entered: a field of the dataset's form, or of one of its files."""

    field: str
    label: Label
    file: str = ""  # id of the file; empty for the dataset
    file_name: str = ""


@dataclass(frozen=True)
class ShownFinding:
    """One finding, for people."""

    severity: Severity
    place: Place
    message: Label
    value: str
    focus: str
    path: str
    shape: str


@dataclass(frozen=True)
class ShownGain:
    """Points that can be had, with what to do for them."""

    points: int
    metric: str
    label: Label
    advice: Label
    place: Place
    known: bool


@dataclass(frozen=True)
class ShownMetric:
    """One metric with its points."""

    metric: str
    dimension: str
    label: Label
    points: int
    most: int
    known: bool


@dataclass(frozen=True)
class ShownDimension:
    """One dimension with its points and metrics."""

    id: str
    label: Label
    points: int
    most: int
    metrics: tuple[ShownMetric, ...]


@dataclass(frozen=True)
class ShownCheck:
    """One of GovData's checks."""

    check: str
    label: Label
    advice: Label
    passed: bool
    found: str
    place: Place


@dataclass(frozen=True)
class Shown:
    """The report of one entry. Parts that only its editors see are empty for others."""

    kind: str
    valid: bool
    violations: int
    warnings: int
    checked: datetime
    points: int | None
    most: int
    rating: str
    rating_label: Label
    dimensions: tuple[ShownDimension, ...]
    findings: tuple[ShownFinding, ...] = ()
    gains: tuple[ShownGain, ...] = ()
    checks: tuple[ShownCheck, ...] = ()
    unknown: bool = False  # whether a metric waits for an address that nobody has looked up
    whole: bool = field(default=True)  # whether the parts for editors are there


@dataclass(frozen=True)
class Fields:
    """How the fields of a form are called: name -> label; parts of records as `contact.email`."""

    dataset: Mapping[str, Label]
    file: Mapping[str, Label]

    def at(self, name: str, file: tuple[str, str] | None) -> Place:
        labels = self.file if file else self.dataset
        known = name if name in labels else name.partition(".")[0]
        if known not in labels:
            return Place("", NOTHING, *(file or ("", "")))
        label = labels[known]
        if "." in known:
            whole = labels[known.partition(".")[0]]
            label = Label(f"{whole.de}: {label.de}", f"{whole.en}: {label.en}")
        return Place(known, label, *(file or ("", "")))


def shown(report: Report, checked: datetime, package: Package, fields: Fields, whole: bool) -> Shown:
    """The report for somebody who may edit the entry (`whole`), or who may only see it."""
    files = files_of(report.iri, package)
    score = report.score
    return Shown(
        kind=report.kind,
        valid=report.valid,
        violations=report.count("violation"),
        warnings=report.count("warning"),
        checked=checked,
        points=score.points if score else None,
        most=method().most,
        rating=score.rating if score else "",
        rating_label=method().rating_label(score.rating) if score else NOTHING,
        dimensions=_dimensions(report),
        findings=tuple(_finding(one, files, fields) for one in report.findings) if whole else (),
        gains=_gains(report, files, fields) if whole else (),
        checks=_checks(report, files, fields) if whole else (),
        unknown=bool(score and any(not one.known for one in score.results)),
        whole=whole,
    )


def files_of(iri: str, package: Package) -> dict[str, tuple[str, str]]:
    """IRI of each file of a package -> its id and name."""
    found = {}
    for one in package.get("resources") or []:
        if one.get("id"):
            name = str(one.get("name") or one.get("url") or one["id"])
            found[distribution_iri(one, iri)] = (str(one["id"]), name)
    return found


def _file_of(node: str, files: Mapping[str, tuple[str, str]]) -> tuple[str, str] | None:
    """The file that a node is, or hangs on."""
    return next((file for iri, file in files.items() if node == iri or node.startswith(f"{iri}#")), None)


def _finding(one: Finding, files: Mapping[str, tuple[str, str]], fields: Fields) -> ShownFinding:
    place = fields.at(one.field, _file_of(one.focus, files))
    return ShownFinding(one.severity, place, sentence(one), one.value, one.focus, one.path, one.shape)


def _dimensions(report: Report) -> tuple[ShownDimension, ...]:
    if report.score is None:
        return ()
    of = {one.metric: one for one in report.score.results}
    metrics = [
        ShownMetric(one.id, one.dimension, one.label, of[one.id].points, one.points, of[one.id].known)
        for one in method().metrics
        if one.id in of
    ]
    return tuple(
        ShownDimension(
            one.id,
            one.label,
            report.score.dimensions.get(one.id, 0),
            one.points,
            tuple(metric for metric in metrics if metric.dimension == one.id),
        )
        for one in method().dimensions
    )


def _gains(report: Report, files: Mapping[str, tuple[str, str]], fields: Fields) -> tuple[ShownGain, ...]:
    if report.score is None:
        return ()
    found = []
    for one in gains(report.score):
        if not one.metric:
            found.append(ShownGain(one.points, "", FILES, ADD_A_FILE, Place("resources", FILES), True))
            continue
        metric = method().metric(one.metric)
        place = fields.at(one.field, files.get(one.file))
        found.append(ShownGain(one.points, one.metric, metric.label, metric.advice, place, one.known))
    return tuple(found)


def _checks(report: Report, files: Mapping[str, tuple[str, str]], fields: Fields) -> tuple[ShownCheck, ...]:
    return tuple(
        ShownCheck(
            one.check,
            govdata().check(one.check).label,
            govdata().check(one.check).advice,
            one.passed,
            one.found,
            fields.at(govdata().check(one.check).field, files.get(one.file)),
        )
        for one in report.checks
    )


def fields_of(dataset: Sequence[Mapping[str, Any]], file: Sequence[Mapping[str, Any]]) -> Fields:
    """The fields of a schema of ckanext-scheming."""
    return Fields(_labels(dataset), _labels(file))


def _labels(fields: Sequence[Mapping[str, Any]]) -> dict[str, Label]:
    found = {}
    for one in fields:
        name = str(one["field_name"])
        found[name] = _label(one.get("label") or name)
        for part in one.get("repeating_subfields") or ():
            found[f"{name}.{part['field_name']}"] = _label(part.get("label") or part["field_name"])
    return found


def _label(given: Mapping[str, str] | str) -> Label:
    if isinstance(given, str):
        return Label(given, given)
    german = given.get("de") or next(iter(given.values()))
    return Label(german, given.get("en") or german)


def as_json(found: Shown) -> dict[str, Any]:
    """The report as the API gives it: plain values, texts in German and English."""
    answer: dict[str, Any] = {
        "type": found.kind,
        "valid": found.valid,
        "violations": found.violations,
        "warnings": found.warnings,
        "checked": found.checked.isoformat(timespec="seconds"),
        "score": found.points,
        "most": found.most if found.points is not None else None,
        "rating": found.rating or None,
        "method": {"title": _text(method().title), "version": method().version, "address": method().address},
        "dimensions": [
            {
                "id": one.id,
                "label": _text(one.label),
                "points": one.points,
                "most": one.most,
                "metrics": [
                    {
                        "id": metric.metric,
                        "label": _text(metric.label),
                        "points": metric.points,
                        "most": metric.most,
                        "known": metric.known,
                    }
                    for metric in one.metrics
                ],
            }
            for one in found.dimensions
        ],
    }
    if found.whole:
        answer |= {
            "findings": [
                {
                    "severity": one.severity,
                    **_place(one.place),
                    "message": _text(one.message),
                    "value": one.value,
                    "focus": one.focus,
                    "path": one.path,
                    "shape": one.shape,
                }
                for one in found.findings
            ],
            "gains": [
                {"points": one.points, "metric": one.metric or None, **_place(one.place), "advice": _text(one.advice)}
                for one in found.gains
            ],
            "govdata": [
                {
                    "check": one.check,
                    "passed": one.passed,
                    **_place(one.place),
                    "label": _text(one.label),
                    "advice": _text(one.advice),
                    "value": one.found,
                }
                for one in found.checks
            ],
        }
    return answer


def _place(place: Place) -> dict[str, str | None]:
    return {"field": place.field or None, "resource_id": place.file or None}


def _text(label: Label) -> dict[str, str]:
    return {"de": label.de, "en": label.en}
