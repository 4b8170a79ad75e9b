"""Puts together what the pages of the atlas show."""

from __future__ import annotations

from .found import IndexPage, index
from .read import EntryPage, entry

__all__ = ["EntryPage", "IndexPage", "entry", "index"]
