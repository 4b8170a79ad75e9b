"""Figures of rankings with known answers.

With R the set of right actors of a project: the reciprocal rank is that of the first right one; P@1 whether the first
is right; R@k the share of R among the first k; nDCG@k discounts by log2(rank + 1) and divides by the best that is
possible (Järvelin and Kekäläinen 2002). All are means over projects that have a right answer. Coverage is the share of
actors that stand among the first ten of some project; Gini how unequally those places are shared out (0: all equally
often, towards 1: always the same). Newcomers are actors in no project; their R@10 counts only right newcomers.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

TOP = 10

Ranking = Sequence[str]  # ids of actors, the best first


@dataclass(frozen=True)
class Figures:
    """Means over projects; `newcomers` is None where no right answer is a newcomer."""

    mrr: float
    p_at_1: float
    r_at_5: float
    r_at_10: float
    ndcg_at_10: float
    coverage: float
    gini: float
    newcomers: float | None


def figures(
    rankings: Mapping[str, Ranking],
    relevant: Mapping[str, Collection[str]],
    actors: Collection[str],
    newcomers: Mapping[str, Collection[str]],
) -> Figures:
    """The figures of `rankings`, which has a ranking for every project of `relevant`.

    `newcomers` are for each project the actors that are in no project when it is asked.
    """
    pairs = [(rankings[project], frozenset(right)) for project, right in sorted(relevant.items())]
    fresh = [
        (rankings[project], frozenset(right) & frozenset(newcomers[project])) for project, right in relevant.items()
    ]
    fresh = [(ranking, right) for ranking, right in fresh if right]
    shown = Counter(dict.fromkeys(actors, 0))
    for ranking in rankings.values():
        shown.update(ranking[:TOP])
    return Figures(
        mrr=_mean([reciprocal_rank(*pair) for pair in pairs]),
        p_at_1=_mean([float(ranking[0] in right) for ranking, right in pairs]),
        r_at_5=_mean([recall(*pair, 5) for pair in pairs]),
        r_at_10=_mean([recall(*pair, TOP) for pair in pairs]),
        ndcg_at_10=_mean([ndcg(*pair, TOP) for pair in pairs]),
        coverage=sum(count > 0 for count in shown.values()) / len(shown),
        gini=gini(list(shown.values())),
        newcomers=_mean([recall(*pair, TOP) for pair in fresh]) if fresh else None,
    )


@dataclass(frozen=True)
class Lead:
    """How far one ranking is ahead of another in MRR, over projects, and how sure that is."""

    ahead: float
    low: float  # 95 % of the bootstraps lie between low and high
    high: float
    chance: float  # two-sided, of a paired randomisation: the share of swaps that lead as far by chance


SAMPLES = 2_000


def lead(
    rankings: Mapping[str, Ranking], others: Mapping[str, Ranking], relevant: Mapping[str, Collection[str]]
) -> Lead:
    """The lead of `rankings` over `others`, by bootstraps over projects and random swaps; the same at every run."""
    gains = np.array(
        [
            reciprocal_rank(rankings[project], right) - reciprocal_rank(others[project], right)
            for project, right in sorted(relevant.items())
        ]
    )
    chance = np.random.default_rng(1)
    means = gains[chance.integers(0, len(gains), (SAMPLES, len(gains)))].mean(axis=1)
    swapped = (gains * chance.choice([-1, 1], (SAMPLES, len(gains)))).mean(axis=1)
    as_far = int((np.abs(swapped) >= abs(gains.mean()) - 1e-12).sum())
    low, high = np.percentile(means, [2.5, 97.5])
    return Lead(float(gains.mean()), float(low), float(high), (as_far + 1) / (SAMPLES + 1))


def reciprocal_rank(ranking: Ranking, right: Collection[str]) -> float:
    """1 / rank of the first right actor; 0 where there is none."""
    return next((1 / rank for rank, actor in enumerate(ranking, 1) if actor in right), 0.0)


def recall(ranking: Ranking, right: Collection[str], k: int) -> float:
    """The share of the right actors that stand among the first `k`."""
    return len(set(ranking[:k]) & set(right)) / len(right)


def ndcg(ranking: Ranking, right: Collection[str], k: int) -> float:
    """Discounted gain of the first `k` against the best possible."""
    gain = sum(1 / math.log2(rank + 1) for rank, actor in enumerate(ranking[:k], 1) if actor in right)
    return gain / sum(1 / math.log2(rank + 1) for rank in range(1, min(k, len(right)) + 1))


def gini(counts: Sequence[int]) -> float:
    """How unequal `counts` are, from 0 (all the same) to 1 - 1/n (one has all)."""
    total = sum(counts)
    if not total:
        return 0.0
    ordered = sorted(counts)
    weighted = sum(rank * count for rank, count in enumerate(ordered, 1))
    return 2 * weighted / (len(ordered) * total) - (len(ordered) + 1) / len(ordered)


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else 0.0
