"""A city file becomes a City, or a list of mistakes that a person can mend."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ckanext.dresdensmartcity.city.load import CityFileError, load_city
from ckanext.dresdensmartcity.city.model import Catalogue, City
from shapely.geometry import Point, box, shape


@pytest.fixture
def sample(repository: Path) -> str:
    """The text of the smaller city."""
    return (repository / "test-data/musterstadt/musterstadt.yaml").read_text(encoding="utf-8")


def mistakes(folder: Path, text: str) -> list[str]:
    """What is wrong with a city file of this text, as people read it."""
    path = folder / "city.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CityFileError) as caught:
        load_city(path)
    return [str(mistake).removeprefix(f"{path}:") for mistake in caught.value.mistakes]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_every_district_lies_in_its_city(city: City) -> None:
    """Centroids lie in their district's box, boxes in the city's."""
    whole = box(*city.bbox).buffer(1e-4)  # figures are rounded to 5 decimals
    for district in city.districts:
        assert box(*district.bbox).covers(Point(district.centroid)), district
        assert whole.covers(box(*district.bbox)), district


def test_focus_areas_are_as_large_as_their_districts(city: City) -> None:
    """The box of a focus area is that of its districts together."""
    for area in city.focus_areas:
        districts = [city.district(number) for number in area.districts]
        assert area.bbox == tuple(
            pick(district.bbox[edge] for district in districts if district)
            for edge, pick in enumerate((min, min, max, max))
        )


def test_paths_are_taken_from_the_folder_of_the_file(city: City) -> None:
    """Actors, projects and demo sources are found wherever the command is run."""
    for path in (city.actors_file, city.projects_file, city.demo_folder):
        assert path is not None
        assert path.is_absolute()
        assert path.exists()


def test_sources_to_be_tried_are_switched_off(city: City) -> None:
    """A second kind of demo and the live sensors are configured, in Dresden another city's catalogue too."""
    off = [source.name for source in city.sources if not source.active]
    assert off in (
        ["climate-demo", "sensors-live"],
        ["climate-demo", "sensors-live", "neighbour-catalogue", "neighbour-atlas"],
    )


def test_dresdens_figures_are_those_of_the_outlines(repository: Path, shared: Path) -> None:
    """Numbers, names and boxes of the districts agree with the city's own outlines to 5 decimals."""
    city = load_city(repository / "schemas/cities/dresden.yaml")
    outlines = json.loads((shared / "data/dresden/dresden-stadtteile.geojson").read_text(encoding="utf-8"))
    assert len(city.districts) == len(outlines["features"]) == 64
    for feature in outlines["features"]:
        district = city.district(feature["properties"]["blocknr"])
        outline = shape(feature["geometry"])
        assert district is not None
        assert district.name == feature["properties"]["bez"]
        assert district.bbox == pytest.approx(outline.bounds, abs=1e-5)
        assert outline.buffer(1e-5).covers(Point(district.centroid))


MISTAKES = [
    # written instead of what, the place, what is said of it
    ("state: Musterland", "state: 5", "state", "found 5; allowed: a text"),
    ("id: musterstadt", "id: Muster Stadt", "id", "lower case letters a-z, digits and hyphens"),
    ("homepage: https", "hompage: https", "hompage", 'found the key "hompage"; allowed: '),
    ('ags: "99000001"', 'ags: "9900"', "ags", "eight digits in quotes"),
    ("population: {2025: 48200}", "population: {2025: viele}", "population", "years with a number of people"),
    ("language/ENG", "language/XXX", "languages[2]", "an IRI of schemas/vocabularies/languages.yaml"),
    ("dl-zero-de/2.0", "dl-zero-de/2.0/", "license", "an IRI of schemas/vocabularies/licenses.yaml"),
    ("centre: [10.0, 51.0]", "centre: [51.0, 10.0]", "centre", "longitude 9.94 to 10.06"),
    ("centre: [10.0, 51.0]", "centre: [10.0]", "centre", "found 1 numbers; allowed: longitude and latitude"),
    ("bbox: [9.94, 50.96, 10.06, 51.04]", "bbox: [10.06, 50.96, 9.94, 51.04]", "bbox", "west, south, east and north"),
    ('number: "02"', "number: 02", "districts[2].number", 'found 02; allowed: two digits in quotes: "05"'),
    ('number: "02"', 'number: "2"', "districts[2].number", 'found "2"; allowed: two digits'),
    ('number: "02"', 'number: "01"', "districts[2]", 'found "01" a second time'),
    ('districts: ["11", "12"]', 'districts: ["11", "13"]', "focus_areas[2].districts[2]", "a district of this file"),
    ("kind: guiding", "kind: big", "goals[1].kind", "found big; allowed: guiding, development"),
    ("id: klima", "id: nah", "goals[2]", 'found "nah" a second time'),
    ("end: 2027-12-31", "end: 2024-12-31", "phases[2]", "an end after the start 2025-01-01"),
    ("start: 2024-01-01", "start: soon", "phases[1].start", "a day such as 2023-07-01"),
    ("{de: Hafen, en: Harbour}", "{de: Hafen}", "focus_areas[2].label.en", "found nothing; allowed: this key must"),
    ("Key/99000001", "Key/14612000", "geocoding.municipality_key", "municipalityKey/99000001"),
    ("contributor_id: \"\"",
     "contributor_id: http://dcat-ap.de/def/contributors/musterstadt", "contributor_id", "contributors.yaml"),
    ('url: "{demo}/funding-plan.csv"', "url: ftp://x/funding-plan.csv", "sources[1].url", "{demo}/"),
    ("active: false", "active: no thanks", "sources[4].active", "true or false"),
    ("name: Stadt Musterstadt\n", "name: [Stadt]\n", "publisher.name", "found a list; allowed: a text"),
]  # fmt: skip


