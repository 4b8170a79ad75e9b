"""The parameters of a request, checked: what cannot be used is told in a sentence. No CKAN, no Flask in it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ckanext.dresdensmartcity.city.model import Label

from . import times
from .crs import CRS84, SYSTEMS, Crs, NoPlaceError, system, world_bounds
from .model import Box, Collection, Interval, Selection, Step

DEFAULT_LIMIT = 100
GREATEST_LIMIT = 10_000  # as the standard wants it, more is cut down to this without an error
LONGEST_VALUE = 2000  # characters of one parameter
LONGEST_TEXT = 200
MOST_VALUES = 100  # of one filter
ABOUT_ITEMS = ("f", "limit", "after", "before", "bbox", "bbox-crs", "crs", "datetime")

Bounds = tuple[float, float, float, float]
Arguments = Mapping[str, Sequence[str]]


class ParameterError(ValueError):
    """Raised when a parameter of a request is unknown or cannot be used; `text` says it in both languages."""

    def __init__(self, text: Label, status: int = 400) -> None:
        self.text, self.status = text, status
        super().__init__(text.en)


@dataclass(frozen=True)
class Request:
    """What is asked of a collection's items."""

    selection: Selection
    step: Step
    crs: Crs
    # What is repeated in the links to other pages: all but where the page begins.
    repeated: tuple[tuple[str, str], ...]


def refuse_unknown(arguments: Iterable[str], allowed: Sequence[str]) -> None:
    """Raises ParameterError for a parameter that nothing here understands (17-069r4, /req/core/query-param-unknown)."""
    for name in arguments:
        if name not in allowed:
            raise ParameterError(
                Label(
                    f"Den Parameter {_shown(name)} gibt es hier nicht. Möglich: {', '.join(allowed)}.",
                    f"There is no parameter {_shown(name)} here. Possible: {', '.join(allowed)}.",
                )
            )


def names_of(collection: Collection) -> tuple[str, ...]:
    """All parameters that a collection's items take."""
    more = ("q",) if collection.searched else ()
    return (*ABOUT_ITEMS, *more, *(one.name for one in collection.queryables))


def items_request(arguments: Arguments, collection: Collection) -> Request:
    """The checked request for a collection's items.

    Raises ParameterError.
    """
    refuse_unknown(arguments, names_of(collection))
    step = _step(arguments)
    selection = Selection(
        filters=tuple(_filters(arguments, collection)),
        text=_text(arguments) if collection.searched else "",
        boxes=_boxes(arguments),
        time=_time(arguments),
    )
    repeated = [(name, value) for name in arguments for value in arguments[name] if name not in ("after", "before")]
    return Request(selection, step, crs_of(arguments), tuple(repeated))


def crs_of(arguments: Arguments, name: str = "crs") -> Crs:
    """The coordinate system that a parameter names; CRS84 without it."""
    given = _one(arguments, name)
    found = system(given) if given else CRS84
    if found is None:
        known = ", ".join(one.uri for one in SYSTEMS)
        raise _unusable(name, given, Label(f"eines von {known}", f"one of {known}"))
    return found


def _step(arguments: Arguments) -> Step:
    given = _one(arguments, "limit")
    wanted = Label("eine ganze Zahl ab 1", "a whole number from 1")
    if given and not (given.isascii() and given.isdecimal() and len(given) < 20 and int(given)):
        raise _unusable("limit", given, wanted)
    after, before = _one(arguments, "after"), _one(arguments, "before")
    if after and before:
        raise ParameterError(
            Label(
                "Die Parameter after und before gehen nicht zusammen.",
                "The parameters after and before exclude each other.",
            )
        )
    for name, value in (("after", after), ("before", before)):
        if "\0" in value:
            raise _unusable(name, value, Label("die Kennung eines Objekts", "the id of a feature"))
    return Step(after, before, min(int(given or DEFAULT_LIMIT), GREATEST_LIMIT))


def _filters(arguments: Arguments, collection: Collection) -> Iterable[tuple[str, tuple[str, ...]]]:
    for one in collection.queryables:
        given = arguments.get(one.name, ())
        _check_length(one.name, given)
        # Several values: with commas between them (17-069r4, section 7.15.5), or the parameter several times.
        parts = [part for value in given for part in (value.split(",") if one.several and one.choices else [value])]
        values = tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
        if not values:
            continue
        if len(values) > MOST_VALUES or (len(values) > 1 and not one.several):
            most = MOST_VALUES if one.several else 1
            raise _unusable(one.name, ",".join(values), Label(f"höchstens {most} Werte", f"at most {most} values"))
        allowed = [choice.id for choice in one.choices]
        for value in values:
            if "\0" in value:
                raise _unusable(one.name, value, Label("Text ohne Steuerzeichen", "text without control characters"))
            if one.choices and value not in allowed:
                known = ", ".join(allowed)
                raise _unusable(one.name, value, Label(known, known))
        yield one.name, values


