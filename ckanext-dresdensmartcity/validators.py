"""Validators of the schemas in schemas/*.yaml, by the names that the presets there use.

They keep lists as JSON texts, because CKAN's extras are texts; the `_output` ones give lists, numbers and truth values
back.
"""

from __future__ import annotations

import json
import math
import re
from datetime import date, datetime
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckanext.scheming.validation import scheming_validator

from .atlas.validators import (
    smartcity_actor,
    smartcity_atlas_entry,
    smartcity_fact,
    smartcity_old_members,
    smartcity_page,
    smartcity_project,
    smartcity_projects,
)
from .city.current import city
from .city.dates import understand_date
from .city.names import slug
from .city.values import MEASURE, is_duration, is_geojson, is_iri
from .dcat.validators import (
    smartcity_entries,
    smartcity_high_value,
    smartcity_hvd_category,
    smartcity_media_type,
    smartcity_telephone,
    smartcity_together,
)
from .helpers import smartcity_choices
from .web.forms.validators import smartcity_choose_places, smartcity_file_or_address, smartcity_periods_in_order

__all__ = [
    "smartcity_actor",
    "smartcity_atlas_entry",
    "smartcity_boolean",
    "smartcity_boolean_output",
    "smartcity_choice",
    "smartcity_choose_places",
    "smartcity_date",
    "smartcity_default_attribution",
    "smartcity_default_license",
    "smartcity_drop_empty_groups",
    "smartcity_duration",
    "smartcity_entries",
    "smartcity_fact",
    "smartcity_file_or_address",
    "smartcity_geojson",
    "smartcity_high_value",
    "smartcity_hvd_category",
    "smartcity_identifier",
    "smartcity_identifiers",
    "smartcity_iri",
    "smartcity_iris",
    "smartcity_latitude",
    "smartcity_list",
    "smartcity_list_output",
    "smartcity_longitude",
    "smartcity_measure",
    "smartcity_media_type",
    "smartcity_members",
    "smartcity_name_from_title",
    "smartcity_not_negative",
    "smartcity_number",
    "smartcity_number_output",
    "smartcity_old_members",
    "smartcity_owner_org",
    "smartcity_page",
    "smartcity_periods_in_order",
    "smartcity_project",
    "smartcity_projects",
    "smartcity_telephone",
    "smartcity_together",
    "smartcity_whole_number",
]

IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9_-]*")
# What the form and people's scripts send for a truth value.
TRUE = {"true", "yes", "ja", "1", "on"}
FALSE = {"false", "no", "nein", "0", "off"}
# CKAN's column for names.
NAME_LENGTH = 100

_ = tk._
Flat = dict[tuple[Any, ...], Any]


# --- single values


def smartcity_iri(value: str) -> str:
    """An absolute web address without spaces."""
    value = value.strip()
    if not is_iri(value):
        raise tk.Invalid(_("Not a web address: %s. It begins with http:// or https:// and has no spaces.") % value)
    return value


def smartcity_identifier(value: str) -> str:
    """The id of an actor, a project or a table."""
    value = value.strip()
    if not IDENTIFIER.fullmatch(value):
        raise tk.Invalid(_("Not an id: %s. It has lower case letters, digits and hyphens only.") % value)
    return value


def smartcity_measure(value: str) -> str:
    """The code of a measure in the funding plan."""
    value = value.strip()
    if not MEASURE.fullmatch(value):
        raise tk.Invalid(_("Not the number of a measure: %s. It has three parts, for instance 1.2.5.") % value)
    return value


def smartcity_duration(value: str) -> str:
    """A duration of ISO 8601, as xsd:duration takes it."""
    value = value.strip()
    if not is_duration(value):
        raise tk.Invalid(_("Not a duration of ISO 8601: %s. Examples: PT1H, P1D, P1Y.") % value)
    return value


