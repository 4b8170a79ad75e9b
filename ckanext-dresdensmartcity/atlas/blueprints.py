"""All blueprints of the atlas. A room with routes of its own adds one line."""

from __future__ import annotations

from flask import Blueprint

from . import views
from .downloads.views import downloads
from .import_views import imports
from .linked_views import linked
from .match_views import match
from .network_pages.views import network
from .ogc.views import ogc
from .review_views import review_list
from .tiles.views import tiles
from .topic_views import topics

BLUEPRINTS: list[Blueprint] = [views.atlas, match, tiles, ogc, network, downloads, linked, topics, review_list, imports]
