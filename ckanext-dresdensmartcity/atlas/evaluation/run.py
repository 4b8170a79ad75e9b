"""Matching and the baselines over the same cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ..matching import Matcher, Mode, Project
from .baselines import Score, baselines
from .cases import Cases
from .fulltext import full_text
from .metrics import Figures, Lead, Ranking, figures, lead

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
    best: str  # of the baselines, by MRR
    lead: Lead  # of matching over it

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
            "best_baseline": self.best,
            "lead": asdict(self.lead),
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
        sure = (
            f"95 % of the bootstraps: {self.lead.low:+.3f} to {self.lead.high:+.3f}; by chance: {self.lead.chance:.4f}"
        )
        lines += ["", f"MRR over {self.best}: {self.lead.ahead:+.3f} ({sure})"]
        return "\n".join(lines)


@dataclass(frozen=True)
class Fold:
    """Cases with the matching over them."""

    cases: Cases
    matcher: Matcher


def evaluate(folds: Sequence[Fold], mode: Mode, database: str = "") -> Evaluation:
    """Rank all actors that are not members for every project that has a right answer, in every fold.

    `database` is the address of a PostgreSQL for its full-text search; without it that baseline is left out. Equal
    scores are ordered by the id of the actor. Raises NoDatabaseError.
    """
    relevant: dict[str, frozenset[str]] = {}
    newcomers: dict[str, frozenset[str]] = {}
    rankings: dict[str, dict[str, Ranking]] = {}
    for number, fold in enumerate(folds):
        asked = [project for project in fold.cases.projects if project.id in fold.cases.relevant]
        scores: dict[str, Score] = dict(baselines(fold.cases))
        if database:
            scores[FULL_TEXT] = full_text(fold.cases, database)
        for project in asked:
            key = f"{project.id} {number}"
            relevant[key], newcomers[key] = fold.cases.relevant[project.id], fold.cases.newcomers
            rankings.setdefault(MATCHING, {})[key] = fold.matcher.ranking(project.id, mode)
            candidates = fold.cases.candidates(project)
            for name, score in scores.items():
                rankings.setdefault(name, {})[key] = _sorted(candidates, project, score)
    actors = [actor.id for actor in folds[0].cases.actors]
    found = {name: figures(one, relevant, actors, newcomers) for name, one in rankings.items()}
    matched = found.pop(MATCHING)
    best = max(found, key=lambda name: found[name].mrr)
    return Evaluation(
        mode=mode,
        actors=len(actors),
        projects=len(relevant),
        pairs=sum(map(len, relevant.values())),
        matching=matched,
        baselines=found,
        best=best,
        lead=lead(rankings[MATCHING], rankings[best], relevant),
    )


def _sorted(candidates: Sequence[str], project: Project, score: Score) -> Ranking:
    return sorted(candidates, key=lambda one: (-score(project, one), one))
