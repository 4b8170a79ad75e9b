"""Vector tiles of the atlas (Mapbox Vector Tile 2.1): a precomputed grid that counts entries, and points deep down.

`addresses` knows tiles, cells and codes, `store` keeps points and grid in step, `reading` makes tiles, `views` serves.
"""
