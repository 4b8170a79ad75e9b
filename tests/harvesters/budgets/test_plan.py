"""Reading and checking of funding plans: the real one fits, and whatever is changed in it is found."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest
from ckanext.dresdensmartcity.harvesters.budgets.checks import check_plan, findings_of
from ckanext.dresdensmartcity.harvesters.budgets.model import BudgetFormError, Plan, PlanFinding, Slot
from ckanext.dresdensmartcity.harvesters.budgets.programme import Options
from ckanext.dresdensmartcity.harvesters.budgets.reading import read_plan
from ckanext.dresdensmartcity.harvesters.records import HarvesterError
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

REPOSITORY = Path(__file__).parents[3]
FILES = {city: REPOSITORY / "test-data" / city / "sources" / "funding-plan.csv" for city in ("dresden", "musterstadt")}
REAL = FILES["dresden"].read_text(encoding="utf-8")
ROWS = list(csv.reader(io.StringIO(REAL)))
HEADER = ROWS[0]
NUMBERS = range(HEADER.index("y2021"), len(HEADER))


def written(rows: list[list[str]], delimiter: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def changed(**cells: str) -> bytes:
    """The real plan with some cells replaced: `changed(**{"1.1.5 y2021": "5"})`."""
    rows = [list(row) for row in ROWS]
    for place, text in cells.items():
        code, column = place.split(" ")
        row = next(row for row in rows if row[0] == code)
        row[HEADER.index(column)] = text
    return written(rows)


def findings(content: bytes, **options: object) -> list[PlanFinding]:
    return findings_of(check_plan(read_plan(content, options=Options(**options))))


def errors(content: bytes) -> list[PlanFinding]:
    return [one for one in findings(content) if one.severity == "error"]


def only(found: list[PlanFinding], check: str) -> list[PlanFinding]:
    return [one for one in found if one.check == check]


def plan_of(city: str) -> Plan:
    return read_plan(FILES[city].read_bytes())


@pytest.mark.parametrize("city", FILES)
def test_the_plan_of_each_city_fits(city: str):
    """Every check is carried out, says what it compared and finds nothing."""
    results = check_plan(plan_of(city))
    assert [one for checked in results for one in checked.findings] == []
    assert len([checked for checked in results if checked.applies]) == 15
    assert len({checked.template for checked in results}) == len(results)


def test_reads_typed_lines_in_cents():
    """Amounts are whole cents by year, shares percent as printed; rows are those of the file."""
    plan = plan_of("dresden")
    line = plan.by_code["1.2.5"]
    assert (line.row, line.parent, line.section) == (15, "1.2", "strategy")
    cents = [line.entries[slot].cents for slot in (Slot("year", 2021), Slot("year", 2023), Slot("total"))]
    assert cents == [6_000_000, 0, 12_000_000]
    share = next(one for one in plan.shares if one.code == "3.3.1")
    assert (str(share.percent), share.column) == ("35.00", "y2021")
    assert plan.years == tuple(range(2021, 2029))
    assert [one.code for one in plan.measures] == [f"1.2.{n}" for n in range(1, 6)] + [f"2.2.{n}" for n in range(1, 5)]


def test_says_what_was_compared():
    """The sentences of the report name lines and columns, not only that all is well."""
    sentences = [checked.sentence for checked in check_plan(plan_of("dresden"))]
    text = "\n".join(sentences)
    assert "37 lines with 8 years" in text
    assert "a third of lines 1 to 4, in 18 cells" in text
    assert "costs (line 1+2) compared with the grant (line 3.1.3) in 9 columns" in text
    assert "3.1+3.2" in text


@settings(max_examples=60, deadline=None)
@given(row=st.integers(1, len(ROWS) - 1), column=st.sampled_from(NUMBERS), cents=st.integers(0, 10**10))
def test_any_changed_number_is_found_and_located(row: int, column: int, cents: int):
    """Whatever single number is replaced by another, its own cell is named, with the value that would fit."""
    old = ROWS[row][column]
    rows = [list(one) for one in ROWS]
    rows[row][column] = f"{cents // 100}.{cents % 100:02}"
    found = errors(written(rows))
    off = abs(Decimal(old) - Decimal(rows[row][column]))
    if off > Decimal("0.08"):  # 0.01 for each of up to eight addends is rounding
        here = [one for one in found if (one.row, one.column) == (row + 1, HEADER[column])]
        assert here
        if ROWS[row][2] != "share":
            fits = [one for one in here if one.check in ("cell", "factor-1000", "sign")]
            assert [one.expected for one in fits] == [float(old)]
    elif not off:
        assert found == []


@pytest.mark.parametrize("row", range(1, len(ROWS)))
def test_every_single_cell_is_located(row: int):
    """Each number of the plan, ten euros more: the finding names its row and column, old value and new."""
    for column in NUMBERS:
        rows = [list(one) for one in ROWS]
        rows[row][column] = f"{Decimal(ROWS[row][column]) + 10:.2f}"
        here = [one for one in errors(written(rows)) if (one.row, one.column) == (row + 1, HEADER[column])]
        assert here, HEADER[column]
        if ROWS[row][2] != "share":
            assert [(one.expected, one.difference) for one in only(here, "cell")] == [(float(ROWS[row][column]), 10)]


@settings(max_examples=60, deadline=None)
@given(row=st.integers(1, len(ROWS) - 1), column=st.sampled_from(NUMBERS))
def test_a_cent_more_or_less_is_told_as_rounding(row: int, column: int):
    """RULES §7 allows 0.01 for each addend: a warning, and the plan stays valid; shares fit to the printed digit."""
    for step in (1, -1):
        cents = round(float(ROWS[row][column]) * 100) + step
        if cents < 0:
            continue
        rows = [list(one) for one in ROWS]
        rows[row][column] = f"{cents // 100}.{cents % 100:02}"
        found = findings(written(rows))
        assert found
        if ROWS[row][2] != "share":  # a cent is more than a third of nothing, and has shares
            exact = {"third-rule", "share", "shares-sum"}
            assert {one.check for one in found if one.severity == "error"} <= exact


@settings(max_examples=60, deadline=None)
@given(
    row=st.integers(1, len(ROWS) - 1),
    column=st.sampled_from(["line", "parent", "section"]),
    text=st.one_of(
        st.sampled_from(sorted({row[0] for row in ROWS[1:]} | {row[2] for row in ROWS[1:]} | {"1", "3", "9.9", ""})),
        st.text("123.+ax", max_size=5),
    ),
)
def test_any_changed_code_parent_or_section_is_found(row: int, column: str, text: str):
    """Codes, parents and sections follow from each other. Titles are free: nothing in the plan constrains them."""
    position = HEADER.index(column)
    if text.strip() == ROWS[row][position]:
        return
    rows = [list(one) for one in ROWS]
    rows[row][position] = text
    assert findings(written(rows))


def test_titles_are_free():
    """Another wording is no mistake of the plan."""
    assert findings(changed(**{"1.2.5 title": "Luft und Lärm"})) == []


def test_a_removed_line_is_found():
    """Each line is missed by the sum above it, by the shares or by the numbering of its siblings."""
    for row in range(1, len(ROWS)):
        code = ROWS[row][0]
        found = findings(written(ROWS[:row] + ROWS[row + 1 :]))
        # 3.1 is the sum of the lines below it where it has no row, as 3.2 in the real plan; nothing refers to 3.2.2,
        # the last of the lines that hold no money.
        assert bool(found) == (code not in {"3.1", "3.2.2"}), code


def test_third_rule_names_limit_and_excess():
    """Advice over a third of lines 1 to 4 is named for each year and for the total."""
    content = changed(**{"1.1.5 y2021": "150000.00", "1.1.5 total": "250000.00"})
    rule = only(findings(content), "third-rule")
    assert [(one.row, one.column, one.expected, one.found, one.difference) for one in rule] == [
        (7, "y2021", 133333.33, 150000, 16666.67)
    ]
    assert rule[0].message == "external advice (line 1.1.5) exceeds a third of lines 1.1.1 to 1.1.4"


def test_a_third_exactly_is_allowed():
    """400,000.02 allow 133,333.34 of advice, and not a cent more."""
    base = {"1.1.1 y2021": "320000.02", "1.1.5 y2021": "133333.34"}
    assert only(findings(changed(**base)), "third-rule") == []
    assert only(findings(changed(**(base | {"1.1.5 y2021": "133333.35"}))), "third-rule")


def test_row_and_column_sums_name_both_values():
    """A changed amount breaks its row and the line above; each says expected, found and difference, and the cell."""
    found = findings(changed(**{"1.2.5 y2021": "60001.00"}))
    assert [(one.check, one.place, one.expected, one.found, one.difference) for one in found] == [
        ("row-sum", "row 15, column total", 120001, 120000, -1),
        ("column-sum", "row 10, column y2021", 350001, 350000, -1),
        ("cell", "row 15, column y2021", 60000, 60001, 1),
    ]


@pytest.mark.parametrize(
    ("cells", "check", "place", "expected", "found"),
    [
        ({"1.2.5 y2021": "60000000.00"}, "factor-1000", (15, "y2021"), 60000, 60000000),
        ({"1.2.5 y2021": "60.00"}, "factor-1000", (15, "y2021"), 60000, 60),
        ({"1.2.5 y2021": "-60000.00"}, "sign", (15, "y2021"), 60000, -60000),
        (
            {"1.2.5 y2021": "60.00", "1.2.5 y2022": "60.00", "1.2.5 total": "120.00"},
            "factor-1000",
            (15, None),
            60000,
            60,
        ),
    ],
)
def test_units_and_signs_are_named_as_such(
    cells: dict[str, str], check: str, place: tuple[int, str | None], expected: float, found: float
):
    """RULES §7 (6): a thousand times too much or too little, or the other sign; in one cell or a whole line."""
    named = [one for one in findings(changed(**cells)) if one.check == check and one.expected is not None]
    assert [((one.row, one.column), one.expected, one.found) for one in named] == [(place, expected, found)]


def test_a_column_in_thousands_is_named():
    """All amounts of 2024 in thousands of euros: one finding for the column behind the many of its rows."""
    column = HEADER.index("y2024")
    rows = [ROWS[0]]
    for row in ROWS[1:]:
        rows.append(list(row))
        if row[2] != "share":
            rows[-1][column] = f"{Decimal(row[column]) / 1000:.2f}"
    (one,) = [one for one in findings(written(rows)) if one.check == "factor-1000"]
    assert (one.row, one.column, "times less" in one.message) == (None, "y2024", True)


def test_two_wrong_cells_are_both_located():
    """Mistakes that share no sum are told apart."""
    found = only(findings(changed(**{"1.2.5 y2021": "1.00", "2.1.3 y2024": "2.00"})), "cell")
    assert [(one.row, one.column) for one in found] == [(15, "y2021"), (19, "y2024")]


def test_a_total_line_is_compared_with_what_its_code_names():
    """Line 1+2 adds up 1 and 2, which are the lines below them; costs are compared with the grant."""
    found = findings(changed(**{"1+2 y2022": "2605001.00"}))
    assert [one.check for one in found] == ["row-sum", "total", "financing", "cell"]
    assert only(found, "total")[0].difference == 1
    assert found[-1].place == "row 29, column y2022"


def test_shares_are_recomputed():
    """A share that is not its line's part of the financing, and shares that are not 100 % together."""
    found = findings(changed(**{"3.3.1 y2024": "34.00"}))
    assert [(one.check, one.column, one.expected, one.found) for one in found] == [
        ("share", "y2024", 35, 34),
        ("shares-sum", "y2024", 100, 99),
    ]
    assert only(findings(changed(**{"3.3.1 y2027": "35.00"})), "share")[0].expected == 0


