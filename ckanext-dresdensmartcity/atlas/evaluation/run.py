"""Matching and the baselines over the same cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..matching import Matcher, Mode
from .baselines import Score, baselines
from .cases import Cases
from .fulltext import full_text
from .metrics import Figures, Ranking, figures

MATCHING = "matching"
FULL_TEXT = "PostgreSQL full text"
COLUMNS = ("MRR", "P@1", "R@5", "R@10", "nDCG@10", "coverage", "Gini", "newcomers R@10")


@dataclass(frozen=True)
class Evaluation:
    """The figures of matching and, by name, of each baseline."""

    mode: Mode
    actors: int
    projects: int  # with a right answer
    pairs: int
    matching: Figures
    baselines: Mapping[str, Figures]

    @property
    def rows(self) -> Mapping[str, Figures]:
        """Matching first."""
        return {MATCHING: self.matching, **self.baselines}

    def as_json(self) -> dict[str, Any]:
        """For machines; names as in COLUMNS, with small letters and underscores."""
        return {
            "mode": self.mode.value,
            "actors": self.actors,
            "projects": self.projects,
            "pairs": self.pairs,
            "results": {name: asdict(found) for name, found in self.rows.items()},
        }

    def as_text(self) -> str:
        """A Markdown table."""
        lines = [
            f"{self.projects} projects with {self.pairs} right actors among {self.actors}, mode {self.mode.value}",
            "",
            f"| | {' | '.join(COLUMNS)} |",
            f"| --- |{' ---: |' * len(COLUMNS)}",
        ]
        for name, found in self.rows.items():
            values = ("–" if value is None else f"{value:.3f}" for value in asdict(found).values())
            lines.append(f"| {name} | {' | '.join(values)} |")
        return "\n".join(lines)


def evaluate(cases: Cases, matcher: Matcher, mode: Mode, database: str = "") -> Evaluation:
    """Rank all actors that are not members for every project that has a right answer.

    `database` is the address of a PostgreSQL for its full-text search; without it that baseline is left out. Equal
    scores are ordered by the id of the actor. Raises NoDatabaseError.
    """
    asked = [project for project in cases.projects if project.id in cases.relevant]
    matched: dict[str, Ranking] = {project.id: matcher.ranking(project.id, mode) for project in asked}
    scores: dict[str, Score] = dict(baselines(cases))
    if database:
        scores[FULL_TEXT] = full_text(cases, database)
    actors, newcomers = [actor.id for actor in cases.actors], cases.newcomers

    def measured(rankings: Mapping[str, Ranking]) -> Figures:
        return figures(rankings, cases.relevant, actors, newcomers)

    return Evaluation(
        mode=mode,
        actors=len(actors),
        projects=len(asked),
        pairs=sum(map(len, cases.relevant.values())),
        matching=measured(matched),
        baselines={
            name: measured(
                {
                    project.id: sorted(cases.candidates(project), key=lambda one: (-score(project, one), one))
                    for project in asked
                }
            )
            for name, score in scores.items()
        },
    )
