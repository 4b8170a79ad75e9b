"""What a search finds unless it says otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from ckanext.dresdensmartcity.dcat.search import hide_other_types


@pytest.mark.parametrize(
    "search", [{}, {"q": "luft", "fq": None}, {"fq": "+tags:x"}, {"fq_list": ["-dataset_type:harvest"]}]
)
def test_a_search_that_names_no_type_finds_datasets_and_series_only(search: dict[str, Any]) -> None:
    """Actors, projects and harvest sources are taken out; what was asked stays."""
    found = hide_other_types(search)
    assert found["fq"].endswith("-dataset_type:(actor OR project OR harvest)")
    assert found["fq"].startswith(search.get("fq") or "")


@pytest.mark.parametrize(
    "search",
    [
        {"fq": "dataset_type:actor"},
        {"fq": "+type:project"},
        {"fq_list": ["dataset_type:actor"]},
        {"q": "dataset_type:actor"},
    ],
)
def test_a_search_that_names_a_type_gets_it(search: dict[str, Any]) -> None:
    """The atlas and the harvest pages ask for their own entries."""
    assert hide_other_types(search) == search
