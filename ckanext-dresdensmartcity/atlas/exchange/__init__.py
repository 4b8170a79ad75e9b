"""Actors and projects as CSV, GeoJSON and YAML, both ways and without loss. Plain Python."""

from .problems import ExchangeError, Mistake, Place
from .reading import Given, Reading, read
from .writing import to_csv, to_geojson, to_yaml

__all__ = ["ExchangeError", "Given", "Mistake", "Place", "Reading", "read", "to_csv", "to_geojson", "to_yaml"]
