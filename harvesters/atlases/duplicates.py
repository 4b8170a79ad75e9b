"""Entries of another city that may be the same as one of this city's own: said, never merged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import ckan.model as model
import sqlalchemy as sa
from ckanext.dresdensmartcity.atlas.entries import TYPES, entry_id
from rapidfuzz import fuzz, process, utils

from ..records import Finding
from . import wording
from .making import Made

LIKE = 92  # of 100: the same words in another order, one letter more
MOST_TOLD = 100


@dataclass(frozen=True)
class Own:
    """An entry of the city's own."""

    type: str
    id: str
    title: str
    host: str


def told(made: Sequence[Made]) -> Iterator[Finding]:
    """A finding for each that may be one of the city's own."""
    if not made:
        return
    own = _own()
    number = 0
    for one in made:
        found = _same(one, own)
        if found is not None and number < MOST_TOLD:
            number += 1
            values = {"title": found[0].title, "id": f"{found[0].type}/{found[0].id}", "why": found[1]}
            yield Finding.of("duplicate", "info", wording.DUPLICATE, str(one.package["title"])[:200], **values)


def _same(made: Made, own: Sequence[Own]) -> tuple[Own, str] | None:
    alike = [one for one in own if one.type == made.type]
    titles = [one.title for one in alike]
    best = process.extractOne(
        str(made.package["title"]), titles, scorer=fuzz.token_sort_ratio, processor=utils.default_process,
        score_cutoff=LIKE,
    )  # fmt: skip
    if best:
        return alike[best[2]], f"{best[1]:.0f} %"
    host = _host(str(made.package.get("url", "")))
    found = next((one for one in alike if host and one.host == host), None)
    return (found, host) if found and made.type == "actor" else None


def _own() -> list[Own]:
    package = model.Package
    url, origin = package.extras["url"].astext, package.extras["origin_url"].astext
    rows = model.Session.execute(
        sa.select(package.type, package.name, package.title, package.url, url.label("page")).where(
            package.type.in_(TYPES),
            package.state == model.State.ACTIVE,
            sa.func.coalesce(origin, "") == "",
        )
    )
    return [
        Own(row.type, entry_id(row.type, row.name), row.title or row.name, _host(row.url or row.page or ""))
        for row in rows
    ]


def _host(url: str) -> str:
    """Host and path of a home page, as far as it tells one body from another."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{(parts.hostname or '').removeprefix('www.')}{parts.path.rstrip('/')}"
