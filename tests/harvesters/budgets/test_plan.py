"""Reading and checking of funding plans: the real one fits, and whatever is changed in it is found."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from ckanext.dresdensmartcity.harvesters.budgets.checks import check_plan
from ckanext.dresdensmartcity.harvesters.budgets.numbers import NumberMarkError
from ckanext.dresdensmartcity.harvesters.budgets.plan import BudgetFormError, Plan, PlanFinding
from ckanext.dresdensmartcity.harvesters.budgets.reading import read_plan
from hypothesis import given, settings
from hypothesis import strategies as st

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


def findings(content: bytes) -> list[PlanFinding]:
    return [finding for checked in check_plan(read_plan(content)) for finding in checked.findings]


def only(found: list[PlanFinding], check: str) -> list[PlanFinding]:
    return [one for one in found if one.check == check]


def plan_of(city: str) -> Plan:
    return read_plan(FILES[city].read_bytes())


@pytest.mark.parametrize("city", FILES)
def test_the_plan_of_each_city_fits(city: str):
    """Every check is carried out, says what it compared and finds nothing."""
    results = check_plan(plan_of(city))
    assert [one for checked in results for one in checked.findings] == []
    assert len({checked.sentence.split(":")[0] for checked in results}) == len(results) == 13


def test_reads_typed_lines_in_cents():
    """Amounts are whole cents by year, shares percent as printed; rows are those of the file."""
    plan = plan_of("dresden")
    line = next(one for one in plan.money if one.code == "1.2.5")
    assert (line.row, line.parent, line.section) == (15, "1.2", "strategy")
    assert (line.cents[2021], line.cents[2023], line.cents["total"]) == (6_000_000, 0, 12_000_000)
    share = next(one for one in plan.shares if one.code == "3.3.1")
    assert str(share.percent[2021]) == "35.00"
    assert plan.years == tuple(range(2021, 2029))
    assert [one.code for one in plan.measures] == [f"1.2.{n}" for n in range(1, 6)] + [f"2.2.{n}" for n in range(1, 5)]


def test_says_what_was_compared():
    """The sentences of the report name lines and columns, not only that all is well."""
    sentences = [checked.sentence for checked in check_plan(plan_of("dresden"))]
    text = "\n".join(sentences)
    assert "37 lines with 8 years" in text
    assert "1.1.5 against 1.1.1 to 1.1.4, 2.1.5 against 2.1.1 to 2.1.4" in text
    assert "costs (line 1+2) equal the grant (line 3.1.3) in 9 columns" in text
    assert "3.1+3.2" in text


@settings(max_examples=300, deadline=None)
@given(
    row=st.integers(1, len(ROWS) - 1),
    column=st.sampled_from(NUMBERS),
    cents=st.integers(0, 10**10),
)
def test_any_changed_number_is_found(row: int, column: int, cents: int):
    """Whatever single number is replaced by another, at least one check names it."""
    old = ROWS[row][column]
    new = f"{cents // 100}.{cents % 100:02}"
    rows = [list(one) for one in ROWS]
    rows[row][column] = new
    found = findings(written(rows))
    if float(old) == float(new):
        assert found == []
    else:
        assert [one for one in found if one.severity == "error"]


@settings(max_examples=300, deadline=None)
@given(row=st.integers(1, len(ROWS) - 1), column=st.sampled_from(NUMBERS))
def test_a_cent_more_or_less_is_found(row: int, column: int):
    """Sums fit to the cent, shares to the last printed digit."""
    for step in (1, -1):
        cents = round(float(ROWS[row][column]) * 100) + step
        rows = [list(one) for one in ROWS]
        rows[row][column] = f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"
        assert findings(written(rows))


@settings(max_examples=200, deadline=None)
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
        (7, "y2021", "at most 133333.33", "150000.00", "16666.67")
    ]
    assert "a third of lines 1.1.1 to 1.1.4" in rule[0].message


def test_a_third_exactly_is_allowed():
    """400,000.02 allow 133,333.34 of advice, and not a cent more."""
    base = {"1.1.1 y2021": "320000.02", "1.1.5 y2021": "133333.34"}
    assert only(findings(changed(**base)), "third-rule") == []
    assert only(findings(changed(**(base | {"1.1.5 y2021": "133333.35"}))), "third-rule")


def test_row_and_column_sums_name_both_values():
    """A changed amount breaks its row, the line above and the total; each says expected, found and difference."""
    found = findings(changed(**{"1.2.5 y2021": "60000.01"}))
    assert [(one.check, one.place, one.expected, one.found, one.difference) for one in found] == [
        ("row-sum", "row 15, column total", "120000.01", "120000.00", "-0.01"),
        ("column-sum", "row 10, column y2021", "350000.01", "350000.00", "-0.01"),
    ]


def test_a_total_line_is_compared_with_what_its_code_names():
    """Line 1+2 adds up 1 and 2, which are the lines below them; costs are compared with the grant."""
    found = findings(changed(**{"1+2 y2022": "2605001.00"}))
    assert {one.check for one in found} == {"row-sum", "total", "financing"}
    assert only(found, "total")[0].difference == "1.00"


def test_shares_are_recomputed():
    """A share that is not its line's part of the financing, and shares that are not 100 % together."""
    found = findings(changed(**{"3.3.1 y2024": "34.00"}))
    assert [(one.check, one.column, one.expected, one.found) for one in found] == [
        ("share", "y2024", "35.00", "34.00"),
        ("shares-sum", "y2024", "100.00", "99.00"),
    ]
    assert only(findings(changed(**{"3.3.1 y2027": "35.00"})), "share")[0].expected == "0.00"


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
    assert [one for checked in results for one in checked.findings] == []
    assert "equal the whole financing (line 3.1+3.2)" in results[-1].sentence


