"""What other rooms' templates ask the atlas for; names begin with `atlas_`."""

from __future__ import annotations

from markupsafe import Markup

from . import linked_views, presentation, sections
from .entries import Entry

__all__ = ["atlas_entry_url", "atlas_linked_data", "atlas_sections"]


def atlas_entry_url(entry_type: str, identifier: str) -> str:
    """Address of an actor or a project by its id in the atlas."""
    return presentation.entry_url(entry_type, identifier)


def atlas_linked_data(entry: Entry) -> Markup:
    """What the head of an entry's page says to machines."""
    return linked_views.head(entry)


def atlas_sections() -> tuple[sections.SectionLink, ...]:
    """The pages of the atlas for its navigation."""
    return sections.section_links()
