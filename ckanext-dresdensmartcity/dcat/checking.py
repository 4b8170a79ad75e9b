"""Whether the stored parts are what would be made now: a proof, not a guess from versions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from rdflib import Graph

from . import changes, fragments, store
from .iris import PUBLISHED_TYPES
from .syntaxes import SYNTAXES, document

_STORED = sa.text("SELECT * FROM smartcity_fragment WHERE package_id = ANY(:ids)")
# Those that triggers never saw, such as after a restore without them, too.
_IDS = sa.text(
    """
    SELECT id FROM package WHERE type = ANY(:types)
    UNION SELECT package_id FROM smartcity_fragment ORDER BY 1
    """
)
_UNSEEN = sa.text("SELECT id FROM package WHERE type = ANY(:types) EXCEPT SELECT package_id FROM smartcity_change")


@dataclass(frozen=True)
class Difference:
    """A part that is not what it should be."""

    package_id: str
    name: str
    reason: str


def differences(told: Callable[[int, int], None] | None = None) -> Iterator[Difference]:
    """Compare every part with a new one, of one moment each batch; `told` hears how many of how many are done.

    Parts that are known to be out of date are named as such: readers make them anew by themselves.
    """
    given = {"types": list(PUBLISHED_TYPES)}
    with store.reading() as connection:
        ids = list(connection.execute(_IDS, given).scalars())
        unseen = set(connection.execute(_UNSEEN, given).scalars())
    done = 0
    for batch in fragments.batches(ids):
        with store.reading() as connection:
            yield from _compared(connection, batch, unseen)
        done += len(batch)
        if told:
            told(done, len(ids))


def repair(found: Iterable[Difference]) -> None:
    """Make the parts anew, each as if its package had just been changed."""
    ids = [one.package_id for one in found]
    with store.writing() as connection:
        changes.bump(connection, ids)
    fragments.refresh(ids)
    fragments.refresh_stale()


def _compared(connection: sa.Connection, ids: Sequence[str], unseen: set[str]) -> Iterator[Difference]:
    stored = {row["package_id"]: row for row in connection.execute(_STORED, {"ids": list(ids)}).mappings()}
    behind = set(fragments.stale_in(connection)) & set(ids)
    made = fragments.make(connection, ids)
    for key in ids:
        row, part = stored.get(key), made.parts.get(key)
        name = made.snapshots[key].package["name"] if key in made.snapshots else (row["name"] if row else key)
        is_stored = row is not None and row["published"]
        if key in made.problems:
            yield Difference(key, name, f"cannot be written: {made.problems[key]}")
        elif key in behind:
            yield Difference(key, name, "out of date; the next reader makes it anew")
        elif key in unseen:
            yield Difference(key, name, "changed unseen: it was stored while the triggers were off")
        elif part is None and is_stored:
            yield Difference(key, name, "stored as public, and is not")
        elif part is not None and (row is None or not is_stored):
            yield Difference(key, name, "public, and not stored")
        elif part is not None and row is not None:
            wrong = [one for one in SYNTAXES if not _same(one, row[one], part.texts[one])]
            if wrong:
                yield Difference(key, name, f"stored otherwise than it would be written now: {', '.join(wrong)}")


def _same(syntax: str, stored: str | None, new: str) -> bool:
    """Whether two texts say the same: there are no blank nodes, so equal sets are equal graphs."""
    return stored == new or (stored is not None and _triples(syntax, stored) == _triples(syntax, new))


def _triples(syntax: str, text: str) -> set[object]:
    return set(Graph().parse(data="".join(document(syntax, (text,))), format=SYNTAXES[syntax].rdflib))
