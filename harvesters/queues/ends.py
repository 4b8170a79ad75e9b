"""What belongs to no unit: jobs that are over become finished, and those that are due are made."""

from __future__ import annotations

import logging

import ckan.model as model
import ckan.plugins.toolkit as tk
import pysolr
import redis
import sqlalchemy as sa
from ckan.lib.search import SearchError

from ..publishing import site_user
from . import breaker
from .claims import Claims, Kind

log = logging.getLogger(__name__)

# All that ends a call in a way that passes; it is made again in a moment, or by whoever is next.
TROUBLES = (sa.exc.SQLAlchemyError, SearchError, pysolr.SolrError, redis.RedisError, OSError)


def finish(claims: Claims, source: str) -> None:
    """Mark the source's jobs that are over as finished, as `ckan harvester run` does for all sources."""
    from ..catalogues.together import find_again

    # What a worker had saved that was killed before it could tell the search.
    find_again(source)
    _run(claims, source_id=source)


def tick(claims: Claims) -> None:
    """Make the jobs that are due, finish those that are over, and plan again what failed. Raises ClaimsLostError."""
    _run(claims)


def _run(claims: Claims, **which: str) -> None:
    if not claims.take(Kind.ENDS, "all"):
        return  # another one is at it, or will be in a moment
    try:
        context = {"user": site_user(), "ignore_auth": True, "model": model, "session": model.Session}
        tk.get_action("harvest_jobs_run")(context, dict(which))
        breaker.plan_again()
    except TROUBLES as error:
        log.warning("Jobs could not be finished or made; it is tried again soon: %s", error)
    finally:
        model.Session.remove()
    claims.give_back(Kind.ENDS, "all")
