"""The portal as a WSGI application, for gunicorn."""

import os

from ckan import authz, logic
from ckan.cli import load_config
from ckan.config.middleware import make_app

application = make_app(load_config(os.environ["CKAN_INI"]))

# CKAN collects these at the first request, while other threads already read what is there so far: two early requests at
# the same time get "Authorization function not found", or an action without its plugins. So they are collected before
# the first thread asks.
authz.auth_functions_list()
logic.get_action("status_show")
