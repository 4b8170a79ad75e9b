"""Brings the entries of a file into CKAN: what would be new, changed or wrong first, then the change itself.

The forms' own validators judge every row before anything is stored, so that a file is taken whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import ckan.lib.plugins as lib_plugins
import ckan.plugins.toolkit as tk
from ckan import model
from ckanext.dresdensmartcity.city.facts import EXPECTED

from . import checks
from .entries import ACTOR, PROJECT, TYPES, Entry, from_package, package_name
from .exchange import Given, Mistake, Place, Reading
from .exchange.columns import LISTS, ROWS
from .index import shown_package

State = Literal["new", "changed", "unchanged", "wrong"]
Done = Callable[[int], None]
UPWARDS = {ACTOR: ("part_of",), PROJECT: ("builds_on", "continues")}
_ = tk._


@dataclass(frozen=True)
class Item:
    """What an import would do with one entry of the file."""

    given: Given
    state: State
    changes: tuple[str, ...] = ()  # names of the fields that differ
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What an import would do, and what is wrong with the file as a whole."""

    items: tuple[Item, ...]
    mistakes: tuple[Mistake, ...] = ()

    @property
    def every_mistake(self) -> tuple[Mistake, ...]:
        return (*self.mistakes, *(mistake for one in self.items for mistake in one.mistakes))

    def count(self, state: State) -> int:
        return sum(one.state == state for one in self.items)


@dataclass(frozen=True)
class Step:
    """What happened to one entry."""

    entry: Entry
    result: Literal["created", "updated", "failed"]
    reason: str = ""


def entries_of_portal() -> tuple[Entry, ...]:
    """All public actors and projects, actors first, by id: what an export holds."""
    rows = model.Session.execute(
        model.Session.query(model.Package.name, model.Package.type)
        .filter(model.Package.type.in_(TYPES), model.Package.state == model.State.ACTIVE, ~model.Package.private)
        .order_by(model.Package.type, model.Package.name)
        .statement
    ).all()
    return tuple(from_package(shown_package(row.name)) for row in rows)


def plan(reading: Reading, user: str, done: Done = lambda _number: None) -> Plan:
    """What an import by that user would do; nothing is stored. `done` is told after each entry how many are through."""
    expected = {(one.entry.type, one.entry.id) for one in reading.given if one.entry and not one.mistakes}
    circles = _circles(reading)
    items = []
    for number, given in enumerate(reading.given, 1):
        items.append(_item(given, user, expected, circles))
        done(number)
    return Plan(tuple(_without_wrong_references(items)), reading.mistakes)


def _item(given: Given, user: str, expected: set[tuple[str, str]], circles: dict[Place, Mistake]) -> Item:
    entry = given.entry
    if entry is None or given.mistakes:
        return Item(given, "wrong", mistakes=given.mistakes)
    if given.place in circles:
        return Item(given, "wrong", mistakes=(circles[given.place],))
    package = model.Package.get(package_name(entry.type, entry.id))
    if package is not None and package.type != entry.type:
        message = _("The short name {name} is taken by something else: choose another id.").format(name=package.name)
        return Item(given, "wrong", mistakes=(Mistake(given.place, "id", message=message),))
    there = package is not None and package.state == model.State.ACTIVE
    shown = shown_package(package.id) if there else {}
    changes = _changes(from_package(shown), entry, given.fields) if there else tuple(sorted(given.fields))
    if there and not changes:
        return Item(given, "unchanged")
    errors = _errors(
        {**shown, **_fields(entry, given.fields if there else None)}, package if there else None, user, expected
    )
    mistakes = tuple(
        Mistake(given.place, column, message=message) for column, texts in errors.items() for message in texts
    )
    return Item(given, "wrong" if mistakes else "changed" if there else "new", changes, mistakes)


def _changes(before: Entry, after: Entry, fields: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(name for name in fields if getattr(before, name) != getattr(after, name)))


def _fields(entry: Entry, only: Iterable[str] | None) -> dict[str, Any]:
    """The fields as package_create takes them; `only` those that the file speaks of, or all that are filled."""
    record = asdict(entry)
    names = set(record) - {"package_id", "type", "id"}
    given: dict[str, Any] = {}
    for name in names & (set(only) | {"title"} if only is not None else names):
        value = record[name]
        if only is None and value in (None, "", ()):
            continue
        if name in ROWS:
            given[name] = [{part: text for part, text in row.items() if text} for row in value]
        elif name in LISTS:
            given[name] = list(value)
        else:
            given[name] = "" if value is None else value
    return {**given, "type": entry.type, "name": package_name(entry.type, entry.id)}


