"""The addresses of the files. Handlers only take the request apart and put the answer together."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, send_file

from . import files
from .tables import schema

SCHEMAS = ("atlas-actors", "atlas-projects", "atlas-members")

downloads = Blueprint("atlas_downloads", __name__)


@downloads.route("/atlas/downloads/<name>", endpoint="file")
def file(name: str) -> Response:
    """One of the files, whole or in parts."""
    if name.removesuffix(".json") in SCHEMAS and name.endswith(".json"):
        return _opened(
            Response(schema(name.removesuffix(".json").removeprefix("atlas-")).content, mimetype="application/json")
        )
    if name not in files.DOWNLOADS:
        known = ", ".join(files.DOWNLOADS)
        tk.abort(404, tk._("There is no such file. There are: {files}.").format(files=known))
    made = files.get(name)
    found = send_file(
        made.path,
        mimetype=files.DOWNLOADS[name].media_type,
        as_attachment=True,
        download_name=name,
        conditional=True,
        etag=made.tag,
    )
    return _opened(found)


def _opened(response: Response) -> Response:
    """Maps in other pages may read it."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
