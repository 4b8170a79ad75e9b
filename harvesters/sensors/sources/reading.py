"""What the readers of all kinds share: JSON that may be cut off, texts, positions, moments, pages."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any, TypeVar
from urllib.parse import urljoin

import polars as pl

from ...client import AddressInvalidError, origin, parse
from . import wording
from .model import Answered, AnswerFormError, CutAnswerError, Getter, PagingError

ATTEMPTS = 3  # for an answer that breaks off although its status is 200
MOST_PAGES = 10_000  # of one list; a million values at a hundred a page
MOST_SECONDS = 1800  # for one list

T = TypeVar("T")


def ask(
    client: Getter,
    url: str,
    params: dict[str, str] | None,
    reader: Callable[[Answered], T],
    headers: dict[str, str] | None = None,
) -> T:
    """What `reader` makes of the answer. An answer that breaks off is asked for again; then its error is raised."""
    attempt = 1
    while True:
        answer = client.get(url, params, headers)
        try:
            return reader(answer)
        except CutAnswerError:
            if attempt == ATTEMPTS:
                raise
            attempt += 1


def read_json(text: str, place: str) -> Any:
    """JSON; raises CutAnswerError for anything else, as a cut answer and an error text after the data look like it."""
    try:
        return json.loads(text, parse_constant=_no_number)
    except (json.JSONDecodeError, RecursionError) as error:
        raise CutAnswerError(place, text[-120:]) from error


def _no_number(_name: str) -> None:
    """NaN and Infinity are no JSON, but some servers write them: no number."""


def rows(value: object, place: str) -> list[Any]:
    """A JSON array."""
    if not isinstance(value, list):
        raise AnswerFormError(place, "a JSON array", value)
    return value


def record(value: object, place: str) -> dict[str, Any]:
    """A JSON object."""
    if not isinstance(value, dict):
        raise AnswerFormError(place, "an object", value)
    return value


def text(owner: dict[str, Any], key: str, place: str) -> str:
    """A string under a key that must be there."""
    value = owner.get(key)
    if not isinstance(value, str):
        raise AnswerFormError(place, f"`{key}` as a string", value)
    return value


def identifier(value: object, place: str) -> str:
    """An id: a string that is not empty, or a whole number; as text."""
    if isinstance(value, bool) or not isinstance(value, int | str) or value == "":
        raise AnswerFormError(place, "an id as a number or a string", value)
    return str(value)


def number(value: object) -> float | None:
    """A finite number out of a JSON number or a string with a decimal point; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        read = float(value)
    except (ValueError, OverflowError):
        return None
    return read if abs(read) < float("inf") else None


def position(value: object) -> tuple[float, float, float | None] | None:
    """lon, lat, height of GeoJSON coordinates; None for what is no position in degrees."""
    if not isinstance(value, list) or len(value) not in (2, 3):
        return None
    if not all(isinstance(part, int | float) and not isinstance(part, bool) for part in value):
        return None
    return on_earth(float(value[0]), float(value[1]), float(value[2]) if len(value) == 3 else None)


def on_earth(lon: float, lat: float, height: float | None) -> tuple[float, float, float | None] | None:
    """The position, or None outside of the range of degrees."""
    return (lon, lat, height) if abs(lon) <= 180 and abs(lat) <= 90 else None


def moment(value: object) -> datetime | None:
    """An RFC 3339 time with `Z` or an offset, in UTC, to the millisecond; None for anything else."""
    if not isinstance(value, str) or len(value) < 17:  # fromisoformat would take a date alone for midnight
        return None
    try:
        read = datetime.fromisoformat(value[:-1] + "+00:00" if value[-1] in "Zz" else value)
        return None if read.tzinfo is None else read.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None


def as_number(column: str) -> pl.Expr:
    """A column of texts as numbers with a decimal point; null for anything else, "NaN" and "inf" included."""
    read = pl.col(column).str.strip_chars().cast(pl.Float64, strict=False)
    return pl.when(read.is_finite()).then(read)


class Pages:
    """The way from page to page: only on the source's own origin, no page twice, and to an end.

    A next link is the source's word. It may point into the portal's own network or back to an earlier page
    (PITFALLS: hydra pages that cycle between 2 and 3).
    """

    def __init__(self, first: str, place: str, most: int = MOST_PAGES) -> None:
        self.first = first
        self.place = place
        self.most = most
        self.seen = {first}
        self.deadline = time.monotonic() + MOST_SECONDS

    def follow(self, link: object, from_url: str) -> str:
        """The address of the next page, as the source wrote it. Raises PagingError."""
        if not isinstance(link, str) or not link:
            raise PagingError(wording.NO_TEXT, self.here, link=repr(link))
        target = urljoin(from_url, link)
        try:
            same = origin(parse(target)) == origin(parse(self.first))
        except AddressInvalidError as error:
            raise PagingError(wording.NOT_OPENED, self.here, problem=str(error)) from error
        if not same:
            raise PagingError(wording.OTHER_ORIGIN, self.here, link=target)
        if target in self.seen:
            raise PagingError(wording.CIRCLE, self.here, link=target)
        if len(self.seen) >= self.most:
            raise PagingError(wording.TOO_MANY_PAGES, self.here, most=self.most)
        if time.monotonic() > self.deadline:
            raise PagingError(wording.TOO_LONG_READING, self.here, most=MOST_SECONDS)
        self.seen.add(target)
        return target

    @property
    def here(self) -> str:
        """The place of the page that was read last."""
        return f"{self.place}, page {len(self.seen)}"
