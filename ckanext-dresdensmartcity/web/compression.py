"""Packs what browsers load for every page: CKAN's style sheet alone has 330 kB, the map engine 1.1 MB."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_compress import Compress

# Pages are left as they are: they repeat what was typed beside a token of the session, and the length of a packed page
# would tell strangers about that token (BREACH). Catalogue and tiles pack themselves.
TYPES = ["text/css", "text/javascript", "application/javascript", "image/svg+xml", "application/geo+json"]
# Files are sent in pieces; of these endpoints a browser may ask again whether they changed.
FILES = ["static", "webassets.index"]


def add_to(app: Any) -> Any:
    """The same application, with an answer's body packed where the browser takes it."""
    if isinstance(app, Flask):
        app.config["COMPRESS_MIMETYPES"] = TYPES
        app.config["COMPRESS_STREAMING_ENDPOINT_CONDITIONAL"] = FILES
        app.config["COMPRESS_ALGORITHM_STREAMING"] = ["br", "zstd", "gzip"]
        Compress(app)
    return app
