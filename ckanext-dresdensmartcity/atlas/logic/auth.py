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


@tk.auth_allow_anonymous_access
def atlas_network(context: Any, data_dict: Any) -> dict[str, Any]:
    """Everybody may see who works with whom."""
    return _open()


@tk.auth_allow_anonymous_access
def atlas_money(context: Any, data_dict: Any) -> dict[str, Any]:
    """Everybody may see what published plans say."""
    return _open()


@tk.auth_allow_anonymous_access
def atlas_funding(context: Any, data_dict: Any) -> dict[str, Any]:
    """Everybody may ask who fits a programme."""
    return _open()


@tk.auth_allow_anonymous_access
def atlas_strengths(context: Any, data_dict: Any) -> dict[str, Any]:
    """Everybody may see the figures of the fields."""
    return _open()
