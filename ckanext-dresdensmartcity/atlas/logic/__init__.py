"""The atlas in CKAN's API."""
