"""Worked examples of what is hidden, and why; random tables are in test_disclosure."""

from __future__ import annotations

import pytest
from ckanext.dresdensmartcity.harvesters.indicators.publish import Prepared, prepare
from ckanext.dresdensmartcity.harvesters.indicators.reading.cells import TableError

from .tables import mapping, table

SUM = [{"total": "all", "parts": ["a", "b"]}]
BOROUGHS = {"borough": "Stadtbezirk"}


def hidden(prepared: Prepared) -> set[tuple[str, str]]:
    return {(one.indicator_id, one.district) for one in prepared.records if one.status == "suppressed"}


def value(prepared: Prepared, indicator: str, district: str) -> tuple[float | None, str]:
    (found,) = (one for one in prepared.records if (one.indicator_id, one.district) == (indicator, district))
    return found.value, found.status


def test_a_small_count_and_the_smallest_partner_are_hidden():
    """The partner is the smallest other district, as the city's sum is published."""
    prepared = prepare(table("Stadtteil;A", "01 A;2", "02 B;30", "03 C;8", "04 D;0"), mapping("A"))
    assert hidden(prepared) == {("a", "01"), ("a", "03")}
    assert value(prepared, "a", "city") == (40, "measured")
    assert value(prepared, "a", "04") == (0, "measured")


def test_zero_is_printed_as_a_dash_and_a_hidden_count_as_a_dot():
    """Signs of official statistics stand beside the status."""
    prepared = prepare(table("Stadtteil;A", "01 A;2", "02 B;30", "03 C;8", "04 D;0"), mapping("A"))
    assert [one.symbol for one in prepared.records if one.district.isdigit()] == [".", "", ".", "–"]


def test_two_small_counts_with_a_small_sum_need_a_third():
    """1 + 1 = 2 would give both away although neither stands alone."""
    prepared = prepare(table("Stadtteil;A", "01 A;1", "02 B;1", "03 C;50", "04 D;60"), mapping("A"))
    assert hidden(prepared) == {("a", "01"), ("a", "02"), ("a", "03")}


def test_two_small_counts_with_a_sum_at_the_threshold_need_a_third():
    """1 + 2 = 3 leaves two values, both of them small."""
    prepared = prepare(table("Stadtteil;A", "01 A;1", "02 B;2", "03 C;50"), mapping("A"))
    assert hidden(prepared) == {("a", "01"), ("a", "02"), ("a", "03")}


def test_a_sum_of_two_columns_protects_both_directions():
    """In two directions four cells are hidden: both columns in two districts."""
    prepared = prepare(
        table("Stadtteil;A;B;All", "01 A;2;40;42", "02 B;30;20;50", "03 C;50;60;110"),
        mapping("A", "B", "All", sums=SUM),
    )
    assert hidden(prepared) == {("a", "01"), ("b", "01"), ("a", "02"), ("b", "02")}


def test_the_total_goes_where_no_part_is_left():
    """A district alone in its borough hides the borough's sum, and then the city's, which hides fewest."""
    lines = ["01 A;X;2", "02 B;Y;30", "03 C;Y;40", "04 D;Z;50"]
    prepared = prepare(table("Stadtteil;Stadtbezirk;A", *lines), mapping("A", hierarchies=BOROUGHS))
    assert hidden(prepared) == {("a", "01"), ("a", "borough:X"), ("a", "city")}


def test_a_small_total_is_hidden_with_its_parts():
    """1 + 1 = 2 of 2: nothing of the district is published, and another district hides it."""
    prepared = prepare(
        table("Stadtteil;A;B;All", "01 A;1;1;2", "02 B;30;20;50", "03 C;50;60;110"), mapping("A", "B", "All", sums=SUM)
    )
    assert {("a", "01"), ("b", "01"), ("all", "01")} < hidden(prepared)
    assert {one for one in hidden(prepared) if one[0] == "all"} != {("all", "01")}


def test_a_missing_row_is_missing_and_not_zero():
    """A district of the city without a row is listed, without a value."""
    prepared = prepare(table("Stadtteil;A", "01 A;20", "02 B;30"), mapping("A"), {"01": "A", "02": "B", "03": "C"})
    assert value(prepared, "a", "03") == (None, "missing")
    assert prepared.account.missing == 1


def test_what_a_total_leaves_over_for_missing_districts_is_protected():
    """The city counts 2 more than its districts: the missing one has 2, and a district is hidden for it."""
    prepared = prepare(table("Stadtteil;A", "01 A;20", "02 B;30", "Insgesamt;52"), mapping("A"))
    assert hidden(prepared) == {("a", "01")}


def test_cases_without_a_district_count_for_the_city():
    """The row 'unbekannt' is a part of the city's sum and may be small itself."""
    prepared = prepare(table("Stadtteil;A", "01 A;20", "02 B;30", "unbekannt;2"), mapping("A"))
    assert hidden(prepared) == {("a", "unknown"), ("a", "01")}
    assert value(prepared, "a", "city") == (52, "measured")


