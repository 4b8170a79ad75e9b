"""What a form shows: its parts, its fields, what is wrong with them. Plain Python on the schema, the data, the errors.

A field is a dict of ckanext-scheming. Data is what a person sent, or what the package holds: after a mistake both lie
in one dict, and what was sent counts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Field = Mapping[str, Any]
Data = Mapping[str, Any]
Errors = Mapping[str, Any]

# Shown inside the group of another field: the first is drawn and draws the rest.
COMPANIONS = {"high_value": ("hvd_category",), "license": ("license_attribution", "license_attribution_en")}
# Where CKAN reports mistakes of a field under another name.
REPORTED_AS = {"tags": "tag_string"}
# Filled in by the portal where they stay empty; folded away below the fields that only a person can fill.
SETTLED = ("smartcity_name", "smartcity_owner_org")  # presets
# Set by the portal itself: no reason to open a part.
AUTOMATIC = ("mimetype", "size", "table_name", "table_schema")
# Parts of records for those who know identifiers and standards: folded away.
EXPERT = ("uri", "geom", "bbox", "centroid", "beginning", "ending")
# Names in a closed part that say what is in it.
NAMED = 7
# A record's number in the names of its inputs: ckanext-scheming sorts them as text.
DIGITS = 3
EMPTY: tuple[Any, ...] = (None, "", "[]", [], {})


@dataclass(frozen=True)
class Problem:
    """One mistake: where its field is on the page, what it is called, what is wrong."""

    anchor: str  # id of the control, or empty where the form has none for it
    label: str  # in the language of the page
    message: str


@dataclass(frozen=True)
class Record:
    """One of several contacts, areas, periods."""

    key: str  # its number as it stands in the names of its inputs
    data: dict[str, Any]  # by the name of the input: contact-000-email
    errors: dict[str, Any]

    def shows_expert(self) -> bool:
        """Whether the folded part has a mistake, or all that the record holds."""
        filled = [name for name, value in self.data.items() if value not in EMPTY]
        expert = [name for name in filled if _subfield(name) in EXPERT]
        return any(_subfield(name) in EXPERT for name in self.errors) or bool(expert and expert == filled)


@dataclass(frozen=True)
class Part:
    """What is needed, recommended, or more."""

    id: str
    label: str
    description: str
    fields: tuple[Field, ...]  # without those that are drawn by another
    settled: tuple[Field, ...]
    filled: int
    typed: int  # of these, those that somebody filled in
    count: int
    wrong: int
    named: str  # what is in it, in a line
    always: bool  # never closed

    @property
    def open(self) -> bool:
        return self.always or bool(self.typed or self.wrong)


def texts(value: Any) -> list[str]:
    """The texts of a list, of the JSON of one, or of a single text; empty ones are left out."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = json.loads(value)
        except ValueError:
            value = [value]
    many = value if isinstance(value, list | tuple) else [value]
    return [text for text in (str(one) for one in many if one is not None) if text]


def lines(value: Any) -> str:
    """A list as a person edits it: one to a line. What could not be understood stands as it was typed."""
    return value if isinstance(value, str) and not value.lstrip().startswith("[") else "\n".join(texts(value))


def records(field: Field, data: Data, errors: Errors | None = None) -> list[Record]:
    """The records of a repeating field, those that were sent before those that are stored; empty ones are left out."""
    name = field["field_name"]
    sent: dict[str, dict[str, Any]] = {}
    for key in sorted(data):
        match = re.fullmatch(re.escape(name) + r"-([^-]+)-(.+)", str(key))
        if match:
            sent.setdefault(match[1], {})[match[2]] = data[key]
    stored = data.get(name)
    given = list(sent.values()) if sent else stored if isinstance(stored, list) else []
    wrong = (errors or {}).get(name)
    found = []
    for number, values in enumerate(given):
        if not isinstance(values, Mapping):
            continue
        mistakes = wrong[number] if isinstance(wrong, list) and number < len(wrong) else {}
        if not isinstance(mistakes, Mapping):
            mistakes = {}
        if not mistakes and all(value in EMPTY for value in values.values()):
            continue
        key = f"{number:0{DIGITS}}"
        found.append(
            Record(
                key,
                {f"{name}-{key}-{one}": value for one, value in values.items()},
                {f"{name}-{key}-{one}": mistake for one, mistake in mistakes.items()},
            )
        )
    return found


def _subfield(name: str) -> str:
    return name.rpartition("-")[2]


def blank(field: Field, data: Data, errors: Errors | None = None) -> Record:
    """An empty record behind the given ones."""
    last = max((int(record.key) for record in records(field, data, errors)), default=-1)
    return Record(f"{last + 1:0{DIGITS}}", {}, {})