def smartcity_date(value: Any) -> str:
    """A date as precise as it is known: year, month, day or time, as people write it; stored in ISO 8601."""
    text = value.isoformat() if isinstance(value, date | datetime) else str(value).strip()
    understood = understand_date(text)
    if understood is None:
        raise tk.Invalid(_("Not a date: %s. Examples: 2026, July 2026, 31.7.2026, 2026-07-31 14:00.") % text)
    return understood


def smartcity_geojson(value: Any) -> str:
    """A GeoJSON geometry (RFC 7946) in degrees, longitude first; given as text or as an object."""
    text = value if isinstance(value, str) else json.dumps(value)
    if not is_geojson(text):
        raise tk.Invalid(_("Not a GeoJSON geometry with longitude (-180 to 180) before latitude (-90 to 90)."))
    return text


def smartcity_number(key: tuple[Any, ...], data: Flat, errors: Flat, context: Any) -> None:
    """A number; a German decimal comma is taken, an empty field is left out."""
    value = data[key]
    text = str(value).strip().replace(",", ".")
    if not text:
        data.pop(key)
        raise tk.StopOnError
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if isinstance(value, bool) or not math.isfinite(number):
        raise tk.Invalid(_("Not a number: %s") % value)
    data[key] = str(int(number)) if number.is_integer() else str(number)


def smartcity_whole_number(value: str) -> int:
    """A whole number that is not negative."""
    if not value.isdecimal():
        raise tk.Invalid(_("Not a whole number: %s") % value)
    return int(value)


def _beyond(value: str, greatest: float) -> bool:
    """Whether a number is too great. What is none has been refused before, and comes here all the same."""
    try:
        return abs(float(value)) > greatest
    except ValueError:
        return False


def smartcity_not_negative(value: str) -> str:
    """A length: zero or more."""
    if value.startswith("-") and value != "-0":
        raise tk.Invalid(_("A length is 0 or more: %s") % value)
    return value


def smartcity_longitude(value: str) -> str:
    """Degrees, WGS 84."""
    if _beyond(value, 180):
        raise tk.Invalid(_("A longitude lies between -180 and 180 degrees."))
    return value


def smartcity_latitude(value: str) -> str:
    """Degrees, WGS 84."""
    if _beyond(value, 90):
        raise tk.Invalid(_("A latitude lies between -90 and 90 degrees."))
    return value


def smartcity_boolean(key: tuple[Any, ...], data: Flat, errors: Flat, context: Any) -> None:
    """Yes or no; an empty field is left out. A form sends nothing before the yes, so that a no is sent too."""
    value = data[key]
    if isinstance(value, list):
        value = value[-1] if value else ""
    text = str(value).strip().lower()
    if not text:
        data.pop(key)
        raise tk.StopOnError
    if text not in TRUE | FALSE:
        raise tk.Invalid(_("Neither yes nor no: %s") % value)
    data[key] = str(text in TRUE)


@scheming_validator
def smartcity_choice(field: dict[str, Any], schema: dict[str, Any]) -> Any:
    """One value of the list that the field names."""

    def validator(value: str) -> str:
        _check_members(field, [value])
        return value

    return validator


# --- lists


def smartcity_list(value: Any) -> str:
    """A list of texts as JSON; given as a list, as the JSON of one, or as text with one to a line.

    Empty ones are dropped.
    """
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = json.loads(value)
        except ValueError:
            # A text that happens to begin with a bracket.
            value = [value]
    texts = value.splitlines() if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise tk.Invalid(_("A list of texts is needed here."))
    kept = list(dict.fromkeys(text.strip() for text in texts if text.strip()))
    return json.dumps(kept, ensure_ascii=False)


def smartcity_iris(value: str) -> str:
    """A list of web addresses, after `smartcity_list`."""
    wrong = [iri for iri in json.loads(value) if not is_iri(iri)]
    if wrong:
        raise tk.Invalid(
            _("Not a web address: %s. It begins with http:// or https:// and has no spaces.") % ", ".join(wrong)
        )
    return value


def smartcity_identifiers(value: str) -> str:
    """A list of ids, after `smartcity_list`."""
    for identifier in json.loads(value):
        smartcity_identifier(identifier)
    return value


