"""/atlas/review: entries to look at again, for editors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity import config
from flask import Blueprint

from . import editing, presentation, review, search
from .entries import TYPES, Entry, package_name
from .query import AtlasQuery

review_list = Blueprint("atlas_review", __name__)

PAGE_SIZE = 25
_ = tk._


@dataclass(frozen=True)
class Row:
    """An entry with what to check."""

    entry: Entry
    url: str
    edit_url: str
    kind: str
    reasons: tuple[str, ...]


@review_list.get("/atlas/review", endpoint="index")
def index() -> str:
    """The entries to look at again, the most urgent first."""
    editing.need_editor()
    entries = search.everything(AtlasQuery())
    known = {(one.type, one.id) for one in entries}
    only = tk.request.args.get("reason", "")
    found = review.cases(entries, _today(), config.atlas_stale_after_days(), known)
    counts = {name: sum(any(one.name == name for one in case.reasons) for case in found) for name in review.WEIGHTS}
    if only in review.WEIGHTS:
        found = tuple(case for case in found if any(one.name == only for one in case.reasons))
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(max(tk.request.args.get("page", 1, type=int), 1), pages)
    return tk.render(
        "atlas/review.html",
        extra_vars={
            "rows": [_row(case) for case in found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]],
            "total": len(found),
            "every": len(entries),
            "page": page,
            "pages": pages,
            "only": only if only in review.WEIGHTS else "",
            "filters": [(name, short_label(name), count) for name, count in counts.items() if count],
            "days": config.atlas_stale_after_days(),
        },
    )


@review_list.post("/atlas/review/confirm", endpoint="confirm")
def confirm() -> Any:
    """Sets the day on which an entry was confirmed to today."""
    editing.need_editor()
    editing.need_own_form()
    form = tk.request.form
    kind, identifier = form.get("type", ""), form.get("id", "")
    if kind not in TYPES:
        tk.abort(400, _("Which entry? Its type is actor or project."))
    if not identifier.isprintable():  # no database takes all of what may be sent
        tk.abort(404, _("The atlas has no entry with this address."))
    context = {"user": editing.user()}
    try:
        tk.get_action("package_patch")(
            context, {"id": package_name(kind, identifier), "confirmed_on": _today().isoformat()}
        )
    except tk.ObjectNotFound:
        tk.abort(404, _("The atlas has no entry with this address."))
    except tk.NotAuthorized:
        tk.abort(403, _("Only editors of an organisation may do this."))
    except tk.ValidationError as error:
        tk.h.flash_error(
            _("{id} has mistakes that must be mended first: {mistakes}").format(
                id=identifier, mistakes=", ".join(error.error_summary)
            )
        )
    else:
        tk.h.flash_success(_("{id} is confirmed as of today.").format(id=identifier))
    back = {"reason": form.get("reason") or None, "page": form.get("page") or None}
    return tk.redirect_to("atlas_review.index", **{name: value for name, value in back.items() if value})


def _today() -> date:
    # Local: an editor's day, wherever the server stands.
    return date.today()  # noqa: DTZ011


def _row(case: review.Case) -> Row:
    entry = case.entry
    return Row(
        entry=entry,
        url=presentation.entry_url(entry.type, entry.id),
        edit_url=str(tk.h.url_for(f"{entry.type}.edit", id=package_name(entry.type, entry.id))),
        kind=presentation.kind_of(entry),
        reasons=tuple(sentence(one) for one in case.reasons),
    )


def short_label(name: str) -> str:
    """A reason as a filter names it."""
    return {
        review.ENDED: _("End has passed"),
        review.GONE: _("Member is gone"),
        review.OLD: _("Confirmed long ago"),
        review.NEVER: _("Never confirmed"),
        review.NO_SOURCE: _("No source"),
        review.NO_MEMBERS: _("No members"),
        review.NO_PLACE: _("No place"),
    }[name]


def sentence(reason: review.Reason) -> str:
    """A reason as a sentence with what to do."""
    value = reason.value
    if reason.name in (review.ENDED, review.OLD):
        value = str(tk.h.portal_date(value))
    return {
        review.ENDED: _("Its end, {value}, has passed, but it is not completed: set the status, or a later end."),
        review.GONE: _("The atlas has these members no more: {value}. Choose others, or take the rows out."),
        review.OLD: _("Nobody has confirmed it since {value}."),
        review.NEVER: _("Nobody has ever confirmed it."),
        review.NO_SOURCE: _("It names no source."),
        review.NO_MEMBERS: _("It has no members."),
        review.NO_PLACE: _("It has no point, no focus area and no district: no map can show it."),
    }[reason.name].format(value=value)
