"""What is to be done, as ckanext-harvest's tables say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .choice import SLOW_S
from .claims import Claims

AHEAD = 200  # units that are looked at at once
OPEN = ("WAITING", "FETCH", "IMPORT")  # states of units that are not over; the last two without a claim: a worker died


@dataclass(frozen=True)
class Job:
    """A job that runs."""

    id: str
    source: str
    gathered: bool


def running(claims: Claims) -> list[Job]:
    """All jobs that run, the oldest first."""
    rows = claims.execute(
        "SELECT id, source_id, gather_finished IS NOT NULL AS gathered FROM harvest_job "
        "WHERE status = 'Running' ORDER BY created, id"
    ).all()
    return [Job(row.id, row.source_id, row.gathered) for row in rows]


def units(claims: Claims, job: str) -> list[str]:
    """The next units of a job that are not over, in the order in which they were gathered."""
    rows = claims.execute(
        "SELECT id FROM harvest_object WHERE harvest_job_id = :job AND state = ANY(:open) "
        "ORDER BY gathered, id LIMIT :ahead",
        job=job,
        open=list(OPEN),
        ahead=AHEAD,
    )
    return [row.id for row in rows]


def is_open(claims: Claims, unit: str) -> bool:
    """Whether a unit is still to be worked on; asked once it is claimed."""
    found = claims.execute(
        "SELECT 1 FROM harvest_object o JOIN harvest_job j ON j.id = o.harvest_job_id "
        "WHERE o.id = :unit AND o.state = ANY(:open) AND j.status = 'Running'",
        unit=unit,
        open=list(OPEN),
    )
    return found.first() is not None


def over(claims: Claims, job: str) -> bool:
    """Whether a job has gathered, and none of its units is left."""
    found = claims.execute(
        "SELECT 1 FROM harvest_job j WHERE j.id = :job AND j.status = 'Running' AND j.gather_finished IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM harvest_object o WHERE o.harvest_job_id = j.id AND o.state = ANY(:open))",
        job=job,
        open=list(OPEN),
    )
    return found.first() is not None


def is_slow(claims: Claims, source: str) -> bool:
    """Whether the source's last units, or the last reading of what it has, took long; those in work included."""
    seconds: Any = claims.execute(
        "SELECT greatest("
        " (SELECT avg(took) FROM (SELECT extract(epoch FROM"
        "   coalesce(import_finished, fetch_finished, timezone('utc', now())) - fetch_started) AS took"
        "   FROM harvest_object WHERE harvest_source_id = :source"
        "   AND fetch_started > timezone('utc', now()) - interval '1 hour' ORDER BY fetch_started DESC LIMIT 5) AS u),"
        " (SELECT extract(epoch FROM coalesce(gather_finished, timezone('utc', now())) - gather_started)"
        "   FROM harvest_job WHERE source_id = :source AND gather_started > timezone('utc', now()) - interval '1 day'"
        "   ORDER BY gather_started DESC LIMIT 1))",
        source=source,
    ).scalar()
    return seconds is not None and float(seconds) > SLOW_S
