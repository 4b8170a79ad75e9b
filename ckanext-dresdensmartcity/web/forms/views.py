"""What the scripts of the forms ask while somebody types. Without scripts nothing here is needed."""

from __future__ import annotations

import re
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.atlas.entries import TYPES as ATLAS_TYPES
from ckanext.dresdensmartcity.atlas.entries import entry_id
from ckanext.dresdensmartcity.atlas.taxonomy import taxonomy
from ckanext.dresdensmartcity.atlas.text import normalise
from ckanext.dresdensmartcity.city.dates import understand_date
from ckanext.dresdensmartcity.city.values import date_precision
from ckanext.dresdensmartcity.dcat.iris import PUBLISHED_TYPES
from ckanext.dresdensmartcity.web.forms import wording
from ckanext.dresdensmartcity.web.helpers import language
from flask import Blueprint, Response, jsonify

forms = Blueprint("portal_forms", __name__)

# Entries offered at once: more would not be read.
OFFERED = 12
# Characters of what somebody types and of one word of it: Solr refuses longer ones with an error.
MOST_TYPED, LONGEST_WORD = 200, 60
_WORD = re.compile(r"\w+")


@forms.get("/forms/date")
def date() -> Response:
    """How a date was understood: `stored` in ISO 8601 and `says` in words, both empty where it is none."""
    stored = understand_date(tk.request.args.get("text", "")) or ""
    return jsonify(stored=stored, says=understood(stored))


@forms.get("/forms/duration")
def duration() -> Response:
    """What a duration means in words; empty where it is none."""
    return jsonify(says=wording.duration_in_words(tk.request.args.get("text", "").strip(), language()))


@forms.get("/forms/entries")
def entries() -> Response:
    """Entries of the portal by their titles, for those who may see them: `value` is the name, `label` the title."""
    kinds = [one for one in tk.request.args.getlist("type") if one in (*PUBLISHED_TYPES, *ATLAS_TYPES)]
    if not kinds:
        return jsonify([])
    typed = tk.request.args.get("q", "")[:MOST_TYPED].casefold()
    words = [word[:LONGEST_WORD] for word in _WORD.findall(typed)]
    query: dict[str, Any] = {
        # Word parts of the titles: "lärm" finds "Umgebungslärm".
        "q": " AND ".join(f"(title_ngram:{word} OR title:{word}* OR name:{word}*)" for word in words) or "*:*",
        "fq": f"+dataset_type:({' OR '.join(kinds)})",
        "rows": OFFERED,
        "include_private": True,
        "sort": "score desc, title_string asc",
    }
    found = tk.get_action("package_search")({}, query)["results"]
    return jsonify([{"value": _known_as(one), "label": one.get("title") or one["name"]} for one in found])


def _known_as(package: dict[str, Any]) -> str:
    """What a field holds of an entry: the id in the atlas of actors and projects, the name of all others."""
    kind, name = str(package["type"]), str(package["name"])
    return entry_id(kind, name) if kind in ATLAS_TYPES else name


@forms.get("/forms/topics")
def topics() -> Response:
    """Topics of the taxonomy by any of their names: `value` is the id, `label` the name, `words` the other names."""
    text = normalise(tk.request.args.get("q", "")[:200])
    wanted, found = text.split(), []
    for topic in taxonomy().topics:
        names = normalise(" ".join(topic.names))
        if all(word in names for word in wanted):
            label = topic.label.text(tk.request.args.get("lang", language()))
            place = 0 if normalise(label).startswith(text) else 1
            others = [name for name in topic.names if name != label]
            found.append((place, label, {"value": topic.id, "label": label, "words": " · ".join(others)}))
    return jsonify([one for _place, _label, one in sorted(found, key=lambda one: one[:2])[:OFFERED]])


def understood(stored: str) -> str:
    """ "is stored as month: July 2026" """
    if not stored:
        return ""
    says = wording.date_in_words(stored, language())
    sentences = {
        "year": tk._("is stored as year: {date}"),
        "month": tk._("is stored as month: {date}"),
        "date": tk._("is stored as day: {date}"),
        "time": tk._("is stored as time: {date}"),
    }
    precision = date_precision(stored)
    return sentences[precision].format(date=says) if precision else ""
