"""Groups of a table, by age or sex, unfolded: each combination of groups is a count of its own with its sums.

A table of one-person households by age (five groups) and sex (two) holds 18 counts for each area: ten that it lists and
eight that anybody can add up. All of them are protected, so all of them are cells. The identifier of a part is that of
the count with its groups behind it: `households.age-bis-24-jahre.sex-weiblich`; a group that is left out is the total.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from ckanext.dresdensmartcity.city.names import slug

from ..mapping import Group, Indicator, Sum, Text
from ..mapping import Mapping as TableMapping

TOTAL = ""  # in place of a group: all of them together
Combination = tuple[str, ...]  # a label or TOTAL for each group, in the order of the mapping
MOST_PARTS = 5000  # counts for each area; more are no table for people


def short(name: str) -> str:
    """The name of a group or column as a part of an identifier.

    >>> short("bis 24 Jahre"), short("A")
    ('bis-24-jahre', 'a')
    """
    bare = name.strip().lower()
    return bare if len(bare) == 1 and bare.isascii() and bare.isalnum() else slug(name, 60)


class TooManyGroupsError(ValueError):
    """The groups of a table make more counts than can be published."""


@dataclass(frozen=True)
class Part:
    """Of which count an unfolded one is a part, and by which groups."""

    base: str
    groups: Combination = ()
    breakdown: Text | None = None  # "bis 24 Jahre, weiblich"; None for the total


@dataclass
class Unfolding:
    """The counts that a mapping and the groups found in its table make."""

    mapping: TableMapping
    labels: dict[str, list[str]] = field(default_factory=dict)  # of each group, in the order of the table

    def note(self, group: Group, label: str) -> None:
        """A group that a row or a header names."""
        known = self.labels.setdefault(group.id, [])
        if label and label not in known:
            known.append(label)

    @property
    def twice(self) -> list[str]:
        """Labels of a group that make the same identifier."""
        found = []
        for labels in self.labels.values():
            seen: dict[str, str] = {}
            for label in labels:
                other = seen.setdefault(short(label), label)
                if other != label:
                    found.append(f"{other!r} and {label!r}")
        return found

    def combinations(self) -> Iterator[Combination]:
        """Every combination of groups and totals."""
        sizes = 1
        for group in self.mapping.groups:
            sizes *= len(self.labels.get(group.id, [])) + 1
        if sizes * len(self.mapping.counts) > MOST_PARTS:
            raise TooManyGroupsError(
                f"its groups make {sizes * len(self.mapping.counts)} counts for each area, more than {MOST_PARTS}; "
                "leave a breakdown out, or publish it as tables of their own"
            )
        yield from product(*([TOTAL, *self.labels.get(group.id, [])] for group in self.mapping.groups))

    def identifier(self, indicator: str, groups: Combination) -> str:
        """Of the part of a count."""
        behind = (f".{g.id}-{short(label)}" for g, label in zip(self.mapping.groups, groups, strict=True) if label)
        return indicator + "".join(behind)

    def parts(self) -> dict[str, Part]:
        """All counts and shares that are made, by identifier."""
        return {
            self.identifier(one.id, groups): Part(one.id, groups, self._breakdown(groups))
            for one in (*self.mapping.counts, *self.mapping.shares, *self.mapping.figures)
            for groups in self.combinations()
        }

    def unfolded(self) -> TableMapping:
        """The mapping with a count for each part; as it is where it has no groups."""
        if not self.mapping.groups:
            return self.mapping
        combinations = list(self.combinations())
        indicators = [
            self._part(one, groups) for one in (*self.mapping.counts, *self.mapping.shares) for groups in combinations
        ]
        sums = [*self._declared(combinations), *self._over_groups(combinations)]
        together = [
            [self.identifier(one, groups) for one in names]
            for names in self.mapping.together
            for groups in combinations
        ]
        # Not validated again: identifiers of parts have a point in them, which declared ones must not have.
        return self.mapping.model_copy(update={"indicators": indicators, "sums": sums, "together": together})

    def _part(self, one: Indicator, groups: Combination) -> Indicator:
        change: dict[str, object] = {"id": self.identifier(one.id, groups)}
        if one.numerator and one.denominator:
            change["numerator"] = self.identifier(one.numerator, groups)
            change["denominator"] = self.identifier(one.denominator, groups)
        if breakdown := self._breakdown(groups):
            title = {"de": f"{one.title.de}: {breakdown.de}", "en": f"{one.title.en}: {breakdown.en}"}
            change["title"] = Text(**title)
        return one.model_copy(update=change)

    def _declared(self, combinations: Sequence[Combination]) -> Iterator[Sum]:
        for line in self.mapping.sums:
            for groups in combinations:
                total = self.identifier(line.total, groups)
                parts = [self.identifier(part, groups) for part in line.parts]
                yield line.model_copy(update={"total": total, "parts": parts})

    def _over_groups(self, combinations: Sequence[Combination]) -> Iterator[Sum]:
        for one in self.mapping.counts:
            for groups in combinations:
                for place, group in enumerate(self.mapping.groups):
                    parts = [self.identifier(one.id, part) for part in self.split(groups, place)]
                    if parts:
                        yield Sum(total=self.identifier(one.id, groups), parts=parts, kind=group.kind)

    def split(self, groups: Combination, place: int) -> list[Combination]:
        """The combinations that make `groups` when its total at `place` is divided; none where it is no total."""
        if groups[place] != TOTAL:
            return []
        labels = self.labels.get(self.mapping.groups[place].id, [])
        return [(*groups[:place], label, *groups[place + 1 :]) for label in labels]

    def _breakdown(self, groups: Combination) -> Text | None:
        named = [(group, label) for group, label in zip(self.mapping.groups, groups, strict=True) if label]
        if not named:
            return None
        english = ", ".join(group.labels.get(label, label) for group, label in named)
        return Text(de=", ".join(label for _, label in named), en=english)


def add_up(
    unfolding: Unfolding, given: Mapping[Combination, int | None], absent: Iterable[Combination] = ()
) -> dict[Combination, int | None]:
    """Totals that a table does not list, of the parts that it does; None where a part is not known.

    `given` are the counts of one indicator in one row; combinations of `absent` count zero.
    """
    known: dict[Combination, int | None] = {**dict.fromkeys(absent, 0), **given}

    def total(groups: Combination) -> int | None:
        if groups not in known:
            known[groups] = None  # until its parts are known
            for place in range(len(groups)):
                parts = [total(part) for part in unfolding.split(groups, place)]
                if parts and None not in parts:
                    known[groups] = sum(one for one in parts if one is not None)
                    break
        return known[groups]

    for groups in unfolding.combinations():
        total(groups)
    return known