@scheming_validator
def smartcity_members(field: dict[str, Any], schema: dict[str, Any]) -> Any:
    """A list of values of the list that the field names, after `smartcity_list`."""

    def validator(value: str) -> str:
        values = json.loads(value)
        if not values and field.get("required"):
            raise tk.Invalid(_("Select at least one"))
        _check_members(field, values)
        return value

    return validator


def _check_members(field: dict[str, Any], values: list[str]) -> None:
    allowed = [choice["value"] for choice in smartcity_choices(field)]
    for value in values:
        if value not in allowed:
            name = field.get("vocabulary") or field.get("city_list") or field["field_name"]
            shown = ", ".join(allowed[:5]) + (", …" if len(allowed) > 5 else "")
            raise tk.Invalid(_("Not in the list %(name)s: %(value)s. Allowed: %(allowed)s") % {
                "name": name, "value": value, "allowed": shown
            })  # fmt: skip


# --- what is filled in


def smartcity_name_from_title(key: tuple[Any, ...], data: Flat, errors: Flat, context: Any) -> None:
    """Make the short name from the title where none is given; a number follows where it is taken."""
    title = data.get(("title",))
    if data.get(key) not in (None, "", tk.missing):
        return
    if not isinstance(title, str) or not title.strip():
        # The missing title is one mistake, not two.
        raise tk.StopOnError
    package = context.get("package")
    if package is not None:
        data[key] = package.name
        return
    kind = data.get(("type",))
    prefix = f"{kind}-" if kind in ("actor", "project") else ""
    stem = (prefix + slug(title))[: NAME_LENGTH - 5].strip("-")
    name, number = stem, 1
    while model.Package.get(name) is not None:
        number += 1
        name = f"{stem}-{number}"
    data[key] = name


def smartcity_owner_org(key: tuple[Any, ...], data: Flat, errors: Flat, context: Any) -> None:
    """Where no organisation is given: the one that the dataset has, or else that of the city."""
    if data.get(key) not in (None, "", tk.missing):
        return
    package = context.get("package")
    if package is not None and package.owner_org:
        data[key] = package.owner_org
        return
    organisation = model.Group.get(city().id)
    if organisation is not None and organisation.is_organization:
        data[key] = organisation.id


def smartcity_default_license(key: tuple[Any, ...], data: Flat, errors: Flat, context: Any) -> None:
    """A file without a licence has the city's: DCAT-AP.de asks for one on every distribution (convention 32)."""
    if data.get(key) in (None, "", tk.missing):
        data[key] = city().license


def smartcity_default_attribution(key: tuple[Any, ...], data: Flat, errors: Flat, context: Any) -> None:
    """A file under the city's licence names whom the city wants named (convention 35)."""
    licence = data.get((*key[:-1], "license"))
    if data.get(key) in (None, "", tk.missing) and licence in (None, "", tk.missing, city().license):
        data[key] = city().attribution


def smartcity_drop_empty_groups(key: tuple[Any, ...], data: Flat, errors: Flat, context: Any) -> None:
    """Leave out contacts, areas and periods of which nothing is filled in: the form sends them as empty texts."""
    for path in [path for path in data if len(path) == 3 and path[0] not in ("resources", "extras", "tags", "groups")]:
        if data[path] in (None, "", tk.missing):
            del data[path]


# --- output


def smartcity_list_output(value: Any) -> Any:
    """The stored JSON as a list."""
    if not isinstance(value, str):
        return value
    try:
        loaded = json.loads(value)
    except ValueError:
        return [value]
    return loaded if isinstance(loaded, list) else [value]


def smartcity_number_output(value: Any) -> Any:
    """The stored text as a whole or decimal number."""
    if not isinstance(value, str):
        return value
    try:
        number = float(value)
    except ValueError:
        return value
    return int(number) if number.is_integer() else number


def smartcity_boolean_output(value: Any) -> bool:
    """The stored text as a truth value."""
    return str(value).lower() in TRUE
