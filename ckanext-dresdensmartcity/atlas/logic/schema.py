"""What the actions of the atlas take."""

from __future__ import annotations

from typing import Any

from ckan.logic.schema import validator_args

from ..entries import TYPES
from ..matching import Mode
from ..query import LISTED, PAGE_SIZE, SINGLE


@validator_args
def atlas_search(
    default: Any,
    ignore_missing: Any,
    unicode_safe: Any,
    convert_to_list_if_string: Any,
    list_of_strings: Any,
    int_validator: Any,
    is_positive_integer: Any,
) -> dict[str, Any]:
    """A search: text, filters, page."""
    several = [ignore_missing, convert_to_list_if_string, list_of_strings]
    return {
        "q": [default(""), unicode_safe],
        **dict.fromkeys((*LISTED, *SINGLE), several),
        "page": [default(1), int_validator, is_positive_integer],
        "limit": [default(PAGE_SIZE), int_validator, is_positive_integer],
    }


@validator_args
def atlas_show(not_empty: Any, unicode_safe: Any, one_of: Any) -> dict[str, Any]:
    """One entry."""
    return {"type": [not_empty, one_of(list(TYPES))], "id": [not_empty, unicode_safe]}


@validator_args
def atlas_match(
    default: Any,
    ignore_missing: Any,
    not_empty: Any,
    unicode_safe: Any,
    one_of: Any,
    int_validator: Any,
    is_positive_integer: Any,
) -> dict[str, Any]:
    """The matches of one entry."""
    return {
        "type": [not_empty, one_of(list(TYPES))],
        "id": [not_empty, unicode_safe],
        "found": [ignore_missing, one_of(list(TYPES))],
        "with": [ignore_missing, unicode_safe],
        "funding": [ignore_missing, unicode_safe],
        "mode": [default(Mode.COMPLEMENT.value), one_of([mode.value for mode in Mode])],
        "limit": [default(10), int_validator, is_positive_integer],
    }


@validator_args
def atlas_duplicates(not_empty: Any, ignore_missing: Any, unicode_safe: Any, one_of: Any) -> dict[str, Any]:
    """What is known of an entry so far; numbers are read as far as they are numbers."""
    text = [ignore_missing, unicode_safe]
    return {
        "type": [not_empty, one_of(list(TYPES))],
        "title": [not_empty, unicode_safe],
        **dict.fromkeys(("url", "longitude", "latitude", "name"), text),
    }


@validator_args
def atlas_network(
    default: Any,
    ignore_missing: Any,
    unicode_safe: Any,
    convert_to_list_if_string: Any,
    list_of_strings: Any,
    int_validator: Any,
    is_positive_integer: Any,
) -> dict[str, Any]:
    """A part of the network, by the parameters of a search, and which of its ties."""
    several = [ignore_missing, convert_to_list_if_string, list_of_strings]
    return {
        "q": [default(""), unicode_safe],
        **dict.fromkeys((*LISTED, *SINGLE), several),
        "offset": [default(0), int_validator],
        "limit": [default(100), int_validator, is_positive_integer],
    }


@validator_args
def atlas_money(default: Any, unicode_safe: Any) -> dict[str, Any]:
    """A plan and a year."""
    return {"plan": [default(""), unicode_safe], "year": [default(""), unicode_safe]}


@validator_args
def atlas_funding(default: Any, unicode_safe: Any) -> dict[str, Any]:
    """A programme, and a project that is to be funded by it."""
    return {"programme": [default(""), unicode_safe], "project": [default(""), unicode_safe]}
