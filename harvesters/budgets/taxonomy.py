"""What the column types of the Fiscal Data Package (1.0rc1, taxonomy "budgets") mean for a plan.

The taxonomy names some 150 types by the same few patterns; a test holds that each of them is known here.
"""

from __future__ import annotations

import re
from functools import cache

# Pattern -> role; the first group is the name of a level. "ignore" is what a plan has no use for.
_TYPES: tuple[tuple[str, str], ...] = (
    (r"value", "amount"),
    (r"date:fiscal-year", "year"),
    (r"date:fiscal:activity-start", "start"),
    (r"date:fiscal:activity-end", "end"),
    (r"date:fiscal:activity-approval", "resolved_on"),
    (r"date:(?:generic|fiscal:(?:first|final)-payment)", "ignore"),
    (r"phase:id", "phase"),
    (r"phase:label", "ignore"),
    (r"direction", "direction"),
    (r"value-currency:code", "currency"),
    (r"value-currency:label|value-kind:(?:code|label)", "ignore"),
    (r"budget-line-id", "measure"),
    (r"activity:generic:(?:project|subproject|contract):code", "measure"),
    (r"activity:generic:(?:project|subproject|contract):label", "title"),
    (r"activity:generic:((?:sub)?program):code", "level"),
    (r"activity:generic:((?:sub)?program):label", "level_title"),
    (r"fin-source:generic(?::level[123])?:code", "source"),
    (r"fin-source:generic(?::level[123])?:label", "ignore"),
    (r"((?:administrative|functional|economic)-classification:.+|functional-classification:cofog):code", "level"),
    (
        r"((?:administrative|functional|economic)-classification:.+|functional-classification:cofog):label",
        "level_title",
    ),
    (r"(?:administrative|functional|economic)-classification:.+:description", "ignore"),
    (r"geo-source:.+", "ignore"),
    (r"expenditure-type:(?:code|label)|budgetary-transfers", "ignore"),
)


@cache
def role_of(column_type: str) -> tuple[str, str]:
    """Role and name of the level of a column type; ("", "") for what is none.

    >>> role_of("value"), role_of("administrative-classification:generic:level2:code")
    (('amount', ''), ('level', 'administrative-classification:generic:level2'))
    """
    for pattern, role in _TYPES:
        if found := re.fullmatch(pattern, column_type):
            return role, (found.group(1) if found.groups() and found.group(1) else "")
    return "", ""
