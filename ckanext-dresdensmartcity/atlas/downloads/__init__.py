"""The whole atlas as files: GeoJSON, CSV and GeoPackage, made from the side table and kept until it changes."""
