"""The taxonomy of topics, made once from schemas/vocabularies/topics.yaml."""

from __future__ import annotations

from functools import cache

from ckanext.dresdensmartcity.city.vocabularies import topics

from .matching import Taxonomy


@cache
def taxonomy() -> Taxonomy:
    """The topics in use.

    Raises CityFileError when the vocabulary is missing or wrong.
    """
    return Taxonomy(topics())
