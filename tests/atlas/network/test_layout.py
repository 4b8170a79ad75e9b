"""The drawing of the network: labels that can be read, the same each time."""

from __future__ import annotations

import random
from itertools import combinations

from ckanext.dresdensmartcity.atlas.network.layout import SYMBOL, WIDTH, Label, Layout, layout, wrapped
from hypothesis import given, settings
from hypothesis import strategies as st


def overlaps(found: Layout, labels: dict[str, Label]) -> int:
    """Pairs of boxes around symbol and label that lie on each other."""
    boxes = []
    for spot in found.spots.values():
        label = labels[spot.id]
        top = spot.y - SYMBOL / 2
        boxes.append((spot.x - label.width / 2, top, spot.x + label.width / 2, top + label.height))
    return sum(
        min(a[2], b[2]) - max(a[0], b[0]) > 1 and min(a[3], b[3]) - max(a[1], b[1]) > 1
        for a, b in combinations(boxes, 2)
    )


def sample(count: int, edges: int, seed: int) -> tuple[dict[str, Label], list[tuple[str, str]]]:
    chance = random.Random(seed)  # noqa: S311
    names = [f"n{number:03}" for number in range(count)]
    labels = {name: Label(wrapped("Wort " * chance.randint(1, 6), 20, 2), 13) for name in names}
    return labels, [tuple(sorted(chance.sample(names, 2))) for _ in range(edges)]  # type: ignore[misc]


def test_labels_of_a_city_do_not_overlap() -> None:
    """Sixty nodes, as many as a programme has."""
    labels, edges = sample(60, 70, 3)
    found = layout(labels, edges)
    assert len(found.spots) == 60
    assert overlaps(found, labels) == 0


@given(st.integers(0, 16), st.integers(0, 20), st.integers(0, 5))
@settings(max_examples=25, deadline=None)
def test_every_node_has_a_place_on_the_drawing(count: int, edges: int, seed: int) -> None:
    """And the same one each time, whatever the order."""
    labels, links = sample(count, edges if count > 1 else 0, seed)
    found = layout(labels, links)
    assert set(found.spots) == set(labels)
    for spot in found.spots.values():
        assert 0 <= spot.x <= WIDTH
        assert 0 <= spot.y <= found.height
    assert layout(dict(reversed(labels.items())), links[::-1]) == found


def test_long_names_are_cut_where_people_see_it() -> None:
    """Whole words, at most so many lines, with an ellipsis."""
    assert wrapped("Umweltamt (A86)", 20, 2) == ("Umweltamt (A86)",)
    lines = wrapped("Fraunhofer-Institut für Verkehrs- und Infrastruktursysteme Dresden", 20, 2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert wrapped("x" * 500, 20, 2)[0].endswith("…")
    assert wrapped("", 20, 2) == ("",)