def test_shares_may_be_rounded_to_the_unit():
    """As many decimals as are printed must fit."""
    rows = {f"{code} y2021": value for code, value in (("3.3.1", "35"), ("3.3.3", "65.0"))}
    assert findings(changed(**rows)) == []


def test_financing_may_also_cover_all_costs():
    """A plan whose costs are paid by the whole financing fits too, and the report says which it is."""
    header = "line,parent,section,title,y2021,total\n"
    rows = "1.1,1,a,A,100,100\n2.1,2,b,B,50,50\n1+2,,total,S,150,150\n3.1,3,financing,F,150,150\n"
    rows += "3.1.1,3.1,financing,E,60,60\n3.1.2,3.1,financing,D,0,0\n3.1.3,3.1,financing,B,90,90\n"
    rows += "3.2.1,3.2,financing,E,0,0\n3.1+3.2,,total,G,150,150\n"
    results = check_plan(read_plan((header + rows).encode()))
    assert findings_of(results) == []
    assert any("compared with the whole financing (line 3.1+3.2)" in one.sentence for one in results)


def test_duplicates_gaps_signs_and_years():
    """A line twice, a line left out, a negative amount, a missing year."""
    rows = [list(row) for row in ROWS]
    assert only(findings(written([*rows, rows[5]])), "duplicate")[0].message.endswith("stands in row 6 already")
    assert only(findings(changed(**{"1.2.5 line": "1.2.7"})), "numbering")[0].expected == "1.2.5"
    assert only(findings(changed(**{"1.2.5 y2023": "-1"})), "sign")[0].place == "row 15, column y2023"
    without = [row[: HEADER.index("y2023")] + row[HEADER.index("y2023") + 1 :] for row in rows]
    missing = only(findings(written(without)), "missing-year")
    assert [(one.row, one.column, one.expected) for one in missing] == [(1, "y2023", 2023)]
    outside = only(findings(REAL.encode(), years=(2021, 2027)), "outside-years")
    assert [(one.row, one.column, one.found) for one in outside] == [(1, "y2028", 2028)]
    assert only(findings(REAL.encode(), years=(2020, 2028)), "missing-year")[0].expected == 2020


