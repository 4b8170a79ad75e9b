"""The files of a folder over HTTP, with what a conditional request needs."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path

from .answer import Answer, text_answer

_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".geojson": "application/geo+json",
    ".ttl": "text/turtle; charset=utf-8",
}


def file_answer(folder: Path, name: str, headers: Mapping[str, str]) -> Answer:
    """The file `name` of `folder`; 404 for anything that is not a plain file directly in it. Header names lower case.

    304 where If-None-Match or, without it, If-Modified-Since says that the client has it (RFC 9110, 13.2.2).
    """
    # Compared with what is there, never joined to a path: no name can lead out of the folder.
    path = next((one for one in folder.iterdir() if one.name == name and one.is_file()), None)
    if path is None:
        return text_answer(f"There is no file {name!r} here.\n", "text/plain; charset=utf-8", 404)
    content = path.read_bytes()
    changed = int(path.stat().st_mtime)
    entity = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    validators = {"ETag": entity, "Last-Modified": formatdate(changed, usegmt=True)}
    if _known(headers, entity, changed):
        return Answer(304, b"", validators)
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Answer(200, content, {**validators, "Content-Type": kind})


def _known(headers: Mapping[str, str], entity: str, changed: int) -> bool:
    if "if-none-match" in headers:
        given = [one.strip().removeprefix("W/") for one in headers["if-none-match"].split(",")]
        return entity in given or "*" in given
    if "if-modified-since" in headers:
        try:
            return changed <= parsedate_to_datetime(headers["if-modified-since"]).timestamp()
        except ValueError:
            return False
    return False
