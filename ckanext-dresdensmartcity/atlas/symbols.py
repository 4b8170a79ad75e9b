"""One symbol for each group of kinds, told apart by shape and by colour; list, legend and map draw the same paths."""

from __future__ import annotations

from dataclasses import dataclass

from ckanext.dresdensmartcity.city.model import Label

from .entries import PROJECT, Entry


@dataclass(frozen=True)
class Symbol:
    """A shape in a box of 24 x 24; the colours have a contrast of 4.5:1 and more against white."""

    id: str
    path: str  # of SVG
    colour: str
    label: Label
    kinds: tuple[str, ...]  # of actors, or "project"


SYMBOLS = (
    Symbol(
        "project",
        "M12 1.5l3.1 6.9 7.4.8-5.5 5 1.6 7.3-6.6-3.8-6.6 3.8 1.6-7.3-5.5-5 7.4-.8z",
        "#a3125e",
        Label("Projekt", "Project"),
        (PROJECT,),
    ),
    Symbol(
        "administration",
        "M12 2.5a9.5 9.5 0 1 1 0 19a9.5 9.5 0 1 1 0-19z",
        "#00508c",
        Label("Stadt und Ämter", "City and its offices"),
        ("city", "office"),
    ),
    Symbol(
        "research",
        "M12 2l10.5 19h-21z",
        "#1b6e3a",
        Label("Forschung und Lehre", "Research and teaching"),
        ("research",),
    ),
    Symbol(
        "network",
        "M6.5 2.5h11l5.5 9.5-5.5 9.5h-11l-5.5-9.5z",
        "#5b3f99",
        Label("Cluster, Netzwerke, Verbände", "Clusters, networks, associations"),
        ("cluster", "association"),
    ),
    Symbol(
        "civil-society",
        "M12 1l11 11-11 11-11-11z",
        "#8a4b00",
        Label("Zivilgesellschaft", "Civil society"),
        ("civil-society",),
    ),
    Symbol(
        "economy",
        "M3 3h18v18h-18z",
        "#37474f",
        Label("Unternehmen und Plattformen", "Companies and platforms"),
        ("company", "platform"),
    ),
    Symbol(
        "services",
        "M12 1.5l11 8.2-4.2 12.8h-13.6l-4.2-12.8z",
        "#b3261e",
        Label("Versorgung, Verkehr, Gesundheit", "Utilities, transport, health"),
        ("health", "utility"),
    ),
)
BY_KIND = {kind: symbol for symbol in SYMBOLS for kind in symbol.kinds}
# For a kind that a vocabulary of another city adds.
OTHER = Symbol("other", "M9 3h6v6h6v6h-6v6h-6v-6h-6v-6h6z", "#4a4a4a", Label("Sonstige", "Other"), ())


def symbol_of(entry: Entry) -> Symbol:
    """The symbol of an entry."""
    return BY_KIND.get(PROJECT if entry.type == PROJECT else entry.kind, OTHER)
