"""The page of one match."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.city.model import FundingProgramme
from flask import Blueprint

from . import match_presentation, search
from .entries import ACTOR, PROJECT, Entry
from .matching import Mode

match = Blueprint("atlas_match", __name__)


@match.route("/atlas/match/<project_id>/<actor_id>", endpoint="project")
def project(project_id: str, actor_id: str) -> str:
    """Why an actor fits a project, part by part."""
    return _page(_entry(PROJECT, project_id), _entry(ACTOR, actor_id))


@match.route("/atlas/match/actors/<actor_id>/<other_id>", endpoint="actors")
def actors(actor_id: str, other_id: str) -> str:
    """Why two actors fit each other, part by part."""
    one, other = _entry(ACTOR, actor_id), _entry(ACTOR, other_id)
    if one.id == other.id:
        tk.abort(404, tk._("An actor is not matched with itself."))
    return _page(one, other)


def mode_asked() -> Mode:
    """The mode of the request; 400 for one that there is not."""
    asked = tk.request.args.get("mode") or Mode.COMPLEMENT.value
    allowed = [mode.value for mode in Mode]
    if asked not in allowed:
        tk.abort(
            400,
            tk._("{parameter}={found} cannot be used. Allowed: {allowed}.").format(
                parameter="mode", found=asked[:50], allowed=", ".join(allowed)
            ),
        )
    return Mode(asked)


def programme_asked() -> FundingProgramme | None:
    """The funding programme of the request; 400 for one that the city has not."""
    asked = tk.request.args.get("funding") or ""
    programme = city().funding_programme(asked)
    if asked and programme is None:
        allowed = ", ".join(one.id for one in city().funding_programmes)
        tk.abort(
            400,
            tk._("{parameter}={found} cannot be used. Allowed: {allowed}.").format(
                parameter="funding", found=asked[:50], allowed=allowed
            ),
        )
    return programme


def _page(seeker: Entry, found: Entry) -> str:
    page = match_presentation.page(seeker, found, mode_asked())
    return str(tk.render("atlas/match.html", extra_vars={"page": page}))


def _entry(kind: str, identifier: str) -> Entry:
    return search.one(kind, identifier) or tk.abort(404, tk._("The atlas has no entry with this address."))
