"""The folder in which CKAN looks for this plugin's migrations; `atlas/ckanext/__init__.py` says why it is needed."""
