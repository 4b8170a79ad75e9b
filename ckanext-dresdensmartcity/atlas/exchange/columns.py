"""The columns of an exchanged entry: its fields by the names of schemas/actor.yaml and project.yaml, in their order."""

from __future__ import annotations

from ckanext.dresdensmartcity.city.facts import Evidence, Membership, WebLink

FIRST = ("type", "id", "title")
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
COLUMNS = (*FIRST, *ACTOR_ONLY, *BOTH, *PROJECT_ONLY)

NUMBERS = ("longitude", "latitude", "position_precision_m")
LISTS = (
    "offers", "needs", "fields_of_action", "focus_areas", "districts", "sources", "goals", "modelled_on", "builds_on",
    "datasets", "funding_programme",
)  # fmt: skip
# Columns of records, with the parts of one record in their order.
ROWS: dict[str, type[Membership | Evidence | WebLink]] = {
    "members": Membership,
    "evidence": Evidence,
    "links": WebLink,
}
# Short lists of ids that are read beside `members`, and the role of each.
BY_ROLE = {"lead": "lead", "partners": "partner", "funders": "funder"}

# What a piece of evidence may speak for.
FACTS = ("title", *ACTOR_ONLY, *PROJECT_ONLY, *(name for name in BOTH if name not in ("evidence", "sources")))

# How people head a column otherwise, normalised by text.normalise.
ALSO_CALLED = {
    "typ": "type", "art des eintrags": "type", "kennung": "id", "name": "title", "titel": "title", "art": "kind",
    "bietet": "offers", "angebote": "offers", "sucht": "needs", "bedarfe": "needs", "bedarf": "needs",
    "beschreibung": "notes", "description": "notes", "teil von": "part_of", "handlungsfelder": "fields_of_action",
    "schwerpunktraeume": "focus_areas", "stadtteile": "districts", "laenge": "longitude", "laengengrad": "longitude",
    "lon": "longitude", "lng": "longitude", "x": "longitude", "breite": "latitude", "breitengrad": "latitude",
    "lat": "latitude", "y": "latitude", "genauigkeit": "position_precision_m", "webseite": "url", "website": "url",
    "kontaktseite": "contact_url", "seiten": "links", "quellen": "sources", "quelle": "sources", "belege": "evidence",
    "bestaetigt am": "confirmed_on", "beteiligte": "members", "massnahme": "measure", "stand": "status",
    "beginn": "start", "ende": "end", "ziele": "goals", "reichweite": "scope", "budget": "budget_eur",
    "ergebnis": "result", "vorbilder": "modelled_on", "baut auf": "builds_on", "fuehrt fort": "continues",
    "datensaetze": "datasets", "foerderprogramme": "funding_programme", "leitung": "lead", "partner": "partners",
    "geldgeber": "funders",
}  # fmt: skip
