"""What requests may say, and what is said of those that cannot be used."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
import shapely
from ckanext.dresdensmartcity.atlas.ogc import parameters, times
from ckanext.dresdensmartcity.atlas.ogc.crs import CRS84, SYSTEMS, system, world_bounds, written
from ckanext.dresdensmartcity.atlas.ogc.memory import MemorySource
from ckanext.dresdensmartcity.atlas.ogc.model import Choice, Collection, Feature, Interval, Queryable, Selection, Step
from ckanext.dresdensmartcity.atlas.ogc.paging import Page
from ckanext.dresdensmartcity.city.model import Label
from hypothesis import given, settings
from hypothesis import strategies as st

UTM33 = "http://www.opengis.net/def/crs/EPSG/0/25833"
LAT_FIRST = "http://www.opengis.net/def/crs/EPSG/0/4326"
FRAUENKIRCHE = shapely.Point(13.74152, 51.05191)
KIND = Queryable("kind", Label("Art", "Kind"), tuple(Choice(one, Label(one, one)) for one in ("a", "b")))
NOTE = Queryable("note", Label("Notiz", "Note"))


def collection(features: list[Feature] | None = None) -> Collection:
    queryables = (KIND, NOTE)
    source = MemorySource(features or [], queryables, "1")
    return Collection("things", Label("Dinge", "Things"), Label("", ""), source, queryables, searched=True)


def request(**given: str) -> parameters.Request:
    return parameters.items_request({name.replace("_", "-"): [value] for name, value in given.items()}, collection())


def refused(**given: str) -> str:
    with pytest.raises(parameters.ParameterError) as caught:
        request(**given)
    assert caught.value.status == 400
    assert caught.value.text.de != caught.value.text.en
    return caught.value.text.en


@pytest.mark.parametrize("limit", ["0", "-1", "x", "1.5", "٣", "1" * 30, " "])
def test_a_limit_is_a_whole_number_from_one(limit: str):
    """Digits of other scripts are none; what is blank is no number."""
    assert "limit" in refused(limit=limit)


def test_more_than_the_greatest_limit_is_the_greatest_limit():
    """17-069r4, section 7.15.2: no error."""
    assert request(limit="1000000").step.limit == parameters.GREATEST_LIMIT
    assert request(limit="").step.limit == parameters.DEFAULT_LIMIT


@pytest.mark.parametrize(
    "bbox",
    [
        "1,2,3",
        "1,2,3,4,5",
        "a,b,c,d",
        "nan,1,2,3",
        "inf,1,2,3",
        "1_0,1,20,3",
        "13,52,14,51",
        "13,51,14,91",
        "181,1,182,2",
        ",",
    ],
)
def test_a_box_that_is_none_is_refused(bbox: str):
    """Too few numbers, no numbers, upside down, outside the world."""
    assert "bbox" in refused(bbox=bbox)


def test_a_box_with_heights_is_taken_without_them():
    assert request(bbox="13,51,0,14,52,100").selection.boxes[0].bounds == (13, 51, 14, 52)


def test_a_box_across_the_antimeridian_is_two():
    assert [one.bounds for one in request(bbox="170,-10,-170,10").selection.boxes] == [
        (170, -10, 180, 10),
        (-180, -10, -170, 10),
    ]


def test_a_box_in_latitude_and_longitude_is_turned():
    """EPSG:4326 has latitude first."""
    assert request(bbox="51,13,52,14", bbox_crs=LAT_FIRST).selection.boxes[0].bounds == (13, 51, 14, 52)


def test_a_box_in_metres_that_is_nowhere_is_refused():
    assert "bbox" in refused(bbox="1e30,1e30,2e30,2e30", bbox_crs=UTM33)


@pytest.mark.parametrize("name", ["crs", "bbox-crs"])
def test_an_unknown_system_is_refused_with_those_that_there_are(name: str):
    assert UTM33 in refused(**{name: "EPSG:31468"})


def test_an_unknown_parameter_is_refused_with_those_that_there_are():
    assert "bbox" in refused(colour="red")


def test_values_stand_with_commas_or_one_by_one():
    assert request(kind="a,b").selection.filters == (("kind", ("a", "b")),)
    several = parameters.items_request({"kind": ["b", "a", "b"]}, collection())
    assert several.selection.filters == (("kind", ("b", "a")),)
    assert "a, b" in refused(kind="c")


def test_free_text_keeps_its_commas():
    assert request(note="x, y").selection.filters == (("note", ("x, y",)),)


def test_what_is_too_long_is_refused_and_not_quoted_back():
    assert len(refused(note="x" * 100_000)) < 200
    assert len(refused(q="x" * 100_000)) < 200


def test_after_and_before_exclude_each_other():
    refused(after="a", before="b")


@pytest.mark.parametrize(
    "text",
    [
        "2024",
        "yesterday",
        "2024-13-01",
        "2024-02-30",
        "2024-05-01T12:00:00",
        "/",
        "../..",
        "2025-01-01/2024-01-01",
        "a/b/c",
    ],
)
def test_no_time(text: str):
    """RFC 3339 has whole dates, and times with a zone."""
    assert "datetime" in refused(datetime=text)


def test_times_and_intervals():
    """A day is the whole day; intervals may be open."""
    day = times.interval("2024-05-01")
    assert day.start == datetime(2024, 5, 1, tzinfo=timezone.utc)
    assert day.end
    assert day.end.hour == 23
    assert times.interval("2024-05-01T14:00:00+02:00").start == datetime(2024, 5, 1, 12, tzinfo=timezone.utc)
    assert times.interval("../2024-05-01").start is None
    assert times.interval("2024-05-01/").end is None


@pytest.mark.parametrize(
    ("start", "end", "wanted", "meets"),
    [
        ("2024", "2025", "2025-12-31", True),
        ("2024", "2025", "2026-01-01", False),
        ("2024-03", "", "2030-01-01", True),
        ("2024-03", "", "2024-02-29", False),
        ("", "2024-02", "2024-02-29T23:00:00Z", True),
        ("", "2024-12", "2024-12-31", True),
    ],
)
def test_dates_as_precise_as_they_are_known(start: str, end: str, wanted: str, meets: bool):
    """A year lasts to its last day, a month to its own."""
    period = times.of_dates(start, end)
    assert period is not None
    assert period.meets(times.interval(wanted)) is meets


def test_dates_that_say_nothing():
    assert times.of_dates("", "soon") is None


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30))
def test_any_text_for_a_time_is_an_interval_or_refused(text: str):
    try:
        assert isinstance(times.interval(text), Interval)
    except ValueError as error:
        assert str(error)  # noqa: PT017 (both are right)


def test_axes_are_in_the_order_of_their_system():
    """Latitude first in EPSG:4326 and EPSG:4258, east first in the projected ones."""
    lat_first = shapely.get_coordinates(written(FRAUENKIRCHE, system(LAT_FIRST) or CRS84))[0]
    assert lat_first.tolist() == [51.05191, 13.74152]
    east, north = shapely.get_coordinates(written(FRAUENKIRCHE, system(UTM33) or CRS84))[0]
    assert 411_000 < east < 412_500
    assert 5_655_000 < north < 5_657_000


@pytest.mark.parametrize("crs", SYSTEMS, ids=lambda one: one.uri.rsplit("/", 1)[-1])
def test_there_and_back(crs):
    """A point written in a system lies in a small box of that system round it."""
    x, y = shapely.get_coordinates(written(FRAUENKIRCHE, crs))[0]
    if crs.northing_first:
        x, y = y, x
    west, south, east, north = world_bounds((x - 1e-6, y - 1e-6, x + 1e-6, y + 1e-6), crs)
    assert west <= FRAUENKIRCHE.x + 1e-7
    assert FRAUENKIRCHE.x - 1e-7 <= east
    assert south <= FRAUENKIRCHE.y + 1e-7
    assert FRAUENKIRCHE.y - 1e-7 <= north


def things(count: int) -> MemorySource:
    features = [
        Feature(f"{n:03}", shapely.Point(n / 10, 50) if n % 3 else None, {"kind": "ab"[n % 2], "note": ["x", str(n)]})
        for n in range(count)
    ]
    return MemorySource(reversed(features), (KIND, NOTE), "1")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 40), st.integers(1, 12))
def test_pages_hold_every_feature_once_in_both_directions(count: int, limit: int):
    """By next from the first page, then by prev from the last one."""
    source, step, forwards, steps = things(count), Step(limit=limit), [], []
    while True:
        page = Page(source.page(Selection(), step), step)
        forwards += [one.id for one in page]
        steps.append(page.around())
        if not page.around().after:
            break
        step = Step(after=page.around().after, limit=limit)
    assert forwards == [f"{n:03}" for n in range(count)]
    backwards, around = [], steps[-1]
    if len(steps) > 1:
        backwards = forwards[forwards.index(around.before) :]
    while around.before:
        step = Step(before=around.before, limit=limit)
        page = Page(source.page(Selection(), step), step)
        backwards = [*(one.id for one in page), *backwards]
        around = page.around()
    assert backwards in ([], forwards)


def test_filters_in_memory():
    """A list has a value, a thing without a place lies in every box."""
    source = things(9)
    assert source.count(Selection(filters=(("note", ("4",)),))) == 1
    assert source.count(Selection(filters=(("kind", ("a", "b")),))) == 9
    boxes = request(bbox="0.05,49,0.25,51").selection.boxes
    assert source.count(Selection(boxes=boxes)) == 2 + 3
    assert source.one("004") is not None
    assert source.one("nothing") is None
    bounds = source.bounds()
    assert bounds is not None
    assert bounds[0] == pytest.approx(0.1)
