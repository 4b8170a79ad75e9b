"""Data only: ckanext-scheming schemas, shapes, vocabularies, Table Schemas and city files."""
