"""When two readings are of the same thing with the same content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from ckanext.dresdensmartcity.dcat.reading import ReadEntry


def digest(value: Any) -> str:
    """A hash of JSON, the same for equal content whatever the order of its keys."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def fingerprint(entries: Iterable[ReadEntry]) -> str:
    """A hash of what a page holds, whatever the order; addresses of pages and times of making are not in it."""
    return digest(sorted(digest([one.type, one.iri, one.package]) for one in entries))
