"""The whole catalogue of this portal as one graph."""

from __future__ import annotations

import math

from ckanext.dresdensmartcity.city.current import city

from . import portal
from .catalogue import catalogue_output
from .datasets import index_of_series
from .iris import Package
from .output import Output


def whole_catalogue() -> Output:
    """Every public dataset and series, read page by page, with what had to be left out of their RDF."""
    first = portal.public_entries(1)
    packages: list[Package] = list(first.packages)
    for number in range(2, math.ceil(first.total / portal.per_page()) + 1):
        packages += portal.public_entries(number).packages
    series = index_of_series(packages)
    return catalogue_output(city(), portal.site(), packages, series, portal.dates())
