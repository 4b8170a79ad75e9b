"""A client without a network: answers by address, so that each test says what a server would send."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from ckanext.dresdensmartcity.harvesters.client import SourceRefusedError


@dataclass(frozen=True)
class Said:
    """An answer with status 200."""

    url: str
    content: bytes

    def text(self) -> str:
        return self.content.decode()


@dataclass
class Answers:
    """Gives what `found` says for an address: JSON, text, bytes, or a status as a number.

    `found` maps whole addresses, or addresses without their query; a function is asked with the query. A list is given
    one by one, the last for ever.
    """

    found: dict[str, Any]
    asked: list[str] = field(default_factory=list)

    def get(self, url: str, params: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> Said:
        if params:
            url += f"{'&' if '?' in url else '?'}{urlencode(params)}"
        self.asked.append(url)
        plain = url.split("?")[0]
        given = self.found[url] if url in self.found else self.found.get(plain, 404)
        if callable(given):
            ask: Callable[[dict[str, str]], Any] = given
            given = ask(dict(parse_qsl(urlsplit(url).query)))
        if isinstance(given, Series):
            given = given.next()
        if isinstance(given, int):
            error = SourceRefusedError(f"{url} answers with status {given}")
            error.status = given
            raise error
        if isinstance(given, bytes):
            return Said(url, given)
        return Said(url, (given if isinstance(given, str) else json.dumps(given)).encode())


class Series:
    """Answers that follow each other."""

    def __init__(self, *given: Any) -> None:
        self.given = list(given)

    def next(self) -> Any:
        return self.given.pop(0) if len(self.given) > 1 else self.given[0]
