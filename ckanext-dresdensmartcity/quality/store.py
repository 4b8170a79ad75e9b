"""The tables of the reports; the migration beside the plugin of the catalogue makes them and says what they mean."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timezone
from typing import Any

import sqlalchemy as sa
from ckanext.dresdensmartcity.dcat import store

from .report import Report, details, restored

_SAVE = sa.text(
    """
    INSERT INTO smartcity_quality AS known (package_id, version, basis, valid, violations, warnings, score, rating,
        dimensions, findings, details, kind, iri, checked, organisation, published)
    VALUES (:package_id, :version, :basis, :valid, :violations, :warnings, :score, :rating, CAST(:dimensions AS jsonb),
        CAST(:findings AS jsonb), CAST(:details AS jsonb), :kind, :iri, :checked, :organisation, :published)
    ON CONFLICT (package_id) DO UPDATE SET version = excluded.version, basis = excluded.basis, valid = excluded.valid,
        violations = excluded.violations, warnings = excluded.warnings, score = excluded.score,
        rating = excluded.rating, dimensions = excluded.dimensions, findings = excluded.findings,
        details = excluded.details, kind = excluded.kind, iri = excluded.iri, checked = excluded.checked,
        organisation = excluded.organisation, published = excluded.published
    WHERE known.version <= excluded.version
    """
)
_READ = sa.text("SELECT * FROM smartcity_quality WHERE package_id = ANY(:ids)")
_REMOVE = (
    sa.text("DELETE FROM smartcity_quality WHERE package_id = ANY(:ids)"),
    sa.text("DELETE FROM smartcity_quality_address WHERE package_id = ANY(:ids)"),
)
_KNOWN_ADDRESSES = sa.text(
    "SELECT package_id, url, answers FROM smartcity_quality_address WHERE package_id = ANY(:ids)"
)
_NEW_ADDRESSES = sa.text(
    """
    INSERT INTO smartcity_quality_address (url, package_id, answers, said, checked)
    SELECT given.url, given.package_id, known.answers, coalesce(known.said, ''), known.checked
    FROM unnest(CAST(:urls AS text[]), CAST(:ids AS text[])) AS given (url, package_id)
    LEFT JOIN LATERAL (
        SELECT answers, said, checked FROM smartcity_quality_address AS other
        WHERE other.url = given.url AND other.checked IS NOT NULL ORDER BY checked DESC LIMIT 1
    ) AS known ON true
    ON CONFLICT DO NOTHING
    """
)
_OLD_ADDRESSES = sa.text(
    """
    DELETE FROM smartcity_quality_address AS known
    USING unnest(CAST(:urls AS text[]), CAST(:ids AS text[])) AS given (url, package_id)
    WHERE known.url = given.url AND known.package_id = given.package_id
    """
)
_TO_ASK = sa.text(
    """
    SELECT url, min(checked) AS checked FROM smartcity_quality_address
    WHERE checked IS NULL OR checked < :before
    GROUP BY url ORDER BY min(checked) NULLS FIRST, url LIMIT :limit
    """
)
_ANSWERED = sa.text(
    """
    UPDATE smartcity_quality_address AS new SET answers = :answers, said = :said, checked = :checked
    FROM smartcity_quality_address AS old
    WHERE new.url = :url AND old.url = new.url AND old.package_id = new.package_id
    RETURNING new.package_id, old.answers IS DISTINCT FROM new.answers AS moved
    """
)
_SAID = sa.text("SELECT url, answers, said, checked FROM smartcity_quality_address WHERE package_id = :id ORDER BY url")


@dataclass(frozen=True)
class Kept:
    """A report as it is stored."""

    package_id: str
    version: int
    basis: str
    report: Report
    organisation: str  # id; empty where there is none
    published: bool
    checked: datetime


@dataclass(frozen=True)
class Address:
    """An address of a file, and what is known of it."""

    url: str
    answers: bool | None  # None: not looked up yet
    said: str
    checked: datetime | None


@dataclass(frozen=True)
class KnownAddresses:
    """The addresses that are stored for packages, and what is known of them; id -> address -> answer."""

    of: Mapping[str, Mapping[str, bool | None]]

    def answers(self, package_id: str) -> dict[str, bool]:
        """Which addresses of a package answer, as far as it was looked up."""
        return {url: one for url, one in self.of.get(package_id, {}).items() if one is not None}


def known_addresses(connection: sa.Connection, ids: Iterable[str]) -> KnownAddresses:
    found: dict[str, dict[str, bool | None]] = {}
    for row in connection.execute(_KNOWN_ADDRESSES, {"ids": list(ids)}):
        found.setdefault(row.package_id, {})[row.url] = row.answers
    return KnownAddresses(found)


def save(connection: sa.Connection, reports: Sequence[Kept], known: KnownAddresses, own: Collection[str] = ()) -> None:
    """Store reports in place of older ones, with the addresses of their files that have to be looked up.

    `known` are the addresses that are stored already; of the addresses `own` nobody has to look up whether they answer.
    """
    if not reports:
        return
    connection.execute(_SAVE, [_row(one) for one in reports])
    _keep_addresses(connection, {one.package_id: one.report.addresses.difference(own) for one in reports}, known)


def remove(connection: sa.Connection, ids: Iterable[str]) -> None:
    """Forget the reports of entries that are gone."""
    asked = {"ids": list(ids)}
    for statement in _REMOVE if asked["ids"] else ():
        connection.execute(statement, asked)


def read(ids: Iterable[str]) -> dict[str, Kept]:
    """The stored reports of these packages, of any state: the caller decides who may see them."""
    with store.reading() as connection:
        rows = connection.execute(_READ, {"ids": list(ids)}).mappings().all()
    return {row["package_id"]: _kept(row) for row in rows}


def to_ask(before: datetime, limit: int | None = None) -> list[str]:
    """Addresses that nobody has looked up since `before`, those never looked up first."""
    with store.reading() as connection:
        return list(connection.execute(_TO_ASK, {"before": before, "limit": limit}).scalars())


def answered(url: str, answers: bool, said: str, checked: datetime) -> list[str]:
    """Keep what an address answered; returns the ids of the packages for which that is new."""
    given = {"url": url, "answers": answers, "said": said, "checked": checked}
    with store.writing() as connection:
        return [row.package_id for row in connection.execute(_ANSWERED, given) if row.moved]


def addresses_of(package_id: str) -> list[Address]:
    """What is known of the addresses of one dataset's files."""
    with store.reading() as connection:
        rows = connection.execute(_SAID, {"id": package_id}).all()
    return [Address(row.url, row.answers, row.said, row.checked) for row in rows]


