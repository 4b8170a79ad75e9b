"""Redis as a bell: it wakes workers that sleep, and remembers for a while what may be forgotten.

All of it may be lost at any time. Without Redis a worker looks into the book every few seconds.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger(__name__)

# redis-py 8 has a limit of 5 s for each answer unless told otherwise, and a blocking read that lasts as long ends in an
# error (ckanext-harvest #581). Here the limit is set, above the longest wait, whatever the address says.
WAIT_S = 5.0
ANSWER_S = 10.0
REMEMBERED_S = 24 * 3600
LONGEST_PAUSE_S = 3600.0


class Bell:
    """The bell of one portal."""

    def __init__(
        self, url: str, site: str, lists: tuple[str, ...] = (), sleep: Callable[[float], Any] = time.sleep
    ) -> None:
        self.key = f"dresdensmartcity:{site}:harvest"
        self.lists = lists  # where ckanext-harvest says that there is something
        self.sleep = sleep
        self.pauses: dict[str, float] = {}  # source -> until when, should Redis forget it
        self._redis = redis.Redis.from_url(url, decode_responses=True, retry=Retry(NoBackoff(), 0))
        # An argument of the address would win over one of from_url, so it is set here.
        self._redis.connection_pool.connection_kwargs.update(
            socket_timeout=ANSWER_S, socket_connect_timeout=ANSWER_S, health_check_interval=0
        )

    def hush(self) -> None:
        """Forget what has rung: the book is looked at next."""
        self._try(lambda: self._redis.delete(*self._keys))

    def wait(self, seconds: float = WAIT_S) -> bool:
        """Sleep until it rings, at most so long; True where it rang. Never raises."""
        began = time.monotonic()
        rang = self._try(lambda: self._redis.blpop(list(self._keys), timeout=min(seconds, WAIT_S)))
        if rang is None:
            # Also where Redis is away, or restarts and lets nobody wait.
            self.sleep(max(0.0, min(1.0, seconds - (time.monotonic() - began))))
        return bool(rang)

    def ring(self, times: int = 1) -> None:
        """Wake so many."""
        if times > 0:
            self._try(lambda: self._redis.rpush(f"{self.key}:bell", *["1"] * times))

    def pause(self, source: str, seconds: float) -> None:
        """Leave a source alone for so long, as it asked to."""
        seconds = min(max(seconds, 1.0), LONGEST_PAUSE_S)
        self.pauses[source] = time.monotonic() + seconds
        self._try(lambda: self._redis.set(f"{self.key}:pause:{source}", "1", px=int(seconds * 1000)))

    def pausing(self, source: str) -> bool:
        if self.pauses.get(source, 0.0) > time.monotonic():
            return True
        return bool(self._try(lambda: self._redis.exists(f"{self.key}:pause:{source}")))

    def count(self, what: str, more: int = 1) -> int:
        """Add to a count that is kept for a day, and give it; `more` alone where Redis is away."""
        key = f"{self.key}:{what}"

        def add() -> int:
            found: Any = self._redis.incrby(key, more)
            self._redis.expire(key, REMEMBERED_S)
            return int(found)

        return int(self._try(add) or max(more, 0))

    @property
    def _keys(self) -> tuple[str, ...]:
        return (f"{self.key}:bell", *self.lists)

    def _try(self, what: Callable[[], Any]) -> Any:
        try:
            return what()
        except redis.RedisError as error:
            log.warning("Redis does not answer, work is found without it: %s", error)
            return None
