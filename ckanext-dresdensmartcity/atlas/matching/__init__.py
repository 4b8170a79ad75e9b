"""Matching of actors and projects: a pure core, records in and results out."""

from .matcher import Matcher, Ranking, Settings
from .records import (
    ACTOR,
    PARTS,
    PROJECT,
    Actor,
    Change,
    Evidence,
    Fact,
    Match,
    Member,
    Mode,
    Part,
    Project,
    Ref,
    Statement,
    UnknownEntryError,
    WeightsError,
    parse_weights,
)
from .taxonomy import Taxonomy

__all__ = [
    "ACTOR",
    "PARTS",
    "PROJECT",
    "Actor",
    "Change",
    "Evidence",
    "Fact",
    "Match",
    "Matcher",
    "Member",
    "Mode",
    "Part",
    "Project",
    "Ranking",
    "Ref",
    "Settings",
    "Statement",
    "Taxonomy",
    "UnknownEntryError",
    "WeightsError",
    "parse_weights",
]
