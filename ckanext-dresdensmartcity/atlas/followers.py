"""Who follows the side table: what other rooms derive from it, in the session that changes it.

A room adds one line to each list. A follower gets the id of the package, the entry before and the entry after; None
where there was or is none that everybody may see. It must neither commit nor catch what it cannot mend. A rebuilder
makes all of it anew, after the side table.
"""

from __future__ import annotations

from collections.abc import Callable

from . import atlas_dataset, index
from .entries import Entry
from .tiles import store as tiles

FOLLOWERS: list[Callable[[str, Entry | None, Entry | None], None]] = [tiles.follow, atlas_dataset.entry_changed]
REBUILDERS: list[Callable[[], None]] = [tiles.rebuild]


def register() -> None:
    """Called once, when the plugin starts."""
    index.FOLLOWERS[:] = FOLLOWERS
    index.REBUILDERS[:] = REBUILDERS
