"""What CKAN's pages call a package of ours: CKAN itself would make "Create Actor" of the type's name."""

from __future__ import annotations

from collections.abc import Callable

import ckan.plugins.toolkit as tk

_ = tk._

# CKAN's purposes (ckan.lib.helpers.humanize_entity_type) by what they say.
CREATE = {"add link", "create label", "create title"}
EDIT = {"edit label"}
SAVE = {"save label", "update label"}
VIEW = {"view label"}
MANY = {"breadcrumb", "content tab", "facet label", "main nav", "page title", "my label"}


def labels(object_type: str) -> dict[str, str]:
    """One, many, create, edit, save and view of a type in the language of the page; empty for a type of others."""
    if object_type == "actor":
        return {
            "one": _("Actor"), "many": _("Actors"), "create": _("Add an actor"), "edit": _("Edit the actor"),
            "save": _("Save the actor"), "view": _("View the actor"),
        }  # fmt: skip
    if object_type == "project":
        return {
            "one": _("Project"), "many": _("Projects"), "create": _("Add a project"), "edit": _("Edit the project"),
            "save": _("Save the project"), "view": _("View the project"),
        }  # fmt: skip
    if object_type == "dataset_series":
        return {
            "one": _("Series"), "many": _("Dataset series"), "create": _("Add a series"), "edit": _("Edit the series"),
            "save": _("Save the series"), "view": _("View the series"),
        }  # fmt: skip
    if object_type == "data_service":
        return {
            "one": _("Data service"), "many": _("Data services"), "create": _("Add a data service"),
            "edit": _("Edit the data service"), "save": _("Save the data service"), "view": _("View the data service"),
        }  # fmt: skip
    return {}


@tk.chained_helper
def humanize_entity_type(
    original: Callable[[str, str, str], str | None], entity_type: str, object_type: str, purpose: str
) -> str | None:
    """CKAN's helper, with words of ours for our types."""
    words = labels(object_type) if entity_type == "package" else {}
    for purposes, key in ((CREATE, "create"), (EDIT, "edit"), (SAVE, "save"), (VIEW, "view"), (MANY, "many")):
        if words and purpose in purposes:
            return words[key]
    if words and purpose == "delete confirmation":
        return str(_("Do you want to delete this entry?"))
    return original(entity_type, object_type, purpose)
