"""A small server of made-up sources, so that a portal can be tried without any source of others."""