def _errors(
    data: dict[str, Any], package: model.Package | None, user: str, expected: set[tuple[str, str]]
) -> dict[str, list[str]]:
    """What CKAN's validators would say if the package were saved, by field."""
    plugin = lib_plugins.lookup_package_plugin(data["type"])
    context: dict[str, Any] = {"model": model, "session": model.Session, "user": user, EXPECTED: expected}
    if package is not None:
        context["package"] = package
    schema = plugin.update_package_schema() if package is not None else plugin.create_package_schema()
    action = "package_update" if package is not None else "package_create"
    _data, errors = lib_plugins.plugin_validate(plugin, context, dict(data), schema, action)
    return {str(field): list(_messages(found)) for field, found in errors.items() if list(_messages(found))}


def _messages(found: Any) -> Iterator[str]:
    """The sentences in lists of sentences, of records and of both."""
    if isinstance(found, dict):
        for one in found.values():
            yield from _messages(one)
    elif isinstance(found, list | tuple):
        for one in found:
            yield from _messages(one)
    elif found:
        yield str(found)


def _circles(reading: Reading) -> dict[Place, Mistake]:
    """Entries of the file that come before themselves; circles through others are told by the validators."""
    found: dict[Place, Mistake] = {}
    for kind, columns in UPWARDS.items():
        own = [one for one in reading.given if one.entry and one.entry.type == kind]
        for column in columns:
            follows = {one.entry.id: _named(one.entry, column) for one in own if one.entry}
            for one in own:
                circle = checks.circle(one.entry.id, follows) if one.entry else ()
                if circle:
                    problem = checks.Problem("circle", {"circle": " → ".join(circle)})
                    found[one.place] = Mistake(one.place, column, message=_said(problem))
    return found


def _said(problem: checks.Problem) -> str:
    return str(_(checks.SENTENCES[problem.name]).format(**problem.values))


def _named(entry: Entry, column: str) -> list[str]:
    value = getattr(entry, column)
    return list(value) if isinstance(value, tuple) else [value] if value else []


def _references(entry: Entry) -> Iterator[tuple[str, str]]:
    for member in entry.members:
        yield ACTOR, member.actor
    for column in UPWARDS[entry.type]:
        for one in _named(entry, column):
            yield entry.type, one


def _without_wrong_references(items: list[Item]) -> list[Item]:
    """What names a wrong new entry of the file is wrong too: it would name nothing."""
    while True:
        missing = {
            (one.given.entry.type, one.given.entry.id): one.given.place
            for one in items
            if one.state == "wrong" and one.given.entry and _is_new(one.given.entry)
        }
        again = [_if_it_names(one, missing) for one in items]
        if again == items:
            return items
        items = again


def _is_new(entry: Entry) -> bool:
    package = model.Package.get(package_name(entry.type, entry.id))
    return package is None or package.state != model.State.ACTIVE


def _if_it_names(item: Item, missing: dict[tuple[str, str], Place]) -> Item:
    entry = item.given.entry
    if not missing or entry is None or item.state not in ("new", "changed"):
        return item
    own = (entry.type, entry.id)
    named = next((one for one in _references(entry) if one in missing and one != own), None)
    if named is None:
        return item
    message = _("It names {id}, and {place} is wrong: correct that first.").format(id=named[1], place=missing[named])
    return replace(item, state="wrong", mistakes=(Mistake(item.given.place, message=message),))


def carry_out(wanted: Plan, user: str, ignore_auth: bool = False) -> Iterator[Step]:
    """Store what is new and changed, actors first, step by step; what is wrong is left out."""
    todo = [one for one in wanted.items if one.state in ("new", "changed") and one.given.entry]
    expected = {(one.given.entry.type, one.given.entry.id) for one in todo if one.given.entry}
    for item in sorted(todo, key=lambda one: one.given.entry.type if one.given.entry else ""):
        entry = item.given.entry
        if entry is None:
            continue
        context = {"user": user, "ignore_auth": ignore_auth, "use_cache": False, EXPECTED: expected}
        new = item.state == "new"
        data = _fields(entry, None if new else item.given.fields)
        if not new:
            data = {**shown_package(data["name"]), **data}
        try:
            tk.get_action("package_create" if new else "package_update")(context, data)
        except tk.ValidationError as error:
            yield Step(entry, "failed", "; ".join(_messages(error.error_dict)))
        except tk.NotAuthorized as error:
            yield Step(entry, "failed", str(error))
        else:
            yield Step(entry, "created" if new else "updated")
