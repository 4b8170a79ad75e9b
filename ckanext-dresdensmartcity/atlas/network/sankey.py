"""Where the boxes and bands of a Sankey diagram stand: amounts in, places on a drawing out.

All lengths are units of the drawing, the origin is at the top left. The height of a box and the width of its bands are
its amount on one scale for the whole drawing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH = 1160.0
BOX = 14.0  # width of a box
TALL = 520.0  # what the largest column is given for its amounts
GAP = 34.0  # height of a label, where nothing else is said: two lines
PADDING = 10.0  # between boxes
LEAST = 1.5  # a box that is seen


@dataclass(frozen=True)
class Box:
    """A node with its place."""

    id: str
    column: int
    x: float
    y: float
    height: float
    value: int

    @property
    def middle(self) -> float:
        return round(self.y + self.height / 2, 1)


@dataclass(frozen=True)
class Band:
    """A flow as a path of SVG, drawn as a stroke of this width along its middle."""

    start: str
    end: str
    path: str
    width: float
    value: int


@dataclass(frozen=True)
class Sankey:
    """The drawing."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    bands: tuple[Band, ...]


def sankey(
    columns: Mapping[str, int],
    flows: Sequence[tuple[str, str, int]],
    labels: Mapping[str, float] | None = None,
    right: float = 200.0,
) -> Sankey:
    """Boxes in their columns from left to right.

    `columns` gives the column of each node. Within one they stand in the order of where their money comes from, and of
    `columns` where that is the same. `labels` gives the height of a node's text; `right` is the room for the texts of
    the last column.
    """
    labels = labels or {}
    into: dict[str, int] = dict.fromkeys(columns, 0)
    out: dict[str, int] = dict.fromkeys(columns, 0)
    for start, end, value in flows:
        out[start] += value
        into[end] += value
    values = {node: max(into[node], out[node]) for node in columns}
    used = sorted(set(columns.values()))
    in_column = {column: [node for node in columns if columns[node] == column] for column in used}
    largest = max((sum(values[node] for node in nodes) for nodes in in_column.values()), default=0)
    scale = TALL / largest if largest else 0.0
    step = (WIDTH - right - BOX) / max(len(used) - 1, 1)
    boxes: dict[str, Box] = {}
    for at, column in enumerate(used):
        y, taken = PADDING, 0.0
        for node in sorted(in_column[column], key=lambda node: _origin(node, flows, boxes)):
            height, room = max(values[node] * scale, LEAST), labels.get(node, GAP)
            # The text stands beside the middle of its box and may be taller than it.
            y = max(y, taken + (room - height) / 2)
            boxes[node] = Box(node, column, round(at * step, 1), round(y, 1), round(height, 1), values[node])
            taken = y + (height + room) / 2
            y += height + PADDING
    height = max((box.y + max(box.height, GAP) for box in boxes.values()), default=0.0) + PADDING
    return Sankey(WIDTH, round(height, 1), tuple(boxes.values()), _bands(boxes, flows, scale))


def _origin(node: str, flows: Sequence[tuple[str, str, int]], boxes: Mapping[str, Box]) -> float:
    """The middle of what flows into a node, by amount; 0 where nothing does."""
    into = [(boxes[start].middle, value) for start, end, value in flows if end == node and start in boxes]
    total = sum(value for _, value in into)
    return round(sum(middle * value for middle, value in into) / total, 1) if total else 0.0


def _bands(boxes: Mapping[str, Box], flows: Sequence[tuple[str, str, int]], scale: float) -> tuple[Band, ...]:
    """Bands leave and enter a box in the order of the boxes at their other ends, so that they cross little."""
    leaving = dict.fromkeys(boxes, 0.0)
    entering = dict.fromkeys(boxes, 0.0)
    starts: dict[tuple[str, str], float] = {}
    ends: dict[tuple[str, str], float] = {}
    for start, end, value in sorted(flows, key=lambda flow: (boxes[flow[0]].y, boxes[flow[1]].y, flow)):
        starts[start, end] = boxes[start].y + leaving[start] + value * scale / 2
        leaving[start] += value * scale
    for start, end, value in sorted(flows, key=lambda flow: (boxes[flow[1]].y, boxes[flow[0]].y, flow)):
        ends[start, end] = boxes[end].y + entering[end] + value * scale / 2
        entering[end] += value * scale
    bands = []
    for start, end, value in flows:
        x1, x2 = boxes[start].x + BOX, boxes[end].x
        y1, y2 = starts[start, end], ends[start, end]
        half = (x1 + x2) / 2
        path = f"M{x1:.1f} {y1:.1f}C{half:.1f} {y1:.1f} {half:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
        bands.append(Band(start, end, path, round(max(value * scale, LEAST), 2), value))
    return tuple(bands)