def test_the_rest_of_an_incomplete_sum_is_protected():
    """Of 50 persons 49 gave an answer: the one who did not is protected, unless a source says that it need not."""
    content = table("Stadtteil;A;B;All", "01 A;20;29;50", "02 B;30;40;90")
    incomplete = [{"total": "all", "parts": ["a", "b"], "kind": "<="}]
    assert hidden(prepare(content, mapping("A", "B", "All", sums=incomplete)))
    open_rest = [incomplete[0] | {"protect_rest": False}]
    assert not hidden(prepare(content, mapping("A", "B", "All", sums=open_rest)))


def test_what_the_source_keeps_secret_stays_so():
    """A dot of the source that a sum would give away gets a partner."""
    prepared = prepare(table("Stadtteil;A", "01 A;.", "02 B;30", "03 C;40", "Insgesamt;72"), mapping("A"))
    assert hidden(prepared) == {("a", "01"), ("a", "02")}


def test_a_part_of_a_split_district_is_protected():
    """A district in two spaces is published whole; the small part in one of them cannot be subtracted out."""
    lines = ["01 A;P;2", "01 A;Q;30", "02 B;P;40", "03 C;Q;50", "04 D;P;60"]
    prepared = prepare(table("Stadtteil;Raum;A", *lines), mapping("A", hierarchies={"space": "Raum"}))
    assert hidden(prepared)
    keys = {(one.indicator_id, one.district, one.year) for one in prepared.records}
    assert len(keys) == len(prepared.records)
    assert not any("|" in one.district for one in prepared.records)


def test_counts_of_the_same_cases_are_hidden_together():
    """Where households are hidden, the persons in them are too."""
    lines = ["01 A;2;5", "02 B;30;70", "03 C;40;90"]
    rules = mapping("Households", "Persons", together=[["households", "persons"]])
    assert hidden(prepare(table("Stadtteil;Households;Persons", *lines), rules)) == {
        (indicator, district) for indicator in ("households", "persons") for district in ("01", "02")
    }


def test_shares_come_from_published_counts_of_thirty_and_more():
    """A hidden count hides its share; a denominator below 30 empties it; of nothing there is no share."""
    lines = ["01 A;2;38;40", "02 B;8;32;40", "03 C;29;0;29", "04 D;0;0;0", "05 E;100;200;300"]
    prepared = prepare(table("Stadtteil;A;B;All", *lines), mapping("A", "B", "All", sums=SUM, shares=[("a", "all")]))
    assert value(prepared, "a-share", "01") == (None, "suppressed")
    assert value(prepared, "a-share", "02") == (None, "suppressed")
    assert value(prepared, "a-share", "03") == (None, "unreliable")
    assert value(prepared, "a-share", "04") == (None, "not_applicable")
    assert value(prepared, "a-share", "05") == (33.3, "measured")


def test_zero_can_be_declared_revealing():
    """Then a zero is hidden like a small count, and zero stays possible for every hidden one."""
    content = table("Stadtteil;A", "01 A;0", "02 B;30", "03 C;8")
    assert hidden(prepare(content, mapping("A"))) == set()
    assert hidden(prepare(content, mapping("A", zero_is_revealing=True))) == {("a", "01"), ("a", "03")}


@pytest.mark.parametrize(("kind", "threshold"), [("register", 3), ("social_benefits", 5)])
def test_the_kind_of_statistics_sets_the_threshold(kind, threshold):
    """Three for counts of a register, five for social benefits; a source may set its own."""
    assert mapping("A", kind=kind).limit == threshold
    assert mapping("A", kind=kind, threshold=10).limit == 10


def test_what_was_hidden_before_stays_hidden():
    """A later release shows nothing that an earlier one hid."""
    content = table("Stadtteil;A", "01 A;20", "02 B;30", "03 C;8")
    prepared = prepare(content, mapping("A"), remembered=[("a", "01", 2025)])
    assert ("a", "01") in hidden(prepared)
    assert len(hidden(prepared)) == 2


@pytest.mark.parametrize(("row", "message"), [("01 A;5;6;12", "less than"), ("01 A;5;6;10", "more than")])
def test_parts_that_do_not_make_their_total_are_refused(row, message):
    """The place is named, the difference is not: it may be a small count."""
    with pytest.raises(TableError, match=rf"2025, 01, all: the parts are {message} their total"):
        prepare(table("Stadtteil;A;B;All", row), mapping("A", "B", "All", sums=SUM))


def test_the_account_does_not_tell_small_counts_from_their_partners():
    """Only how many are hidden and what remains possible is said."""
    account = prepare(table("Stadtteil;A", "01 A;2", "02 B;30", "03 C;8", "04 D;0"), mapping("A")).account.as_dict()
    assert (account["hidden"], account["values"], account["proven"]) == (2, 5, True)
    assert [(one["district"], one["possible_from"], one["possible_to"]) for one in account["intervals"]] == [
        ("01", 1, 9),
        ("03", 1, 9),
    ]
    assert not any("primary" in key or "secondary" in key for key in account)
