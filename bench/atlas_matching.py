"""Matches of one project among many actors: CKAN_INI is not needed; arguments: actors (10000), projects asked (60).

    python bench/atlas_matching.py 10000

Prints how long a ranking takes, whether it is that of brute force and of all scores in the same order, what each more
process costs in memory, and how long one changed entry takes.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from beside.matching_pairs import Pairs
from ckanext.dresdensmartcity.atlas.evaluation.baselines import run_counts
from ckanext.dresdensmartcity.atlas.language import installed
from ckanext.dresdensmartcity.atlas.matching import (
    ACTOR,
    PROJECT,
    Actor,
    Matcher,
    Member,
    Mode,
    Project,
    Ref,
    Settings,
    Taxonomy,
    parse_weights,
)
from ckanext.dresdensmartcity.atlas.matching.files import read, write
from ckanext.dresdensmartcity.atlas.matching.tables import Changes, Knowledge, changed, made
from ckanext.dresdensmartcity.city.vocabularies import topics
from ckanext.dresdensmartcity.config import ATLAS_REACH_M, ATLAS_WEIGHTS, defaults

COMPARED = 2  # projects that brute force ranks: it takes minutes
SEED = 6


def entries(count: int) -> tuple[list[Actor], list[Project]]:
    """Actors and a fifth as many projects: words by Zipf's law, six of ten offers topics, clumped around a centre."""
    chance = random.Random(SEED)  # noqa: S311 - no secret
    lexicon, known = installed(), topics()
    common = [word for word in (lexicon.frequent(20_000) if lexicon else []) if len(word) > 4] or ["sensor", "stadt"]
    chance.shuffle(common)
    names = [name for topic in known for name in topic.names]
    compounds = [(chance.choice(common[:3_000]) + chance.choice(common[:3_000])).capitalize() for _ in range(4_000)]

    def word() -> str:
        if chance.random() < 0.2:
            return chance.choice(compounds)
        return chance.choice(names) if chance.random() < 0.4 else common[int(len(common) ** chance.random()) - 1]

    def phrase(words: int) -> str:
        return " ".join(word() for _ in range(words))

    def some(most: int) -> tuple[str, ...]:
        return tuple(
            chance.choice(known).id if chance.random() < 0.6 else phrase(2) for _ in range(chance.randint(0, most))
        )

    def place() -> tuple[float, float] | None:
        return (chance.gauss(13.74, 0.05), chance.gauss(51.05, 0.03)) if chance.random() < 0.7 else None

    actors = [
        Actor(f"a{at:06}", phrase(3), phrase(12), some(6), some(2), (), "company", place()) for at in range(count)
    ]
    projects = []
    for at in range(count // 5):
        members = {f"a{int(count * chance.random() ** 3):06}" for _ in range(chance.randint(0, 6))}
        parts = tuple(Member(one, "partner") for one in sorted(members))
        projects.append(Project(f"p{at:06}", phrase(4), phrase(12), some(5), (), parts, place()))
    return actors, projects


def settings() -> Settings:
    weights = {mode: parse_weights(defaults()[f"{ATLAS_WEIGHTS}.{mode.value}"]) for mode in Mode}
    return Settings(weights, defaults()[ATLAS_REACH_M], {}, lexicon=installed())


def memory() -> tuple[float, float]:
    """Megabytes of this process: its share of all, and what is its own."""
    found = {"Pss": 0, "Private_Dirty": 0, "Private_Clean": 0}
    for line in Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines():
        name = line.split(":")[0]
        if name in found:
            found[name] = int(line.split()[1])
    return found["Pss"] / 1024, (found["Private_Dirty"] + found["Private_Clean"]) / 1024


def worker(file: str) -> None:
    """A process as it serves requests: prints its own megabytes before and after it ranked with the mapped tables."""
    taxonomy, known = Taxonomy(topics()), settings()
    knowledge = Knowledge(taxonomy, known.lexicon, ())
    before = memory()[1]
    core = Matcher.over(read(Path(file))[0], knowledge, known)
    for identifier in list(core.tables.ids[PROJECT])[:20]:
        core.rank(Ref(PROJECT, identifier), ACTOR, Mode.COMPLEMENT)
    sys.stdout.write(f"{before} {memory()[1]}\n")
    sys.stdout.flush()
    sys.stdin.read()


def timed(core: Matcher, seeker: str, found: str, asked: int) -> np.ndarray:
    """Milliseconds of each of some rankings."""
    ids = list(core.tables.ids[seeker])
    chosen = random.Random(SEED).sample(ids, min(asked, len(ids)))  # noqa: S311 - no secret
    core.rank(Ref(seeker, chosen[0]), found, Mode.COMPLEMENT)
    took = []
    for identifier in chosen:
        start = time.perf_counter()
        core.rank(Ref(seeker, identifier), found, Mode.COMPLEMENT)
        took.append((time.perf_counter() - start) * 1000)
    return np.percentile(took, [50, 95])


class TfIdf:
    """Runs of letters of whole texts in memory: what matching in memory would cost each process."""

    def __init__(self, actors: list[Actor]) -> None:
        self.postings: dict[str, list[tuple[int, float]]] = {}
        for at, actor in enumerate(actors):
            for run, count in run_counts("\n".join((actor.title, actor.notes, *actor.offers))).items():
                self.postings.setdefault(run, []).append((at, float(count)))
        self.arrays = {
            run: (np.array([at for at, _ in found], dtype=np.int32), np.array([n for _, n in found]))
            for run, found in self.postings.items()
        }
        self.postings.clear()
        self.count = len(actors)

    @property
    def megabytes(self) -> float:
        return sum(at.nbytes + count.nbytes for at, count in self.arrays.values()) / 1e6

    def rank(self, project: Project) -> np.ndarray:
        found = np.zeros(self.count)
        for run, count in run_counts("\n".join((project.title, project.notes, *project.needs))).items():
            if run in self.arrays:
                at, counts = self.arrays[run]
                found[at] += count * counts
        return np.argsort(-found, kind="stable")


def main(count: int, asked: int) -> None:
    actors, projects = entries(count)
    taxonomy, known = Taxonomy(topics()), settings()
    knowledge = Knowledge(taxonomy, known.lexicon, ())
    start = time.perf_counter()
    tables = made(actors, projects, knowledge)
    built = time.perf_counter() - start
    lines = [f"{count} actors, {len(projects)} projects", "", "| | |", "| --- | ---: |"]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "matching"
        write(file, tables, {})
        core = Matcher.over(read(file)[0], knowledge, known)
        for seeker, found in ((PROJECT, ACTOR), (ACTOR, PROJECT), (ACTOR, ACTOR)):
            middle, most = timed(core, seeker, found, asked)
            lines.append(f"| ranking of all {found}s for one {seeker}, p50 / p95 | {middle:.1f} / {most:.1f} ms |")
        tfidf = TfIdf(actors)
        took = []
        for project in projects[:asked]:
            start = time.perf_counter()
            tfidf.rank(project)
            took.append((time.perf_counter() - start) * 1000)
        middle, most = np.percentile(took, [50, 95])
        lines.append(f"| character TF-IDF in memory, p50 / p95 | {middle:.1f} / {most:.1f} ms |")
        lines.append(f"| character TF-IDF, memory of each process | {tfidf.megabytes:.0f} MB |")
        lines.append(f"| file of the tables, mapped by all processes | {file.stat().st_size / 1e6:.0f} MB |")
        lines.append(f"| memory of each more process that is its own, after 20 rankings | {own_memory(file):.0f} MB |")
        lines.append(f"| making the tables from nothing | {built:.1f} s |")
        start = time.perf_counter()
        again = changed(core.tables, Changes([(actors[1], "2")], (), {ACTOR: frozenset([actors[1].id])}), knowledge)
        made_at = time.perf_counter()
        write(file, again, {})
        taken = f"{made_at - start:.2f} s, {time.perf_counter() - made_at:.2f} s"
        lines.append(f"| one changed entry: tables, file | {taken} |")
        lines += compared(core, actors, projects, taxonomy, known)
    sys.stdout.write("\n".join(lines) + "\n")


def own_memory(file: Path) -> float:
    """Megabytes that the second of two processes adds."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent), "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, __file__, "worker", str(file)]
    running = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)  # noqa: S603
        for _ in range(2)
    ]
    said = [one.stdout.readline().split() for one in running if one.stdout]
    for one in running:
        one.communicate("")
    before, after = map(float, said[1])
    return after - before


def compared(
    core: Matcher, actors: list[Actor], projects: list[Project], taxonomy: Taxonomy, known: Settings
) -> list[str]:
    """Whether brute force gives the same order and scores, and how long it takes."""
    plain, took, same, top = Pairs(actors, projects, taxonomy, known), [], True, True
    for project in random.Random(SEED).sample(projects, min(COMPARED, len(projects))):  # noqa: S311 - no secret
        start = time.perf_counter()
        wanted = plain.actors_for(project.id, Mode.COMPLEMENT)
        took.append(time.perf_counter() - start)
        ranking = core.rank(Ref(PROJECT, project.id), ACTOR, Mode.COMPLEMENT)
        found = [(core.tables.ids[ACTOR][at], int(ranking.scores[at])) for at in ranking.order.tolist()]
        same, top = same and found == wanted, top and found[:100] == wanted[:100]
    return [
        f"| brute force, one project | {np.mean(took):.1f} s |",
        f"| the same first 100 as brute force, the same order and scores of all | {top}, {same} |",
    ]


if __name__ == "__main__":
    if sys.argv[1:2] == ["worker"]:
        worker(sys.argv[2])
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else 10_000, int(sys.argv[2]) if sys.argv[2:] else 60)
