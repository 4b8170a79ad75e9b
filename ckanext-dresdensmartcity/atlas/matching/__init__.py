"""Matching of actors and projects: a pure core, records in and results out."""

from .matcher import Matcher, Settings
from .records import (
    PARTS,
    Actor,
    Evidence,
    Match,
    Member,
    Mode,
    Part,
    Project,
    UnknownEntryError,
    WeightsError,
    parse_weights,
)
from .taxonomy import Taxonomy

__all__ = [
    "PARTS",
    "Actor",
    "Evidence",
    "Match",
    "Matcher",
    "Member",
    "Mode",
    "Part",
    "Project",
    "Settings",
    "Taxonomy",
    "UnknownEntryError",
    "WeightsError",
    "parse_weights",
]
