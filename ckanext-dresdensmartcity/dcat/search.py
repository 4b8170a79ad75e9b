"""Which entries a search finds: datasets, unless it asks for another type itself."""

from __future__ import annotations

import re
from typing import Any

# Types of CKAN packages that are no datasets: the atlas's entries and ckanext-harvest's sources.
OTHER_TYPES = ("actor", "project", "harvest")

# Not "-dataset_type:harvest", which other extensions put into every search.
_ASKS_FOR_TYPE = re.compile(r"(?<![\w.-])(dataset_type|type)\s*:")


def hide_other_types(search: dict[str, Any]) -> dict[str, Any]:
    """Keep actors, projects and harvest sources out of a search that does not name a type itself.

    `search` holds the parameters of package_search. What is asked for with `fq=dataset_type:actor` is given, so that
    the atlas, the harvest pages and the API reach their own entries.
    """
    filters = [search.get("q"), search.get("fq"), *(search.get("fq_list") or [])]
    if any(_ASKS_FOR_TYPE.search(str(one)) for one in filters if one):
        return search
    others = " OR ".join(OTHER_TYPES)
    return {**search, "fq": f"{search.get('fq') or ''} -dataset_type:({others})".strip()}
