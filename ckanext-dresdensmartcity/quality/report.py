"""The report of one entry: SHACL findings, score and GovData's checks, from its RDF. No CKAN, no network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ckanext.dresdensmartcity.dcat.iris import DATASET

from .compiled.data import Data
from .engine import check_entry
from .findings import Finding
from .govdata import Checked, checks
from .method import Method, method
from .mqa import Answers, Result, Score, addresses, score
from .shacl import own_shapes

# Raise it when reports of the same data shall be made anew.
FORM = 1


@dataclass(frozen=True)
class Report:
    """What is known of the quality of one entry. Only datasets have a score and GovData's checks."""

    iri: str
    kind: str  # CKAN type: dataset, dataset_series, data_service
    findings: tuple[Finding, ...]
    score: Score | None = None
    checks: tuple[Checked, ...] = ()
    addresses: frozenset[str] = field(default_factory=frozenset)  # of its files

    def count(self, severity: str) -> int:
        return sum(one.severity == severity for one in self.findings)

    @property
    def valid(self) -> bool:
        """Whether no violation was found; warnings do not make an entry invalid."""
        return not self.count("violation")


def report(
    iri: str, kind: str, own: str, around: Iterable[str], answers: Answers, direct_delivery: bool = False
) -> Report:
    """The report of the entry with this IRI and CKAN type.

    `own` is the entry as N-Triples, `around` the entries that it links to and the frame of the catalogue; so its
    findings are those of a run over the whole catalogue. `answers`: which addresses of its files answer;
    `direct_delivery`: whether a contributor id is due.
    """
    texts = [own, *around]
    findings = tuple(check_entry(iri, own, texts[1:], own_shapes(direct_delivery)))
    if kind != DATASET:
        return Report(iri, kind, findings)
    data = Data.of_ntriples(texts)
    valid = not any(one.severity == "violation" for one in findings)
    return Report(
        iri,
        kind,
        findings,
        score(data, iri, valid, answers),
        tuple(checks(data, iri)),
        frozenset(addresses(data, iri)),
    )


def unwritable(iri: str, kind: str, problem: str) -> Report:
    """The report of an entry that cannot be written as RDF at all."""
    message = f"Der Eintrag lässt sich nicht als RDF schreiben; ein Wert ist unbrauchbar: {problem}"
    return Report(iri, kind, (Finding("violation", iri, "", "", "", message, ""),), _nothing(kind))


def _nothing(kind: str) -> Score | None:
    if kind != DATASET:
        return None
    by = method()
    results = tuple(Result(one.id, 0, one.points) for one in by.metrics)
    return Score(0, by.rating(0).id, {one.id: 0 for one in by.dimensions}, results, "")


def details(found: Report) -> dict[str, Any]:
    """Metrics and checks as JSON; `restored` reads it again."""
    return {
        "file": found.score.file if found.score else "",
        "metrics": [asdict(one) for one in found.score.results] if found.score else [],
        "checks": [asdict(one) for one in found.checks],
    }


def restored(row: Mapping[str, Any], by: Method | None = None) -> Report:
    """The report that a row of the store holds: `findings` and `details` as JSON, `score`, `rating`, `dimensions`."""
    by = by or method()
    known = {one.id for one in by.metrics}
    kept = row["details"]
    scored = None
    if row["score"] is not None:
        results = tuple(Result(**one) for one in kept["metrics"] if one["metric"] in known)
        scored = Score(row["score"], row["rating"], dict(row["dimensions"]), results, kept["file"])
    return Report(
        row["iri"],
        row["kind"],
        tuple(Finding(**one) for one in row["findings"]),
        scored,
        tuple(Checked(**one) for one in kept["checks"]),
    )
