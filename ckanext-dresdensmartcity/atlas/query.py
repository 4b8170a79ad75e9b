"""What is asked of the atlas, typed and checked: the same for the page, the map's data and the API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from .entries import TYPES

PAGE_SIZE = 25
LONGEST_TEXT = 200  # characters; what is longer is no search
MOST_WORDS = 12
LAST_PAGE = 10_000
GREATEST_SIZE = 100


class QueryError(ValueError):
    """Raised when a parameter of a search cannot be used."""

    def __init__(self, parameter: str, found: str, allowed: str) -> None:
        self.parameter, self.found, self.allowed = parameter, found[:60], allowed
        super().__init__(f"{parameter}={self.found!r} cannot be used. Allowed: {allowed}.")


@dataclass(frozen=True)
class Choices:
    """What each filter may be set to, by id."""

    kinds: tuple[str, ...]  # of actors
    fields: tuple[str, ...]
    areas: tuple[str, ...]


@dataclass(frozen=True)
class AtlasQuery:
    """A search: all words of the text, and one of each filter's values where the filter is set."""

    text: str = ""
    kinds: tuple[str, ...] = ()  # "actor", "project", or kinds of actors
    fields: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    page: int = 1
    size: int = PAGE_SIZE  # entries on a page

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The query as it stands in a URL, without the page."""
        named = [("q", self.text)] if self.text else []
        for name, values in (("kind", self.kinds), ("field", self.fields), ("area", self.areas)):
            named += [(name, value) for value in values]
        return named

    @property
    def has_filters(self) -> bool:
        return bool(self.text or self.kinds or self.fields or self.areas)

    def on_page(self, page: int) -> AtlasQuery:
        return replace(self, page=page)


class Arguments(Protocol):
    """The parameters of a request: werkzeug's MultiDict, or anything that gives lists."""

    def getlist(self, key: str) -> list[str]: ...


def from_arguments(arguments: Arguments, choices: Choices) -> AtlasQuery:
    """The query of a URL; parameters that are there but empty, as a form sends them, are not set.

    Raises QueryError.
    """
    return parse(
        {name: arguments.getlist(name) for name in ("kind", "field", "area")},
        choices,
        text=" ".join(arguments.getlist("q")),
        page=next((one for one in arguments.getlist("page") if one), "1"),
    )


def parse(
    filters: Mapping[str, Iterable[str]],
    choices: Choices,
    *,
    text: str = "",
    page: str | int = 1,
    size: int = PAGE_SIZE,
) -> AtlasQuery:
    """The checked query.

    Raises QueryError.
    """
    text = " ".join(text.replace("\0", " ").split())
    if len(text) > LONGEST_TEXT:
        raise QueryError("q", text, f"at most {LONGEST_TEXT} characters")
    if not str(page).isdecimal() or not 1 <= int(page) <= LAST_PAGE:
        raise QueryError("page", str(page), f"a whole number from 1 to {LAST_PAGE}")
    if not 1 <= size <= GREATEST_SIZE:
        raise QueryError("limit", str(size), f"a whole number from 1 to {GREATEST_SIZE}")
    return AtlasQuery(
        text=text,
        kinds=_chosen("kind", filters, (*TYPES, *choices.kinds)),
        fields=_chosen("field", filters, choices.fields),
        areas=_chosen("area", filters, choices.areas),
        page=int(page),
        size=size,
    )


def _chosen(name: str, filters: Mapping[str, Iterable[str]], allowed: tuple[str, ...]) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(value for value in filters.get(name, ()) if value))
    for value in values:
        if value not in allowed:
            raise QueryError(name, value, ", ".join(allowed) or "nothing, the city has none")
    return values
