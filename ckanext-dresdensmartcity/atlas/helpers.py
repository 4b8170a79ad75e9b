"""What other rooms' templates ask the atlas for; names begin with `atlas_`."""

from __future__ import annotations

from . import presentation, sections

__all__ = ["atlas_entry_url", "atlas_sections"]


def atlas_entry_url(entry_type: str, identifier: str) -> str:
    """Address of an actor or a project by its id in the atlas."""
    return presentation.entry_url(entry_type, identifier)


def atlas_sections() -> tuple[sections.SectionLink, ...]:
    """The pages of the atlas for its navigation."""
    return sections.section_links()
