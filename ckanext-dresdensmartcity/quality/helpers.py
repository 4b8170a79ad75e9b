"""What templates ask of quality; every name begins with `quality_`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.city.model import Label
from ckanext.dresdensmartcity.dcat.iris import PUBLISHED_TYPES
from ckanext.dresdensmartcity.web import charts

from . import logic
from .method import method
from .overview import Day
from .presentation import Place, Shown

__all__ = ["quality_address", "quality_field_url", "quality_of", "quality_text", "quality_trend"]


def quality_of(pkg: dict[str, Any]) -> Shown | None:
    """The report of a stored package for the reader of the page; None where it has none."""
    if pkg.get("type") not in PUBLISHED_TYPES or not pkg.get("id"):
        return None
    context = {"user": tk.current_user.name, "auth_user_obj": tk.current_user}
    return logic.report_of(context, pkg)


def quality_address(pkg: dict[str, Any]) -> str:
    """The page of quality of an entry."""
    return str(tk.url_for("quality.report", kind=pkg["type"], id=pkg["name"]))


def quality_field_url(pkg: dict[str, Any], place: Place) -> str:
    """Where a field is entered: the form of the entry or of its file, at the field."""
    if place.file:
        form = tk.url_for(f"{pkg['type']}_resource.edit", id=pkg["name"], resource_id=place.file)
    elif place.field == "resources":
        return str(tk.url_for(f"{pkg['type']}_resource.new", id=pkg["name"]))
    else:
        form = tk.url_for(f"{pkg['type']}.edit", id=pkg["name"])
    return f"{form}#field-{place.field.partition('.')[0]}" if place.field else str(form)


def quality_text(label: Label) -> str:
    """A label in the language of the page."""
    return label.text(str(tk.h.lang()))


def quality_trend(days: Sequence[Day]) -> charts.LineChart:
    """The mean score over the days, from none to all points."""
    return charts.line([(one.day.toordinal(), one.score) for one in days], method().most)
