"""Entries go out and come back as they were, in every format; what people write otherwise is understood."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from ckanext.dresdensmartcity.atlas.entries import Entry, Evidence, Membership, WebLink
from ckanext.dresdensmartcity.atlas.exchange import cells, read, to_csv, to_geojson, to_yaml
from ckanext.dresdensmartcity.atlas.exchange.columns import COLUMNS
from ckanext.dresdensmartcity.city.facts import in_order
from hypothesis import given, settings
from hypothesis import strategies as st

FORMATS = [(to_csv, "a.csv"), (to_geojson, "a.geojson"), (to_yaml, "a.yaml")]
# No control characters: neither YAML nor a spreadsheet holds them.
LETTERS = st.characters(
    exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp"), exclude_characters="\ufeff\ufffe\uffff"
)
MARKS = st.sampled_from(["; ", "|", "\\", "'", "=1+1", "-", "+49", '"', "@", ",", "<b>", ":", "#", "- ", "\n"])
TEXT = st.lists(st.one_of(st.text(LETTERS, max_size=8), MARKS), max_size=5).map(lambda parts: "".join(parts).strip())
WORDS = TEXT.filter(bool)
LISTS = st.lists(WORDS, max_size=4, unique=True).map(tuple)
IDS = st.from_regex(r"[a-z][a-z0-9-]{1,8}", fullmatch=True)
PLACES = st.one_of(st.none(), st.tuples(st.floats(-180, 180, allow_nan=False), st.floats(-90, 90, allow_nan=False)))
MEMBERS = st.lists(
    st.builds(Membership, actor=IDS, role=st.sampled_from(["lead", "partner", "funder"]), since=TEXT, source=TEXT),
    max_size=3,
).map(lambda rows: in_order(tuple(rows)))
EVIDENCE = st.lists(st.builds(Evidence, fact=TEXT, source=TEXT, retrieved_on=TEXT).filter(
    lambda one: one.fact or one.source or one.retrieved_on), max_size=3).map(tuple)  # fmt: skip
LINKS = st.lists(st.builds(WebLink, url=WORDS, label=TEXT), max_size=2).map(tuple)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    kind = draw(st.sampled_from(["actor", "project"]))
    place = draw(PLACES)
    both = Entry(
        package_id="", type=kind, id=draw(IDS), title=draw(WORDS), notes=draw(TEXT), needs=draw(LISTS),
        sources=draw(LISTS), longitude=place[0] if place else None, latitude=place[1] if place else None,
        evidence=draw(EVIDENCE), links=draw(LINKS), url=draw(TEXT), confirmed_on=draw(TEXT),
    )  # fmt: skip
    if kind == "actor":
        return replace(both, kind=draw(TEXT), offers=draw(LISTS), part_of=draw(TEXT))
    return replace(both, members=draw(MEMBERS), budget_eur=draw(TEXT), builds_on=draw(LISTS), end=draw(TEXT))


@pytest.mark.parametrize(("write", "name"), FORMATS, ids=["csv", "geojson", "yaml"])
@given(found=st.lists(entries(), min_size=1, max_size=4, unique_by=lambda one: (one.type, one.id)))
@settings(max_examples=60, deadline=None)
def test_what_goes_out_comes_back(write: Callable[[list[Entry]], str], name: str, found: list[Entry]) -> None:
    """Every field of every entry, whatever it holds; YAML has actors first."""
    reading = read(write(found).encode(), name)
    assert reading.every_mistake == ()
    assert sorted(reading.entries, key=lambda one: (one.type, one.id)) == sorted(
        found, key=lambda one: (one.type, one.id)
    )


def test_every_field_of_an_entry_is_a_column() -> None:
    """A field that is added to entries must be added here, or it would be lost."""
    assert set(COLUMNS) == set(Entry.__dataclass_fields__) - {"package_id"}
    assert len(COLUMNS) == len(set(COLUMNS))


@given(texts=st.lists(st.text().map(str.strip).filter(bool), max_size=4))
@settings(max_examples=100, deadline=None)
def test_a_list_in_a_cell_keeps_its_texts(texts: list[str]) -> None:
    """Separators and backslashes inside them too."""
    assert cells.read_list(cells.write_list(texts)) == texts


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+49 351", "-x", "@a", "'quoted", "-5", "plain", "-5.25"])
def test_no_cell_is_a_formula(text: str) -> None:
    """Spreadsheets run what begins with =, +, - or @; a number is left alone."""
    assert cells.unguard(cells.guard(text)) == text
    assert not cells.guard(text).startswith(("=", "+", "@"))


def test_what_an_office_saves_is_understood() -> None:
    """Semicolons, the code page of Windows, German headings, a decimal comma, lead and partners as lists."""
    table = (
        'Typ;Kennung;Titel;Länge;Breite;Leitung;Partner\r\nProjekt;radweg;Straße Süd;13,74;51,05;amt;"uni; verein"\r\n'
    )
    (entry,) = read(table.encode("cp1252"), "liste.csv").entries
    assert (entry.type, entry.id, entry.title, entry.position) == ("project", "radweg", "Straße Süd", (13.74, 51.05))
    assert (entry.lead, entry.partners) == ("amt", ("uni", "verein"))


def test_an_id_is_made_from_the_title_where_none_is_given() -> None:
    """As the form does."""
    assert read(b"type,title\nactor,Umweltamt \xc3\x9cber\n", "a.csv").entries[0].id == "umweltamt-ueber"
