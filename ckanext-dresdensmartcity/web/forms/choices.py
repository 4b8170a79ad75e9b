"""The values that a field offers, with the words by which people look for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ckanext.dresdensmartcity.city.vocabularies import schemas_folder, vocabulary
from ckanext.dresdensmartcity.city.yamlfile import Fields, Item, open_file

from .model import in_language

# Up to here a look is quicker than a search: the plain controls stay.
SHORT = 7
# Licences that ask for the name of the source (DCAT-AP.de 3.0, convention 35).
_BY = re.compile(r"/licenses/((dl|cc)-by|odby|odbl)")


@dataclass(frozen=True)
class Choice:
    """One value that can be chosen."""

    value: str
    label: str
    words: str = ""  # code, other language and synonyms, by which it is found too


def synonyms(name: str) -> Mapping[str, tuple[str, ...]]:
    """Other words for the terms of a list, by their ids; see schemas/synonyms.yaml."""
    return _synonyms().get(name, {})


@cache
def _synonyms() -> dict[str, dict[str, tuple[str, ...]]]:
    fields, mistakes = open_file(schemas_folder() / "synonyms.yaml")
    found = {}
    for name, item in fields.given.items():
        terms = Fields(item)
        found[name] = {identifier: terms.each(identifier, Item.text) for identifier in list(terms.given)}
    mistakes.check()
    return found


def choices(field: Mapping[str, Any], offered: Iterable[Mapping[str, Any]], language: str) -> list[Choice]:
    """The choices of a field as ckanext-scheming gives them, with the words of its list."""
    name = str(field.get("vocabulary") or "")
    codes = {term.iri: term.id for term in vocabulary(name).terms} if name else {}
    others = synonyms(name)
    found = []
    for one in offered:
        value = str(one["value"])
        code = codes.get(value, value)
        # The other language and the code, as far as they say something of their own.
        labels = list(one["label"].values()) if isinstance(one["label"], Mapping) else [str(one["label"])]
        label = in_language(one["label"], language)
        words = dict.fromkeys([*(text for text in labels if text != label), code, *others.get(code, ())])
        found.append(Choice(value, label, " · ".join(words)))
    return found


def names_its_source(licence: str) -> bool:
    """Whether the licence asks that the source is named."""
    return bool(_BY.search(licence))
