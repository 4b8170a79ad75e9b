"""Template helpers and templates of this room."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from .reports import JobReport

__all__ = ["smartcity_harvest_report", "smartcity_harvest_text"]


def smartcity_harvest_report(job_id: str) -> JobReport | None:
    """The report of a harvest job for its page; None where the user may not see it."""
    try:
        report: JobReport = tk.get_action("dresdensmartcity_harvest_report")({}, {"id": job_id})
    except (tk.NotAuthorized, tk.ObjectNotFound):
        return None
    return report


def smartcity_harvest_text(finding: dict[str, Any]) -> str:
    """The message of a finding in the language of the page; in English where it has no translation."""
    template = finding.get("template")
    if not template:
        return str(finding["message"])
    try:
        return str(tk._(template).format(**finding.get("values", {})))
    except (KeyError, IndexError, ValueError):  # a translation that does not fit its text
        return str(finding["message"])


def register_templates(config: Any) -> None:
    """Make the templates of this room known; the path is relative to this module."""
    tk.add_template_directory(config, "templates")
