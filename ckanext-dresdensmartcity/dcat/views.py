"""The catalogue's addresses: pages, the dump, one entry, in each syntax, by ending and by content negotiation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.views.dataset import read as dataset_page
from ckanext.dcat.exceptions import RDFProfileException
from flask import Blueprint, Response

from . import documents, logic, portal
from .dump import Dump, zipped
from .iris import PUBLISHED_TYPES
from .logic import ENDINGS
from .parts import is_published
from .responses import Validators, answer, hidden, not_modified

MEDIA_TYPES = {
    "ttl": "text/turtle; charset=utf-8",
    "rdf": "application/rdf+xml",
    "xml": "application/rdf+xml",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "n3": "text/n3; charset=utf-8",
}
# What is asked for with the header Accept; the first is what somebody gets who takes anything but a page.
_NEGOTIATED = {"text/turtle": "ttl", "application/rdf+xml": "rdf", "application/ld+json": "jsonld"}
_NEGOTIATED |= {"application/n-triples": "nt", "text/n3": "n3"}
_HTML = "text/html"

_ENDINGS = f"<any({','.join(ENDINGS)}):ending>"
_DUMPS = f"<any({','.join(one for one in ENDINGS if one not in ('xml', 'n3'))}):ending>"

blueprint = Blueprint("dresdensmartcity_dcat", __name__)


def catalogue(ending: str) -> Response:
    """One page of the catalogue."""
    asked = {key: tk.request.args.get(key) for key in ("page", "q", "fq", "modified_since")}
    asked |= {"format": ending, "profiles": _profiles()}

    def page() -> Response:
        request = logic.asked_of(asked)
        plain = not (request.is_search or logic.other_profile(asked))
        validators = Validators()
        if plain:
            now = documents.state()
            validators = Validators.of(now, "page", portal.per_page(), request.number, ending, request.modified_since)
        if found := not_modified(validators):
            return found
        if tk.request.method == "HEAD":
            return answer("", MEDIA_TYPES[ending], validators)
        return answer(tk.get_action("dcat_catalog_show")({}, asked), MEDIA_TYPES[ending], validators)

    return _told(page)


def negotiated() -> Any:
    """The first page of the catalogue in the syntax that the reader prefers; a browser gets the list of datasets."""
    ending = _asked_for()
    return catalogue(ending) if ending else tk.redirect_to("dataset.search")


def dump(ending: str, packed: str = "") -> Response:
    """The whole catalogue, or what changed since `modified_since`, in one stream."""

    def stream() -> Response:
        given = tk.request.args.get("modified_since") or ""
        since = portal.moment_of(given)
        tk.check_access("dcat_catalog_show", {}, {})
        what = ("dump", ending, packed, given)
        validators = Validators.of(documents.state(), *what)
        media_type = "application/gzip" if packed else MEDIA_TYPES[ending]
        if found := not_modified(validators):
            return found
        if tk.request.method == "HEAD":
            return answer("", media_type, validators)
        whole = Dump(ENDINGS[ending], since)
        chunks = whole.chunks()
        found = answer(zipped(chunks) if packed else chunks, media_type, Validators.of(whole.state, *what))
        found.call_on_close(whole.close)
        if packed:
            found.headers["Content-Disposition"] = f"attachment; filename=catalog.{ending}.gz"
        return found

    return _told(stream)


def entry(id: str, ending: str) -> Response:
    """One entry of the catalogue."""
    asked = {"id": id, "format": ending, "profiles": _profiles()}

    def document() -> Response:
        text = tk.get_action("dcat_dataset_show")({}, asked)
        if not is_published(logic.visible({}, id)):
            return hidden(answer(text, MEDIA_TYPES[ending], Validators()))
        validators = Validators.of_text(text)
        return not_modified(validators) or answer(text, MEDIA_TYPES[ending], validators)

    return _told(document)


def page_or_entry(kind: str) -> Callable[[str], Response | str]:
    """An entry as a page, or as RDF for those who ask for it."""

    def view(id: str) -> Response | str:
        ending = _asked_for()
        return entry(id, ending) if ending else dataset_page(kind, id)

    view.__doc__ = page_or_entry.__doc__
    return view


def _told(work: Callable[[], Response]) -> Response:
    """The answer, or an error that says what was wrong with the request."""
    try:
        return work()
    except tk.ObjectNotFound:
        tk.abort(404, tk._("Dataset not found or you have no permission to view it"))
        raise
    except (tk.ValidationError, RDFProfileException) as error:
        tk.abort(409, str(error))
        raise


def _profiles() -> list[str] | None:
    given = tk.request.args.get("profiles")
    return given.split(",") if given else None


def _asked_for() -> str:
    """The ending that the header Accept asks for; empty where a page is as welcome."""
    accepted = tk.request.accept_mimetypes
    best = accepted.best_match([_HTML, *_NEGOTIATED], default=_HTML)
    return "" if accepted[_HTML] >= accepted[best] else _NEGOTIATED[best]


blueprint.add_url_rule(f"/catalog.{_ENDINGS}", view_func=catalogue)
blueprint.add_url_rule("/catalog", view_func=negotiated)
blueprint.add_url_rule(f"/catalog/dump.{_DUMPS}", view_func=dump)
blueprint.add_url_rule(f"/catalog/dump.{_DUMPS}.<any(gz):packed>", view_func=dump, endpoint="dump_packed")
for kind in PUBLISHED_TYPES:
    blueprint.add_url_rule(f"/{kind}/<id>.{_ENDINGS}", view_func=entry, endpoint=f"{kind}_in")
    blueprint.add_url_rule(f"/{kind}/<id>", view_func=page_or_entry(kind), endpoint=kind)
