"""The quality of the whole portal, out of the stored reports: counts, organisations, trend, lists, frequent findings.

Only what is public counts, as CKAN's own tables say at the moment of the question. In a list stand also entries that
are not public, for those who may see them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

import sqlalchemy as sa
from ckanext.dresdensmartcity.city.model import Label
from ckanext.dresdensmartcity.dcat import store

from .findings import Severity
from .method import method
from .wording import message

Sort = Literal["worst", "best", "changed", "title"]
SORTS: dict[str, str] = {
    "worst": "quality.score, quality.violations DESC, package.title, package.id",
    "best": "quality.score DESC, quality.violations, package.title, package.id",
    "changed": "package.metadata_modified DESC, package.id",
    "title": "package.title, package.id",
}
PER_PAGE = 20
# Width of a column of the distribution in points: 405 in nine of them.
STEP = 45

# `package` is asked itself: a report must not show what was made private a moment ago.
_PUBLIC = "package.state = 'active' AND NOT package.private AND package.type = 'dataset'"
_FROM = "FROM smartcity_quality AS quality JOIN package ON package.id = quality.package_id"
_RATINGS = sa.text(f"SELECT rating, count(*) AS number {_FROM} WHERE {_PUBLIC} GROUP BY rating")
_TOTALS = sa.text(
    f"""
    SELECT count(*) AS datasets, count(*) FILTER (WHERE valid) AS valid, coalesce(avg(score), 0) AS score,
        coalesce(sum(violations), 0) AS violations, coalesce(sum(warnings), 0) AS warnings, min(checked) AS checked
    {_FROM} WHERE {_PUBLIC}
    """
)
_COLUMNS = sa.text(
    f"""
    SELECT least(score / {STEP}, (:most - 1) / {STEP}) AS place, count(*) AS number {_FROM} WHERE {_PUBLIC}
    GROUP BY place ORDER BY place
    """
)
_ORGANISATIONS = sa.text(
    f"""
    SELECT organisation.name, organisation.title, count(*) AS datasets, count(*) FILTER (WHERE valid) AS valid,
        avg(score) AS score, min(score) AS lowest
    {_FROM} LEFT JOIN "group" AS organisation ON organisation.id = package.owner_org
    WHERE {_PUBLIC} GROUP BY organisation.id, organisation.name, organisation.title
    ORDER BY avg(score), organisation.title
    """
)
_FREQUENT = sa.text(
    f"""
    SELECT finding ->> 'shape' AS shape, finding ->> 'severity' AS severity, finding ->> 'field' AS field,
        min(finding ->> 'message') AS message, count(DISTINCT package.id) AS datasets
    {_FROM}, jsonb_array_elements(quality.findings) AS finding
    WHERE {_PUBLIC} AND quality.violations + quality.warnings > 0 AND finding ->> 'severity' <> 'info'
    GROUP BY 1, 2, 3 ORDER BY 2, 5 DESC, 1 LIMIT :limit
    """
)
_UNKNOWN = sa.text(
    f"""
    SELECT count(DISTINCT address.url) FILTER (WHERE answers IS NULL) AS unknown,
        count(DISTINCT address.url) FILTER (WHERE NOT answers) AS broken, count(DISTINCT address.url) AS addresses
    FROM smartcity_quality_address AS address JOIN package ON package.id = address.package_id WHERE {_PUBLIC}
    """  # noqa: S608 (constants)
)
_TREND = sa.text(
    """
    SELECT day, datasets, valid, violations, warnings, score FROM smartcity_quality_history
    WHERE organisation = :organisation ORDER BY day DESC LIMIT :limit
    """
)
_LIST = """
    SELECT package.id, package.name, package.title, package.private, package.state, quality.score, quality.rating,
        quality.violations, quality.warnings, quality.valid, quality.checked, organisation.name AS organisation,
        organisation.title AS organisation_title, package.extras ->> 'title_en' AS title_en, count(*) OVER () AS total
    {source} LEFT JOIN "group" AS organisation ON organisation.id = package.owner_org
    WHERE {where} ORDER BY {order} LIMIT :limit OFFSET :offset
"""
_SNAPSHOT = sa.text(
    f"""
    WITH counted AS (
        SELECT coalesce(package.owner_org, '-') AS organisation, valid, violations, warnings, score
        {_FROM} WHERE {_PUBLIC}
    )
    INSERT INTO smartcity_quality_history (day, organisation, datasets, valid, violations, warnings, score)
    SELECT :day, coalesce(organisation, ''), count(*), count(*) FILTER (WHERE valid), coalesce(sum(violations), 0),
        coalesce(sum(warnings), 0), coalesce(avg(score), 0)
    FROM counted GROUP BY GROUPING SETS ((organisation), ())
    ON CONFLICT (day, organisation) DO UPDATE SET datasets = excluded.datasets, valid = excluded.valid,
        violations = excluded.violations, warnings = excluded.warnings, score = excluded.score
    """  # noqa: S608 (constants)
)
_TAKEN = sa.text("SELECT EXISTS (SELECT FROM smartcity_quality_history WHERE day = :day AND organisation = '')")


@dataclass(frozen=True)
class Totals:
    """Sums over the public datasets; `score` is the mean, `checked` the oldest report."""

    datasets: int
    valid: int
    score: float
    violations: int
    warnings: int
    checked: datetime | None


@dataclass(frozen=True)
class Column:
    """Datasets with `least` to `most` points."""

    least: int
    most: int
    datasets: int


@dataclass(frozen=True)
class Organisation:
    """The datasets of an organisation; `score` is the mean. Name and title are empty for those of none."""

    name: str
    title: str
    datasets: int
    valid: int
    score: float
    rating: str


@dataclass(frozen=True)
class Frequent:
    """A finding that many datasets share."""

    severity: Severity
    field: str
    message: Label
    datasets: int
    shape: str


@dataclass(frozen=True)
class Day:
    """One day of the trend."""

    day: date
    datasets: int
    valid: int
    violations: int
    warnings: int
    score: float


@dataclass(frozen=True)
class Addresses:
    """How many addresses of files there are, how many nobody has looked up yet, and how many do not answer."""

    addresses: int
    unknown: int
    broken: int


@dataclass(frozen=True)
class Overview:
    """The quality of the portal's public datasets."""

    totals: Totals
    ratings: dict[str, int]  # of the best first, each there
    distribution: tuple[Column, ...]
    organisations: tuple[Organisation, ...]  # the lowest mean first
    frequent: tuple[Frequent, ...]
    trend: tuple[Day, ...]  # the oldest first
    addresses: Addresses


