"""The taxonomy of topics in use: schemas/vocabularies/topics.yaml with what the city adds."""

from __future__ import annotations

from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.city.vocabularies import topics_of

from .matching import Taxonomy

_kept: tuple[City, Taxonomy] | None = None


def taxonomy() -> Taxonomy:
    """The topics in use.

    Raises CityFileError when the vocabulary or the city file is missing or wrong.
    """
    global _kept  # made anew only when the city file has changed: every entry that is shown asks for it
    here = city()
    if _kept is None or _kept[0] is not here:
        _kept = (here, Taxonomy(topics_of(here)))
    return _kept[1]
