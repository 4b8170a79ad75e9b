"""A page of features while it is read: what comes before and after it is known when the last one has gone by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from .documents import Around
from .model import Feature, Step


class Page:
    """The features of a page, to be gone through once; then `around` and `count` are known.

    `found` are the features of the page and, where there are more, one that no longer belongs to it: behind the last,
    or, for a page that ends before an id, ahead of the first.
    """

    def __init__(self, found: Iterable[Feature], step: Step) -> None:
        self._step = step
        self._more = False
        self._first = self._last = ""
        self.count = 0
        if step.before:
            features = list(found)
            self._more = len(features) > step.limit
            found = features[1:] if self._more else features
        rest = iter(found)
        # The first one is asked for at once: what goes wrong in the database goes wrong before the answer begins.
        first = next(rest, None)
        self._rest = chain([first] if first else [], rest)

    def __iter__(self) -> Iterator[Feature]:
        for one in self._rest:
            if self.count == self._step.limit:
                self._more = True
                return
            self._first = self._first or one.id
            self._last = one.id
            self.count += 1
            yield one

    def around(self) -> Around:
        """The pages beside this one."""
        if self._step.before:
            return Around(after=self._last, before=self._first if self._more else "")
        return Around(after=self._last if self._more else "", before=self._first if self._step.after else "")
