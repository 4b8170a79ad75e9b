"""The forms of datasets, series, services, files and entries of the atlas."""
