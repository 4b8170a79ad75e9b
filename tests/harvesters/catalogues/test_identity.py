"""By what entries are known again, and which of several is taken."""

from __future__ import annotations

from typing import Any

import pytest
from ckanext.dresdensmartcity.dcat.reading import ReadEntry
from ckanext.dresdensmartcity.harvesters.catalogues.feed import Place
from ckanext.dresdensmartcity.harvesters.catalogues.identity import Sorted, file_keys, key_of, lasting_key, sort


def entry(iri: str = "", kind: str = "dataset", **package: Any) -> ReadEntry:
    return ReadEntry(iri, kind, {"title": "Titel", **package}, node=iri or "_:x")


def sorted_from(*entries: ReadEntry, same_identifier: str = "youngest") -> Sorted:
    return sort([Place(one, number) for number, one in enumerate(entries, 1)], same_identifier)


def checks(result: Sorted) -> list[tuple[str, str]]:
    return [(one.check, one.severity) for one in result.findings]


@pytest.mark.parametrize(
    ("one", "key", "makeshift"),
    [
        (entry("http://a.example/1", identifier="x"), "http://a.example/1", False),
        (entry(identifier=" x-17 ", url="http://a.example/page"), "x-17", False),
        (entry(url="http://a.example/page"), "landing-page:http://a.example/page", True),
        (entry(title=""), "", False),
    ],
)
def test_the_first_that_is_there_is_the_key(one, key, makeshift):
    """IRI, identifier, landing page; an entry without anything has no key."""
    found, finding = key_of(one)
    assert (found, bool(finding)) == (key, makeshift)


def test_title_and_publisher_stand_in_when_all_else_is_missing():
    """The same title of another publisher is another entry; other texts do not change the key."""
    one = key_of(entry(publisher=[{"name": "Stadt"}], notes="Alt"))
    assert one == key_of(entry(publisher=[{"name": "Stadt"}], notes="Neu"))
    assert one[0].startswith("title:")
    assert one[0] != key_of(entry(publisher=[{"name": "Kreis"}]))[0]


def test_a_landing_page_that_several_entries_have_is_no_key():
    """Portals without pages of datasets name their first page everywhere."""
    home = "http://a.example/"
    result = sorted_from(entry(url=home, title="A"), entry(url=home, title="B"))
    assert len({one.key for one in result.taken}) == 2
    assert all(one.key.startswith("title:") for one in result.taken)
    assert checks(result) == [("no-identifier", "warning")] * 2


def test_an_entry_without_anything_is_left_out_and_said():
    """Nobody could know it again."""
    result = sorted_from(entry(title=""), entry("http://a.example/1"))
    assert (len(result.taken), result.nameless, checks(result)) == (1, 1, [("no-identifier", "error")])


def test_the_same_words_twice_are_one_entry():
    """A series that stands on each page is no duplicate."""
    one = entry("http://a.example/s", kind="dataset_series", notes="Reihe")
    result = sorted_from(one, entry("http://a.example/s", kind="dataset_series", notes="Reihe"))
    assert (len(result.taken), result.repeated, result.findings) == (1, 1, [])


def test_a_part_of_a_description_gives_way_to_the_whole():
    """What one page only names another describes."""
    whole = entry("http://a.example/s", notes="Reihe", theme=["x"])
    for order in ((entry("http://a.example/s"), whole), (whole, entry("http://a.example/s"))):
        (taken,) = sorted_from(*order).taken
        assert taken.entry.package["notes"] == "Reihe"


def test_of_twins_the_youngest_is_taken_and_the_others_are_listed():
    """GovData's rule, whatever the order; dates count in any precision."""
    old, new = (
        entry("http://a.example/1", modified="2026-03", notes="alt"),
        entry("http://a.example/1", modified="2026-03-02T01:00:00+02:00", notes="neu"),
    )
    for order in ((old, new), (new, old)):
        result = sorted_from(*order)
        assert [one.entry.package["notes"] for one in result.taken] == ["neu"]
        assert checks(result) == [("duplicate", "warning")]


@pytest.mark.parametrize(
    ("first", "second"), [({}, {}), ({"modified": "2026"}, {}), ({"modified": "2026"}, {"modified": "2026-01-01"})]
)
def test_twins_that_no_date_decides_are_both_refused(first, second):
    """Never the last one wins: what was published before stays as it is."""
    result = sorted_from(
        entry("http://a.example/1", notes="a", **first), entry("http://a.example/1", notes="b", **second)
    )
    assert (result.taken, result.refused) == ([], {"http://a.example/1"})
    assert checks(result) == [("duplicate", "error")]


def test_different_entries_with_one_identifier_are_one_for_receivers():
    """Only the youngest is taken; with `keep` all are."""
    old = entry("http://a.example/1", identifier="x", modified="2025")
    new = entry("http://a.example/2", identifier="x", modified="2026")
    result = sorted_from(old, new)
    assert ([one.key for one in result.taken], result.refused) == (["http://a.example/2"], {"http://a.example/1"})
    assert checks(result) == [("same-identifier", "error")]
    assert "http://a.example/2" in result.findings[0].message
    assert len(sorted_from(old, new, same_identifier="keep").taken) == 2


def test_without_dates_equal_identifiers_refuse_all():
    """As with twins."""
    result = sorted_from(entry("http://a.example/1", identifier="x"), entry("http://a.example/2", identifier="x"))
    assert (result.taken, len(result.refused)) == ([], 2)


def test_series_may_share_an_identifier_with_a_dataset():
    """The rule is for datasets."""
    result = sorted_from(
        entry("http://a.example/1", identifier="x"), entry("http://a.example/2", kind="dataset_series", identifier="x")
    )
    assert len(result.taken) == 2


def test_keys_without_iri_belong_to_their_source():
    """Two cities count from 1; what has an IRI is the same everywhere."""
    assert lasting_key("1", "", "http://a.example/feed") != lasting_key("1", "", "http://b.example/feed")
    assert lasting_key("1", "", "http://a.example/feed") == lasting_key("1", "", "https://a.example/other")
    assert lasting_key("http://x.example/1", "http://x.example/1", "http://a.example") == "http://x.example/1"


def test_files_are_known_by_iri_or_address():
    """A title may change; two files of the same address are told apart by their number."""
    files = [
        {"uri": "http://a.example/f", "name": "a"},
        {"url": "http://a.example/x.csv", "format": "CSV", "name": "a"},
        {"url": "http://a.example/x.csv", "format": "CSV", "name": "b"},
        {"url": "http://a.example/x.csv", "format": "JSON"},
    ]
    keys = file_keys(files)
    assert keys[0] == "http://a.example/f"
    assert keys[2] == f"{keys[1]}#2"
    assert len(set(keys)) == 4
    assert file_keys([{**files[1], "name": "neu"}]) == [keys[1]]
