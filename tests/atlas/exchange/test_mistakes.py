"""Every mistake of a file is told at once, with its row and column and what to do."""

from __future__ import annotations

import pytest
from ckanext.dresdensmartcity.atlas.exchange import ExchangeError, read

HEAD = "type,id,title,longitude,latitude,members,kind"
ROWS = [
    ("actor,a,A,13.7;51.0,51.0,,office", "row 2, column longitude: “13.7;51.0” is no number"),
    ("actor,a,,13.7,51.0,,office", "row 2, column title: The title is missing"),
    ("person,a,A,13.7,51.0,,office", "row 2, column type: “person” is neither actor nor project"),
    ("actor,Große Id,A,13.7,51.0,,office", "row 2, column id: “Große Id” is no id"),
    ("actor,a,A,13.7,51.0,umweltamt,office", "row 2, column members: Only projects have this column"),
    ("project,a,A,13.7,51.0,a|lead|2024|2025|b|c,", "row 2, column members: “a | lead | 2024 | 2025 | b | c” has 6"),
    ("project,a,A,13.7,51.0,|lead,", "row 2, column members: A record lacks its part actor"),
    ("actor,a,A,13.7,51.0,,office,much,more", "row 2: The row has 9 cells, the first line 7"),
]


@pytest.mark.parametrize(("row", "said"), ROWS)
def test_a_mistake_in_a_row_is_told_with_its_place(row: str, said: str) -> None:
    reading = read(f"{HEAD}\n{row}\n".encode(), "a.csv")
    assert any(str(one).startswith(said) for one in reading.every_mistake), [str(one) for one in reading.every_mistake]
    assert reading.entries == ()


def test_all_mistakes_are_told_at_once_and_the_right_rows_are_there() -> None:
    table = f"{HEAD}\nactor,a,A,x,51,,office\nactor,b,B,13,51,,office\nactor,b,B again,13,y,,office\n"
    reading = read(table.encode(), "a.csv")
    assert [str(one.place) for one in reading.every_mistake] == ["row 2", "row 4", "row 4"]
    assert [one.title for one in reading.entries] == ["B"]
    assert "it is that of row 3" in str(reading.every_mistake[2])


def test_an_unknown_column_names_the_nearest_ones() -> None:
    mistakes = read(b"type,id,title,longitute\nactor,a,A,13\n", "a.csv").every_mistake
    assert "column longitute" in str(mistakes[0])
    assert "longitude" in str(mistakes[0])


UNREADABLE = [
    (b"", "a.csv", "There is no table"),
    (b"\0\0\0", "a.csv", "encoding"),
    (b"just words", "a.csv", "There is no table"),
    (b"[1, 2", "a.geojson", "It is no JSON"),
    (b"[1, 2]", "a.geojson", "It is no GeoJSON collection"),
    (b'{"features": []}', "a.geojson", "There is no entry"),
    (b"[" * 100000, "a.geojson", "It is no"),
    (b"a: [", "a.yaml", "It is no YAML"),
    (b"a: 1", "a.yaml", "There is no entry in it"),
    (b"actors: &a [x]\nprojects: *a", "a.yaml", "Anchors and aliases"),
]


@pytest.mark.parametrize(("data", "name", "said"), UNREADABLE)
def test_what_is_no_file_of_entries_is_refused_with_a_sentence(data: bytes, name: str, said: str) -> None:
    with pytest.raises(ExchangeError, match=said):
        read(data, name)


def test_features_and_yaml_name_their_place_too() -> None:
    features = b'{"features": [{"properties": {"type": "actor", "title": "A"}, "geometry": {"type": "LineString"}}, 5]}'
    assert [str(one) for one in read(features, "a.json").every_mistake] == [
        "feature 1, column geometry: The geometry is no point: give a point, or null and districts.",
        "feature 2: An entry is a mapping of fields and values.",
    ]
    (mistake,) = read(b"actors:\n  - {id: a, title: A}\n  - {id: b, title: B, offers: {x: 1}}\n", "a.yml").every_mistake
    assert str(mistake) == "line 3, column offers: A list of texts is needed here."