def test_the_grant_pays_at_most_what_is_declared():
    """65 % of 13 538.47 thousand: the real plan fits to the cent; with 60 % each year is over it."""
    assert findings(REAL.encode(), grant_maximum=Decimal("65.01")) == []
    over = only(findings(REAL.encode(), grant_maximum=Decimal(60)), "cofinancing")
    assert (over[0].row, over[0].column, over[0].expected, over[0].found) == (33, "y2021", 812308.2, 880000)


def test_a_total_among_measures_is_found():
    """A line with the sum of those beside it would count twice; one that only sounds like a sum is a warning."""
    rows = [list(row) for row in ROWS]
    total = [f"{sum(Decimal(row[c]) for row in rows if row[1] == '1.2'):.2f}" for c in NUMBERS]
    rows.insert(15, ["1.2.6", "1.2", "strategy", "Zusammen", *total])
    assert [(one.row, one.severity) for one in only(findings(written(rows)), "total-as-measure")] == [(16, "error")]
    (one,) = only(findings(changed(**{"1.2.5 title": "Summe der Sensoren"})), "total-as-measure")
    assert (one.row, one.severity) == (15, "warning")


def test_cells_that_cannot_be_read_are_named():
    """Words, missing values, fractions of a cent and short rows are findings with row and column."""
    found = findings(changed(**{"1.2.5 y2021": "viel", "1.2.4 y2021": "", "1.2.3 y2021": "30000.001"}))
    assert [(one.place, one.message) for one in only(found, "number")] == [
        ("row 13, column y2021", "“30000.001” is finer than a cent"),
        ("row 14, column y2021", "the cell is empty; write 0 for nothing"),
        ("row 15, column y2021", "“viel” is no number in this file's way of writing (decimal mark .)"),
    ]
    rows = [list(row) for row in ROWS]
    assert findings(written([*rows[:5], rows[5][:-1], *rows[6:]]))[0].message == "the row has 12 cells, the header 13"