def is_filled(field: Field, data: Data) -> bool:
    if field.get("repeating_subfields"):
        return bool(records(field, data))
    value = data.get(field["field_name"])
    # A switch that is off says nothing.
    return bool(texts(value)) and not (field.get("preset") == "smartcity_boolean" and str(value).lower() == "false")


def parts(
    groups: Iterable[Mapping[str, Any]], fields: Iterable[Field], data: Data, errors: Errors, language: str
) -> list[Part]:
    """The form's parts in order; a field without a part of the list is in the last one."""
    shown = [field for field in fields if field.get("form_snippet", "") is not None]
    listed = list(groups) or [{"id": "", "label": "", "description": ""}]
    known = {group["id"] for group in listed}
    names = {field["field_name"] for field in shown}
    drawn = {one for host, guests in COMPANIONS.items() if host in names for one in guests}
    found = []
    for group in listed:
        own = [field for field in shown if _group(field, known, listed[-1]["id"]) == group["id"]]
        outer = [field for field in own if field["field_name"] not in drawn]
        guests = {name for field in outer for name in COMPANIONS.get(field["field_name"], ())}
        whole = outer + [field for field in shown if field["field_name"] in guests]
        filled = [field for field in whole if is_filled(field, data)]
        settled = [field for field in outer if field.get("preset") in SETTLED]
        labels = [in_language(field.get("label"), language) for field in outer]
        found.append(
            Part(
                id=group["id"],
                label=in_language(group["label"], language),
                description=in_language(group.get("description"), language),
                fields=tuple(field for field in outer if field not in settled),
                settled=tuple(settled),
                filled=len(filled),
                typed=sum(field["field_name"] not in AUTOMATIC for field in filled),
                count=len(whole),
                wrong=sum(field["field_name"] in errors for field in whole),
                named=", ".join(labels[:NAMED]) + (" …" if len(labels) > NAMED else ""),
                always=group is listed[0],
            )
        )
    return [part for part in found if part.count]


def _group(field: Field, known: set[Any], last: Any) -> Any:
    return field["group"] if field.get("group") in known else last


def at_their_fields(errors: Errors) -> dict[str, Any]:
    """The mistakes by the field that a person can mend them in: CKAN reports those of keywords under another name."""
    found = dict(errors)
    for reported, field in REPORTED_AS.items():
        if reported in found and field not in found:
            found[field] = messages(found.pop(reported))
    return found


def problems(fields: Iterable[Field], errors: Errors, language: str, drawn: Iterable[str] = ()) -> list[Problem]:
    """Every mistake in the order of the form, then those that belong to none of its fields.

    `drawn` names inputs that the form has beyond its schema.
    """
    found: list[Problem] = []
    left = dict(errors)
    for field in fields:
        name = field["field_name"]
        if name not in left:
            continue
        wrong = left.pop(name)
        label = in_language(field.get("label"), language)
        subfields = field.get("repeating_subfields")
        if subfields and isinstance(wrong, list) and any(isinstance(one, Mapping) for one in wrong):
            found += _of_records(field, wrong, language)
        else:
            found += [Problem(f"field-{name}", label, message) for message in messages(wrong)]
    for name, wrong in left.items():
        anchor = f"field-{name}" if name in set(drawn) else ""
        found += [Problem(anchor, name, message) for message in messages(wrong)]
    return found


def _of_records(field: Field, wrong: list[Any], language: str) -> list[Problem]:
    name = field["field_name"]
    title = in_language(field.get("repeating_label") or field.get("label"), language)
    found = []
    for number, mistakes in enumerate(wrong):
        if not isinstance(mistakes, Mapping):
            continue
        labels = {one["field_name"]: in_language(one.get("label"), language) for one in field["repeating_subfields"]}
        for subfield, several in mistakes.items():
            label = f"{title} {number + 1}, {labels.get(subfield, subfield)}"
            anchor = f"field-{name}-{number:0{DIGITS}}-{subfield}"
            found += [Problem(anchor, label, message) for message in messages(several)]
    return found


def messages(wrong: Any) -> list[str]:
    """The texts of a mistake, each once, however CKAN nested them."""
    if isinstance(wrong, Mapping):
        nested = [message for one in wrong.values() for message in messages(one)]
    elif isinstance(wrong, list | tuple):
        nested = [message for one in wrong for message in messages(one)]
    else:
        nested = texts(str(wrong)) if wrong is not None else []
    return list(dict.fromkeys(nested))


def in_language(text: Any, language: str) -> str:
    """A text of the schema, which may be one for each language."""
    if isinstance(text, Mapping):
        return str(text.get(language[:2]) or next(iter(text.values()), ""))
    return str(text or "")
