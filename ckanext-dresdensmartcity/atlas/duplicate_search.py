"""Possible duplicates in the atlas: the side table preselects by trigrams, place and website, the core compares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import ckan.plugins as plugins
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckanext.dresdensmartcity.city.current import city

from .duplicates import NEAR_M, SHARED_BY, Candidate, Duplicate, duplicates, host, plain_name
from .entries import TYPES, entry_id
from .model import WGS84, AtlasEntry

PRESELECTED = 60
LEAST_SIMILARITY = 0.2  # of trigrams; initials are looked for apart
THRESHOLDS = ("pg_trgm.similarity_threshold", "pg_trgm.word_similarity_threshold")
NEAR_DEGREES = NEAR_M / 60_000  # of a degree of longitude up to 57 degrees north; the core measures exactly
SHORTEST_NAME = 3
PLUGIN = "dresdensmartcity_atlas"


def find(entry: Candidate) -> tuple[Duplicate, ...]:
    """What in the atlas may be the same as the entry, the likest first."""
    here = city()
    common = (here.name,)
    site = host(entry.url)
    conditions, order = _conditions(entry, plain_name(entry.title, common), site)
    asked = (
        sa.select(AtlasEntry.record)
        .where(AtlasEntry.visible, AtlasEntry.type == entry.type, sa.or_(*conditions))
        .order_by(order.desc(), AtlasEntry.entry_id)
        .limit(PRESELECTED)
    )
    with _least_similarity():
        others = [_candidate(record) for record in model.Session.execute(asked).scalars()]
    shared = [site] if site and sum(host(one.url) == site for one in others) > SHARED_BY else []
    return duplicates(entry, others, common, shared)


@contextmanager
def _least_similarity() -> Iterator[None]:
    """What counts as like for the operators of pg_trgm, which alone use the index; what follows keeps its own limits.

    An error ends the transaction, and the setting with it.
    """
    for name in THRESHOLDS:
        model.Session.execute(sa.select(sa.func.set_config(name, str(LEAST_SIMILARITY), True)))
    yield
    for name in THRESHOLDS:
        model.Session.execute(sa.text(f"SET LOCAL {name} TO DEFAULT"))


def _conditions(entry: Candidate, name: str, site: str) -> tuple[list[Any], Any]:
    key = AtlasEntry.title_key
    similarity = sa.func.greatest(sa.func.similarity(key, name), sa.func.word_similarity(name, key))
    conditions: list[Any] = [key.op("%")(name), key.op("%>")(name)]
    # "TU" for "Technische Universität": the first letters of words that follow each other, and the other way round.
    conditions += [key.regexp_match(r"\m" + r"\S* ".join(word)) for word in name.split() if 2 <= len(word) <= 5]
    initials = "".join(word[0] for word in name.split())
    if len(initials) > 1:
        conditions.append(key.op("~")(r"\m" + initials + r"\M"))
    if site:
        conditions.append(AtlasEntry.record["url"].astext.ilike(f"%{_escaped(site)}%"))
    if entry.position:
        point = sa.func.ST_SetSRID(sa.func.ST_MakePoint(*entry.position), WGS84)
        conditions.append(sa.func.ST_DWithin(AtlasEntry.geometry, point, NEAR_DEGREES))
    return conditions, similarity


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _candidate(record: Mapping[str, Any]) -> Candidate:
    placed = record.get("longitude") is not None and record.get("latitude") is not None
    return Candidate(
        type=record["type"],
        id=record["id"],
        title=record["title"],
        url=record.get("url") or "",
        position=(record["longitude"], record["latitude"]) if placed else None,
    )


def of_values(entry_type: str, values: Mapping[str, Any]) -> tuple[Duplicate, ...]:
    """Possible duplicates of what somebody has typed so far; none while the name is too short to say anything."""
    title = str(values.get("title") or "").strip()[:300]
    if entry_type not in TYPES or len(title) < SHORTEST_NAME:
        return ()
    name = str(values.get("name") or "")
    own = entry_id(entry_type, name) if name else ""
    position = _position(values)
    return find(Candidate(entry_type, own, title, str(values.get("url") or "")[:2000], position))


def _position(values: Mapping[str, Any]) -> tuple[float, float] | None:
    try:
        longitude, latitude = (float(str(values[name]).replace(",", ".")) for name in ("longitude", "latitude"))
    except (KeyError, ValueError):
        return None
    return (longitude, latitude) if abs(longitude) <= 180 and abs(latitude) <= 90 else None


def found_by_form(entry_type: str, values: Mapping[str, Any]) -> list[dict[str, str]]:
    """For the form: title, address and reasons of what may be the same; empty where the atlas is switched off."""
    if not plugins.plugin_loaded(PLUGIN):
        return []
    language = str(tk.h.lang())
    return [
        {
            "title": one.entry.title,
            "url": str(tk.h.url_for("atlas.read", entry_type=one.entry.type, entry_id=one.entry.id)),
            "why": "; ".join(reason.sentence.text(language) for reason in one.reasons),
        }
        for one in of_values(entry_type, values)
    ]
