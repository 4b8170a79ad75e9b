"""Validators of what only a catalogue has: links between entries, media types, high-value datasets, roles.

`validators` hands them to CKAN together with its own.
"""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.city.values import is_iri
from ckanext.scheming.validation import scheming_validator

from .formats import media_type_iri
from .iris import DATASET, SERIES, SERVICE
from .portal import site
from .values import yes

__all__ = [
    "smartcity_entries",
    "smartcity_high_value",
    "smartcity_hvd_category",
    "smartcity_media_type",
    "smartcity_telephone",
    "smartcity_together",
]

# Figures, and what people write between them; a number within Germany begins with one zero.
TELEPHONE = re.compile(r"(\+|00?)[1-9][\d\s()/.-]*\d(\s*-\s*\d+)?")
GERMANY = "+49 "

# What a form, a script and CKAN itself send for nothing.
EMPTY = (None, "", tk.missing, [], [""], "[]")

_ = tk._
Flat = dict[tuple[Any, ...], Any]


def smartcity_telephone(value: str) -> str:
    """The telephone of an office, kept with the prefix of its country: RFC 3966 wants it in an address."""
    text = " ".join(value.split()).removeprefix("tel:").replace("(0)", " ")
    if not TELEPHONE.fullmatch(text) or not 5 <= sum(one.isdigit() for one in text) <= 17:
        raise tk.Invalid(_("Not a telephone number: %s. Example: +49 351 4880.") % value)
    if text.startswith("00"):
        text = f"+{text[2:]}"
    elif text.startswith("0"):
        text = GERMANY + text[1:]
    return re.sub(r"[\s()/.-]+", " ", text).strip()


def smartcity_media_type(value: str) -> str:
    """A media type that IANA has registered, as its IRI; "application/gzip" is taken too."""
    iri = media_type_iri(value)
    if not iri:
        raise tk.Invalid(
            _("Not a media type of the IANA list: %s. Examples: application/gzip, application/zip.") % value
        )
    return iri


def smartcity_high_value(key: tuple[Any, ...], data: Flat, errors: Flat, context: Any) -> None:
    """The switch of a high-value dataset: where nobody has touched it, a category turns it on."""
    if data.get(key) in EMPTY and data.get(("hvd_category",)) not in EMPTY:
        data[key] = "True"


def smartcity_hvd_category(key: tuple[Any, ...], data: Flat, errors: Flat, context: Any) -> None:
    """Switch and category of a high-value dataset agree."""
    empty, high_value = data.get(key) in EMPTY, yes(data.get(("high_value",)))
    if empty and high_value:
        raise tk.Invalid(_("Select the category of the high-value dataset (Regulation (EU) 2023/138)."))
    if not empty and not high_value:
        raise tk.Invalid(_("Only high-value datasets have this category: switch them on, or leave it empty."))


def smartcity_together(key: tuple[Any, ...], data: Flat, errors: Flat, context: Any) -> None:
    """A part of a group without which the others mean nothing: a relation and its role, a body and its role."""
    if data.get(key) not in (None, "", tk.missing):
        return
    others = [path for path in data if path[:-1] == key[:-1] and path != key]
    if any(data[path] not in (None, "", tk.missing) for path in others):
        raise tk.Invalid(_("Both are needed here: what or who, and the role."))


@scheming_validator
def smartcity_entries(field: dict[str, Any], schema: dict[str, Any]) -> Any:
    """A list of entries of this portal, by name, id or IRI, after `smartcity_list`; `entry_type` says of which type.

    An id (a UUID) that is not known yet is taken: programs give it, and what it names may be published later. A name
    and an IRI are written by people and must exist.
    """
    kind = field.get("entry_type", DATASET)

    def validator(value: str, context: Any) -> str:
        for key in json.loads(value):
            _check_entry(key, kind, context)
        return value

    return validator


def _check_entry(key: str, kind: str, context: Any) -> None:
    found = _entry(key)
    if found is None and _is_uuid(key):
        return
    if found is None or found.type != kind or not _may_read(found, context):
        raise tk.Invalid(_missing(kind) % key)


def _missing(kind: str) -> str:
    if kind == SERIES:
        return _("This portal has no series %s. Give its short name.")
    if kind == SERVICE:
        return _("This portal has no data service %s. Give its short name.")
    return _("This portal has no dataset %s. Give its short name; what is elsewhere belongs to related resources.")


def _entry(key: str) -> model.Package | None:
    """The package with this name or id, or with this IRI: ours, or the one that it came with."""
    if not is_iri(key):
        return model.Package.get(key)
    base, _slash, last = key.rpartition("/")
    if base.rpartition("/")[0] == site().base and (found := model.Package.get(last)):
        return found
    return model.Session.query(model.Package).filter(model.Package.extras["uri"].astext == key).first()


def _may_read(package: model.Package, context: Any) -> bool:
    """Whether who writes may know of the package: else a name could be tried out."""
    if context.get("ignore_auth"):
        return True
    try:
        tk.check_access("package_show", {"user": context.get("user"), "model": model}, {"id": package.id})
    except (tk.NotAuthorized, tk.ObjectNotFound):
        return False
    return True


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
