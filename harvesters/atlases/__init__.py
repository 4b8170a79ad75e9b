"""Entries of another city's atlas, by its OGC API Features."""