def _text(arguments: Arguments) -> str:
    given = " ".join(arguments.get("q", ()))
    text = " ".join(given.replace("\0", " ").split())
    if len(text) > LONGEST_TEXT:
        raise _unusable("q", text, Label(f"höchstens {LONGEST_TEXT} Zeichen", f"at most {LONGEST_TEXT} characters"))
    return text


def _boxes(arguments: Arguments) -> tuple[Box, ...]:
    given = _one(arguments, "bbox")
    crs = crs_of(arguments, "bbox-crs")
    if not given:
        return ()
    wanted = Label(
        "vier Zahlen mit Kommas, im System WGS 84 West, Süd, Ost, Nord, etwa 13.6,51.0,13.9,51.1",
        "four numbers with commas, in WGS 84 west, south, east, north, such as 13.6,51.0,13.9,51.1",
    )
    numbers = [_number(one) for one in given.split(",")]
    if len(numbers) == 6:  # with heights, which no feature here has
        numbers = numbers[:2] + numbers[3:5]
    if len(numbers) != 4 or not all(map(math.isfinite, numbers)):
        raise _unusable("bbox", given, wanted)
    if crs.northing_first:
        numbers = [numbers[1], numbers[0], numbers[3], numbers[2]]
    return _checked(given, (numbers[0], numbers[1], numbers[2], numbers[3]), crs, wanted)


def _checked(given: str, bounds: Bounds, crs: Crs, wanted: Label) -> tuple[Box, ...]:
    """The box of these bounds, or two where it crosses the antimeridian (17-069r4, section 7.15.3)."""
    west, south, east, north = bounds
    if south > north:
        order = Label("ein Süden unter dem Norden", "a south below the north")
        raise _unusable("bbox", given, Label(f"{order.de}; {wanted.de}", f"{order.en}; {wanted.en}"))
    if crs.degrees and (max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90):
        place = Label("ein Ort auf der Erde", "a place on Earth")
        raise _unusable("bbox", given, Label(f"{place.de}; {wanted.de}", f"{place.en}; {wanted.en}"))
    if west > east:
        if crs.degrees:
            return Box((west, south, 180.0, north), crs), Box((-180.0, south, east, north), crs)
        raise _unusable("bbox", given, Label("ein Westen links vom Osten", "a west left of the east"))
    try:
        world_bounds(bounds, crs)
    except NoPlaceError as error:
        raise _unusable(
            "bbox", given, Label("Orte, die dieses System kennt", "places that this system knows")
        ) from error
    return (Box(bounds, crs),)


def _time(arguments: Arguments) -> Interval | None:
    given = _one(arguments, "datetime")
    if not given:
        return None
    try:
        return times.interval(given)
    except ValueError as error:
        example = "2024-05-01, 2024-05-01T12:00:00Z, 2024-01-01/.., ../2024-12-31"
        wanted = Label(
            f"ein Zeitpunkt oder ein Zeitraum, etwa {example}", f"a moment or an interval, such as {example}"
        )
        raise _unusable("datetime", given, wanted) from error


def _one(arguments: Arguments, name: str) -> str:
    """The value of a parameter that may be there once; empty where it is not."""
    values = [value for value in arguments.get(name, ()) if value]
    _check_length(name, values)
    if len(values) > 1:
        raise ParameterError(
            Label(f"Der Parameter {name} steht mehrmals da.", f"The parameter {name} is there more than once.")
        )
    return values[0] if values else ""


def _check_length(name: str, values: Iterable[str]) -> None:
    if any(len(value) > LONGEST_VALUE for value in values):
        raise ParameterError(
            Label(
                f"Der Parameter {name} ist länger als {LONGEST_VALUE} Zeichen.",
                f"The parameter {name} is longer than {LONGEST_VALUE} characters.",
            )
        )


def _number(text: str) -> float:
    try:
        return float(text) if len(text) < 40 and "_" not in text else math.nan
    except ValueError:
        return math.nan


def _unusable(name: str, found: str, wanted: Label) -> ParameterError:
    return ParameterError(
        Label(
            f"{name}={_shown(found)} ist nicht brauchbar. Möglich: {wanted.de}.",
            f"{name}={_shown(found)} cannot be used. Allowed: {wanted.en}.",
        )
    )


def _shown(text: str) -> str:
    """What was given, short and in quotes."""
    plain = "".join(one if one.isprintable() else "�" for one in text)
    return f"“{plain[:60]}{'…' if len(plain) > 60 else ''}”"
