"""Template helpers and templates of this room."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from . import words
from .indicators import pages
from .records import placed
from .reports import JobReport

__all__ = [
    "smartcity_harvest_duration",
    "smartcity_harvest_failures",
    "smartcity_harvest_others",
    "smartcity_harvest_place",
    "smartcity_harvest_report",
    "smartcity_harvest_text",
    "smartcity_harvest_word",
    "smartcity_indicator_overview",
    "smartcity_indicator_status",
]

PLACE = re.compile(r"row (?P<row>\d+)(?:, column (?P<column>.+))?")
# Of an answer in pages: "actors, page 1, feature 3, Title".
ANSWER_PLACE = re.compile(r"(?P<before>.*, )page (?P<page>\d+)(?:, feature (?P<feature>\d+))?(?P<after>, .*)?")


def smartcity_harvest_report(job_id: str) -> JobReport | None:
    """The report of a harvest job for its page; None where the user may not see it."""
    try:
        report: JobReport = tk.get_action("dresdensmartcity_harvest_report")({}, {"id": job_id})
    except (tk.NotAuthorized, tk.ObjectNotFound):
        return None
    return report


def smartcity_harvest_text(finding: Mapping[str, Any]) -> str:
    """The message of a finding or check in the language of the page; in English where it has no translation."""
    template = finding.get("template")
    if not template:
        return str(finding["message"])
    try:
        return str(tk._(template).format(**finding.get("values", {})))
    except (KeyError, IndexError, ValueError):  # a translation that does not fit its text
        return str(finding["message"])


def smartcity_harvest_failures(report: JobReport) -> list[dict[str, str]]:
    """What failed and does not stand among the findings, which say it in the language of the page."""
    told = {placed(one["message"], one["place"]) for one in report["findings"]}
    return [one for one in report["errors"] if one["message"] not in told]


def smartcity_harvest_place(place: str) -> str:
    """A place in a source in the language of the page: "row 15, column total" is „Zeile 15, Spalte total“."""
    if found := ANSWER_PLACE.fullmatch(place):
        told = tk._("page {page}, entry {feature}") if found["feature"] else tk._("page {page}")
        shown = str(told).format(page=found["page"], feature=found["feature"])
        return "".join((found["before"], shown, found["after"] or ""))
    found = PLACE.fullmatch(place)
    if found is None:
        return place
    if found["column"]:
        return str(tk._("row {row}, column {column}").format(**found.groupdict()))
    return str(tk._("row {row}").format(row=found["row"]))


def smartcity_harvest_word(kind: str, key: str) -> str:
    """What a count, a tally or a check is called on the page; the key itself where nobody has named it."""
    text = words.WORDS.get(kind, {}).get(key)
    return tk._(text) if text else key.replace("_", " ").replace("-", " ")


def smartcity_harvest_others(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Counts that the report has no place of its own for, with what they are called."""
    return [
        (smartcity_harvest_word("counts", key), number)
        for key, number in counts.items()
        if number and key not in words.TOLD and not key.startswith("rows_")
    ]


def smartcity_harvest_duration(seconds: int) -> str:
    """A time as people say it: 2 h 5 min, 3 min 20 s, 8 s."""
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def smartcity_indicator_overview(package: dict[str, Any]) -> pages.Overview | None:
    """What the page of an indicator dataset shows of its table; None for all other datasets."""
    asked = tk.request.args
    return pages.overview(package, asked.get("indicator", ""), asked.get("period", ""), str(tk.h.lang() or "de"))


def smartcity_indicator_status(status: str) -> str:
    """What a status of a value means, in the language of the page."""
    texts = {
        "measured": tk._("exactly zero"),
        "suppressed": tk._("kept secret"),
        "missing": tk._("no information"),
        "later": tk._("follows later"),
        "unreliable": tk._("not certain enough"),
        "not_applicable": tk._("makes no sense"),
    }
    return texts.get(status, status)


def register_templates(config: Any) -> None:
    """Make the templates of this room known; the path is relative to this module."""
    tk.add_template_directory(config, "templates")
