"""What is derived from an entry follows right after the transaction that changed it.

CKAN's hooks run before the commit: what they would store could be of a change that is rolled back. So they only note
what was changed, and the commit's end starts the work, on connections of its own. Where that fails, or a process ends
between the two, nothing is lost: the database itself knows what is out of date (changes.py), and readers make it new.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy import event

from . import fragments
from .iris import PUBLISHED_TYPES

log = logging.getLogger(__name__)

_CHANGED, _COMMITTED = "smartcity_changed", "smartcity_committed"

# What follows a change, in this order, with the ids of the packages. Rooms that this one must not import add theirs.
_followers: list[Callable[[Sequence[str]], object]] = [fragments.refresh]


def follow(work: Callable[[Sequence[str]], object]) -> None:
    """Have `work` called after each commit with the ids of the changed entries, after the catalogue's own."""
    if work not in _followers:
        _followers.append(work)


def listen() -> None:
    """Hear of the commits of CKAN's session; safe to call again."""
    for name, listener in (("after_commit", _committed), ("after_transaction_end", _ended)):
        if not event.contains(model.Session, name, listener):
            event.listen(model.Session, name, listener)


def note(entity: Any) -> None:
    """Remember a changed package until its transaction ends."""
    if isinstance(entity, model.Package) and entity.type in PUBLISHED_TYPES:
        model.Session().info.setdefault(_CHANGED, {})[entity.id] = None


def _committed(session: Any) -> None:
    # A savepoint's end is no commit.
    session.info[_COMMITTED] = not session.in_nested_transaction()


def _ended(session: Any, transaction: Any) -> None:
    if transaction.parent is not None:
        return
    committed = session.info.pop(_COMMITTED, False)
    changed = session.info.pop(_CHANGED, None)
    if not (committed and changed):
        return
    try:
        for work in tuple(_followers):
            work(list(changed))
    except sa.exc.SQLAlchemyError as error:
        log.warning("What follows from a change of %s is left to its readers: %s", ", ".join(changed), error)
