"""/atlas/import: upload a file, look at what it would do, confirm. For editors; works without scripts."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.redis import connect_to_redis
from flask import Blueprint

from . import editing, exchange_store, presentation
from .exchange import ExchangeError, Mistake, read
from .exchange.problems import PLACES, SENTENCES

imports = Blueprint("atlas_import", __name__)

MOST_BYTES = 3_000_000
MOST_ENTRIES = 300  # each is checked and stored while somebody waits; the command takes any number
SHOWN_MISTAKES = 200
KEPT_S = 3600  # how long an uploaded file waits for its confirmation
_ = tk._


@dataclass(frozen=True)
class Told:
    """A mistake in the language of the page."""

    place: str
    column: str
    sentence: str


@imports.get("/atlas/import", endpoint="index")
def index() -> str:
    """The form."""
    editing.need_editor()
    return _page()


@imports.post("/atlas/import", endpoint="preview")
def preview() -> Any:
    """What the uploaded file would do; it is kept for the confirmation."""
    editing.need_editor()
    editing.need_own_form()
    sent = tk.request.files.get("file")
    if sent is None or not sent.filename:
        return _page(_("Choose a file first.")), 400
    data = sent.stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        sentence = _("The file is larger than {most} MB: split it, or use the command “atlas import”.")
        return _page(sentence.format(most=MOST_BYTES // 1_000_000)), 413
    return _planned(data, sent.filename[-200:])


def _planned(data: bytes, name: str) -> Any:
    try:
        reading = read(data, name)
    except ExchangeError as error:
        return _page(mistakes=error.mistakes, name=name), 400
    if len(reading.given) > MOST_ENTRIES:
        sentence = _(
            "The file has {count} entries, this page takes {most}: split it, or use the command “atlas import”."
        )
        return _page(sentence.format(count=len(reading.given), most=MOST_ENTRIES)), 413
    plan = exchange_store.plan(reading, editing.user())
    token = secrets.token_urlsafe(16)
    kept = json.dumps({"user": editing.user(), "name": name, "data": data.hex()})
    connect_to_redis().set(_key(token), kept, ex=KEPT_S)
    return _page(plan=plan, mistakes=plan.every_mistake, name=name, token=token), 200


@imports.post("/atlas/import/confirm", endpoint="confirm")
def confirm() -> Any:
    """Stores what the preview showed; the file is read and checked once more."""
    editing.need_editor()
    editing.need_own_form()
    token = tk.request.form.get("token", "")[:100]
    found = connect_to_redis().get(_key(token)) if token else None
    kept = json.loads(found) if found else {}
    if kept.get("user") != editing.user():
        return _page(_("The file is no longer kept: upload it again.")), 400
    plan = exchange_store.plan(read(bytes.fromhex(kept["data"]), kept["name"]), editing.user())
    if plan.every_mistake and not tk.request.form.get("skip_wrong"):
        return _page(plan=plan, mistakes=plan.every_mistake, name=kept["name"], token=token), 400
    connect_to_redis().delete(_key(token))
    steps = list(exchange_store.carry_out(plan, editing.user()))
    return _page(steps=steps, name=kept["name"])


def _key(token: str) -> str:
    return f"smartcity:{tk.config['ckan.site_id']}:atlas-import:{token}"


def _page(
    mistake: str = "",
    plan: exchange_store.Plan | None = None,
    mistakes: tuple[Mistake, ...] = (),
    name: str = "",
    token: str = "",
    steps: list[exchange_store.Step] | None = None,
) -> str:
    items = plan.items if plan else ()
    return tk.render(
        "atlas/import.html",
        extra_vars={
            "mistake": mistake,
            "mistakes": [told(one) for one in mistakes[:SHOWN_MISTAKES]],
            "more_mistakes": max(0, len(mistakes) - SHOWN_MISTAKES),
            "plan": plan,
            "counts": {state: plan.count(state) for state in ("new", "changed", "unchanged", "wrong")} if plan else {},
            "items": [_shown(one) for one in items if one.state in ("new", "changed")],
            "name": name,
            "token": token,
            "steps": [(step, presentation.entry_url(step.entry.type, step.entry.id)) for step in (steps or [])],
            "done": steps is not None,
            "most_mb": MOST_BYTES // 1_000_000,
            "most_entries": MOST_ENTRIES,
        },
    )


def _shown(item: exchange_store.Item) -> dict[str, Any]:
    entry = item.given.entry
    labels = {"new": _("new"), "changed": _("changed")}
    return {
        "state": labels[item.state],
        "title": entry.title if entry else "",
        "kind": presentation.kind_of(entry) if entry else "",
        "id": entry.id if entry else "",
        "fields": ", ".join(field_label(one, entry.type) for one in item.changes) if entry else "",
    }


def field_label(name: str, kind: str) -> str:
    """What the form calls a field."""
    schema = tk.h.scheming_get_dataset_schema(kind)
    field = tk.h.scheming_field_by_name(schema["dataset_fields"], name) if schema else None
    return str(tk.h.scheming_language_text(field["label"])) if field else name


def told(mistake: Mistake) -> Told:
    """A mistake in the language of the page."""
    sentence = mistake.message or _(SENTENCES[mistake.name]).format(**mistake.values)
    return Told(_(PLACES[mistake.place.kind]).format(number=mistake.place.number), mistake.column, sentence)