def test_german_files_are_read_alike():
    """cp1252, semicolons and decimal commas give the same plan; the report says what was found."""
    rows = [ROWS[0]] + [row[:4] + [cell.replace(".", ",") for cell in row[4:]] for row in ROWS[1:]]
    text = written(rows, ";").decode().replace("\n", "\r\n")
    plan = read_plan(text.encode("cp1252"))
    assert (plan.read.encoding, plan.read.delimiter, plan.read.decimal_mark) == ("cp1252", ";", ",")
    assert plan.lines == plan_of("dresden").lines
    assert read_plan(b"\xef\xbb\xbf" + REAL.encode()).lines == plan_of("dresden").lines


def test_a_workbook_is_read_alike():
    """XLSX gives the same plan, with the rows of the sheet."""
    book = Workbook()
    for row in ROWS:
        book.active.append([float(cell) if n >= 4 and row is not HEADER else cell for n, cell in enumerate(row)])
    target = io.BytesIO()
    book.save(target)
    plan = read_plan(target.getvalue())
    assert plan.lines == plan_of("dresden").lines
    assert plan.read.sheet == "Sheet"
    assert findings_of(check_plan(plan)) == []


def test_one_number_in_another_way_is_a_finding():
    """530000,00 among points is a mistake to correct, not to guess; the file's way is that of all the others."""
    (one,) = only(findings(changed(**{"1.1 y2021": "530000,00"})), "number")
    assert (one.row, one.column, one.found) == (2, "y2021", "530000,00")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"a;b\n1;2\n", "row 1: the columns are not line, parent, section, title"),
        (b"<html>Wartung</html>", "web page"),
        (b"line,parent,section,title,total\n1,2,3,4,5\n", "years or total are missing"),
        (b"line,parent,section,title,y2021,y2021,total\n", "unknown or doubled: y2021"),
        (b"line,parent,section,title,2021,total\n", "unknown or doubled: 2021"),
        (b"line,parent,section,title,y2021,total\n\n", "no lines"),
        (b'line,parent,section,title,y2021,total\n1.1,1,a,"A,1,1\n', "no proper CSV"),
        (b"line,parent,section,title,y2021,total\n1.1,1,a,b,8.500,8.500\n", "can be read in two ways"),
        (b"line,parent,section,title,y2021,total\n1.1,1,a,b,8.5,8,5\n1.2,1,a,b,1.5,1.5\n", None),
    ],
)
def test_files_of_another_form_are_refused(content: bytes, message: str | None):
    """What is no plan is not half-read; the message says what is expected."""
    if message is None:
        assert only(findings(content), "cells")[0].row == 2
        return
    with pytest.raises(HarvesterError, match=message):
        read_plan(content)


def test_errors_of_form_say_so():
    """A wrong header is an error of its own kind, for those that call the reader."""
    with pytest.raises(BudgetFormError):
        read_plan(b"a;b\n1;2\n")
