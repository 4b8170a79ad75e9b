"""/atlas/topics: the taxonomy as pages, Turtle and JSON-LD; by ending and by the header Accept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.city.model import Topic
from ckanext.dresdensmartcity.dcat.portal import site
from flask import Blueprint, Response

from . import presentation, search, skos
from .query import AtlasQuery
from .taxonomy import taxonomy

topics = Blueprint("atlas_topics", __name__)

ENDINGS = {"ttl": skos.TURTLE, "jsonld": skos.JSON_LD}
HTML = "text/html"
SHOWN = 50  # entries on the page of a topic; a link leads to all
_ = tk._


@dataclass(frozen=True)
class Node:
    """A topic in the tree, with how many entries offer or seek it or something narrower."""

    topic: Topic
    label: str
    other: str  # the label in the other language
    synonyms: tuple[str, ...]
    count: int
    narrower: tuple[Node, ...]


@topics.get("/atlas/topics", endpoint="index")
@topics.get('/atlas/topics.<any("ttl","jsonld"):ending>', endpoint="index_file")
def index(ending: str = "") -> str | Response:
    """All topics."""
    media_type = _wanted(ending)
    if media_type:
        return _data(media_type)
    counts = dict(search.search(AtlasQuery()).facets.get("topic", {}))
    own = {one.id for one in city().topics}
    return tk.render("atlas/topics.html", extra_vars={"roots": _nodes("", counts), "own": own, "city": city().name})


@topics.get("/atlas/topics/<topic_id>", endpoint="read")
@topics.get('/atlas/topics/<topic_id>.<any("ttl","jsonld"):ending>', endpoint="read_file")
def read(topic_id: str, ending: str = "") -> str | Response:
    """One topic with its names, what is wider and narrower, and who offers or seeks it."""
    every = {topic.id: topic for topic in taxonomy().topics}
    topic = every.get(topic_id)
    if topic is None:
        tk.abort(404, _("There is no topic with this address."))
    media_type = _wanted(ending)
    if media_type:
        return _data(media_type, topic_id)
    counts = dict(search.search(AtlasQuery()).facets.get("topic", {}))
    total, found = search.page_of(AtlasQuery(topics=(topic_id,)), 0, SHOWN)
    path, above = [], topic.broader
    while above in every:
        path.insert(0, every[above])
        above = every[above].broader
    return tk.render(
        "atlas/topic.html",
        extra_vars={
            "topic": topic,
            "label": presentation.say(topic.label),
            "path": [(one.id, presentation.say(one.label)) for one in path],
            "narrower": _nodes(topic_id, counts),
            "iri": f"{skos.scheme_iri(site().base)}/{topic_id}",
            "total": total,
            "offering": _links(one for one in found if _names(one.offers, topic_id)),
            "seeking": _links(one for one in found if _names(one.needs, topic_id)),
            "all_url": str(tk.h.url_for("atlas.index", topic=topic_id)),
            "shown": SHOWN,
        },
    )


def _names(texts: tuple[str, ...], topic_id: str) -> bool:
    """Whether one of the texts is the topic, or something narrower."""
    return any(taxonomy().cover(topic_id, taxonomy().concept(text)) == 1 for text in texts)


def _links(entries: Any) -> list[tuple[str, str, str]]:
    """Title, address and kind."""
    return [(one.title, presentation.entry_url(one.type, one.id), presentation.kind_of(one)) for one in entries]


def _nodes(broader: str, counts: dict[str, int]) -> tuple[Node, ...]:
    """The topics right under another one, those at the top for an empty id; by their labels."""
    english = presentation.language().startswith("en")
    found = [
        Node(
            topic=topic,
            label=presentation.say(topic.label),
            other=topic.label.de if english else topic.label.en,
            synonyms=topic.alt_en if english else topic.alt_de,
            count=counts.get(topic.id, 0),
            narrower=_nodes(topic.id, counts),
        )
        for topic in taxonomy().topics
        if topic.broader == broader
    ]
    return tuple(found) if not broader else tuple(sorted(found, key=lambda one: one.label.casefold()))


def _wanted(ending: str) -> str:
    """The media type that is asked for; empty for the page."""
    if ending:
        return ENDINGS[ending]
    accepted = tk.request.accept_mimetypes
    best = accepted.best_match([HTML, *ENDINGS.values()], default=HTML)
    return "" if accepted[HTML] >= accepted[best] else best


def _data(media_type: str, only: str = "") -> Response:
    found = skos.graph(taxonomy().topics, site().base, city(), only)
    response = Response(skos.written(found, media_type), content_type=f"{media_type}; charset=utf-8")
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Vary"] = "Accept"
    return response
