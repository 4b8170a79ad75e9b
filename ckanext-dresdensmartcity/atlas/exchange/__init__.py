"""Actors and projects as CSV, GeoJSON and YAML, both ways and without loss. Plain Python."""
