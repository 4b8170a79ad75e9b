"""Which source is served next: plain data in, an order out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

SLOW_S = 5.0  # a unit, or the reading of a source, that takes longer makes its source a slow one


@dataclass(frozen=True)
class Load:
    """A source that has work."""

    source: str
    in_work: int = 0  # workers that are on it right now, on all machines
    slow: bool = False


class Choice:
    """Shares the time of one worker between sources.

    Fairness is by time and not by units: after a unit of a minute, a source with units of a tenth of a second gets some
    hundred of them first. A source that comes to it later starts level with the others.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.spent: dict[str, float] = {}

    def order(self, loads: Iterable[Load], workers: int) -> list[str]:
        """The sources that may be served, the first one first. `workers` is how many there are in all."""
        loads = list(loads)
        self._level([one.source for one in loads])
        slow_in_work = sum(one.in_work for one in loads if one.slow)
        room = slow_in_work < max(1, workers - 1)
        allowed = [one for one in loads if room or not one.slow]
        return [one.source for one in sorted(allowed, key=lambda one: (one.in_work, self.spent[one.source]))]

    def count(self, source: str, seconds: float) -> None:
        """The worker was on the source for so long."""
        self.spent[source] = self.spent.get(source, 0.0) + seconds

    def _level(self, sources: list[str]) -> None:
        known = [self.spent[one] for one in sources if one in self.spent]
        least = min(known, default=0.0)
        # Who has no work is forgotten: no source saves up time in which nobody wanted it.
        self.spent = {one: self.spent.get(one, least) for one in sources}