def test_duplicates_gaps_signs_and_years():
    """A line twice, a line left out, a negative amount, a missing year."""
    rows = [list(row) for row in ROWS]
    assert only(findings(written([*rows, rows[5]])), "duplicate")[0].message.endswith("stands in row 6 already")
    assert only(findings(changed(**{"1.2.5 line": "1.2.7"})), "numbering")[0].expected == "1.2.5"
    assert only(findings(changed(**{"1.2.5 y2023": "-1"})), "sign")[0].place == "row 15, column y2023"
    without = [row[: HEADER.index("y2023")] + row[HEADER.index("y2023") + 1 :] for row in rows]
    assert only(findings(written(without)), "years")[0].expected == "y2023"


def test_cells_that_cannot_be_read_are_named():
    """Words, missing values, fractions of a cent and short rows are findings with row and column."""
    found = findings(changed(**{"1.2.5 y2021": "viel", "1.2.4 y2021": "", "1.2.3 y2021": "30000.001"}))
    assert [(one.place, one.message) for one in only(found, "number")] == [
        ("row 13, column y2021", "'30000.001' is finer than a cent"),
        ("row 14, column y2021", "'' is no value; write 0 for nothing"),
        ("row 15, column y2021", "'viel' is no number"),
    ]
    rows = [list(row) for row in ROWS]
    assert findings(written([*rows[:5], rows[5][:-1], *rows[6:]]))[0].message == "the row has 12 cells, the header 13"


def test_german_files_are_read_alike():
    """cp1252, semicolons and decimal commas give the same plan; the report says what was found."""
    rows = [ROWS[0]] + [row[:4] + [cell.replace(".", ",") for cell in row[4:]] for row in ROWS[1:]]
    text = written(rows, ";").decode().replace("\n", "\r\n")
    plan = read_plan(text.encode("cp1252"))
    assert (plan.encoding, plan.delimiter, plan.decimal_mark) == ("cp1252", ";", ",")
    assert plan.money == plan_of("dresden").money
    assert read_plan(b"\xef\xbb\xbf" + REAL.encode()).money == plan_of("dresden").money


def test_one_number_in_another_way_stops_the_reading():
    """530000,00 among points is a mistake to correct, not to guess."""
    with pytest.raises(NumberMarkError, match="row 2, column y2021"):
        read_plan(changed(**{"1.1 y2021": "530000,00"}))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "row 1: the header must name"),
        (b"a;b\n1;2\n", "row 1: the header must name"),
        (b"<html>Wartung</html>", "row 1: the header must name"),
        (b"line,parent,section,title,total\n", "years or total are missing"),
        (b"line,parent,section,title,y2021,y2021,total\n", "unknown or doubled: y2021"),
        (b"line,parent,section,title,2021,total\n", "unknown or doubled: 2021"),
        (b"line,parent,section,title,y2021,total\n\n", "no lines"),
        (b'line,parent,section,title,y2021,total\n1.1,1,a,"A,1,1\n', "no proper CSV"),
        (b"line,parent,section,title,y2021,total\n1.1,1,a,\x81,1,1\n", "line 2: the file is neither"),
    ],
)
def test_files_of_another_form_are_refused(content: bytes, message: str):
    """What is no plan is not half-read; the message says what is expected."""
    with pytest.raises(BudgetFormError, match=message):
        read_plan(content)
