"""Tables of any form by a mapping: read to the same long form, and every check of RULES §7, by hand."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from ckanext.dresdensmartcity.harvesters.budgets.checks import CHECKS, check_plan, findings_of
from ckanext.dresdensmartcity.harvesters.budgets.longform import Key, long_form
from ckanext.dresdensmartcity.harvesters.budgets.mapping import read_mapping
from ckanext.dresdensmartcity.harvesters.budgets.model import BudgetFormError, Slot
from ckanext.dresdensmartcity.harvesters.budgets.reading import read_plan
from ckanext.dresdensmartcity.harvesters.budgets.rows import rows
from ckanext.dresdensmartcity.harvesters.tabular import UndecidableError
from openpyxl import Workbook
from tables import (
    INVEST,
    INVEST_MAPPING,
    LONG,
    LONG_MAPPING,
    TABLES,
    WIDE,
    WIDE_MAPPING,
    findings,
    places,
    plan_of,
)


@pytest.mark.parametrize("name", TABLES)
def test_consistent_tables_have_no_findings(name: str):
    """What was worked out by hand fits."""
    assert places(findings(*TABLES[name])) == []


def test_a_wide_table_becomes_long_in_cents():
    """Thousands of euros are cents; a row without a product is the sum of its group, the last one of all."""
    plan = plan_of(WIDE, WIDE_MAPPING)
    amounts = {one.key: one.entry.cents for one in long_form(plan)}
    assert amounts[Key("111101", 2025, "ansatz", "Gesamt", "expenditure")] == 10_000_000
    assert amounts[Key("111101", 2026, "plan", "Gesamt", "expenditure")] == 11_000_000
    assert [one.code for one in plan.items] == ["111101", "111102"]
    assert plan.by_code["Produktgruppe:1111"].kind == "sum"
    assert plan.by_code["Insgesamt"].adds == ("Produktgruppe:1111",)
    assert plan.by_code["111101"].levels == {"Produktgruppe": "1111"}
    assert plan.years == (2025, 2026, 2027)


def test_a_long_table_keeps_phase_and_source():
    """Words of the file become those of the long form; numbers are read by the file's marks."""
    plan = plan_of(LONG, LONG_MAPPING)
    keys = {tuple(one.key): one.entry.cents for one in long_form(plan)}
    assert keys["M1", 2025, "ansatz", "Land", "expenditure"] == 6_000_000
    assert keys["M1", 2026, "plan", "Eigenmittel", "expenditure"] == 2_000_000
    assert plan.by_code["M1"].title == "Radweg"
    assert plan.read.decimal_mark == ","


def test_dates_and_roles_of_investments():
    """German and ISO dates; a year ends with its last day; what is no year's amount keeps its role."""
    line = plan_of(INVEST, INVEST_MAPPING).by_code["M1"]
    assert (line.start, line.end) == (date(2025, 3, 1), date(2029, 12, 31))
    assert line.entries[Slot("overall")].cents == 40_000
    assert line.entries[Slot("commitment", 2026)].cents == 25_000


def test_hierarchies_by_code():
    """Produktbereich, Produktgruppe and Produkt by the length of their numbers, or by dots."""
    text = "Nr;2026\n11;30\n1111;30\n111101;10\n111102;20\n"
    mapping = {
        "fields": [{"name": "Nr", "role": "measure"}, {"name": "2026", "role": "amount", "year": 2026}],
        "hierarchy": "prefix",
    }
    assert places(findings(text, mapping)) == []
    wrong = text.replace("1111;30", "1111;31")
    assert places(findings(wrong, mapping), "column-sum", "cell") == [
        ("column-sum", 2, "2026", 31, 30),
        ("column-sum", 3, "2026", 30, 31),
        ("cell", 3, "2026", 30, 31),
    ]
    dotted = text.replace("111101", "11.1.1").replace("111102", "11.1.2").replace("1111", "11.1")
    assert places(findings(dotted, mapping | {"hierarchy": "dotted"})) == []
    parent = "Nr;Teil;2026\nA;;30\nB;A;10\nC;A;21\n"
    fields = [*mapping["fields"], {"name": "Teil", "role": "parent"}]
    found = findings(parent, {"fields": fields, "hierarchy": "parent"})
    assert places(found, "column-sum") == [("column-sum", 2, "2026", 31, 30)]


