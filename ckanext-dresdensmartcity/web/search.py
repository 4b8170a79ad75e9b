"""How the dataset search asks Solr."""

from __future__ import annotations

import json
from typing import Any

from ckanext.dresdensmartcity.city.values import texts

# `text` stems German words, `text_parts` holds parts of words, so that "Sensor" finds "Luftqualitätssensoren"; its
# weight is low: who writes the whole word means it. CKAN's own weights are kept.
QUERY_FIELDS = "name^4 title^4 tags^2 groups^2 text text_parts^0.4"


def with_word_parts(params: dict[str, Any]) -> dict[str, Any]:
    """The parameters of package_search with the fields that are searched, unless the caller chose fields."""
    if params.get("q") and not params.get("qf"):
        params["qf"] = QUERY_FIELDS
    return params


# Lists that the search filters by. The schema keeps them as JSON texts; Solr filters by values, and CKAN's schema has
# `vocab_*` for fields with several.
FILTERED_LISTS = ("theme", "focus_area", "field_of_action")

# Where a package's tables stand in the index, by the names that the harvesters give them.
TABLES = "vocab_table_name"


def with_lists(document: dict[str, Any]) -> dict[str, Any]:
    """What Solr indexes of a package, with the lists to filter by and the names of its tables."""
    for name in FILTERED_LISTS:
        values = texts(document.get(name))
        if values:
            document[f"vocab_{name}"] = values
    tables = [one["table_name"] for one in resources(document) if one.get("table_name")]
    if tables:
        document[TABLES] = tables
    return document


def resources(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The resources of a package as it is on the way to Solr: CKAN keeps the whole package beside the fields."""
    return list(json.loads(document.get("data_dict") or "{}").get("resources", []))
