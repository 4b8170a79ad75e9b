"""Template helpers of budgets."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from .overview import Overview, overview
from .publications import LINES, MEASURE_LINES

MOST_ROWS = 32_000  # CKAN's limit for one search; a larger table has no chart rather than a wrong one

__all__ = ["smartcity_budget_overview", "smartcity_budget_word"]


def smartcity_budget_overview(package: dict[str, Any]) -> Overview | None:
    """The chart of a budget dataset; None for all other datasets."""
    resource = next(
        (
            one
            for one in package.get("resources", [])
            if one.get("table_name") in (LINES, MEASURE_LINES) and one.get("datastore_active")
        ),
        None,
    )
    if resource is None:
        return None
    wanted = "year,source,direction,kind,amount_cents"
    asked = {"resource_id": resource["id"], "limit": MOST_ROWS, "fields": wanted, "filters": {"kind": "item"}}
    try:
        answer = tk.get_action("datastore_search")({}, asked)
    except (tk.ObjectNotFound, tk.ValidationError):  # gone meanwhile, or a table of an earlier form
        return None
    return overview(answer["records"]) if answer["total"] <= MOST_ROWS else None


def smartcity_budget_word(name: str) -> str:
    """A source or direction in the language of the page."""
    words = {
        "Eigenmittel": tk._("Own funds"),
        "Bund": tk._("Federation"),
        "Land": "Land",
        "EU": "EU",
        "Dritte": tk._("Third parties"),
        "Gesamt": tk._("All sources"),
        "expenditure": tk._("Expenditure"),
        "revenue": tk._("Revenue"),
    }
    return words.get(name, name)
