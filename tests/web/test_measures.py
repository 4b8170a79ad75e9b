"""Measures of the programme, put together from projects, datasets and the funding plan."""

from __future__ import annotations

from decimal import Decimal

from ckanext.dresdensmartcity.web.measures import Actor, BudgetLine, Project, by_phase, measures, total

OFFICE = Actor("umweltamt", "Umweltamt")
UNIVERSITY = Actor("tud", "Technische Universität")
AIR = Project("luft", "Luftqualitäts- und Lärm-Monitoring", "1.2.5", "", "running", "strategy", OFFICE, (UNIVERSITY,))
CENTRE = Project("zentrum", "Neues Verwaltungszentrum", "2.2.1", "", "planned", "implementation", OFFICE)


def line(code: str, year: int, amount: int, title: str = "Zeile") -> BudgetLine:
    return BudgetLine(code, title, year, Decimal(amount))


def test_a_measure_has_its_budget_by_year_and_its_sum() -> None:
    (air,) = measures([AIR], [], [line("1.2.5", 2022, 60000), line("1.2.5", 2021, 40000), line("1.2.5", 2023, 0)])
    assert air.years == {2021: 40000, 2022: 60000}
    assert list(air.years) == [2021, 2022]
    assert air.total_eur == 100000


def test_measures_of_the_plan_stand_without_a_project_under_the_plans_title() -> None:
    found = measures([AIR], [], [line("2.2.1", 2021, 350000, title="Zentrum"), line("1.2.5", 2021, 60000)])
    assert [(one.code, one.title, one.lead) for one in found] == [
        ("1.2.5", "Luftqualitäts- und Lärm-Monitoring", OFFICE),
        ("2.2.1", "Zentrum", None),
    ]


def test_projects_without_a_measure_are_none() -> None:
    assert measures([Project("app", "App")], [], []) == []


def test_measures_stand_in_the_order_of_their_numbers() -> None:
    projects = [Project("b", "B", "1.2.10"), Project("a", "A", "1.2.9"), Project("c", "C", "1.1.1")]
    assert [one.code for one in measures(projects, [], [])] == ["1.1.1", "1.2.9", "1.2.10"]


def test_the_title_is_the_projects_because_the_plan_shortens() -> None:
    (air,) = measures([AIR], [], [line("1.2.5", 2021, 1, title="Luftqualit.- u. Lärm-Monit.")])
    assert air.title == "Luftqualitäts- und Lärm-Monitoring"


def test_actors_of_several_projects_stand_once_and_leads_first() -> None:
    second = Project("laerm", "Lärm", "1.2.5", lead=UNIVERSITY, partners=(OFFICE,))
    (air,) = measures([AIR, second], [], [])
    assert [actor.id for actor in air.actors] == ["umweltamt", "tud"]


def test_a_project_with_a_lead_speaks_for_its_measure() -> None:
    (air,) = measures([Project("leer", "Leer", "1.2.5"), AIR], [], [])
    assert (air.lead, air.status, air.phase) == (OFFICE, "running", "strategy")


def test_phases_follow_the_codes_and_what_has_none_comes_last() -> None:
    found = measures([CENTRE, Project("x", "X", "1.1.1"), AIR], [], [])
    assert {phase: [one.code for one in group] for phase, group in by_phase(found).items()} == {
        "strategy": ["1.2.5"],
        "implementation": ["2.2.1"],
        "": ["1.1.1"],
    }
    assert list(by_phase(found))[-1] == ""


def test_an_empty_portal_has_no_measures_and_no_budget() -> None:
    assert measures([], [], []) == []
    assert total([]) == 0


def test_all_measures_together_cost_their_sum() -> None:
    assert total(measures([AIR, CENTRE], [], [line("1.2.5", 2021, 1), line("2.2.1", 2022, 2)])) == 3