# Seeded faults: table, what is replaced by what, and the findings that name it.
FAULTS: list[tuple[str, str, str, str, dict[str, Any], list[tuple[Any, ...]]]] = [
    ("a row does not add up", "wide", "100;110;120;330", "100;110;120;340", {}, [
        ("row-sum", 3, "Summe", 330000, 340000), ("cell", 3, "Summe", 330000, 340000)]),
    ("a column does not add up", "wide", "100;110;120;330", "100;115;120;330", {}, [
        ("column-sum", 2, "2026", 165000, 160000), ("cell", 3, "2026", 110000, 115000)]),
    ("the grand total does not fit", "wide", "Insgesamt;;;150;160;170;480", "Insgesamt;;;150;165;170;480", {}, [
        ("total", 5, "2026", 160000, 165000), ("cell", 5, "2026", 160000, 165000)]),
    ("a cell in euros among thousands", "wide", "100;110;120;330", "100;110000;120;330", {}, [
        ("factor-1000", 3, "2026", 110000, 110000000)]),
    ("a line in euros among thousands", "wide", "100;110;120;330", "100000;110000;120000;330000", {}, [
        ("factor-1000", 3, None, 100000, 100000000)]),
    ("a sign", "wide", "100;110;120;330", "100;-110;120;330", {}, [("sign", 3, "2026", 110000, -110000)]),
    ("sources do not make the whole", "long", "2025;Ansatz;Land;60.000,00", "2025;Ansatz;Land;61.000,00", {}, [
        ("source-sum", 4, "Betrag", 101000, 100000)]),
    ("an amount twice", "long", "M2;Brücke;2025;Ansatz;Gesamt;10.000,00",
     "M2;Brücke;2025;Ansatz;Gesamt;10.000,00\nM2;Brücke;2025;Ansatz;Gesamt;10.000,00", {}, [
        ("duplicate", 10, "Betrag", None, "M2")]),
    ("a year outside the plan", "long", "M2;Brücke;2025;Ansatz;Gesamt", "M2;Brücke;2031;Ansatz;Gesamt",
     {"years": [2025, 2026]}, [("outside-years", 9, "Betrag", None, 2031)]),
    ("an unknown word", "long", "M2;Brücke;2025;Ansatz;Gesamt", "M2;Brücke;2025;Entwurf;Gesamt", {}, [
        ("word", 9, "Stand", None, "Entwurf")]),
    ("no year", "long", "M2;Brücke;2025;Ansatz;Gesamt", "M2;Brücke;25;Ansatz;Gesamt", {}, [
        ("year", 9, "Jahr", None, "25")]),
    ("a source pays too much", "long", "", "", {"cofinancing": [{"source": "Land", "most_percent": 55}]}, [
        ("cofinancing", 3, "Betrag", 55000, 60000), ("cofinancing", 6, "Betrag", 27500, 30000)]),
    ("another control total", "long", "", "", {"control_totals": [{"label": "Beschluss", "amount": 170000}]}, [
        ("control-total", None, "Betrag", 170000, 160000)]),
    ("a control total in thousands", "long", "", "", {"control_totals": [{"amount": 160}]}, [
        ("factor-1000", None, "Betrag", 160, 160000)]),
    ("overall costs", "invest", "M1;Schule;2025-03-01;2029;400,00", "M1;Schule;2025-03-01;2029;410,00", {}, [
        ("overall", 2, "Gesamtkosten", 400, 410)]),
    ("commitments beyond later years", "invest", "100,00;250,00", "100,00;290,00", {}, [
        ("commitment", 2, "VE 2026", 280, 290)]),
    ("end before start", "invest", "01.01.2026;31.12.2027", "01.01.2028;31.12.2027", {}, [
        ("span", 3, "Beginn", "2027-12-31", "2028-01-01")]),
    ("an amount after the end", "invest", "01.01.2026;31.12.2027", "01.01.2026;31.12.2026", {}, [
        ("outside-span", 3, "2027", 0, 100)]),
    ("no date", "invest", "31.12.2027", "31.02.2027", {}, [("date", 3, "Ende", None, "31.02.2027")]),
    ("the balance", "balance", "1112;0;50;-50", "1112;0;50;-49", {}, [("balance", 3, "Saldo 2026", -50, -49)]),
    ("a share", "balance", "60;60,0", "60;61,0", {}, [("share", 2, "Anteil Land", 60, 61)]),
    ("a declared sign", "balance", "", "", {"signs": {"expenditure": "negative"}}, [
        ("sign", 2, "Aufwand 2026", None, 100)]),
    ("a declared limit", "wide", "", "",
     {"limits": [{"name": "training", "part": ["111102"], "base": ["111101"], "most": "2/5"}]}, [
        ("training", 4, "2025", 40000, 50000)]),
    ("a total among products", "wide", "1111;111102;Schulung;50;50;50;150\n",
     "1111;111102;Schulung;50;50;50;150\n1111;111109;Zusammen;150;160;170;480\n", {}, [
        ("total-as-measure", 5, None, None, "111109")]),
    ("no measure", "invest", "M2;Kita", ";Kita", {}, [("code", 3, "Nr", None, None)]),
    ("a gap between years", "wide", "100;110;120;330", "100;;120;330", {}, [("missing-year", 3, None, 2026, None)]),
    ("no number", "wide", "100;110;120;330", "100;ca. 110;120;330", {}, [("number", 3, "2026", None, "ca. 110")]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "table", "old", "new", "more", "expected"), FAULTS, ids=[one[0] for one in FAULTS])
