"""Which pages may stand in a frame of another site: only those of the atlas that are made for it."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity import config
from flask import Response

POLICY, OLD = "Content-Security-Policy", "X-Frame-Options"
EMBEDDED = "dresdensmartcity.embedded"  # in the request's environment


def allow_framing() -> None:
    """This answer may be framed by the sites that the configuration names."""
    tk.request.environ[EMBEDDED] = True


def say_who_may_frame(response: Response) -> Response:
    """Sets the header on every answer of the portal, unless one says something of its own."""
    if "frame-ancestors" in response.headers.get(POLICY, ""):
        return response
    embedded = tk.request.environ.get(EMBEDDED, False)
    allowed = " ".join(config.atlas_embed_hosts()) or "'self'" if embedded else "'self'"
    existing = response.headers.get(POLICY, "").rstrip("; ")
    response.headers[POLICY] = f"{existing}; frame-ancestors {allowed}".lstrip("; ")
    if not embedded:
        response.headers.setdefault(OLD, "SAMEORIGIN")  # for browsers without the policy
    return response
