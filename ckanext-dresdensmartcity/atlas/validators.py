"""Validators of actors and projects: members, places, circles, sizes.

`validators` hands them to CKAN together with its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import ckan.plugins as plugins
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.city.facts import EXPECTED
from ckanext.dresdensmartcity.city.values import is_iri, texts

from . import checks, references
from .entries import ACTOR, ELSEWHERE, LEAD, PARTNER, PROJECT, entry_id, package_name
from .exchange.columns import FACTS

__all__ = [
    "smartcity_actor",
    "smartcity_atlas_entry",
    "smartcity_fact",
    "smartcity_old_members",
    "smartcity_page",
    "smartcity_project",
    "smartcity_projects",
]

EMPTY = (None, "", tk.missing)
ROWS = ("members", "evidence", "links")
# Lists, long texts and single lines of both types.
LISTS = ("offers", "needs", "sources", "modelled_on", "builds_on", "datasets", "fields_of_action", "focus_areas",
         "goals", "districts", "funding_programme")  # fmt: skip
LONG_TEXTS = ("notes", "result")
LINES = ("title", "scope")
NOT_A_DUPLICATE = "not_a_duplicate"  # name of the box to tick, and key of the context
ATLAS_PLUGIN = "dresdensmartcity_atlas"
# Fields that name entries of the own type, in which a circle can close.
UPWARDS = {ACTOR: ("part_of",), PROJECT: ("builds_on", "continues")}

# Two numbers with a decimal point, or with a decimal comma and something else than a comma between them.
PAIR = re.compile(r"\s*(-?\d+(?:\.\d+)?|-?\d+,\d+(?=\s*[;/ ]))\s*[,;/ ]\s*(-?\d+(?:[.,]\d+)?)\s*")

_ = tk._
Flat = dict[tuple[Any, ...], Any]


def smartcity_page(value: str) -> str:
    """A page of the web by which an office is reached; never a mail address or a telephone number."""
    value = value.strip()
    if not is_iri(value):
        raise tk.Invalid(
            _(
                "Not a page of the web: {value}. Give the contact page of the office (https://…), no mail address and "
                "no telephone number."
            ).format(value=value)
        )
    return value


def smartcity_fact(value: str) -> str:
    """The name of a field of actors or projects."""
    if value not in FACTS:
        raise tk.Invalid(_("Not a field of the entry: {value}.").format(value=value))
    return value


def smartcity_actor(key: tuple[Any, ...], data: Flat, errors: Flat, context: Any) -> None:
    """The id of an actor that is there; its title is taken too."""
    data[key] = _reference(ACTOR, data[key], data, context)


def smartcity_project(key: tuple[Any, ...], data: Flat, errors: Flat, context: Any) -> None:
    """The id of a project that is there; its title is taken too."""
    data[key] = _reference(PROJECT, data[key], data, context)


def smartcity_projects(key: tuple[Any, ...], data: Flat, errors: Flat, context: Any) -> None:
    """A list of ids of projects, after `smartcity_list`."""
    data[key] = json.dumps([_reference(PROJECT, one, data, context) for one in json.loads(data[key])])


def _reference(entry_type: str, text: str, data: Flat, context: Any) -> str:
    """The id of the entry that the text names.

    What the package names already stays as it is: somebody who corrects a typing error need not first find out why an
    actor has gone.
    """
    text = text.strip()
    if (entry_type, text) in context.get(EXPECTED, ()) or _of_the_same_origin(text, data):
        return text
    if found := references.named(entry_type, text):
        return found.id
    same = references.titled(entry_type, text)
    if len(same) == 1:
        return same[0].id
    if text in _stored_references(context):
        return text
    if same:
        raise tk.Invalid(
            _("Several entries are called {text}. Give the id: {ids}.").format(
                text=text, ids=", ".join(one.id for one in same)
            )
        )
    near = ", ".join(f"{one.id} ({one.title})" for one in references.nearest(entry_type, text))
    sentence = {
        ACTOR: _("The atlas has no actor {text}. Nearest: {near}. Choose one of these, or enter the actor first."),
        PROJECT: _(
            "The atlas has no project {text}. Nearest: {near}. Choose one of these, or enter the project first."
        ),
    }[entry_type]
    raise tk.Invalid(sentence.format(text=text, near=near or _("none, as there is none yet")))


def _of_the_same_origin(text: str, data: Flat) -> bool:
    """Whether an entry of another city names one of the same city, which may be taken over after it."""
    name = data.get(("name",))
    if name in EMPTY:
        return False
    own, there, _id = entry_id(str(data.get(("type",))), str(name)).partition(ELSEWHERE)
    return bool(there and _value(data, "origin_url")) and text.startswith(own + ELSEWHERE)


def _stored_references(context: Any) -> set[str]:
    package = context.get("package")
    stored = (package.extras or {}) if package is not None else {}
    found = {one for name in ("part_of", "continues", "builds_on") for one in texts(stored.get(name))}
    with_members = stored.get("members")
    rows = json.loads(with_members) if isinstance(with_members, str) else with_members or []
    return found | {row.get("actor", "") for row in rows if isinstance(row, dict)}


def smartcity_old_members(key: tuple[Any, ...], data: Flat, errors: Flat, context: Any) -> None:
    """Before all: `lead`, `partners` and `funders`, as plain fields or extras, become rows of `members`."""
    unknown = data.get(("__extras",))
    if isinstance(unknown, dict) and unknown.pop(NOT_A_DUPLICATE, ""):
        context[NOT_A_DUPLICATE] = True
    given: dict[str, list[str]] = {}
    for name in ("lead", "partners", "funders"):
        for place in (data, unknown if isinstance(unknown, dict) else {}):
            value = place.pop((name,) if place is data else name, None)  # type: ignore[call-overload]
            if value not in EMPTY:
                given[name] = texts(value)
    keys = [path for path in data if path[0] == "extras" and path[2:] == ("key",)]
    old = {path[1] for path in keys if data[path] in ("lead", "partners")}
    for number in old:
        name, value = data.get(("extras", number, "key")), data.get(("extras", number, "value"))
        given.setdefault(str(name), texts(value))
        for path in [path for path in data if path[:2] == ("extras", number)]:
            del data[path]
    if given:
        _add_members(data, errors, given)
    _split_place(data)


def _split_place(data: Flat) -> None:
    """Both numbers of a place in one field, as maps give them to the clipboard: "51.0456, 13.7420"."""
    for name in ("longitude", "latitude"):
        other = "latitude" if name == "longitude" else "longitude"
        pair = PAIR.fullmatch(str(data.get((name,)) or ""))
        if pair is None or data.get((other,)) not in EMPTY:
            continue
        first, second = (float(text.replace(",", ".")) for text in pair.groups())
        # Maps write the latitude first, GeoJSON the longitude: the city says which is which.
        swapped = checks.place_problem(first, second, city().bbox) is not None
        data[("longitude",)], data[("latitude",)] = (str(second), str(first)) if swapped else (str(first), str(second))


def _add_members(data: Flat, errors: Flat, given: dict[str, list[str]]) -> None:
    rows = {path[1] for path in data if path[0] == "members" and len(path) == 3}
    there = {(data.get(("members", row, "actor")), data.get(("members", row, "role"))) for row in rows}
    following = max(rows, default=-1) + 1
    for name, role in (("lead", LEAD), ("partners", PARTNER), ("funders", "funder")):
        for actor in given.get(name, ()):
            if (actor, role) in there:
                continue
            there.add((actor, role))
            for subfield, value in (("actor", actor), ("role", role)):
                data[("members", following, subfield)] = value
                errors.setdefault(("members", following, subfield), [])
            following += 1


def likely_the_same(entry_type: str, values: Mapping[str, Any]) -> list[dict[str, str]]:
    """What in the atlas may be the same; empty where the atlas is switched off, as its tables may be missing then."""
    if not plugins.plugin_loaded(ATLAS_PLUGIN):
        return []
    from .duplicate_search import found_by_form

    return found_by_form(entry_type, values)


def _check_duplicates(data: Flat, errors: Flat, context: Any) -> None:
    """What people send by the form for the first time; they say that it is another one, and that is enough."""
    if (
        context.get(NOT_A_DUPLICATE)
        or not context.get("save")
        or context.get("package") is not None
        or errors.get(("title",))
    ):
        return
    names = ("title", "url", "longitude", "latitude")
    found = likely_the_same(str(data.get(("type",))), {name: _value(data, name) for name in names})
    if found:
        errors.setdefault(("title",), []).append(
            _("This may be in the atlas already: {titles}. Look below, and say so if it is another one.").format(
                titles=", ".join(one["title"] for one in found)
            )
        )


def smartcity_atlas_entry(key: tuple[Any, ...], data: Flat, errors: Flat, context: Any) -> None:
    """After all: what can only be told from several fields."""
    _check_members(data, errors, context)
    _check_sizes(data, errors)
    _check_place(data, errors)
    _check_periods(data, errors)
    _check_circles(data, errors, context)
    _check_duplicates(data, errors, context)


def _wrong(errors: Flat, path: tuple[Any, ...], problem: checks.Problem | None) -> None:
    if problem is not None:
        errors.setdefault(path, []).append(_(checks.SENTENCES[problem.name]).format(**problem.values))


def _value(data: Flat, name: str) -> str:
    """The text of a field, wherever CKAN has put it by now: itself, or among the extras."""
    own = data.get((name,))
    if own not in EMPTY:
        return str(own)
    for path, value in data.items():
        if len(path) == 3 and path[0] == "extras" and path[2] == "key" and value == name:
            return str(data.get(("extras", path[1], "value"), "") or "")
    return ""


def _rows(data: Flat, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    numbers = sorted({path[1] for path in data if len(path) == 3 and path[0] == name})
    for number in numbers:
        row = {path[2]: value for path, value in data.items() if path[:2] == (name, number) and value not in EMPTY}
        row.pop("__extras", None)
        if row:
            yield number, row


def _check_members(data: Flat, errors: Flat, context: Any) -> None:
    seen: set[tuple[str, str]] = set()
    for number, row in _rows(data, "members"):
        at = ("members", number, "actor")
        if not row.get("actor"):
            errors.setdefault(at, []).append(_("Which actor? Choose one, or empty the whole row."))
            continue
        role = row.get("role") or PARTNER
        data[("members", number, "role")] = role
        if not errors.get(at):
            try:
                data[at] = _reference(ACTOR, str(row["actor"]), data, context)
            except tk.Invalid as error:
                errors.setdefault(at, []).append(error.error)
        if (data[at], role) in seen:
            _wrong(errors, at, checks.Problem("twice", {"actor": data[at], "role": role}))
        seen.add((data[at], role))
        _wrong(errors, ("members", number, "until"), checks.period_problem(row.get("since", ""), row.get("until", "")))
    for number, row in _rows(data, "evidence"):
        if not row.get("source"):
            errors.setdefault(("evidence", number, "source"), []).append(_("Name the source, or empty the whole row."))
    for number, row in _rows(data, "links"):
        if not row.get("url"):
            errors.setdefault(("links", number, "url"), []).append(_("Give the address, or empty the whole row."))


def _check_sizes(data: Flat, errors: Flat) -> None:
    for name in LISTS:
        _wrong(errors, (name,), checks.list_problem(texts(_value(data, name))))
    for name in LONG_TEXTS:
        _wrong(errors, (name,), checks.text_problem(_value(data, name)))
    for name in LINES:
        _wrong(errors, (name,), checks.text_problem(_value(data, name), checks.LONGEST_ITEM))
    for name in ROWS:
        rows = list(_rows(data, name))
        if len(rows) > checks.MOST_ITEMS:
            at = (name, rows[0][0], {"members": "actor", "evidence": "source", "links": "url"}[name])
            _wrong(errors, at, checks.Problem("many", {"count": len(rows), "most": checks.MOST_ITEMS}))
        for number, row in rows:
            for subfield, value in row.items():
                _wrong(errors, (name, number, subfield), checks.text_problem(str(value), checks.LONGEST_ITEM))


def _check_place(data: Flat, errors: Flat) -> None:
    if errors.get(("longitude",)) or errors.get(("latitude",)):
        return
    longitude, latitude = (float(text) if (text := _value(data, name)) else None for name in ("longitude", "latitude"))
    # An entry of another city lies there.
    bbox = checks.WORLD if _value(data, "origin_url") else city().bbox
    problem = checks.place_problem(longitude, latitude, bbox)
    at = "latitude" if problem and (problem.name == "world_latitude" or latitude is None) else "longitude"
    _wrong(errors, (at,), problem)


def _check_periods(data: Flat, errors: Flat) -> None:
    if not errors.get(("start",)) and not errors.get(("end",)):
        _wrong(errors, ("end",), checks.period_problem(_value(data, "start"), _value(data, "end")))


def _check_circles(data: Flat, errors: Flat, context: Any) -> None:
    """Whether the entry would come before itself; only entries that something leads to are asked for."""
    entry_type = str(data.get(("type",)))
    name = data.get(("name",)) or getattr(context.get("package"), "name", "")
    if entry_type not in UPWARDS or not name:
        return
    own = entry_id(entry_type, str(name))
    for field in UPWARDS[entry_type]:
        if errors.get((field,)):
            continue
        follows = {own: texts(_value(data, field))}
        ask = [one for one in follows[own] if one != own]
        while ask:
            follows |= (found := _named_by(entry_type, field, ask))
            ask = [one for further in found.values() for one in further if one not in follows]
        circle = checks.circle(own, follows)
        if circle:
            _wrong(errors, (field,), checks.Problem("circle", {"circle": " → ".join(circle)}))


def _named_by(entry_type: str, field: str, identifiers: list[str]) -> dict[str, list[str]]:
    names = {package_name(entry_type, one): one for one in identifiers}
    rows = model.Session.execute(
        sa.select(model.Package.name, model.Package.extras[field].astext.label("value")).where(
            model.Package.name.in_(names), model.Package.type == entry_type
        )
    )
    found: dict[str, list[str]] = {one: [] for one in identifiers}
    found.update({names[row.name]: texts(row.value) for row in rows})
    return found
