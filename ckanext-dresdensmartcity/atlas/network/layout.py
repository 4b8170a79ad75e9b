"""Where the nodes of the network and their labels stand on a drawing; the same for the same network.

Springs put who works together near each other; then boxes around symbol and label are pushed apart until none overlaps.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt

from .graphs import SEED

Numbers = npt.NDArray[np.float64]

WIDTH = 1160.0
MARGIN = 12.0
HEADING = 34.0  # room above those without an edge
SYMBOL = 22.0  # room for the symbol above its label
STEPS = 400  # rounds of pushing apart
CHARACTER = 0.56  # width of a letter as a share of the size of the text, on average
LINE = 1.2  # height of a line of text


@dataclass(frozen=True)
class Spot:
    """A node on the drawing: the middle of its symbol, and its label's lines below."""

    id: str
    x: float
    y: float
    lines: tuple[str, ...]
    size: float  # of the text


@dataclass(frozen=True)
class Label:
    """What is written at a node."""

    lines: tuple[str, ...]
    size: float

    @property
    def width(self) -> float:
        return max([SYMBOL, *(len(line) * self.size * CHARACTER for line in self.lines)]) + 6

    @property
    def height(self) -> float:
        return SYMBOL + len(self.lines) * self.size * LINE + 6


@dataclass(frozen=True)
class Layout:
    """The drawing."""

    width: float
    height: float
    spots: Mapping[str, Spot]
    foot: float | None = None  # where those without an edge begin; None where there is none, or nothing else


def wrapped(text: str, letters: int, lines: int) -> tuple[str, ...]:
    """The text in at most so many lines of about so many letters; what does not fit ends in "…"."""
    rows = [""]
    for word in text.split():
        if not rows[-1] or len(rows[-1]) + 1 + len(word) <= letters:
            rows[-1] = f"{rows[-1]} {word}".strip()
        else:
            rows.append(word)
    kept = [row if len(row) <= letters + 3 else row[: letters + 2] + "…" for row in rows[:lines]]
    if len(rows) > lines and not kept[-1].endswith("…"):
        kept[-1] = kept[-1][: letters + 2].rstrip(" -–,:") + " …"
    return tuple(kept)


def layout(labels: Mapping[str, Label], edges: Sequence[tuple[str, str]]) -> Layout:
    """Places for all nodes of `labels`; nodes without an edge stand in rows at the foot."""
    tied = {end for edge in edges for end in edge}
    inner = sorted(node for node in labels if node in tied)
    alone = sorted(node for node in labels if node not in tied)
    places, foot = _springs(inner, labels, edges)
    rows, height = _rows(alone, labels, foot)
    places.update(rows)
    spots = {
        node: Spot(node, round(x, 1), round(y, 1), labels[node].lines, labels[node].size)
        for node, (x, y) in sorted(places.items())
    }
    return Layout(WIDTH, round(height, 1), spots, round(foot, 1) if inner and alone else None)


def _springs(
    inner: Sequence[str], labels: Mapping[str, Label], edges: Sequence[tuple[str, str]]
) -> tuple[dict[str, tuple[float, float]], float]:
    if not inner:
        return {}, MARGIN
    number = {node: at for at, node in enumerate(inner)}
    graph: Any = nx.Graph()
    graph.add_nodes_from(range(len(inner)))
    graph.add_edges_from(sorted((number[one], number[other]) for one, other in edges))
    widths = np.array([labels[node].width for node in inner])
    heights = np.array([labels[node].height for node in inner])
    # Room enough that boxes fill a good third of it.
    tall = max(float((widths * heights).sum()) / WIDTH * 3.2, 260.0)
    start = _packed(graph)
    places = np.array([start[at] for at in range(len(inner))])
    low, high = places.min(axis=0), places.max(axis=0)
    span = np.where(high - low > 0, high - low, 1.0)
    places = (places - low) / span * [WIDTH - 2 * MARGIN, tall] + [MARGIN, MARGIN]
    places = _apart(places, widths, heights)
    top = float((places[:, 1] - SYMBOL / 2).min())
    places[:, 1] += MARGIN - top
    bottom = float((places[:, 1] - SYMBOL / 2 + heights).max())
    return {node: (float(places[at, 0]), float(places[at, 1])) for node, at in number.items()}, bottom + MARGIN


def _packed(graph: Any) -> dict[int, Numbers]:
    """Springs within each part; parts side by side in rows, the largest first."""
    parts = sorted((sorted(part) for part in nx.connected_components(graph)), key=lambda part: (-len(part), part))
    placed: dict[int, Numbers] = {}
    x = y = tall = 0.0
    row = max(math.sqrt(sum(len(part) for part in parts)) * 1.45, math.sqrt(len(parts[0])) * 1.5)
    for part in parts:
        size = math.sqrt(len(part))
        if x and x + size > row:
            x, y, tall = 0.0, y + tall, 0.0
        sub = graph.subgraph(part)
        # Distances along the graph spread a part more evenly than springs from a random start.
        found = nx.kamada_kawai_layout(sub) if len(part) <= 150 else nx.spring_layout(sub, seed=SEED, iterations=80)
        points = np.array([found[node] for node in part])
        low, high = points.min(axis=0), points.max(axis=0)
        span = np.where(high - low > 1e-9, high - low, 1.0)
        stretched = (points - low) / span * size * [1.45 if len(part) > 8 else 1.0, 1.0]
        for node, point in zip(part, stretched, strict=True):
            placed[node] = point + np.array([x, y])
        x += size * (1.45 if len(part) > 8 else 1.0) + 0.9
        tall = max(tall, size + 0.7)
    return placed


def _apart(places: Numbers, widths: Numbers, heights: Numbers) -> Numbers:
    """Push boxes that overlap apart along the shorter way, and those at the sides back in."""
    x, top = places[:, 0].copy(), places[:, 1] - SYMBOL / 2
    half = widths / 2
    wide = half[:, None] + half[None, :]
    tall = (heights[:, None] + heights[None, :]) / 2
    # Equal places have no direction: a little of each node's own number gives one.
    x += np.arange(len(x)) * 1e-3
    for _step in range(STEPS):
        middle = top + heights / 2
        dx, dy = x[:, None] - x[None, :], middle[:, None] - middle[None, :]
        over_x, over_y = wide - np.abs(dx), tall - np.abs(dy)
        touching = (over_x > 0) & (over_y > 0)
        np.fill_diagonal(touching, False)
        if not touching.any():
            break
        sideways = touching & (over_x < over_y)
        upwards = touching & ~sideways
        x += np.where(sideways, np.sign(dx) * over_x * 0.26, 0.0).sum(axis=1)
        sign = np.where(dy == 0, np.sign(dx), np.sign(dy))
        top += np.where(upwards, sign * over_y * 0.26, 0.0).sum(axis=1)
        x = np.clip(x, MARGIN + half, WIDTH - MARGIN - half)
    return np.column_stack([x, top + SYMBOL / 2])


def _rows(
    alone: Sequence[str], labels: Mapping[str, Label], foot: float
) -> tuple[dict[str, tuple[float, float]], float]:
    """Side by side below the rest."""
    places: dict[str, tuple[float, float]] = {}
    x, y, tall = MARGIN, foot + (HEADING if alone else 0), 0.0
    for node in alone:
        label = labels[node]
        if x + label.width > WIDTH - MARGIN:
            x, y, tall = MARGIN, y + tall + 6, 0.0
        places[node] = (x + label.width / 2, y + SYMBOL / 2)
        x += label.width + 14
        tall = max(tall, label.height)
    return places, y + tall + (MARGIN if alone else 0)
