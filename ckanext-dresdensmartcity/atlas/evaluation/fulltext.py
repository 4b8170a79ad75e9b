"""The baseline of a database: PostgreSQL's full-text search with its German configuration."""

from __future__ import annotations

import re
from collections.abc import Mapping

import psycopg2

from ..matching import Project
from .baselines import Score, actor_text, project_text
from .cases import Cases

WORD = re.compile(r"\w+")


class NoDatabaseError(RuntimeError):
    """The database cannot be reached; the message is the driver's."""


def full_text(cases: Cases, address: str) -> Score:
    """`ts_rank` of each actor for any word of the project, computed at once; raises NoDatabaseError.

    Nothing is stored: the texts are parameters of the query.
    """
    query = (
        "SELECT p.id, a.id, ts_rank(to_tsvector('german', a.text), to_tsquery('german', p.words)) "
        "FROM unnest(%s::text[], %s::text[]) AS a(id, text), unnest(%s::text[], %s::text[]) AS p(id, words)"
    )
    values = (
        [actor.id for actor in cases.actors],
        [actor_text(actor) for actor in cases.actors],
        [project.id for project in cases.projects],
        [" | ".join(WORD.findall(project_text(project))) for project in cases.projects],
    )
    try:
        connection = psycopg2.connect(address, connect_timeout=5)
    except psycopg2.OperationalError as error:
        raise NoDatabaseError(str(error).strip()) from error
    try:
        with connection.cursor() as cursor:
            cursor.execute(query, values)
            ranks: Mapping[tuple[str, str], float] = {(p, a): rank for p, a, rank in cursor.fetchall()}
    finally:
        connection.close()

    def score(project: Project, actor: str) -> float:
        return ranks[project.id, actor]

    return score
