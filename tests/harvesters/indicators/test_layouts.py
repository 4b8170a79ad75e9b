"""Wide and long tables, quarters, groups, levels, figures, workbooks: each form becomes the same rows."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from ckanext.dresdensmartcity.harvesters.indicators.mapping import Mapping, MappingError, read_mapping
from ckanext.dresdensmartcity.harvesters.indicators.protection.memory import Memory
from ckanext.dresdensmartcity.harvesters.indicators.publish import protect
from ckanext.dresdensmartcity.harvesters.indicators.reading.cells import TableError
from ckanext.dresdensmartcity.harvesters.indicators.reading.reader import IndicatorTable, read_table
from ckanext.dresdensmartcity.harvesters.indicators.rows import published_rows

TEXT = {"de": "Haushalte", "en": "Households"}
COUNT = {"id": "n", "title": TEXT, "column": "N"}


def rules(*indicators: dict[str, Any], **more: Any) -> Mapping:
    return read_mapping({"indicators": list(indicators) or [COUNT], **more})


def read(text: str, mapping: Mapping) -> IndicatorTable:
    return read_table(text.encode(), mapping)


def counts(table: IndicatorTable) -> dict[tuple[str, str, int], int | None]:
    return {(name, row.area, row.year): count.value for row in table.rows for name, count in row.counts.items()}


def rows(table: IndicatorTable) -> dict[tuple[str, str], dict[str, Any]]:
    return {(str(r["indicator_id"]), str(r["district"])): r for r in published_rows(table, protect(table))}


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ({"period": "Zeit"}, ("Zeit", "2018-Q3")),
        ({"period": "Zeit"}, ("Zeit", "3. Quartal 2018")),
        ({"quarter": "Quartal"}, ("Jahr;Quartal", "2018;3. Quartal")),
        ({"quarter": "Quartal"}, ("Jahr;Quartal", "2018;III")),
    ],
)
def test_quarters_are_read_in_their_forms(header, cells):
    """With their year in one cell, or in two columns; they are published as 2018-Q3."""
    table = read(f"{cells[0]};Stadtteil;N\n{cells[1]};05 F;7\n", rules(columns=header))
    assert counts(table) == {("n", "05", 20183): 7}
    row = rows(table)["n", "05"]
    assert (row["period"], row["year"], row["quarter"]) == ("2018-Q3", 2018, 3)


def test_years_and_groups_in_headers_are_read_as_if_they_stood_in_rows():
    """`spread` names the parts of a header."""
    wide = rules(
        {"id": "n", "title": TEXT, "spread": r"(?P<sex>Männer|Frauen) (?P<year>\d{4})"},
        groups=[{"id": "sex", "title": TEXT}],
    )
    long = rules(COUNT, groups=[{"id": "sex", "title": TEXT, "column": "Geschlecht"}])
    one = read("Stadtteil;Männer 2024;Frauen 2024;Männer 2025;Frauen 2025\n05 F;1;2;30;40\n", wide)
    lines = ["2024;05 F;Männer;1", "2024;05 F;Frauen;2", "2025;05 F;Männer;30", "2025;05 F;Frauen;40"]
    other = read("\n".join(["Jahr;Stadtteil;Geschlecht;N", *lines]), long)
    assert counts(one) == counts(other)
    assert counts(one)["n", "05", 2025] == 70
    assert counts(one)["n.sex-frauen", "05", 2024] == 2


def test_a_total_that_the_table_lists_must_be_that_of_its_groups():
    """Listed totals are taken as they are and added up again."""
    mapping = rules(COUNT, groups=[{"id": "sex", "title": TEXT, "column": "Geschlecht"}])
    text = "Jahr;Stadtteil;Geschlecht;N\n2025;05 F;Insgesamt;{}\n2025;05 F;m;30\n2025;05 F;w;40\n"
    assert counts(read(text.format(70), mapping))["n", "05", 2025] == 70
    with pytest.raises(TableError, match="the parts are less than their total"):
        protect(read(text.format(71), mapping))


def test_a_group_without_a_row_is_missing_unless_declared_to_be_zero():
    """A missing row is no zero (RULES §6), and what it belongs to has no sum."""
    text = "Jahr;Stadtteil;Geschlecht;N\n2025;05 F;m;30\n2025;05 F;w;40\n2025;06 J;m;5\n"
    group = {"id": "sex", "title": TEXT, "column": "Geschlecht"}
    assert counts(read(text, rules(COUNT, groups=[group])))["n", "06", 2025] is None
    absent = rules(COUNT, groups=[group | {"absent_is_zero": True}])
    assert counts(read(text, absent))["n", "06", 2025] == 5


def test_groups_in_rows_that_are_not_declared_are_a_mistake_with_its_remedy():
    """Otherwise one group would pass for all."""
    with pytest.raises(TableError, match=r"row 3: the same district and year as row 2.*declare it in groups"):
        read("Jahr;Stadtteil;Geschlecht;N\n2025;05 F;m;30\n2025;05 F;w;40\n", rules())


def test_a_small_group_is_hidden_with_partners_in_both_directions():
    """Neither its sex nor its age gives it away; totals over groups are shown."""
    group = [{"id": key, "title": TEXT, "column": key.title()} for key in ("sex", "age")]
    lines = [f"2025;{d} X;{s};{a};{n}" for d in ("05", "06") for s in "mw" for a, n in (("jung", 40), ("alt", 50))]
    text = "\n".join(["Jahr;Stadtteil;Sex;Age;N", *lines]).replace("2025;05 X;m;jung;40", "2025;05 X;m;jung;2")
    table = read(text, rules(COUNT, groups=group))
    found = rows(table)
    assert found["n.sex-m.age-jung", "05"]["status"] == "suppressed"
    assert found["n.sex-m.age-jung", "05"]["breakdown"] == "m, jung"
    hidden = {key for key, row in found.items() if row["status"] == "suppressed"}
    assert len(hidden) > 3
    assert found["n", "city"]["value"] == 2 + 40 + 50 + 50 + 40 + 40 + 50 + 50


def test_a_table_of_groups_of_districts_has_its_groups_for_areas():
    """Known by their numbers, whatever word stands before them; the city is their sum."""
    columns = {"district": "", "finest": "bezirk", "hierarchies": {"bezirk": "Bezirk"}}
    table = read("Jahr;Bezirk;N\n2025;StB 0 Altstadt;70\n2025;StB 1 Neustadt;80\n", rules(columns=columns))
    found = rows(table)
    assert {area for _, area in found} == {"bezirk:0", "bezirk:1", "city"}
    assert (found["n", "bezirk:1"]["area_name"], found["n", "city"]["value"]) == ("StB 1 Neustadt", 150)


def test_two_groups_with_one_number_are_refused():
    """Numbers are the key; a Stadtbezirk 1 and an Ortschaft 1 would become one."""
    columns = {"district": "", "finest": "bezirk", "hierarchies": {"bezirk": "Bezirk"}}
    with pytest.raises(TableError, match="row 3, column 'Bezirk': has the number of another group"):
        read("Jahr;Bezirk;N\n2025;StB 1 Altstadt;70\n2025;Ortschaft 1 Weixdorf;80\n", rules(columns=columns))


def test_rows_of_groups_among_those_of_districts_are_added_up_again():
    """They are no areas of their own, and must agree."""
    columns = {"hierarchies": {"bezirk": "Bezirk"}, "subtotals": {"bezirk": r"StB \d"}}
    text = (
        "Jahr;Stadtteil;Bezirk;N\n2025;05 F;StB 0 Altstadt;30\n2025;06 J;StB 0 Altstadt;40\n2025;StB 0 Altstadt;;{}\n"
    )
    found = rows(read(text.format(70), rules(columns=columns)))
    assert (found["n", "bezirk:0"]["value"], found["n", "city"]["value"]) == (70, 70)
    with pytest.raises(TableError, match="row 4: bezirk:0, n: is not the sum of its districts"):
        read(text.format(71), rules(columns=columns))


def test_the_reference_date_is_published():
    """From a column, or as declared for each year."""
    text = "Jahr;Stadtteil;Stichtag;N\n2025;05 F;31.12.2025;30\n"
    table = read(text, rules(columns={"reference_date": "Stichtag"}))
    assert rows(table)["n", "05"]["reference_date"] == "2025-12-31"
    assert rows(table)["n", "city"]["reference_date"] == "2025-12-31"
    assert rows(read(text, rules(reference_date="06-30")))["n", "05"]["reference_date"] == "2025-06-30"
    with pytest.raises(TableError, match="row 2, column 'Stichtag': not a day"):
        read(text.replace("31.12.2025", "31.13.2025"), rules(columns={"reference_date": "Stichtag"}))


FIGURE = {"id": "rate", "title": TEXT, "column": "Quote", "unit": "%", "measure": "figure"}


@pytest.mark.parametrize(
    ("count", "status", "value"), [("500", "measured", 12.5), ("2", "suppressed", None), ("12", "unreliable", None)]
)
def test_a_figure_is_shown_only_where_the_counts_behind_it_are(count, status, value):
    """A rate beside a hidden count would give it away; one of a dozen cases says nothing."""
    mapping = rules(COUNT, FIGURE | {"computed_from": ["n"]})
    text = f"Jahr;Stadtteil;N;Quote\n2025;05 F;{count};12,5\n2025;06 J;700;3,1\n2025;07 J;800;4,5\n"
    row = rows(read(text, mapping))["rate", "05"]
    assert (row["status"], row["value"]) == (status, value)


def test_a_rate_per_thousand_has_its_unit():
    """`per`."""
    share = {"id": "rate", "title": TEXT, "numerator": "n", "denominator": "all", "per": 1000}
    table = read(
        "Jahr;Stadtteil;N;All\n2025;05 F;30;4000\n", rules(COUNT, COUNT | {"id": "all", "column": "All"}, share)
    )
    row = rows(table)["rate", "05"]
    assert (row["value"], row["unit"], row["numerator"], row["denominator"]) == (7.5, "‰", 30, 4000)


def test_a_workbook_is_read_as_a_text_is():
    """Numbers are numbers; a year is no decimal; a district may be a bare number."""
    book = openpyxl.Workbook()
    for line in (("Jahr", "Stadtteil", "N"), (2025, "05 Friedrichstadt", 1234), (2025, 6, 7)):
        book.active.append(line)
    target = io.BytesIO()
    book.save(target)
    table = read_table(target.getvalue(), rules())
    assert counts(table) == {("n", "05", 2025): 1234, ("n", "06", 2025): 7}
    assert table.sheet == "Sheet"


@pytest.mark.parametrize(("cell", "value"), [("1.234", 1234), ("1,234", 1234), ("1 234", 1234)])
def test_a_mark_in_a_count_groups_thousands(cell, value):
    """Counts have no decimals; decided for the file, not for the cell."""
    assert counts(read(f'Jahr;Stadtteil;N\n2025;05 F;"{cell}"\n', rules()))["n", "05", 2025] == value


def test_a_file_that_writes_numbers_in_two_ways_is_refused():
    """One of the two would be off by a factor of a thousand."""
    with pytest.raises(TableError, match="in one way"):
        read('Jahr;Stadtteil;N\n2025;05 F;"1.234"\n2025;06 J;"1,234"\n', rules())


@pytest.mark.parametrize(
    ("indicator", "more", "message"),
    [
        ({"spread": "(?P<year>"}, {}, "no regular expression"),
        ({"spread": "Anzahl"}, {}, "needs a named part"),
        ({"spread": "(?P<colour>.*)"}, {}, "colour"),
        ({"column": "N", "measure": "figure"}, {}, "computed_from"),
        ({"column": "N"}, {"groups": [{"id": "sex", "title": TEXT}]}, "nothing tells its group sex"),
        ({"column": "N"}, {"columns": {"district": "", "finest": "x"}}, "finest"),
        ({"column": "N"}, {"columns": {"subtotals": {"x": "("}}}, "subtotals"),
        ({"column": "N"}, {"method": "round10"}, "method"),
        ({"column": "N"}, {"reference_date": "31.12."}, "reference_date"),
    ],
)
def test_a_wrong_mapping_is_refused_with_its_key(indicator, more, message):
    """Before any table is read."""
    with pytest.raises(MappingError, match=message):
        rules({"id": "n", "title": TEXT, **indicator}, **more)


def test_the_strictest_kind_of_a_table_holds_for_all_of_it():
    """Its columns add up: what is shown of one tells about the other."""
    assert rules(COUNT, COUNT | {"id": "m", "column": "M", "kind": "social_benefits"}).limit == 5
    assert rules(COUNT).limit == 3
    assert rules(COUNT, kind="social_benefits", threshold=10).limit == 10


def test_a_value_that_was_shown_before_says_so():
    """Only where it is hidden now."""
    table = read("Jahr;Stadtteil;N\n2025;05 F;2\n2025;06 J;50\n2025;07 J;60\n", rules())
    memory = Memory(published={("n", "05", 2025): frozenset({7}), ("n", "07", 2025): frozenset({60})})
    found = {r["district"]: r for r in published_rows(table, protect(table, remembered=memory), None, memory)}
    assert (found["05"]["status"], found["05"]["published_before"]) == ("suppressed", True)
    assert (found["07"]["status"], found["07"]["published_before"]) == ("measured", None)