def test_each_fault_is_named(
    name: str, table: str, old: str, new: str, more: dict[str, Any], expected: list[tuple[Any, ...]]
):
    """Row, column, expected and found of each fault that RULES §7 lists."""
    text, mapping = TABLES[table]
    if old:
        assert old in text
        text = text.replace(old, new, 1)
    found = findings(text, mapping, **more)
    checks = {one[0] for one in expected}
    assert [one for one in places(found) if one in expected] == expected
    assert any(one.severity == "error" for one in found if one.check in checks)


def test_every_check_has_a_fault():
    """Each family of checks is shown to find something, here or with the programme's form."""
    shown = {one[0] for fault in FAULTS for one in fault[5]} - {"training"} | {"limit"}
    programme = {"hierarchy", "section", "numbering", "financing", "third-rule", "shares-sum", "source-sum"}
    for check in CHECKS:
        assert set(check.finds) & (shown | programme), check.about


def test_shares_of_all_sources_make_a_hundred():
    """RULES §7 (3): 100 within 0.05 for each; three thirds printed with one decimal are 99.9 and fit."""
    text = "Nr;Gesamt;Eigen;Bund;Land;E %;B %;L %\nM1;300;100;100;100;{}\n"
    fields: list[dict[str, Any]] = [
        {"name": "Nr", "role": "measure"},
        {"name": "Gesamt", "role": "amount", "year": 2026},
    ]
    for source, amounts, share in (("Eigenmittel", "Eigen", "E %"), ("Bund", "Bund", "B %"), ("Land", "Land", "L %")):
        fields.append({"name": amounts, "role": "amount", "year": 2026, "source": source})
        fields.append({"name": share, "role": "share", "year": 2026, "source": source})
    mapping = {"fields": fields}
    assert places(findings(text.format("33,3;33,3;33,3"), mapping)) == []
    wrong = findings(text.format("33,3;33,3;33,6"), mapping)
    assert places(wrong) == [("share", 2, "L %", 33.33, 33.6), ("shares-sum", 2, "E %", 100, 100.2)]
    (rounded,) = findings(text.format("33;33;33"), mapping)
    assert (rounded.check, rounded.severity) == ("shares-sum", "warning")


