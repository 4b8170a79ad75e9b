"""Whether the addresses of files answer, as the score asks: looked up by a command, politely, and kept.

Files that the portal keeps itself are not asked over the network (own_files.py), and not listed here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from ckanext.dresdensmartcity import config
from ckanext.dresdensmartcity.city.model import Label
from ckanext.dresdensmartcity.dcat.portal import site
from ckanext.dresdensmartcity.harvesters.client import Client, Limits
from ckanext.dresdensmartcity.harvesters.records import HarvesterError

from . import reports, store

AGAIN_AFTER = timedelta(days=7)
# Between two questions to the same host, in seconds.
PAUSE = 1.0
USER_AGENT = "ckanext-dresdensmartcity link check"
LIMITS = Limits(connect=10.0, silence=15.0, total=30.0, attempts=2)

WORKS = Label("erreichbar", "answers")
FAILS = Label("nicht erreichbar", "does not answer")
UNKNOWN = Label("noch nicht geprüft", "not checked yet")


@dataclass(frozen=True)
class ShownAddress:
    """An address with what is known of it, in words."""

    url: str
    state: Label
    said: str
    fails: bool


@dataclass(frozen=True)
class Asked:
    """What one run looked up."""

    asked: int = 0
    working: int = 0
    broken: int = 0
    rescored: int = 0


def shown(addresses: Iterable[store.Address]) -> tuple[ShownAddress, ...]:
    return tuple(
        ShownAddress(
            one.url,
            UNKNOWN if one.answers is None else WORKS if one.answers else FAILS,
            one.said,
            one.answers is False,
        )
        for one in addresses
    )


def ask_all(
    limit: int | None = None,
    everything: bool = False,
    told: Callable[[str, bool, str], None] | None = None,
    client: Client | None = None,
    pause: float = PAUSE,
) -> Asked:
    """Look up the addresses whose turn it is, at most `limit`, and make the reports anew that this changes.

    Those never looked up come first, then those of more than a week ago; `everything` asks all again.
    """
    before = store.now() if everything else store.now() - AGAIN_AFTER
    asked, changed = Asked(), set[str]()
    client = client or _client()
    last: dict[str, float] = {}
    for url in store.to_ask(before, limit):
        works, said = ask(client, url, last, pause)
        changed.update(store.answered(url, works, said, store.now()))
        if told:
            told(url, works, said)
        asked = Asked(asked.asked + 1, asked.working + works, asked.broken + (not works))
    reports.recheck(sorted(changed))
    return Asked(asked.asked, asked.working, asked.broken, len(changed))


def ask(client: Client, url: str, last: dict[str, float], pause: float = PAUSE) -> tuple[bool, str]:
    """Whether an address answers with success, and what it said; `last` is when each host was asked."""
    host = urlsplit(url).netloc
    waited = time.monotonic() - last.get(host, -pause)
    if waited < pause:
        time.sleep(pause - waited)
    try:
        status = client.status(url)
    except HarvesterError as error:
        return False, str(error)
    finally:
        last[host] = time.monotonic()
    return 200 <= status < 300, f"HTTP {status}"


def _client() -> Client:
    return Client(f"{USER_AGENT} ({site().url})", config.harvest_allowed_hosts(), LIMITS)
