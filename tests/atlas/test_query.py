"""Every state of the search is a URL, and what cannot be used is refused with a sentence."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

import pytest
from ckanext.dresdensmartcity.atlas.query import (
    LISTED,
    SORTS,
    AtlasQuery,
    Choices,
    QueryError,
    from_arguments,
    parse,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

CENTRE = (13.74, 51.05)
CHOICES = Choices(
    kinds=("company", "research"),
    fields=("transparenz", "mobilitaet"),
    areas=("johannstadt",),
    topics=("air-quality", "noise"),
    districts=("05", "06"),
    statuses=("running", "idea"),
    phases=("strategy",),
    funding=("efre",),
    bbox=(13.5, 50.9, 14.0, 51.2),
    find=lambda name: CENTRE if name in ("Pieschen", "05", "actor/tud") else None,
)


@st.composite
def states(draw: st.DrawFn) -> AtlasQuery:
    """Any query that can be made."""
    text = draw(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60))
    query = AtlasQuery(
        text=" ".join(text.split()),
        **{field: tuple(draw(st.sets(st.sampled_from(CHOICES.of(name))))) for name, field in LISTED.items()},
        stale=draw(st.sampled_from([None, True, False])),
        sort=draw(st.sampled_from(["", *SORTS])),
    )
    degrees = st.floats(allow_nan=False, allow_infinity=False)
    if draw(st.booleans()):
        name = draw(st.sampled_from(["", "Pieschen", "05", "actor/tud"]))
        lon, lat = draw(st.tuples(st.floats(13.5, 14.0), st.floats(50.9, 51.2)))
        radius = draw(degrees.filter(lambda metres: 0 < metres <= 100_000))
        query = replace(query, near=CENTRE if name else (lon, lat), near_name=name, radius_m=radius)
    if draw(st.booleans()):
        west, east = draw(st.tuples(st.floats(13.5, 13.7), st.floats(13.8, 180)))
        query = replace(query, bbox=(west, draw(st.floats(-90, 51)), east, draw(st.floats(51.1, 90))))
    return query


@settings(max_examples=200, deadline=None)
@given(states())
def test_every_state_is_a_url(query: AtlasQuery):
    """Written as parameters, encoded, decoded and read again it is the same query."""
    url = urlencode(query.parameters)
    assert from_arguments(MultiDict(parse_qsl(url)), CHOICES) == query


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(["q", "page", "near", "radius", "bbox", "sort", "stale", *LISTED]), st.text()))
def test_no_parameter_breaks_anything(arguments: dict[str, str]):
    """It is used, or refused with a sentence of readable length that can be shown."""
    said = ""
    try:
        from_arguments(MultiDict(arguments), CHOICES)
    except QueryError as error:
        said = str(error)
    assert len(said) < 500
    assert said.encode().decode() == said
    assert not said or "Allowed" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"near": "51.05,13.74"}, "swapped"),
        ({"near": "13.74"}, "longitude,latitude"),
        ({"near": "nan,51"}, "longitude,latitude"),
        ({"near": "1e400,51"}, "longitude,latitude"),
        ({"near": "13.74,51.05,3"}, "longitude,latitude"),
        ({"near": "200,51"}, "-180 to 180"),
        ({"near": "13,-91"}, "-90 to 90"),
        ({"near": "Atlantis"}, "name of a district"),
        ({"near": "'; DROP TABLE package; --"}, "name of a district"),
        ({"near": "1," * 50_000}, "longitude,latitude"),
        ({"near": "05", "radius": "-5"}, "more than 0"),
        ({"near": "05", "radius": "0"}, "more than 0"),
        ({"near": "05", "radius": "nan"}, "more than 0"),
        ({"near": "05", "radius": "inf"}, "more than 0"),
        ({"near": "05", "radius": "100001"}, "at most 100000"),
        ({"near": "05", "radius": "2 km"}, "metres"),
        ({"radius": "500"}, "together with near"),
        ({"bbox": "13.9,51.0,13.6,51.1"}, "western edge"),
        ({"bbox": "13.6,51.1,13.9,51.0"}, "southern edge"),
        ({"bbox": "51.0,13.6,51.1,13.9"}, "swapped"),
        ({"bbox": "13.6,51.0,13.9"}, "west,south,east,north"),
        ({"bbox": "13.6,51.0,13.9,51.1,8"}, "west,south,east,north"),
        ({"bbox": "a,b,c,d"}, "west,south,east,north"),
        ({"bbox": "-999,0,13.9,51.1"}, "-180 to 180"),
        ({"sort": "random()"}, "relevance"),
        ({"stale": "maybe"}, "yes, no"),
        ({"page": "10000000000"}, "whole number"),
        ({"page": "٣"}, "whole number"),
        ({"page": "1e3"}, "whole number"),
        ({"topic": "air-quality' OR 1=1"}, "air-quality"),
        ({"district": "5"}, "05, 06"),
        ({"status": "\ud800"}, "running"),
        ({"q": "ü" * 201}, "200 characters"),
        ({"q": "a" * 100_000}, "200 characters"),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_can(arguments: dict[str, str], message: str):
    """In one sentence."""
    with pytest.raises(QueryError, match=message) as caught:
        from_arguments(MultiDict(arguments), CHOICES)
    assert caught.value.parameter in arguments


def test_many_values_of_one_filter_are_refused():
    """Nobody chooses 10,000 topics."""
    with pytest.raises(QueryError, match="at most 100 values"):
        parse({"topic": [f"t{number}" for number in range(10_000)]}, CHOICES)


def test_a_single_parameter_given_twice_is_refused():
    """Which one was meant?"""
    with pytest.raises(QueryError, match="one value"):
        from_arguments(MultiDict([("sort", "title"), ("sort", "near")]), CHOICES)


@pytest.mark.parametrize(
    ("query", "order"),
    [
        (AtlasQuery(), "title"),
        (AtlasQuery(text="a"), "relevance"),
        (AtlasQuery(near=CENTRE), "near"),
        (AtlasQuery(text="a", near=CENTRE), "relevance"),
        (AtlasQuery(sort="relevance"), "title"),
        (AtlasQuery(sort="relevance", near=CENTRE), "near"),
        (AtlasQuery(sort="near"), "title"),
        (AtlasQuery(text="a", sort="changed"), "changed"),
    ],
)
def test_entries_are_sorted_by_what_there_is(query: AtlasQuery, order: str):
    """Without a text nothing is relevant, without a place nothing near."""
    assert query.order == order


def test_a_place_may_have_a_name():
    """Which stays in the URL."""
    query = from_arguments(MultiDict({"near": " Pieschen "}), CHOICES)
    assert (query.near, query.near_name, query.radius_m) == (CENTRE, "Pieschen", 2000)
    assert dict(query.parameters) == {"near": "Pieschen", "radius": "2000"}


def test_a_query_without_one_of_its_parameters():
    """On its first page; the place takes its radius along."""
    query = AtlasQuery(text="a", kinds=("company",), near=CENTRE, radius_m=5.0, page=3)
    assert query.set_parameters == ("q", "kind", "near")
    assert query.without("near") == AtlasQuery(text="a", kinds=("company",))
    assert query.without("kind").kinds == ()
    assert query.without("q").text == ""
