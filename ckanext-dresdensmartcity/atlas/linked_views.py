"""Entries as linked data: by ending, by the header Accept, and in the head of their page."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.dcat.iris import dataset_iri
from ckanext.dresdensmartcity.dcat.portal import site
from ckanext.dresdensmartcity.dcat.responses import Validators, answer, not_modified
from flask import Blueprint, Response
from markupsafe import Markup
from rdflib import Graph

from . import search
from .atlas_dataset import NAME
from .entries import ACTOR, PROJECT, Entry
from .linked_data import Surroundings, describe, entry_iri, script
from .taxonomy import taxonomy

# Ending -> media type, and the name of the syntax for rdflib.
SYNTAXES = {
    "jsonld": ("application/ld+json", "json-ld"),
    "ttl": ("text/turtle; charset=utf-8", "turtle"),
    "rdf": ("application/rdf+xml", "xml"),
    "nt": ("application/n-triples", "nt"),
}
_BY_TYPE = {media_type.split(";")[0]: ending for ending, (media_type, _) in SYNTAXES.items()}
_HTML = "text/html"

linked = Blueprint("atlas_linked_data", __name__)


@linked.route(f"/atlas/<any(actor, project):entry_type>/<entry_id>.<any({','.join(SYNTAXES)}):ending>", endpoint="read")
def read(entry_type: str, entry_id: str, ending: str) -> Response:
    """An entry in one syntax."""
    entry = search.one(entry_type, entry_id)
    if entry is None:
        tk.abort(404, tk._("The atlas has no entry with this address."))
    return document(entry, ending)


def negotiated(entry: Entry) -> Response | None:
    """The entry as linked data, for those who would rather have that than a page."""
    accepted = tk.request.accept_mimetypes
    best = accepted.best_match([_HTML, *_BY_TYPE], default=_HTML)
    if accepted[_HTML] >= accepted[best]:
        return None
    return document(entry, _BY_TYPE[best])


def document(entry: Entry, ending: str) -> Response:
    """The entry in the syntax with this ending."""
    media_type, syntax = SYNTAXES[ending]
    content = description(entry)
    if syntax == "json-ld":
        text = json.dumps(content, ensure_ascii=False, indent=1)
    else:
        text = Graph().parse(data=json.dumps(content), format="json-ld").serialize(format=syntax)
    validators = Validators.of_text(text)
    found = not_modified(validators) or answer(text, media_type, validators)
    found.headers["Access-Control-Allow-Origin"] = "*"
    return found


def description(entry: Entry) -> dict[str, Any]:
    """The entry with the names of those that it names."""
    actors = {one.actor for one in entry.members} | ({entry.part_of} if entry.part_of else set())
    projects = {*entry.builds_on, *([entry.continues] if entry.continues else [])}
    member_of: dict[str, str] = {}
    if entry.type == ACTOR:
        member_of = {one.id: one.title for one in search.projects_of(entry.id)}
    around = Surroundings(
        base=site().base,
        city=city(),
        taxonomy=taxonomy(),
        dataset=_dataset(),
        actors=search.titles(ACTOR, sorted(actors)) if actors else {},
        projects={**(search.titles(PROJECT, sorted(projects)) if projects else {}), **member_of},
        member_of=tuple(member_of),
    )
    return describe(entry, around)


def head(entry: Entry) -> Markup:
    """What the head of an entry's page says to machines."""
    address = entry_iri(tk.config["ckan.site_url"].rstrip("/"), entry.type, entry.id)
    links = Markup("").join(
        Markup('<link rel="alternate" type="{}" href="{}.{}">\n').format(media_type.split(";")[0], address, ending)
        for ending, (media_type, _) in SYNTAXES.items()
    )
    # What `script` gives is safe inside the element: it holds no character that could end it.
    return links + Markup('<script type="application/ld+json">{}</script>').format(Markup(script(description(entry))))  # noqa: S704


def _dataset() -> str:
    package = model.Package.get(NAME)
    if package is None or package.state != model.State.ACTIVE or package.private:
        return ""
    return dataset_iri({"id": package.id, "name": package.name, "type": package.type}, site().base)
