"""Keeps the side tables in step with the packages: after each change by the hooks, or all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.plugins import toolkit as tk
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.city.outline_store import outlines_of
from ckanext.dresdensmartcity.city.outlines import Outlines
from ckanext.dresdensmartcity.dcat.stored import package_of
from geoalchemy2 import WKBElement
from shapely import to_wkb

from .entries import TYPES, Entry, from_package, from_record, to_record
from .freshness import first_day
from .matching import Taxonomy
from .model import WGS84, AtlasEntry, AtlasPending, AtlasPosting, AtlasWord
from .places import districts_of, ground_of
from .taxonomy import taxonomy
from .text import normalise
from .wording import body, slips, weighted_words

# What other rooms keep in step with the entries: filled by followers.py. Called in the session that changes them.
FOLLOWERS: list[Callable[[str, Entry | None, Entry | None], None]] = []
REBUILDERS: list[Callable[[], None]] = []

BATCH = 500  # packages read and written at once by a rebuild
_KNOWN_WORDS = sa.text(
    """
    SELECT known.word, known.id FROM unnest(CAST(:words AS text[])) AS given (word)
    JOIN dresdensmartcity_atlas_word AS known USING (word)
    """
)
_ADD_WORDS = sa.text(
    """
    INSERT INTO dresdensmartcity_atlas_word (word, slips)
        SELECT word, string_to_array(slips, ' ')
        FROM unnest(CAST(:words AS text[]), CAST(:slips AS text[])) AS given (word, slips)
        ORDER BY word -- so that two writers do not wait for each other
        ON CONFLICT DO NOTHING RETURNING word, id
    """
)
_ADD_POSTINGS = sa.text(
    """
    INSERT INTO dresdensmartcity_atlas_posting (word, number, weight)
        SELECT * FROM unnest(CAST(:words AS integer[]), CAST(:numbers AS integer[]), CAST(:weights AS real[]))
    """
)


class SideTableError(RuntimeError):
    """Raised when the tables of the atlas are not there."""

    def __init__(self) -> None:
        super().__init__(
            "The tables of the atlas are missing or out of date: run `ckan db upgrade -p dresdensmartcity_atlas`, then "
            "`ckan dresdensmartcity atlas rebuild`."
        )


def package_changed(package_id: str) -> None:
    """Called by the hooks: writes, renews or removes the rows of a package, in the session that changed it.

    The packages of other types are left alone; a package that is private, a draft or deleted has no rows.
    """
    package = model.Package.get(package_id)
    if package is None or package.type not in TYPES:
        return
    model.Session.flush()
    try:
        before = _before(package.id)
    except sa.exc.ProgrammingError as error:
        raise SideTableError from error
    after = None
    if package.state == model.State.ACTIVE and not package.private:
        shown = shown_package(package.id)
        after = from_package(shown)
        _write([(after, package.metadata_modified)], {})
    elif before:
        _remove(package.id)
    _settled(package.id)
    _tell(package.id, before, after)


def package_deleted(package_id: str) -> None:
    """Called by the hook, which CKAN runs before the package is marked as deleted; the id may be a name."""
    package = model.Package.get(package_id)
    if package is not None and package.type in TYPES:
        remove(package.id)


def remove(package_id: str) -> None:
    """Removes the rows of a package; its words go with the entry."""
    before = _before(package_id)
    _remove(package_id)
    _settled(package_id)
    _tell(package_id, before, None)


def catch_up(limit: int = 1000) -> int:
    """Write anew what changed its visibility without a hook, by bulk updates or plain SQL, and commit; how many.

    What became private is hidden from the moment it did: this brings back what became public, and tells the followers.
    """
    # Others that do the same are not waited for.
    pending = sa.select(AtlasPending.package_id).limit(limit).with_for_update(skip_locked=True)
    identifiers = list(model.Session.execute(pending).scalars())
    for identifier in identifiers:
        package = model.Package.get(identifier)
        if package is None:
            _settled(identifier)
        else:
            package_changed(identifier)
    model.Session.commit()
    return len(identifiers)


def rebuild(progress: Callable[[int, int], None] = lambda done, all_of_them: None) -> int:
    """Makes the side tables anew from the packages and commits; returns how many entries they hold.

    Readers see the old ones until then. `progress` is told how many of all packages are done.
    """
    try:
        for table in (AtlasPosting, AtlasEntry, AtlasWord, AtlasPending):
            model.Session.execute(sa.delete(table))
    except sa.exc.ProgrammingError as error:
        raise SideTableError from error
    identifiers = list(
        model.Session.execute(
            sa.select(model.Package.id)
            .where(model.Package.type.in_(TYPES), model.Package.state == model.State.ACTIVE, ~model.Package.private)
            .order_by(model.Package.id)
        ).scalars()
    )
    done = 0
    known: dict[str, int] = {}  # all words: of 100,000 entries some 10 MB
    for batch in _batches(identifiers):
        _write([(from_package(package), modified) for package, modified in _stored(batch)], known)
        done += len(batch)
        progress(done, len(identifiers))
    for rebuilder in REBUILDERS:
        rebuilder()
    model.Session.commit()
    return len(identifiers)


def _batches(identifiers: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(identifiers), BATCH):
        yield identifiers[start : start + BATCH]


def _before(package_id: str) -> Entry | None:
    record = model.Session.execute(
        sa.select(AtlasEntry.record).where(AtlasEntry.package_id == package_id)
    ).scalar_one_or_none()
    return from_record(record) if record else None


def _remove(package_id: str) -> None:
    model.Session.execute(sa.delete(AtlasEntry).where(AtlasEntry.package_id == package_id))


def _settled(package_id: str) -> None:
    model.Session.execute(sa.delete(AtlasPending).where(AtlasPending.package_id == package_id))


def _tell(package_id: str, before: Entry | None, after: Entry | None) -> None:
    if before or after:
        for follower in FOLLOWERS:
            follower(package_id, before, after)


def shown_package(package_id: str) -> dict[str, Any]:
    """The package as its schema shows it, with lists as lists; no right is needed to keep the table in step."""
    package: dict[str, Any] = tk.get_action("package_show")(
        {"ignore_auth": True, "use_cache": False}, {"id": package_id}
    )
    return package


def _stored(identifiers: list[str]) -> list[tuple[dict[str, Any], datetime]]:
    """Packages straight from the database, many at once: package_show takes a hundred times as long."""
    rows = model.Session.execute(
        sa.text("SELECT * FROM package WHERE id = ANY(:ids) ORDER BY id"), {"ids": identifiers}
    ).mappings()
    return [(dict(package_of({**row, **_NO_ORGANISATION}, [], [])), row["metadata_modified"]) for row in rows]


_NO_ORGANISATION: Mapping[str, None] = dict.fromkeys(
    ("organisation_id", "organisation_name", "organisation_title", "organisation_description")
)


def _write(entries: Iterable[tuple[Entry, datetime]], known: dict[str, int]) -> None:
    """Write the rows of entries; those that are there keep their numbers. `known` holds ids of words."""
    here, terms = city(), taxonomy()
    outlines = outlines_of(here)
    given = [(entry, _row(entry, modified, here, outlines, terms)) for entry, modified in entries]
    numbers: dict[str, int] = {}
    there = model.Session.execute(
        sa.select(AtlasEntry.package_id, AtlasEntry.number).where(
            AtlasEntry.package_id.in_([entry.package_id for entry, _ in given])
        )
    )
    numbers.update(there.tuples().all())
    if numbers:
        model.Session.execute(sa.delete(AtlasPosting).where(AtlasPosting.number.in_(list(numbers.values()))))
    for entry, row in given:
        if entry.package_id in numbers:
            model.Session.execute(sa.update(AtlasEntry).where(AtlasEntry.package_id == entry.package_id).values(**row))
    new = [row for entry, row in given if entry.package_id not in numbers]
    if new:
        made = sa.insert(AtlasEntry).returning(AtlasEntry.package_id, AtlasEntry.number)
        numbers.update(model.Session.execute(made, new).tuples().all())
    words = ((numbers[entry.package_id], weighted_words(entry, terms)) for entry, _ in given)
    _write_words(words, known)


def _row(entry: Entry, modified: datetime, here: City, outlines: Outlines, terms: Taxonomy) -> dict[str, Any]:
    ground = ground_of(entry, here, outlines)
    position = entry.position
    topics = terms.with_wider((*entry.offers, *entry.needs))
    return {
        "package_id": entry.package_id,
        "visible": True,
        "type": entry.type,
        "entry_id": entry.id,
        "kind": entry.kind,
        "fields_of_action": list(entry.fields_of_action),
        "focus_areas": list(entry.focus_areas),
        "topics": list(topics),
        "districts": list(districts_of(entry, here, outlines)),
        "funding": list(entry.funding_programme),
        "status": entry.status,
        "phase": entry.phase,
        "title_key": normalise(entry.title),
        "geometry": f"SRID={WGS84};POINT({position[0]} {position[1]})" if position else None,
        "place": WKBElement(to_wkb(ground.shape), srid=WGS84) if ground.shape else None,
        "place_kind": ground.kind,
        "modified": modified,
        "last_known": first_day(entry.last_known),
        "body": body(entry, terms),
        "record": to_record(entry),
        "changed_at": datetime.now(timezone.utc),
    }


def _write_words(words: Iterable[tuple[int, dict[str, float]]], known: dict[str, int]) -> None:
    """Write the weighted words of entries by their numbers; `known` holds ids of words and is added to."""
    given = [(word, number, weight) for number, weighted in words for word, weight in weighted.items()]
    _learn({word for word, _, _ in given} - known.keys(), known)
    given.sort(key=lambda one: known[one[0]])
    model.Session.execute(
        _ADD_POSTINGS,
        {
            "words": _array(known[word] for word, _, _ in given),
            "numbers": _array(number for _, number, _ in given),
            "weights": _array(weight for _, _, weight in given),
        },
    )


def _array(numbers: Iterable[float]) -> str:
    """Numbers as PostgreSQL writes an array: read many times as fast as the expression that a list becomes."""
    return f"{{{','.join(map(str, numbers))}}}"


def _learn(words: set[str], known: dict[str, int]) -> None:
    known.update(model.Session.execute(_KNOWN_WORDS, {"words": list(words)}).tuples().all())
    new = sorted(words - known.keys())
    if new:
        given = {"words": new, "slips": [" ".join(slips(word)) for word in new]}
        known.update(model.Session.execute(_ADD_WORDS, given).tuples().all())
        # Those that another writer has added in the meantime.
        late = [word for word in new if word not in known]
        if late:
            known.update(model.Session.execute(_KNOWN_WORDS, {"words": late}).tuples().all())
