"""The columns of an exchanged entry: its fields by the names of schemas/actor.yaml and project.yaml, in their order."""

from __future__ import annotations

BOTH_FIRST = ("id", "title")
ACTOR_ONLY = ("kind", "offers", "part_of")
PROJECT_ONLY = (
    "members", "measure", "status", "phase", "start", "end", "goals", "scope", "budget_eur", "result", "modelled_on",
    "builds_on", "continues", "datasets", "funding_programme",
)  # fmt: skip
BOTH = (
    "notes", "needs", "fields_of_action", "focus_areas", "districts", "longitude", "latitude", "position_precision_m",
    "url", "contact_url", "links", "sources", "evidence", "confirmed_on", "origin_url", "origin_name",
    "origin_license",
)  # fmt: skip

# What a piece of evidence may speak for.
FACTS = ("title", *ACTOR_ONLY, *PROJECT_ONLY, *(name for name in BOTH if name not in ("evidence", "sources")))
