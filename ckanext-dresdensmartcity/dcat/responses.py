"""Answers that need not be sent twice: entity tags, dates, 304 (RFC 9110, sections 8.8 and 13)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from hashlib import sha256

import ckan.plugins.toolkit as tk
from flask import Response

from .documents import State

_SHORT = 32


@dataclass(frozen=True)
class Validators:
    """What an answer can be known by; nothing of it where the answer may be another one in a moment."""

    tag: str = ""
    changed: datetime | None = None

    @classmethod
    def of(cls, state: State, *what: object) -> Validators:
        """Of a document that is made of a state of the catalogue alone; `what` tells it from the others."""
        if not state.settled:
            return cls()
        return cls(sha256(state.tag(*what).encode()).hexdigest()[:_SHORT], _final(state.changed))

    @classmethod
    def of_text(cls, text: str) -> Validators:
        """Of a document that is there already."""
        return cls(sha256(text.encode()).hexdigest()[:_SHORT])


def answer(body: str | Iterable[bytes], media_type: str, validators: Validators) -> Response:
    """An answer for everybody, to be asked for again each time it is used."""
    found = Response(body, content_type=media_type, direct_passthrough=not isinstance(body, str))
    if body == "":
        # A HEAD that was not written out: the length of nothing would be taken for that of the answer.
        found.automatically_set_content_length = False
        found.headers.pop("Content-Length", None)
    _mark(found, validators)
    # Another answer stands under the same address for another Accept.
    found.vary.add("Accept")
    return found


def not_modified(validators: Validators) -> Response | None:
    """304 where the reader has this answer already."""
    request = tk.request
    if not validators.tag:
        return None
    if request.if_none_match:
        same = request.if_none_match.contains_weak(validators.tag)
    else:
        # Only without If-None-Match: a tag says more than a date (RFC 9110, section 13.1.3).
        given, own = request.if_modified_since, validators.changed
        same = given is not None and own is not None and own <= given
    if not same or request.method not in ("GET", "HEAD"):
        return None
    found = Response(status=304)
    _mark(found, validators)
    found.vary.add("Accept")
    return found


def hidden(found: Response) -> Response:
    """An answer for this reader only, which nobody may keep."""
    tk.request.environ["__no_cache__"] = True
    found.cache_control.no_store = True
    found.headers.pop("ETag", None)
    return found


def _mark(found: Response, validators: Validators) -> None:
    if validators.tag:
        found.set_etag(validators.tag)
    if validators.changed:
        found.last_modified = validators.changed


def _final(changed: datetime | None) -> datetime | None:
    """A change's time in whole seconds, as HTTP has it; none while more may change within the same second."""
    if changed is None:
        return None
    second = changed.astimezone(timezone.utc).replace(microsecond=0)
    return second if second < datetime.now(timezone.utc).replace(microsecond=0) else None
