"""Puts together what the pages of the atlas show."""

from __future__ import annotations

from .found import EMBEDS, IndexPage, index, mistake_text
from .read import EntryPage, entry

__all__ = ["EMBEDS", "EntryPage", "IndexPage", "entry", "index", "mistake_text"]
