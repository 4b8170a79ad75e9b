"""Which value of another series was measured at nearly the same moment."""

from __future__ import annotations

import numpy as np

from .samples import TIME_BITS, Flags, Integers, Order


def nearest(
    groups: Integers, times: Integers, other_groups: Integers, other_times: Integers, tolerance: int
) -> tuple[Order, Flags]:
    """For each moment the row of `other` that is nearest in time within its group, and whether one is near enough.

    `other` is sorted by group and time; times in milliseconds. Of two that are equally near the earlier one is taken.
    """
    wanted = (groups << TIME_BITS) | times
    keys = (other_groups << TIME_BITS) | other_times
    if not keys.size:
        return np.zeros(wanted.size, dtype=np.intp), np.zeros(wanted.size, dtype=np.bool_)
    after = np.searchsorted(keys, wanted)
    before = np.maximum(after - 1, 0)
    after = np.minimum(after, keys.size - 1)
    far_before, far_after = np.abs(wanted - keys[before]), np.abs(keys[after] - wanted)
    # A moment of another group is 2^TIME_BITS and more away, or belongs to another year: never within a tolerance.
    row = np.where(far_after < far_before, after, before)
    return row, (np.minimum(far_before, far_after) <= tolerance) & (other_groups[row] == groups)
