"""What the demo sources answer: plain data, so that they are tried without a socket."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Answer:
    """Status, headers and body of an HTTP answer."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def json_answer(value: Any, status: int = 200) -> Answer:
    """A value as JSON, in UTF-8."""
    return text_answer(json.dumps(value, ensure_ascii=False), "application/json; charset=utf-8", status)


def text_answer(text: str, content_type: str, status: int = 200) -> Answer:
    """A text in UTF-8."""
    return Answer(status, text.encode("utf-8"), {"Content-Type": content_type})
