"""The fewest cells that protect a small table, as one mixed integer program: nothing of the project's choice is in it.

After Fischetti and Salazar's model of complementary cell suppression. For each cell there are two tables that an
attacker could be looking at; they may differ from the true one only where a cell is hidden. The attacker's tables are
not bound to whole numbers, so the optimum is a lower bound of what any protection hides.
"""

from __future__ import annotations

import numpy as np
from ckanext.dresdensmartcity.harvesters.indicators.protection.structure import Key, Structure
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_array

FAR = 1_000.0  # how far an attacker's table may lie above the true one; small tables need no more


def optimum(structure: Structure, threshold: int) -> set[Key]:
    """Cells of the smallest protection, small ones included."""
    keys = [key for key, cell in structure.cells.items() if cell.value]
    place = {key: number for number, key in enumerate(keys)}
    value = np.array([structure.cells[key].value for key in keys], dtype=float)
    size, small = len(keys), value < threshold
    tables = 2 * size  # an upper and a lower one for each cell
    width = size * (1 + tables)
    rows: list[tuple[dict[int, float], float, float]] = []
    for table in range(tables):
        start, cell = size * (1 + table), table // 2
        for line in structure.lines:
            signed = ((line.total, 1.0), *((part, -1.0) for part in line.parts))
            rows.append(({start + place[key]: sign for key, sign in signed if key in place}, 0, 0))
        for other in range(size):
            rows.append(({start + other: 1, other: -FAR}, -np.inf, 0))
            rows.append(({start + other: 1, other: value[other] - 1}, 0, np.inf))
        if table % 2 == 0:
            spread = {start + cell: 1.0, start + size + cell: -1.0, cell: -(threshold - 1.0)}
            rows.append((spread, 0, np.inf))
            if small[cell]:
                rows.append(({start + cell: 1}, threshold - value[cell], np.inf))
    matrix = lil_array((len(rows), width))
    for number, (entries, _, _) in enumerate(rows):
        for column, entry in entries.items():
            matrix[number, column] = entry
    lower, upper = np.full(width, -FAR), np.full(width, FAR)
    lower[:size], upper[:size] = small, 1
    answer = milp(
        np.concatenate([np.ones(size), np.zeros(width - size)]),
        constraints=LinearConstraint(matrix.tocsr(), [row[1] for row in rows], [row[2] for row in rows]),
        bounds=Bounds(lower, upper),
        integrality=np.concatenate([np.ones(size), np.zeros(width - size)]),
        options={"time_limit": 120},
    )
    if answer.status != 0:
        raise RuntimeError(answer.message)
    return {key for key, chosen in zip(keys, answer.x[:size], strict=True) if chosen > 0.5}