def test_rounded_thousands_may_differ_by_half_a_unit_each():
    """RULES §7: half a thousand for each of n addends is rounding and a warning, more is an error."""
    text = "Nr;2025;2026;2027;Summe\nM1;10;10;10;{}\n"
    mapping = {
        "fields": [
            {"name": "Nr", "role": "measure"},
            *({"name": str(year), "role": "amount", "year": year} for year in (2025, 2026, 2027)),
            {"name": "Summe", "role": "total"},
        ],
        "unit": "TEUR",
    }
    assert places(findings(text.format(30), mapping)) == []
    (finding,) = findings(text.format(31), mapping)  # off by 1, allowed 3 * 0.5
    assert (finding.severity, finding.difference) == ("warning", 1000)
    assert findings(text.format(32), mapping)[0].severity == "error"
    assert findings(text.format(31), mapping, unit="EUR")[0].severity == "error"
    exact = text.replace("10", "10,0")
    assert findings(exact.format("30,2"), mapping)[0].severity == "error"  # allowed 3 * 0.05


def test_bremen_is_read_by_the_file():
    """8,500 is 8500 where the file says so and 8.5 where it says that; where nothing does, nobody guesses."""
    mapping = {"fields": [{"name": "Nr", "role": "measure"}, {"name": "2026", "role": "amount", "year": 2026}]}
    thousands = plan_of("Nr;2026\nA;8,500\nB;1,250.00\n", mapping)
    assert [entry.cents for _, _, entry in thousands.entries()] == [850_000, 125_000]
    decimals = plan_of("Nr;2026\nA;8,50\nB;1.250,00\n", mapping)
    assert [entry.cents for _, _, entry in decimals.entries()] == [850, 125_000]
    with pytest.raises(UndecidableError, match="row 2, column 2026"):
        plan_of("Nr;2026\nA;8,500\nB;1,250\n", mapping)
    declared = plan_of("Nr;2026\nA;8,500\nB;1,250\n", mapping, decimal_mark=".")
    assert sum(entry.cents for _, _, entry in declared.entries()) == 975_000


def test_some_sources_are_no_more_than_the_whole():
    """A column "davon Land" is a part of the amount; with own funds in the table the sources make the whole."""
    text = "Nr;2026;davon Land\nM1;100;60\n"
    fields: list[dict[str, Any]] = [
        {"name": "Nr", "role": "measure"},
        {"name": "2026", "role": "amount", "year": 2026},
        {"name": "davon Land", "role": "amount", "year": 2026, "source": "Land"},
    ]
    assert places(findings(text, {"fields": fields})) == []
    more = findings(text.replace("60", "160"), {"fields": fields})
    assert places(more) == [("source-sum", 2, "2026", 100, 160)]
    complete = findings(text, {"fields": fields, "sources_complete": True})
    assert places(complete) == [("source-sum", 2, "2026", 60, 100)]


def test_symbols_are_not_zero():
    """A dash is zero; "…" is not, and no sum that needs it is checked."""
    text = "Nr;2025;2026;Summe\nM1;10;–;10\nM2;5;…;99\n"
    mapping = {
        "fields": [
            {"name": "Nr", "role": "measure"},
            {"name": "2025", "role": "amount", "year": 2025},
            {"name": "2026", "role": "amount", "year": 2026},
            {"name": "Summe", "role": "total"},
        ],
    }
    (finding,) = findings(text, mapping)
    assert (finding.check, finding.row, finding.column, finding.severity) == ("number", 3, "2026", "warning")


