"""What other rooms' templates ask the atlas for; names begin with `atlas_`."""

from __future__ import annotations

from . import presentation

__all__ = ["atlas_entry_url"]


def atlas_entry_url(entry_type: str, identifier: str) -> str:
    """Address of an actor or a project by its id in the atlas."""
    return presentation.entry_url(entry_type, identifier)
