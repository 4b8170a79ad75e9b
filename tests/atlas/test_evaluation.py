"""The measurement of matching: figures by hand, cases read strictly, the table of the repository's own cases."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from ckanext.dresdensmartcity.atlas.evaluation import held_out, metrics
from ckanext.dresdensmartcity.atlas.evaluation.baselines import baselines, run_counts
from ckanext.dresdensmartcity.atlas.evaluation.cases import CasesError, cases_of, read_cases
from ckanext.dresdensmartcity.atlas.evaluation.command import evaluate_command
from ckanext.dresdensmartcity.atlas.matching import Actor, Member, Project
from click.testing import CliRunner, Result

CASES = "test-data/evaluation/needs-and-offers.json"
SMALL: dict[str, Any] = {
    "actors": [
        {"id": "noise", "title": "Schallbüro", "offers": ["Lärmmessung"]},
        {"id": "trees", "title": "Baumpflege", "offers": ["Bewässerung"], "position": [13.7, 51.0]},
        {"id": "city", "title": "Stadt"},
    ],
    "projects": [
        {
            "id": "quiet",
            "title": "Leise Nacht",
            "needs": ["Lärm messen"],
            "members": [{"actor": "city", "role": "lead"}],
        }
    ],
    "relevant": {"quiet": ["noise"]},
}


def changed(**parts: Any) -> dict[str, Any]:
    return SMALL | parts


def run(*arguments: str) -> Result:
    return CliRunner().invoke(evaluate_command, arguments)


def test_figures_by_hand() -> None:
    """One right actor at rank 2 of one project, two at ranks 1 and 6 of another."""
    rankings = {"a": ["x", "r", "y", "z", "u", "v"], "b": ["r", "x", "y", "z", "u", "s"]}
    found = metrics.figures(rankings, {"a": {"r"}, "b": {"r", "s"}}, "rsxyzuv", newcomers={"a": (), "b": {"s"}})
    assert found.mrr == pytest.approx((1 / 2 + 1) / 2)
    assert found.p_at_1 == 0.5
    assert found.r_at_5 == pytest.approx((1 + 1 / 2) / 2)
    assert found.r_at_10 == 1.0
    best = 1 + 1 / math.log2(3)
    assert found.ndcg_at_10 == pytest.approx((1 / math.log2(3) + (1 + 1 / math.log2(7)) / best) / 2)
    assert found.coverage == 1.0
    assert found.newcomers == 1.0


@pytest.mark.parametrize(
    ("counts", "expected"), [([3, 3, 3], 0.0), ([0, 0, 0, 8], 0.75), ([1, 3], 0.25), ([0, 0], 0.0)]
)
def test_gini_by_hand(counts: list[int], expected: float) -> None:
    """0 where all have the same, 1 - 1/n where one has all."""
    assert metrics.gini(counts) == pytest.approx(expected)


def test_runs_of_letters_stay_inside_words() -> None:
    """As `char_wb` has it: edges are blanks, a word shorter than a run is one run."""
    assert set(run_counts("ab cde")) == {" ab", "ab ", " ab ", " cd", "cde", "de ", " cde", "cde ", " cde "}


def test_members_are_not_ranked() -> None:
    """They are in already."""
    cases = cases_of(SMALL, "cases")
    assert cases.candidates(cases.projects[0]) == ("noise", "trees")
    assert cases.newcomers == {"noise", "trees"}


def test_baselines_rank_what_they_say() -> None:
    """Degree by projects, characters by shared runs; chance is the same at every run."""
    cases = cases_of(SMALL, "cases")
    scores, project = baselines(cases), cases.projects[0]
    assert scores["degree"](project, "city") == 1
    assert scores["character TF-IDF"](project, "noise") > scores["character TF-IDF"](project, "trees")
    assert scores["random"](project, "noise") == baselines(cases)["random"](project, "noise")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ([], "valid dictionary"),
        (changed(actors=[]), "actors"),
        (changed(actors=[{"id": "a"}]), "actors.0.title"),
        (changed(colour="red"), "colour"),
        (changed(actors=[{"id": "a", "title": "A", "position": [200, 51]}]), "position"),
        (changed(actors=[{"id": "a", "title": "A"}] * 2), "'a' stands there twice"),
        (changed(relevant={"other": ["noise"]}), "no project 'other'"),
        (changed(relevant={"quiet": ["nobody"]}), "no actor 'nobody'"),
        (changed(relevant={"quiet": ["city"]}), "a member already"),
        (changed(relevant={"quiet": []}), "nothing can be measured"),
        (
            changed(projects=[{"id": "quiet", "title": "Q", "members": [{"actor": "nobody"}]}]),
            "projects.quiet.members: there is no actor 'nobody'",
        ),
    ],
)
def test_wrong_cases_are_refused_by_place(data: Any, told: str) -> None:
    """Each with what is wrong."""
    with pytest.raises(CasesError, match=r"^cases: ") as caught:
        cases_of(data, "cases")
    assert told in str(caught.value)


def test_a_file_that_is_no_json_is_named(tmp_path: Path) -> None:
    """Exit code 2, no trace."""
    file = tmp_path / "cases.json"
    file.write_bytes(b"{\xff")
    result = run(str(file))
    assert result.exit_code == 2
    assert str(file) in result.output


@pytest.mark.parametrize("mode", ["complement", "similar"])
def test_the_own_cases_are_measured_beside_every_baseline(repository: Path, mode: str) -> None:
    """The table of text and of JSON; matching is ahead of chance and of who knows most people."""
    cases = read_cases(repository / CASES)
    assert sum(map(len, cases.relevant.values())) >= 150
    result = json.loads(run(str(repository / CASES), "--mode", mode, "--format", "json").output)
    assert result["mode"] == mode
    found = result["results"]
    assert set(found) == {"matching", "random", "degree", "word TF-IDF", "character TF-IDF"}
    assert found["matching"]["mrr"] > found["word TF-IDF"]["mrr"] > found["random"]["mrr"]
    assert "| matching |" in run(str(repository / CASES), "--mode", mode).output


@pytest.mark.parametrize("mode", ["complement", "similar"])
@pytest.mark.parametrize("arguments", [(CASES,), ("schemas/cities/dresden.yaml", "--held-out")])
def test_newcomers_are_not_pushed_out_by_the_well_connected(
    repository: Path, arguments: tuple[str, ...], mode: str
) -> None:
    """Right actors that are in no project come among the first ten as often as all right actors."""
    result = run(str(repository / arguments[0]), *arguments[1:], "--mode", mode, "--format", "json")
    found = json.loads(result.output)["results"]["matching"]
    assert found["newcomers"] >= found["r_at_10"]


def test_the_lead_over_the_best_baseline_is_told_with_its_certainty(repository: Path) -> None:
    """On the own cases it is no chance."""
    result = json.loads(run(str(repository / CASES), "--format", "json").output)
    lead, found = result["lead"], result["results"]
    ahead = found["matching"]["mrr"] - found[result["best_baseline"]]["mrr"]
    assert lead["ahead"] == pytest.approx(ahead)
    assert 0 < lead["low"] < ahead < lead["high"]
    assert lead["chance"] < 0.01


def test_what_would_give_a_hidden_partner_away_is_taken_out() -> None:
    """Its name in the text, its part in a project that tells of this one, and all descriptions of actors."""
    actors = [Actor("uni", "Universität Musterstadt", notes="Begleitet Leise Nacht"), Actor("amt", "Umweltamt")]
    members = (Member("amt", "lead"), Member("uni", "partner"))
    quiet = Project("quiet", "Leise Nacht mit der Universität", "Universität misst mit.", members=members)
    again = Project("again", "Leiser Tag", members=(Member("uni", "lead"),))
    other = Project("other", "Anderes", members=(Member("uni", "lead"),))
    (cases,) = held_out.folds_of(actors, [quiet, again, other], [frozenset(("quiet", "again"))])
    assert cases.relevant == {"quiet": {"uni"}}
    found = {project.id: project for project in cases.projects}
    assert (found["quiet"].title, found["quiet"].notes) == ("Leise Nacht mit der", "misst mit.")
    assert found["quiet"].members == members[:1]
    assert found["again"].members == ()
    assert found["other"].members == other.members
    assert not any(actor.notes for actor in cases.actors)


@pytest.mark.ckan
def test_full_text_search_is_measured_where_there_is_a_database(repository: Path, ckan_config: Any) -> None:
    """PostgreSQL ranks without storing anything."""
    address = ckan_config["sqlalchemy.url"]
    result = json.loads(run(str(repository / CASES), "--format", "json", "--postgres", address).output)
    assert 0 < result["results"]["PostgreSQL full text"]["mrr"] < 1


def test_a_database_that_is_not_there_is_named(repository: Path) -> None:
    """Exit code 2, no trace."""
    result = run(str(repository / CASES), "--postgres", "postgresql://nobody@127.0.0.1:9/none")
    assert result.exit_code == 2
    assert "127.0.0.1" in result.output