def test_unmapped_columns_are_told():
    """A column that the mapping does not name is not read, and the report says so."""
    (finding,) = findings(LONG.replace("Betrag\n", "Betrag;Bemerkung\n").replace(",00\n", ",00;x\n"), LONG_MAPPING)
    assert (finding.check, finding.column, finding.severity) == ("columns", "Bemerkung", "info")


def test_a_missing_column_is_an_error_of_the_form():
    """The mapping names a column that the file has not."""
    with pytest.raises(BudgetFormError, match="no column 'Betrag'; it has 'Maßnahme'"):
        plan_of(LONG.replace("Betrag", "Summe"), LONG_MAPPING)


def test_of_several_versions_the_last_is_read():
    """A column of versions or of days of resolution; amounts of earlier ones are not taken for duplicates."""
    text = "Nr;2026;Beschluss\nA;10;2025-01-10\nA;12;2025-06-01\n"
    fields = [
        {"name": "Nr", "role": "measure"},
        {"name": "2026", "role": "amount", "year": 2026},
        {"name": "Beschluss", "columnType": "date:fiscal:activity-approval"},
    ]
    plan = plan_of(text, {"fields": fields, "version": "Nachtrag"})
    assert (plan.version.id, plan.version.resolved_on) == ("Nachtrag", date(2025, 6, 1))
    assert [entry.cents for _, _, entry in plan.entries()] == [1200]
    assert findings_of(check_plan(plan)) == []


def test_a_workbook_with_title_rows_and_two_header_rows():
    """Rows before the header, joined headers, numbers as the sheet holds them; rows are those of the sheet."""
    book = Workbook()
    sheet = book.active
    for row in (
        ["Haushaltsplan"],
        ["", "Ansatz", "Plan", ""],
        ["Produkt", 2025, 2026, "Summe"],
        ["1111", 1.5, 2.25, 3.8],
    ):
        sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    mapping = read_mapping(
        {
            "skip_rows": 1,
            "header_rows": 2,
            "unit": "MEUR",
            "rounded": False,
            "fields": [
                {"name": "Produkt", "role": "measure"},
                {"name": "Ansatz 2025", "role": "amount", "year": 2025, "phase": "ansatz"},
                {"name": "Plan 2026", "role": "amount", "year": 2026},
                {"name": "Plan Summe", "role": "total"},
            ],
        }
    )
    found = findings_of(check_plan(read_plan(target.getvalue(), mapping)))
    assert places(found) == [("row-sum", 4, "Plan Summe", 3_750_000, 3_800_000)]


def test_amounts_are_exact():
    """No binary fractions on the way from text to cents."""
    plan = plan_of("Nr;2026\nA;0,10\nB;0,20\nC;4.503.599.627.370,49\n", {
        "fields": [{"name": "Nr", "role": "measure"}, {"name": "2026", "role": "amount", "year": 2026}]
    })  # fmt: skip
    assert [Decimal(entry.cents) for _, _, entry in plan.entries()] == [10, 20, 450_359_962_737_049]


def test_the_budget_of_the_second_city_fits():
    """The demo's municipal budget, by the mapping in its city file: three levels, revenue, expenditure and balance."""
    folder = Path(__file__).parents[3] / "test-data/musterstadt"
    sources = yaml.safe_load((folder / "musterstadt.yaml").read_text(encoding="utf-8"))["sources"]
    declared = next(one["config"]["mapping"] for one in sources if one["name"] == "budget")
    plan = read_plan((folder / "sources/budget.csv").read_bytes(), read_mapping(declared))
    assert findings_of(check_plan(plan)) == []
    assert len(plan.items) == 4
    rows_of_product = [row for row in rows(plan) if row["measure_id"] == "541102" and row["year"] == 2027]
    assert [(row["direction"], row["amount_cents"]) for row in rows_of_product] == [
        ("revenue", 39_000_000),
        ("expenditure", 97_500_000),
        ("balance", -58_500_000),
    ]
    assert {(row["product_area"], row["product_group"], row["product"], row["office"]) for row in rows_of_product} == {
        ("54", "5411", "541102", "66")
    }
