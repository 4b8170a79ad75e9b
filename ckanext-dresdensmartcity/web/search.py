"""How the dataset search asks Solr."""

from __future__ import annotations

from typing import Any

# `text` stems German words, `text_parts` holds parts of words, so that "Sensor" finds "Luftqualitätssensoren"; its
# weight is low: who writes the whole word means it. CKAN's own weights are kept.
QUERY_FIELDS = "name^4 title^4 tags^2 groups^2 text text_parts^0.4"


def with_word_parts(params: dict[str, Any]) -> dict[str, Any]:
    """The parameters of package_search with the fields that are searched, unless the caller chose fields."""
    if params.get("q") and not params.get("qf"):
        params["qf"] = QUERY_FIELDS
    return params
