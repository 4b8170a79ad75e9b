"""Matching one pair at a time, in plain Python: what the tables of the atlas must agree with to the last step.

Written from docs/matching.md and for clearness, without a line of the arrays; only texts are read and topics compared
by the atlas's own functions. Slow.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from functools import cache

from ckanext.dresdensmartcity.atlas.matching import PARTS, Actor, Mode, Project, Settings, Taxonomy
from ckanext.dresdensmartcity.atlas.matching.concepts import FIELD, concepts_of
from ckanext.dresdensmartcity.atlas.matching.meaning import key_of
from ckanext.dresdensmartcity.atlas.matching.spelling import runs
from ckanext.dresdensmartcity.atlas.matching.tables import Knowledge

MILLION = 1_000_000


class Pairs:
    """Scores of pairs over one state of the atlas."""

    def __init__(
        self, actors: Sequence[Actor], projects: Sequence[Project], taxonomy: Taxonomy, settings: Settings
    ) -> None:
        self.actors = {one.id: one for one in actors}
        self.projects = {one.id: one for one in projects}
        self._taxonomy, self._settings = taxonomy, settings
        self._knowledge = Knowledge(taxonomy, settings.lexicon, settings.common_texts)
        self._concepts = cache(lambda entry: concepts_of(entry, taxonomy))
        self._words = cache(self._read)
        self._near = cache(self._near_words)
        self._runs = cache(self._read_runs)
        self._cover = cache(taxonomy.cover)

    def actors_for(self, project_id: str, mode: Mode) -> list[tuple[str, int]]:
        """Ids and scores in ten thousandths, the best first."""
        project = self.projects[project_id]
        members = {one.actor for one in project.members}
        found = [(one.id, self.score(project, one, mode)) for one in self.actors.values() if one.id not in members]
        return sorted(found, key=lambda one: (-one[1], one[0]))

    def partners_for(self, actor_id: str, mode: Mode) -> list[tuple[str, int]]:
        """The same among actors."""
        actor = self.actors[actor_id]
        found = [(one.id, self.score(actor, one, mode)) for one in self.actors.values() if one.id != actor_id]
        return sorted(found, key=lambda one: (-one[1], one[0]))

    def score(self, asks: Actor | Project, brings: Actor, mode: Mode) -> int:
        values = self.values(asks, brings, mode)
        if isinstance(asks, Actor):
            back = self.values(brings, asks, mode)
            values = {name: (value + back[name]) / 2 for name, value in values.items()}
        return sum(math.floor(self._settings.weight(mode, name) * values[name] * 10_000 + 1e-6) for name in PARTS)

    def values(self, asks: Actor | Project, brings: Actor, mode: Mode) -> dict[str, float]:
        return {
            "gap": self._gap(asks, brings),
            "topic": self._topic(asks, brings, mode),
            "meaning": self._meaning(asks, brings),
            "text": self._text(asks, brings),
            "network": self._network(asks, brings),
            "near": self._nearness(asks, brings),
        }

    def _gap(self, asks: Actor | Project, brings: Actor) -> float:
        needs = self._concepts(asks).needs
        covered = set()
        if isinstance(asks, Project):
            there = [self.actors[one.actor] for one in asks.members if one.actor in self.actors]
            covered = {need for need in needs for one in there if self._meets(need, one)}
        met = [need for need in needs if need not in covered and self._meets(need, brings)]
        return len(met) / len(needs) if needs else 0.0

    def _meets(self, need: str, actor: Actor) -> bool:
        return any(self._cover(need, offer) == 1.0 for offer in self._concepts(actor).offers)

    def _topic(self, asks: Actor | Project, brings: Actor, mode: Mode) -> float:
        wanted, offered = self._concepts(asks).wanted(mode), self._concepts(brings).offered(mode)
        total = met = 0
        for one in wanted:
            worth = round(1_000 * (0.3 if one.startswith(FIELD) else self._taxonomy.specific(one)))
            best = max((self._cover(one, other) for other in offered), default=0.0)
            total += worth
            met += worth * round(MILLION * best)
        return met / (MILLION * total) if total else 0.0

    def _meaning(self, asks: Actor | Project, brings: Actor) -> float:
        if self._knowledge.read is None:
            return 0.0
        asked, said = self._knowledge.asked(asks), self._knowledge.brought(brings)
        total = sum(weight * max((self._alike(one, other) for other in said), default=0) for one, weight in asked)
        return total / (MILLION * sum(weight for _, weight in asked)) if asked else 0.0

    def _alike(self, asked: str, said: str) -> int:
        """Each word of one phrase with the nearest of the other, 0.7 and 0.3."""
        mine, theirs = self._words(asked), self._words(said)
        if not mine or not theirs:
            return 0
        met = sum(weight * max(self._near(one, other) for other, _ in theirs) for one, weight in mine)
        told = sum(weight * max(self._near(other, one) for other, _ in mine) for one, weight in theirs)
        if not met:
            return 0
        return round(0.7 * (met / sum(w for _, w in mine)) + 0.3 * (told / sum(w for _, w in theirs)))

    def _read(self, phrase: str) -> list[tuple[str, int]]:
        assert self._knowledge.read is not None
        found = self._knowledge.read(phrase)
        self._vectors = getattr(self, "_vectors", {})
        for one in found:
            self._vectors.setdefault(key_of(one), [round(2_000 * float(x)) for x in one.vector])
        return [(key_of(one), round(1_000 * one.weight)) for one in found]

    def _near_words(self, one: str, other: str) -> int:
        if one.split()[0][:6] == other.split()[0][:6]:
            return MILLION
        x, y = self._vectors[one], self._vectors[other]
        dot = sum(a * b for a, b in zip(x, y, strict=True))
        cosine = dot / (math.sqrt(sum(a * a for a in x)) * math.sqrt(sum(b * b for b in y)))
        share = max(0.0, min(1.0, (cosine - 0.25) / 0.75))
        return round(MILLION * share * math.sqrt(share))

    def _text(self, asks: Actor | Project, brings: Actor) -> float:
        asked, said = self._knowledge.asked_spelled(asks), self._knowledge.brought_spelled(brings)
        total = sum(max((self._cosine(one, other) for other in said), default=0) for one in asked)
        return total / (MILLION * len(asked)) if asked else 0.0

    def _cosine(self, one: str, other: str) -> int:
        (mine, square), (theirs, other_square) = self._runs(one), self._runs(other)
        shared = sum(count * theirs[run][0] * worth for run, (count, worth) in mine.items() if run in theirs)
        return round(MILLION * min(1.0, shared / math.sqrt(float(square) * other_square))) if shared else 0

    def _read_runs(self, phrase: str) -> tuple[dict[int, tuple[int, int]], int]:
        speller = self._knowledge.speller
        counts = Counter(run for word in speller.words(phrase) for run in runs(word))
        rarity = speller.rarity
        known = (
            dict(zip(rarity.codes.tolist(), rarity.telling.tolist(), strict=True))
            if not hasattr(self, "_k")
            else self._k
        )
        self._k = known
        worth = {run: (count, known.get(run, rarity.unseen)) for run, count in counts.items()}
        return worth, sum(count * count * tells for count, tells in worth.values())

    def _network(self, asks: Actor | Project, brings: Actor) -> float:
        ties = 0
        for via in self.projects.values():
            members = {one.actor for one in via.members}
            if (via.id == asks.id and isinstance(asks, Project)) or brings.id not in members:
                continue
            worth = round(MILLION / math.log(1 + max(2, len(members))))
            if isinstance(asks, Actor):
                ties += worth * (asks.id in members)
            else:
                ties += worth * len(members & {one.actor for one in asks.members} - {brings.id})
        return 1 - math.exp(-ties / MILLION)

    def _nearness(self, asks: Actor | Project, brings: Actor) -> float:
        if isinstance(asks, Project):
            places = [asks.position] if asks.position else list(asks.areas)
        else:
            places = [asks.position] if asks.position else []
        if not places or not brings.position:
            return 0.0
        return math.exp(-min(_metres(one, brings.position) for one in places) / self._settings.reach_m)


def _metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    (west, south), (east, north) = (tuple(map(math.radians, place)) for place in (one, other))
    half = math.sin((north - south) / 2) ** 2 + math.cos(south) * math.cos(north) * math.sin((east - west) / 2) ** 2
    return 2 * 6_371_000.0 * math.asin(math.sqrt(min(1.0, half)))