def _keep_addresses(connection: sa.Connection, wanted: Mapping[str, frozenset[str]], stored: KnownAddresses) -> None:
    known = {(package_id, url) for package_id in wanted for url in stored.of.get(package_id, ())}
    now = {(package_id, url) for package_id, urls in wanted.items() for url in urls}
    for statement, pairs in ((_NEW_ADDRESSES, now - known), (_OLD_ADDRESSES, known - now)):
        if pairs:
            ordered = sorted(pairs)
            ids, urls = [one[0] for one in ordered], [one[1] for one in ordered]
            connection.execute(statement, {"ids": ids, "urls": urls})


def _row(one: Kept) -> dict[str, Any]:
    report, score = one.report, one.report.score
    return {
        "package_id": one.package_id,
        "version": one.version,
        "basis": one.basis,
        "valid": report.valid,
        "violations": report.count("violation"),
        "warnings": report.count("warning"),
        "score": score.points if score else None,
        "rating": score.rating if score else "",
        "dimensions": json.dumps(score.dimensions if score else {}),
        "findings": json.dumps([asdict(finding) for finding in report.findings]),
        "details": json.dumps(details(report)),
        "kind": report.kind,
        "iri": report.iri,
        "checked": one.checked,
        "organisation": one.organisation or None,
        "published": one.published,
    }


def _kept(row: Mapping[str, Any]) -> Kept:
    return Kept(
        row["package_id"],
        row["version"],
        row["basis"],
        restored(row),
        row["organisation"] or "",
        row["published"],
        row["checked"],
    )


def now() -> datetime:
    return datetime.now(timezone.utc)


def today() -> date:
    return now().date()
