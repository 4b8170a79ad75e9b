"""The gate: what a save is told that would publish an entry with violations. No CKAN here; saving.py asks.

Errors have the form of CKAN's validation: field -> messages, and for files a list with one such mapping for each file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from .findings import Finding

# Where a finding belongs to no field of the form.
ELSEWHERE = "quality"
# At a file that has no error of its own: what is wrong with the others. Saving one file shows only its own errors.
OTHER_FILES = "other_files"

# Records of a field stand under numbered fragments: …#contact-2.
_NUMBER = re.compile(r"-([1-9][0-9]{0,3})$")

Errors = dict[str, Any]


def violations(findings: Iterable[Finding]) -> list[Finding]:
    return [one for one in findings if one.severity == "violation"]


def errors(
    findings: Iterable[Finding],
    files: Sequence[tuple[str, str]],
    of_dataset: Callable[[str], bool] = bool,
    of_file: Callable[[str], bool] = bool,
) -> Errors:
    """The violations as errors of CKAN's validation; empty where there is none.

    `files` are IRI and name of each file in its order. `of_dataset` and `of_file` tell whether the form has a field of
    this name.
    """
    found: Errors = {}
    by_file: list[Errors] = [{} for _ in files]
    others: dict[int, list[str]] = {}
    for one in violations(findings):
        place = _place(one.focus, [iri for iri, _ in files])
        _tell(found if place is None else by_file[place], one, of_dataset if place is None else of_file)
        if place is not None:
            others.setdefault(place, []).append(one.message)
    if others:
        told_elsewhere = [
            f"{files[place][1]}: {message}" if files[place][1] else message
            for place, messages in others.items()
            for message in dict.fromkeys(messages)
        ]
        found["resources"] = [one or {OTHER_FILES: told_elsewhere} for one in by_file]
        # The form of a dataset says of its files only that one is wrong.
        found[ELSEWHERE] = [*found.get(ELSEWHERE, []), *told_elsewhere]
    return found


def _tell(told: Errors, one: Finding, known: Callable[[str], bool]) -> None:
    """Put one sentence to its field: `contact`, or `contact.email` in the record that the node stands for."""
    field, _, part = one.field.partition(".")
    if not field or not known(field):
        field, part = ELSEWHERE, ""
    messages = told.setdefault(field, [])
    if part and all(isinstance(record, dict) for record in messages):
        number = _NUMBER.search(one.focus)
        place = int(number[1]) - 1 if number else 0
        messages.extend({} for _ in range(place + 1 - len(messages)))
        messages = messages[place].setdefault(part, [])
    if one.message not in messages:
        messages.append(one.message)


def _place(focus: str, files: Sequence[str]) -> int | None:
    """The number of the file that a node is, or belongs to; None where it belongs to the entry itself."""
    return next((number for number, iri in enumerate(files) if focus == iri or focus.startswith(f"{iri}#")), None)