@dataclass(frozen=True)
class Listed:
    """One dataset of a list."""

    id: str
    name: str
    title: str
    title_en: str
    private: bool
    state: str
    score: int
    rating: str
    violations: int
    warnings: int
    valid: bool
    checked: datetime
    organisation: str
    organisation_title: str


@dataclass(frozen=True)
class Page:
    """A page of a list, and how many there are in all."""

    entries: tuple[Listed, ...]
    total: int
    page: int
    per_page: int

    @property
    def pages(self) -> int:
        return max(-(-self.total // self.per_page), 1)


@dataclass(frozen=True)
class Wanted:
    """What a list shall hold. `organisations`: ids of those whose unpublished entries the asker may see."""

    sort: str = "worst"
    rating: str = ""
    organisation: str = ""  # name or id
    page: int = 1
    per_page: int = PER_PAGE
    organisations: Sequence[str] = field(default_factory=tuple)
    everything: bool = False  # a sysadmin sees all


def overview(days: int = 366, frequent: int = 10) -> Overview:
    """The public datasets as they stand now, with at most `days` days of the trend."""
    with store.reading() as connection:
        totals = connection.execute(_TOTALS).mappings().one()
        counted = {row.rating: row.number for row in connection.execute(_RATINGS)}
        columns = {row.place: row.number for row in connection.execute(_COLUMNS, {"most": method().most})}
        organisations = connection.execute(_ORGANISATIONS).mappings().all()
        common = connection.execute(_FREQUENT, {"limit": frequent}).mappings().all()
        addresses = connection.execute(_UNKNOWN).mappings().one()
        days_back = _trend(connection, "", days)
    return Overview(
        totals=Totals(**{**totals, "score": float(totals["score"])}),
        ratings={one.id: counted.get(one.id, 0) for one in method().ratings},
        distribution=_distribution(columns),
        organisations=tuple(
            Organisation(
                row["name"] or "",
                row["title"] or row["name"] or "",
                row["datasets"],
                row["valid"],
                float(row["score"]),
                method().rating(int(row["score"])).id,
            )
            for row in organisations
        ),
        frequent=tuple(
            Frequent(
                row["severity"], row["field"], message(row["shape"], row["message"]), row["datasets"], row["shape"]
            )
            for row in common
        ),
        trend=days_back,
        addresses=Addresses(**addresses),
    )


def trend(organisation: str = "", days: int = 366) -> tuple[Day, ...]:
    """The last days of the portal, or of the organisation with this id, the oldest first."""
    with store.reading() as connection:
        return _trend(connection, organisation, days)


def listing(wanted: Wanted) -> Page:
    """One page of the datasets, in the wanted order; those without a report yet are not in it."""
    where = [
        "package.type = 'dataset' AND package.state IN ('active', 'draft') AND quality.score IS NOT NULL",
        ":everything OR (package.state = 'active' AND NOT package.private) OR package.owner_org = ANY(:organisations)",
    ]
    if wanted.rating:
        where.append("quality.rating = :rating")
    if wanted.organisation:
        where.append(":organisation IN (organisation.name, organisation.id)")
    statement = _LIST.format(
        source=_FROM,
        where=" AND ".join(f"({one})" for one in where),
        order=SORTS[wanted.sort],
    )
    given = {
        "limit": wanted.per_page,
        "offset": (wanted.page - 1) * wanted.per_page,
        "everything": wanted.everything,
        "organisations": list(wanted.organisations),
        "rating": wanted.rating,
        "organisation": wanted.organisation,
    }
    with store.reading() as connection:
        rows = connection.execute(sa.text(statement), given).mappings().all()
    total = rows[0]["total"] if rows else 0
    entries = tuple(
        Listed(**{key: value if value is not None else "" for key, value in row.items() if key != "total"})
        for row in rows
    )
    return Page(entries, total, wanted.page, wanted.per_page)


def snapshot(connection: sa.Connection, day: date) -> None:
    """Keep the day's figures of the portal and of each organisation, in place of earlier ones of this day."""
    connection.execute(_SNAPSHOT, {"day": day})


def is_taken(connection: sa.Connection, day: date) -> bool:
    """Whether the figures of this day are kept already."""
    return bool(connection.execute(_TAKEN, {"day": day}).scalar())


def _trend(connection: sa.Connection, organisation: str, days: int) -> tuple[Day, ...]:
    rows = connection.execute(_TREND, {"organisation": organisation, "limit": days}).mappings().all()
    return tuple(Day(**row) for row in reversed(rows))


def _distribution(counted: dict[int, int]) -> tuple[Column, ...]:
    most = method().most
    return tuple(
        Column(place * STEP, most if (place + 1) * STEP >= most else (place + 1) * STEP - 1, counted.get(place, 0))
        for place in range(most // STEP)
    )
