"""The pages that the atlas is made of, for the navigation under its heading. A room with a page adds one line."""

from __future__ import annotations

from dataclasses import dataclass

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.city.model import Label

from . import editing


@dataclass(frozen=True)
class Section:
    """A page that the navigation names: by its endpoint, as Flask calls it."""

    endpoint: str
    label: Label
    editors_only: bool = False


@dataclass(frozen=True)
class SectionLink:
    url: str
    text: str
    current: bool


SECTIONS: list[Section] = [
    Section("atlas.index", Label("Liste und Karte", "List and map")),
    Section("atlas_network.graph", Label("Netzwerk", "Network")),
    Section("atlas_network.money", Label("Geldflüsse", "Funding flows")),
    Section("atlas_network.programmes", Label("Förderprogramme", "Funding programmes")),
    Section("atlas_network.strengths", Label("Stärken", "Strengths")),
    Section("atlas_topics.index", Label("Themen", "Topics")),
    Section("ogc.landing", Label("Geodaten", "Geodata")),
    Section("atlas_review.index", Label("Prüfen", "Review"), editors_only=True),
    Section("atlas_import.index", Label("Importieren", "Import"), editors_only=True),
]


def section_links() -> tuple[SectionLink, ...]:
    """The sections of this portal, in the language of the page."""
    endpoint, language = tk.request.endpoint, str(tk.h.lang())
    return tuple(
        SectionLink(str(tk.h.url_for(one.endpoint)), one.label.text(language), one.endpoint == endpoint)
        for one in SECTIONS
        if not one.editors_only or editing.is_editor()
    )
