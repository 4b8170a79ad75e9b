"""Answers of the interface: which form is asked for, what a reader has already, packed and in pieces."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from importlib.metadata import version
from typing import Any, NoReturn

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.city.model import Label
from flask import Response

from .documents import HTML, JSON
from .parameters import Arguments, ParameterError

GZIP = 16 + zlib.MAX_WBITS
LEAST_PACKED = 1024  # bytes; what is shorter gains nothing
AT_ONCE = 32 * 1024  # characters that are packed and sent at once
SOFTWARE = version("ckanext-dresdensmartcity")


def arguments() -> Arguments:
    """The parameters of the request: each with all of its values."""
    return {name: tk.request.args.getlist(name) for name in tk.request.args}


def language() -> str:
    return str(tk.h.lang())


def form_of(media_types: Iterable[str]) -> str:
    """Which form is asked for, by `f` or by the header Accept: "json" or "html".

    `media_types` are those of the JSON form. Raises ParameterError (400, 406).
    """
    given = [value for value in tk.request.args.getlist("f") if value]
    offered = [*dict.fromkeys([*media_types, JSON]), HTML]
    if given:
        if given[-1] in ("json", "html") and len(set(given)) == 1:
            return given[-1]
        shown = ", ".join(given)[:60]
        raise ParameterError(
            Label(
                f"f=“{shown}” ist nicht brauchbar. Möglich: json, html.",
                f"f=“{shown}” cannot be used. Allowed: json, html.",
            )
        )
    accepted = tk.request.accept_mimetypes
    if not accepted:
        return "json"
    best = accepted.best_match(offered)
    if best is None:
        known = ", ".join(offered)
        raise ParameterError(
            Label(f"Nichts davon gibt es hier. Es gibt: {known}.", f"None of these is here. There are: {known}."), 406
        )
    return "html" if best == HTML else "json"


def failed(error: ParameterError) -> Response:
    """What was wrong, as a page for those who read pages, else as JSON (17-069r4, section 7.5.1)."""
    text = error.text.text(language())
    wants_page = tk.request.args.get("f") == "html" or (
        "f" not in tk.request.args and tk.request.accept_mimetypes.best_match([JSON, HTML]) == HTML
    )
    if wants_page and error.status != 406:
        _page_of(error.status, text)
    codes = {400: "InvalidParameterValue", 404: "NotFound", 406: "NotAcceptable"}
    body = json.dumps({"code": codes[error.status], "description": text}, ensure_ascii=False)
    return Response(body, status=error.status, content_type=JSON)


def _page_of(status: int, text: str) -> NoReturn:
    tk.abort(status, text)
    raise AssertionError("abort came back")


def tag_of(*what: str) -> str:
    """What an answer is known by: the software, the language, the address and what it was made of."""
    known = (SOFTWARE, language(), tk.request.host_url, tk.request.full_path, *what)
    return sha256("\0".join(known).encode()).hexdigest()[:32]


def unchanged(tag: str) -> Response | None:
    """304 where the reader has this answer."""
    if not tk.request.if_none_match.contains_weak(tag):
        return None
    found = Response(status=304)
    found.set_etag(tag, weak=True)
    return found


def document(
    content: Mapping[str, Any], media_type: str, tag: str, headers: Mapping[str, str] | None = None
) -> Response:
    """A document of JSON."""
    return pieces([json.dumps(content, ensure_ascii=False, separators=(",", ":"))], media_type, tag, headers)


def pieces(texts: Iterable[str], media_type: str, tag: str, headers: Mapping[str, str] | None = None) -> Response:
    """An answer that is sent while it is made, packed for those who take it so."""
    chunks = _gathered(texts)
    first = next(chunks, b"")
    rest = _chained(first, chunks)
    packed = tk.request.accept_encodings["gzip"] > 0 and len(first) >= LEAST_PACKED
    found = Response(_packed(rest) if packed else rest, content_type=media_type)
    if packed:
        found.headers["Content-Encoding"] = "gzip"
    # Weak: packed and plain are the same document and not the same bytes.
    found.set_etag(tag, weak=True)
    for name, value in (headers or {}).items():
        found.headers[name] = value
    return found


def _gathered(texts: Iterable[str]) -> Iterator[bytes]:
    waiting: list[str] = []
    size = 0
    for text in texts:
        waiting.append(text)
        size += len(text)
        if size >= AT_ONCE:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    if waiting:
        yield "".join(waiting).encode()


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _packed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(6, zlib.DEFLATED, GZIP)
    for chunk in chunks:
        if part := packer.compress(chunk):
            yield part
    yield packer.flush()
