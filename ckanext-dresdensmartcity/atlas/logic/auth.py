"""Who may read the atlas: everybody. It holds public entries only."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk


def _open() -> dict[str, Any]:
    return {"success": True}


@tk.auth_allow_anonymous_access
def atlas_search(context: Any, data_dict: Any) -> dict[str, Any]:
    """Everybody may search."""
    return _open()


@tk.auth_allow_anonymous_access
def atlas_show(context: Any, data_dict: Any) -> dict[str, Any]:
    """Everybody may see an entry."""
    return _open()


@tk.auth_allow_anonymous_access
def atlas_match(context: Any, data_dict: Any) -> dict[str, Any]:
    """Everybody may ask who fits."""
    return _open()


@tk.auth_allow_anonymous_access
def atlas_duplicates(context: Any, data_dict: Any) -> dict[str, Any]:
    """Everybody may ask what is there already."""
    return _open()
