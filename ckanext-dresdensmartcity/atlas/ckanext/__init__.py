"""CKAN looks for a plugin's migrations in the folder after the last `/ckanext/` of its path.

The folders of this project are named otherwise (setup.py maps them), so an editable installation has no such folder and
an installed one has one for all rooms. This folder is it, in both.
"""
