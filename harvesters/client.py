"""The one HTTP client, through which every harvester reaches its source."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .records import HarvesterError


class SourceUnreachableError(HarvesterError):
    """The source did not answer, or not properly, after all attempts."""


@dataclass(frozen=True)
class Response:
    """A complete answer of a source."""

    url: str
    status: int
    headers: dict[str, str]  # names in lower case
    content: bytes

    def text(self) -> str:
        """The body in its declared charset (UTF-8 where none is declared); wrong bytes are a SourceFormatError."""
        return self.content.decode("utf-8")

    def json(self) -> Any:
        """The body as JSON; SourceFormatError where it is none."""
        return json.loads(self.text())


class Client:
    """Limits, retries and checks around GET."""

    def get(self, url: str, params: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> Response:
        """The answer with status 200, or a HarvesterError that says what happened."""
        raise NotImplementedError