@pytest.mark.parametrize(("was", "written", "place", "said"), MISTAKES, ids=[one[1] for one in MISTAKES])
def test_a_mistake_is_told_with_its_line_and_what_is_allowed(
    tmp_path: Path, sample: str, was: str, written: str, place: str, said: str
) -> None:
    """Line, place, what was found and what may stand there."""
    assert sample.count(was) >= 1
    told = mistakes(tmp_path, sample.replace(was, written, 1))
    line = line_of(sample, was)
    matching = [one for one in told if one.startswith(f"{line}: {place}: ") and said in one]
    assert matching, told


def test_settings_of_a_source_must_be_json(tmp_path: Path, sample: str) -> None:
    """YAML has days, the JSON in the form of ckanext-harvest has none."""
    config = "config: {last_days: 7}"
    told = mistakes(tmp_path, sample.replace(config, "config: {since: 2026-10-01}", 1))
    assert len(told) == 1
    assert told[0].startswith(f"{line_of(sample, config)}: sources[5].config: ")
    assert "a day stands in quotes" in told[0]


def test_a_key_that_stands_twice_is_told(tmp_path: Path, sample: str) -> None:
    """YAML would silently take the last one."""
    told = mistakes(tmp_path, sample + "\nname: Anderstadt\n")
    assert told == [f"{sample.count(chr(10)) + 2}: name: found the key a second time; allowed: once (line 4)"]


def test_all_mistakes_are_told_at_once(tmp_path: Path, sample: str) -> None:
    """A file is mended once, not once for each mistake."""
    text = sample.replace("state: Musterland\n", "").replace('"21"', '"021"').replace("homepage: ", "homepage: x ")
    assert len(mistakes(tmp_path, text)) == 3


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"id: [", "1: file: found"),
        (b"", "1: file: found nothing; allowed: a mapping"),
        (b"- a list", "a mapping"),
        (b"name: M\xfcnchen", "1: file: found bytes that are no UTF-8"),
        (b"id: a\nname: \x01", "allowed: YAML"),
    ],
    ids=["broken", "empty", "list", "latin-1", "control character"],
)
def test_what_is_no_city_file_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    """Whatever the file holds, the answer is a CityFileError."""
    path = tmp_path / "city.yaml"
    path.write_bytes(content)
    with pytest.raises(CityFileError, match=f"(?s).*{said}"):
        load_city(path)


def test_a_missing_file_is_told_by_its_path(tmp_path: Path) -> None:
    """The first thing to look at is the path."""
    with pytest.raises(CityFileError) as caught:
        load_city(tmp_path / "nowhere.yaml")
    assert caught.value.path == tmp_path / "nowhere.yaml"
    assert caught.value.line == 1
    assert caught.value.found == "No such file or directory"
    assert caught.value.allowed == "a file that can be read"


def test_a_city_need_not_say_more_of_its_catalogue(repository: Path) -> None:
    """Then it is described by what the city says of itself."""
    assert load_city(repository / "schemas/cities/dresden.yaml").catalogue == Catalogue()


def test_a_catalogue_is_read_whole(repository: Path) -> None:
    """Dates in their precision, offices, other catalogues with what the standard asks of them."""
    found = load_city(repository / "test-data/musterstadt/musterstadt.yaml").catalogue
    assert found.issued == "2024-03"
    assert found.rights.en
    assert found.creator.name_en == "Musterland Computing Centre"
    assert found.part_of is not None
    assert found.part_of.publisher.name == "Musterland"
    assert [one.iri for one in (*found.has_part, *found.catalogs)] == [
        "https://geo.musterstadt.example/",
        "https://daten.nachbarstadt.example/",
    ]
    assert found.applicable_legislation
    assert found.theme_taxonomies


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('issued: "2024-03"', 'issued: "2024-13"', 'catalogue.issued: found "2024-13"; allowed: a year, a month'),
        ('issued: "2024-03"', "issued: yes", "catalogue.issued: found yes; allowed: a year, a month"),
        (
            "iri: https://geo.musterstadt.example/",
            "iri: geo",
            "catalogue.has_part[1].iri: found geo; allowed: an address",
        ),
        ("  rights:", "  right:", 'catalogue.right: found the key "right"; allowed: issued, rights'),
        (
            "publisher: {name: Musterland, url: https://www.musterland.example/}",
            "remark: x",
            "catalogue.part_of.publisher: found nothing",
        ),
    ],
)
def test_a_mistake_in_the_catalogue_is_told_at_its_place(
    tmp_path: Path, sample: str, right: str, wrong: str, told: str
) -> None:
    assert right in sample
    assert any(told in one for one in mistakes(tmp_path, sample.replace(right, wrong, 1)))


@pytest.mark.parametrize("written", ["2024", "2024-03-05", '"2024-03-05T10:00:00+01:00"'])
def test_a_date_may_be_written_without_quotes(tmp_path: Path, sample: str, written: str) -> None:
    """YAML makes a number or a day of it."""
    path = tmp_path / "city.yaml"
    path.write_text(sample.replace('issued: "2024-03"', f"issued: {written}"), encoding="utf-8")
    assert load_city(path).catalogue.issued == written.strip('"')
