"""All blueprints of the atlas. A room with routes of its own adds one line."""

from __future__ import annotations

from flask import Blueprint

from . import views

BLUEPRINTS: list[Blueprint] = [views.atlas]
