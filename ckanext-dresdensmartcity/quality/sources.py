"""What reports are made from: each entry as N-Triples, with what it links to and the frame of the catalogue.

The stored parts of the catalogue are taken where they are up to date. What is not published has none: it is written
here, in the same way, as its editors see its report before anybody else sees the entry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import shapely
import sqlalchemy as sa
from ckanext.dresdensmartcity import config
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.city.vocabularies import schemas_folder
from ckanext.dresdensmartcity.dcat import changes, fragments, links
from ckanext.dresdensmartcity.dcat.basis import digest_of
from ckanext.dresdensmartcity.dcat.datasets import describe
from ckanext.dresdensmartcity.dcat.iris import DATASET, PUBLISHED_TYPES, Package, dataset_iri
from ckanext.dresdensmartcity.dcat.output import Omission, Output
from ckanext.dresdensmartcity.dcat.portal import site

from . import engine, nodes
from .report import FORM

# What a package that the writer cannot cope with may raise: it costs its own report only.
UNWRITABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, shapely.errors.ShapelyError)

_STATES = sa.text(
    """
    SELECT change.package_id, change.version, package.type, package.state, package.private, package.owner_org,
        fragment.version AS fragment_version, fragment.basis, fragment.published, fragment.iri, fragment.ntriples
    FROM smartcity_change AS change
    LEFT JOIN package ON package.id = change.package_id
    LEFT JOIN smartcity_fragment AS fragment ON fragment.package_id = change.package_id
    WHERE change.package_id = ANY(:ids)
    """
)
_NAMED = sa.text(
    """
    SELECT fragment.iri, fragment.ntriples FROM smartcity_fragment AS fragment
    JOIN package ON package.id = fragment.package_id AND package.state = 'active' AND NOT package.private
    WHERE fragment.published AND fragment.iri = ANY(:iris)
    """
)


@dataclass(frozen=True)
class Source:
    """One entry as it stood in the database when it had this version."""

    package_id: str
    version: int
    kind: str
    iri: str
    own: str  # N-Triples
    around: tuple[str, ...]  # N-Triples of what it links to, and of the frame of the catalogue
    organisation: str
    published: bool
    problem: str = ""  # why it cannot be written; then there is no text


@dataclass(frozen=True)
class Written:
    """A package as a part of the catalogue, or why it cannot be one."""

    iri: str
    text: str = ""
    problem: str = ""
    omissions: tuple[Omission, ...] = ()


@dataclass(frozen=True)
class Sources:
    """Entries, and the versions of all that is no entry (any more): removed, purged, of other types, organisations."""

    entries: tuple[Source, ...]
    gone: dict[str, int]
    shared: nodes.Shared


def sources(connection: sa.Connection, ids: Sequence[str]) -> Sources:
    """What the reports of these packages are made from, as one transaction (dcat.store.reading) sees it."""
    rows = connection.execute(_STATES, {"ids": list(ids)}).mappings().all()
    living = [row for row in rows if row["type"] in PUBLISHED_TYPES and row["state"] in ("active", "draft")]
    current = fragments.basis()
    texts = {row["package_id"]: Written(row["iri"], row["ntriples"]) for row in living if _is_fresh(row, current)}
    texts |= _written(connection, [row["package_id"] for row in living if row["package_id"] not in texts])
    named = {key: engine.links(one.iri, one.text) for key, one in texts.items()}
    others = _others(connection, set().union(*named.values()))
    frame = _frame(current)
    described = {key: nodes.described(one.iri, one.text, {site().base, *others}) for key, one in texts.items()}
    public = [row["package_id"] for row in living if row["state"] == "active" and not row["private"]]
    shared = nodes.shared(connection, described, public, ids)
    entries = tuple(
        Source(
            key,
            row["version"],
            row["type"],
            texts[key].iri,
            texts[key].text,
            (*(others[iri] for iri in sorted(named[key] & others.keys())), *shared.around(key), frame),
            row["owner_org"] or "",
            row["package_id"] in shared.published,
            texts[key].problem,
        )
        for row in living
        if (key := row["package_id"]) in texts
    )
    kept = {one.package_id for one in entries}
    gone = {row["package_id"]: row["version"] for row in rows if row["package_id"] not in kept}
    return Sources(entries, gone, shared)


def of_package(connection: sa.Connection, package: Package) -> Source:
    """The source of a package that is not stored (yet): as it would be published."""
    written = write(package, links.targets(connection, [package], site().base))
    others = _others(connection, engine.links(written.iri, written.text))
    key = str(package.get("id") or "")
    described = nodes.described(written.iri, written.text, {site().base, *others})
    shared = nodes.shared(connection, {key: described}, [key], [key])
    around = (*(others[one] for one in sorted(others)), *shared.around(key), _frame(fragments.basis()))
    kind = package.get("type") or DATASET
    return Source(key, 0, kind, written.iri, written.text, around, "", True, written.problem)


def write(package: Package, known: Mapping[str, Package]) -> Written:
    """A package as a part of the catalogue; `known` are the published entries that it may link to."""
    out = Output(city(), site(), known)
    try:
        iri = describe(out, package, linked=False)
    except UNWRITABLE as error:
        return Written(dataset_iri(package, site().base), problem=f"{type(error).__name__}: {error}")
    return Written(str(iri), out.graph.serialize(format="nt"), omissions=tuple(out.omissions))


def basis() -> str:
    """What stands for the rules: the catalogue's own basis, the shapes, the methods of measuring."""
    return f"{fragments.basis()}-{_rules()}{'-direct' if config.quality_direct_delivery() else ''}"


@lru_cache(maxsize=1)
def _rules() -> str:
    """A hash of the files that say what is measured; they change with the software only."""
    folders = [schemas_folder() / name for name in ("shapes", "quality", "vocabularies")]
    files: list[Path] = sorted(path for folder in folders for path in folder.iterdir() if path.is_file())
    return digest_of(str(FORM), files)[:16]


def _written(connection: sa.Connection, ids: Sequence[str]) -> dict[str, Written]:
    """Packages that have no stored part that is up to date."""
    if not ids:
        return {}
    packages = {key: one.package for key, one in changes.snapshots(connection, ids).items()}
    known = links.targets(connection, packages.values(), site().base)
    return {key: write(one, known) for key, one in packages.items()}


@lru_cache(maxsize=4)
def _frame(current: str) -> str:
    """The frame of the catalogue; `current` is the basis that it is made with."""
    return fragments.frame()


def _is_fresh(row: Mapping[str, Any], current: str) -> bool:
    made_of = (row["fragment_version"], row["basis"])
    return bool(row["published"] and row["ntriples"] and made_of == (row["version"], current))


def _others(connection: sa.Connection, iris: set[str]) -> dict[str, str]:
    """The stored parts of the published entries with these IRIs."""
    if not iris:
        return {}
    rows = connection.execute(_NAMED, {"iris": sorted(iris)})
    return {row.iri: row.ntriples for row in rows if row.ntriples}
