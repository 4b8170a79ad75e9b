"""What counts, tallies and stages are called on pages: msgids. A test holds that each has German."""

from __future__ import annotations

# Counts that stand at a place of their own in the report.
TOLD = frozenset({"read", "rejected", "failed", "new", "changed", "unchanged", "missing", "archived", "revived"})

WORDS: dict[str, dict[str, str]] = {
    "counts": {
        "hidden": "Counts kept secret",
        "hidden_shares": "Shares left empty",
        "missing": "Missing in the source and kept for now",
        "archived": "Taken out, as the source no longer has them",
        "revived": "Back again",
        "pages": "Pages read",
        "selected": "Selected by the filter",
        "series_and_services_new": "New series and services",
        "series_and_services_changed": "Changed series and services",
        "stations": "Stations in the source",
        "stations_left_out": "Stations left out",
        "boxes": "Stations in the source",
        "boxes_left_out": "Stations left out",
        "hours_valid": "Hours with a mean",
        "hours_invalid": "Hours with too few values",
        "hours_missing": "Hours without a value",
        "unfiled": "Files that could not be made",
        "contacts_left_out": "Mail addresses and telephone numbers left out",
    },
    "tallies": {
        "lifted": "What was put into the form of DCAT-AP.de 3.0",
        "not_understood": "What was not understood and left out",
        "formats": "Formats that are not on the European list",
        "media_types": "Media types that IANA does not know",
        "left_out": "What of the other city's entries was left out",
    },
    "columns": {
        "lifted": "Rule",
        "not_understood": "Property and reason",
        "formats": "Format",
        "media_types": "Media type",
        "left_out": "Field and reason",
    },
    "stages": {
        "Gather": "Reading the source",
        "Fetch": "Fetching",
        "Import": "Publishing",
        "Finish": "Finishing",
    },
    "results": {
        "new": "New",
        "changed": "Changed",
        "unchanged": "Unchanged",
        "archived": "Taken out",
    },
    "status": {"New": "Waiting", "Running": "Running", "Finished": "Finished", "Aborted": "Aborted"},
    "units": {
        "COMPLETE": "done",
        "ERROR": "failed",
        "WAITING": "waiting",
        "FETCH": "being fetched",
        "IMPORT": "being published",
    },
    "severities": {"error": "Error", "warning": "Warning", "info": "Note"},
}
