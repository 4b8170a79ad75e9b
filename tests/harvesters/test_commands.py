"""`ckan dresdensmartcity harvest`, as people call it, the page of a run and the form of a source."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from ckan import model
from ckanext.dresdensmartcity.harvesters.commands import harvest as harvest_command
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestJob
from click.testing import CliRunner, Result
from sources import body, status

REAL = Path(__file__).parents[2] / "test-data/dresden/sources/funding-plan.csv"

with_portal = [
    pytest.mark.ckan,
    pytest.mark.ckan_config(
        "ckan.plugins", "dresdensmartcity dresdensmartcity_budgets harvest dcat scheming_datasets datastore activity"
    ),
    pytest.mark.ckan_config("ckanext.dresdensmartcity.harvest.allowed_hosts", "127.0.0.1"),
    pytest.mark.usefixtures("portal"),
]


@pytest.fixture
def consumers(app: Any) -> Iterator[None]:
    """Somebody who takes from both queues, in a thread of its own as the real consumers do in processes of theirs."""
    stop = threading.Event()

    def work() -> None:
        with app.flask_app.test_request_context():
            while not stop.wait(0.05):
                for consumer, callback in (
                    (queue.get_gather_consumer(), queue.gather_callback),
                    (queue.get_fetch_consumer(), queue.fetch_callback),
                ):
                    method, _, message = consumer.basic_get(None)
                    if message:
                        callback(consumer, method, None, message)
            model.Session.remove()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join()


@pytest.fixture
def call(app: Any) -> Any:
    """Calls the command inside the application, as `ckan` does."""

    @click.group()
    @click.pass_context
    def root(ctx: click.Context) -> None:
        ctx.meta["flask_app"] = app.flask_app

    root.add_command(harvest_command)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(root, ["harvest", *arguments])

    return run


class TestHarvest:
    """Jobs in the queue, progress, reports."""

    pytestmark = with_portal

    def test_waits_and_prints_the_report(self, source, harvest, call, consumers):
        """Progress on the error stream, the report on the output; a second run says that nothing has changed."""
        harvest(source.serve("/plan.csv", body(REAL.read_bytes())), "smartcity_budget")
        first = call("--wait")
        assert first.exit_code == 0, first.output
        assert "source-smartcity-budget: finished, 10 of 10 units" in first.stderr
        assert "datasets: 10 new, 0 changed, 0 unchanged" in first.stdout
        assert "checked: Third-rule: external advice" in first.stdout
        second = call("--wait", "source-smartcity-budget")
        assert second.exit_code == 0
        assert "nothing has changed: 10 datasets unchanged" in second.stdout

    def test_gives_the_same_as_json(self, source, harvest, call, consumers):
        """Programs get the report of the action, alone on the output."""
        harvest(source.serve("/plan.csv", body(REAL.read_bytes())), "smartcity_budget")
        (report,) = json.loads(call("--wait", "--format", "json").stdout)
        assert report["source_name"] == "source-smartcity-budget"
        assert report["counts"]["new"] == 10
        assert report["datasets_total"] == 11
        assert {one["result"] for one in report["datasets"]} == {"new"}
        assert sum(one["rows"]["new"] for one in report["datasets"]) == report["counts"]["rows_new"]
        assert [one["message"] for one in report["checks"]] == report["checked"]
        assert report["seconds"] >= 0

    def test_a_failed_source_is_an_exit_code(self, source, harvest, call, consumers):
        """A source that does not answer is named with its answer; the exit code is 1."""
        harvest(source.serve("/plan.csv", status(404)), "smartcity_budget")
        result = call("--wait")
        assert result.exit_code == 1
        assert "failed (gather): " in result.stdout
        assert "answers with status 404" in result.stdout

    def test_says_when_nobody_works_on_the_queue(self, source, harvest, call):
        """Without consumers it does not wait for ever, and names what is missing."""
        harvest(source.serve("/plan.csv", body(REAL.read_bytes())), "smartcity_budget")
        result = call("--wait", "--patience", "1")
        assert result.exit_code == 1
        assert "source-smartcity-budget: waiting" in result.stderr
        assert "gather-consumer" in result.stderr

    def test_without_waiting_the_job_is_in_the_queue(self, source, harvest, call):
        """The job is made once, however often it is asked for while it waits."""
        harvest(source.serve("/plan.csv", body(REAL.read_bytes())), "smartcity_budget")
        assert "is in the queue" in call().stderr
        assert call().exit_code == 0
        assert model.Session.query(HarvestJob).count() == 1

    def test_names_the_sources_that_there_are(self, source, harvest, call):
        """A misspelt source is an error with the right names."""
        harvest(source.serve("/plan.csv", body(REAL.read_bytes())), "smartcity_budget")
        result = call("funding")
        assert result.exit_code == 1
        assert "there are: source-smartcity-budget" in result.stderr

    def test_leaves_sources_that_are_switched_off(self, source, harvest, call):
        """An inactive source is not run with all others, and named when it is asked for."""
        run = harvest(source.serve("/plan.csv", body(REAL.read_bytes())), "smartcity_budget")
        run.act("package_patch", id=run.source["id"], state="draft")
        assert "no active harvest source" in call("--wait").stderr
        assert "switched off" in call("source-smartcity-budget").stderr

    def test_the_page_of_the_job_shows_the_report(self, source, harvest, call, consumers, app):
        """Who may see the job reads what was checked and what changed, below what ckanext-harvest shows."""
        from ckan.tests import factories

        harvest(source.serve("/plan.csv", body(REAL.read_bytes())), "smartcity_budget")
        call("--wait")
        (job,) = model.Session.query(HarvestJob).all()
        secret = "correct horse"  # noqa: S105 - of a user who lives as long as this test
        user = factories.Sysadmin(password=secret)
        app.post("/user/login", data={"login": user["name"], "password": secret})
        page = app.get(f"/harvest/source-smartcity-budget/job/{job.id}").body
        assert "smartcity-run-report" in page
        assert "Drittelregel: externe Beratung" in page
        assert page.count('class="smartcity-kind"') == 11  # ten datasets and their series, each with its link
        assert "Datensätze und Reihen dieses Laufs (11)" in page


class TestForm:
    """The form of a source, as a person fills it."""

    pytestmark = with_portal

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"config": '{"grace_days": -1}'}, "grace_days"),
            ({"config": '{"grace_dayz": 1}'}, "grace_dayz: unknown setting"),
            ({"config": '{"plan": 5}'}, "plan"),
            ({"config": "{plan: x}"}, "no JSON"),
            ({"url": "https://me:secret@example.org/plan.csv"}, "a user or password"),
            ({"url": "https://example.org/plan.csv?api_key=abc"}, "api_key looks like a secret"),
        ],
    )
    def test_refuses_and_names_the_key(self, app, changes, told):
        """The page comes back with the message, and there is no source."""
        from ckan.tests import factories

        secret = "correct horse"  # noqa: S105 - of a user who lives as long as this test
        user = factories.Sysadmin(password=secret)
        app.post("/user/login", data={"login": user["name"], "password": secret})
        form = {
            "url": "https://example.org/plan.csv",
            "title": "Plan",
            "name": "plan",
            "source_type": "smartcity_budget",
            "frequency": "MANUAL",
            "config": "",
            "owner_org": factories.Organization()["id"],
            "save": "save",
        }
        page = app.post("/harvest/new", data={**form, **changes}, follow_redirects=False)
        assert page.status_code == 200
        assert told in page.body
        assert model.Package.get("plan") is None
        page = app.post("/harvest/new", data=form, follow_redirects=False)
        assert page.status_code == 302, page.body
