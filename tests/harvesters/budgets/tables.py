"""Budget tables made for the tests, with numbers worked out by hand, and their mappings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ckanext.dresdensmartcity.harvesters.budgets.checks import check_plan, findings_of
from ckanext.dresdensmartcity.harvesters.budgets.mapping import read_mapping
from ckanext.dresdensmartcity.harvesters.budgets.model import Plan, PlanFinding
from ckanext.dresdensmartcity.harvesters.budgets.reading import read_plan

# A municipal budget in wide form, thousands of euros: Produktgruppe and Produkt, three years, own funds and grants.
#   111101: 100 + 110 + 120 = 330; own 80 + 88 + 96 = 264; Bund 20 + 22 + 24 = 66
#   111102: 50 + 50 + 50 = 150; 1111: 150 + 160 + 170 = 480; total the same.
WIDE = """Produktgruppe;Produkt;Name;2025;2026;2027;Summe
1111;;Verwaltung;150;160;170;480
1111;111101;Open Data;100;110;120;330
1111;111102;Schulung;50;50;50;150
Insgesamt;;;150;160;170;480
"""
WIDE_MAPPING: dict[str, Any] = {
    "fields": [
        {"name": "Produktgruppe", "role": "level", "level": "Produktgruppe"},
        {"name": "Produkt", "role": "measure"},
        {"name": "Name", "role": "title"},
        {"name": "2025", "role": "amount", "year": 2025, "phase": "ansatz"},
        {"name": "2026", "role": "amount", "year": 2026},
        {"name": "2027", "role": "amount", "year": 2027},
        {"name": "Summe", "role": "total"},
    ],
    "hierarchy": "levels",
    "unit": "TEUR",
}

# A list of investments, long form: a row for each year, phase and source.
LONG = """Maßnahme;Titel;Jahr;Stand;Herkunft;Betrag
M1;Radweg;2025;Ansatz;Eigenmittel;40.000,00
M1;Radweg;2025;Ansatz;Land;60.000,00
M1;Radweg;2025;Ansatz;Gesamt;100.000,00
M1;Radweg;2026;Plan;Eigenmittel;20.000,00
M1;Radweg;2026;Plan;Land;30.000,00
M1;Radweg;2026;Plan;Gesamt;50.000,00
M2;Brücke;2025;Ansatz;Eigenmittel;10.000,00
M2;Brücke;2025;Ansatz;Gesamt;10.000,00
"""
LONG_MAPPING: dict[str, Any] = {
    "fields": [
        {"name": "Maßnahme", "columnType": "activity:generic:project:code"},
        {"name": "Titel", "columnType": "activity:generic:project:label"},
        {"name": "Jahr", "columnType": "date:fiscal-year"},
        {"name": "Stand", "columnType": "phase:id"},
        {"name": "Herkunft", "columnType": "fin-source:generic:code"},
        {"name": "Betrag", "columnType": "value", "type": "number", "decimalChar": ","},
    ],
}

# An investment programme: overall costs, earlier funds, years, later years, commitments, dates, shares.
#   M1: 20 + 100 + 200 + 80 = 400; commitment of 2026 is paid in 2027 and later: 200 + 80 = 280 at most.
INVEST = """Nr;Name;Beginn;Ende;Gesamtkosten;bisher;2026;VE 2026;2027;später;Anteil Land
M1;Schule;2025-03-01;2029;400,00;20,00;100,00;250,00;200,00;80,00;
M2;Kita;01.01.2026;31.12.2027;150,00;0;50,00;100,00;100,00;0;
"""
INVEST_MAPPING: dict[str, Any] = {
    "fields": [
        {"name": "Nr", "role": "measure"},
        {"name": "Name", "role": "title"},
        {"name": "Beginn", "columnType": "date:fiscal:activity-start"},
        {"name": "Ende", "columnType": "date:fiscal:activity-end"},
        {"name": "Gesamtkosten", "role": "overall"},
        {"name": "bisher", "role": "earlier"},
        {"name": "2026", "role": "amount", "year": 2026},
        {"name": "VE 2026", "role": "commitment", "year": 2026},
        {"name": "2027", "role": "amount", "year": 2027},
        {"name": "später", "role": "later"},
        {"name": "Anteil Land", "role": "ignore"},
    ],
}

# Revenue, expenditure and balance, the sources of the costs, and the share that the Land pays.
#   2026: 30 - 100 = -70; own 40 + Land 60 = 100; Land 60 %.
BALANCE = """Produkt;Ertrag 2026;Aufwand 2026;Saldo 2026;davon Eigenmittel;davon Land;Anteil Land
1111;30;100;-70;40;60;60,0
1112;0;50;-50;50;0;0,0
Summe;30;150;-120;90;60;40,0
"""
BALANCE_MAPPING: dict[str, Any] = {
    "fields": [
        {"name": "Produkt", "role": "measure"},
        {"name": "Ertrag 2026", "role": "amount", "year": 2026, "direction": "revenue"},
        {"name": "Aufwand 2026", "role": "amount", "year": 2026, "direction": "expenditure"},
        {"name": "Saldo 2026", "role": "amount", "year": 2026, "direction": "balance"},
        {"name": "davon Eigenmittel", "role": "amount", "year": 2026, "source": "Eigenmittel"},
        {"name": "davon Land", "role": "amount", "year": 2026, "source": "Land"},
        {"name": "Anteil Land", "role": "share", "source": "Land", "year": 2026},
    ],
}
TABLES = {
    "wide": (WIDE, WIDE_MAPPING),
    "long": (LONG, LONG_MAPPING),
    "invest": (INVEST, INVEST_MAPPING),
    "balance": (BALANCE, BALANCE_MAPPING),
}


def plan_of(text: str, mapping: dict[str, Any], **more: Any) -> Plan:
    return read_plan(text.encode(), read_mapping(mapping | more))


def findings(text: str, mapping: dict[str, Any], **more: Any) -> list[PlanFinding]:
    return findings_of(check_plan(plan_of(text, mapping, **more)))


def places(found: Iterable[PlanFinding], *checks: str) -> list[tuple[Any, ...]]:
    """Check, row, column, expected and found of findings of these checks, all without names."""
    return [
        (one.check, one.row, one.column, one.expected, one.found) for one in found if not checks or one.check in checks
    ]
