"""Whether the addresses of files answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from ckanext.dresdensmartcity.harvesters.addresses import AddressRefusedError
from ckanext.dresdensmartcity.harvesters.client import Client, Limits, SourceUnreachableError
from ckanext.dresdensmartcity.quality import links
from ckanext.dresdensmartcity.quality import store as kept
from click.testing import CliRunner
from content import call, create, organisation
from packages import minimal, resource


class Site(BaseHTTPRequestHandler):
    """A web site: /there, /moved, /gone, /no-head, /round."""

    asked: list[tuple[str, str]] = []

    def do_HEAD(self) -> None:
        self.asked.append(("HEAD", self.path))
        self.answer({"/there": 200, "/moved": 302, "/round": 302, "/no-head": 405}.get(self.path, 404))

    def do_GET(self) -> None:
        self.asked.append(("GET", self.path))
        self.answer({"/there": 200, "/moved": 302, "/round": 302, "/no-head": 200}.get(self.path, 404))

    def answer(self, status: int) -> None:
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/there" if self.path == "/moved" else self.path)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Site.asked = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def client(site: str) -> Client:
    limits = Limits(connect=2, silence=2, total=5, attempts=1)
    return Client("test", frozenset({site.removeprefix("http://")}), limits)


@pytest.mark.parametrize(("path", "works"), [("/there", True), ("/moved", True), ("/gone", False), ("/no-head", True)])
def test_an_address_works_when_it_answers_with_success_in_the_end(site: str, path: str, works: bool) -> None:
    """Redirects are followed; a server that knows no HEAD is asked by GET."""
    assert links.ask(client(site), site + path, {}, pause=0)[0] is works


def test_a_circle_of_redirects_and_a_dead_host_do_not_answer(site: str) -> None:
    """What happened is said."""
    works, said = links.ask(client(site), f"{site}/round", {}, pause=0)
    assert (works, "redirects" in said) == (False, True)
    works, said = links.ask(client("http://127.0.0.1:9"), "http://127.0.0.1:9/", {}, pause=0)
    assert (works, "does not answer" in said) == (False, True)
    with pytest.raises(SourceUnreachableError):
        client("http://127.0.0.1:9").status("http://127.0.0.1:9/")


def test_private_addresses_are_not_asked(site: str) -> None:
    """Whoever enters an address of a file must not make the portal look around in its own network."""
    with pytest.raises(AddressRefusedError):
        Client("test").status(site)
    assert Site.asked == []
    assert links.ask(Client("test"), site, {}, pause=0)[0] is False


@pytest.mark.ckan
@pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")
class TestStored:
    @pytest.fixture
    def dataset(self, site: str) -> dict[str, Any]:
        organisation()
        return create(minimal(id="", name="linked", resources=[resource(id="", url=f"{site}/there")]))

    def points(self, dataset: dict[str, Any]) -> dict[str, tuple[int, bool]]:
        report = call("quality_report_show", id=dataset["id"])
        return {one["id"]: (one["points"], one["known"]) for part in report["dimensions"] for one in part["metrics"]}

    def test_an_address_counts_once_it_was_looked_up(self, dataset: dict[str, Any], site: str) -> None:
        """Before, it is unknown; a change of the dataset does not forget what is known."""
        assert self.points(dataset)["access_reached"] == (0, False)
        asked = links.ask_all(client=client(site), pause=0)
        assert (asked.asked, asked.working, asked.rescored) == (1, 1, 1)
        assert self.points(dataset)["access_reached"] == (50, True)
        assert self.points(dataset)["download_reached"] == (30, True)
        call("package_patch", id=dataset["id"], notes="Neu")
        assert self.points(dataset)["access_reached"] == (50, True)

    def test_an_address_is_asked_again_after_a_week_only(self, dataset: dict[str, Any], site: str) -> None:
        """Unless all are asked for."""
        links.ask_all(client=client(site), pause=0)
        assert links.ask_all(client=client(site), pause=0).asked == 0
        assert links.ask_all(everything=True, client=client(site), pause=0).asked == 1

    def test_an_address_that_is_gone_is_forgotten(self, dataset: dict[str, Any], site: str) -> None:
        """With the file that had it."""
        call("package_patch", id=dataset["id"], resources=[])
        assert kept.addresses_of(dataset["id"]) == []

    def test_files_of_the_portal_count_without_being_asked(self, site: str) -> None:
        """Its pages and tables are there when they are there."""
        organisation()
        package = create(minimal(id="", name="own", resources=[]))
        call(
            "datastore_create",
            resource={"package_id": package["id"], "format": "CSV", "name": "Tabelle"},
            fields=[{"id": "a", "type": "int"}],
            records=[{"a": 1}],
        )
        points = self.points(package)
        assert points["access_reached"] == (50, True)
        assert points["download_reached"] == (30, True)
        assert kept.addresses_of(package["id"]) == []
        assert Site.asked == []

    def test_the_commands_say_what_they_did(self, dataset: dict[str, Any]) -> None:
        """Refresh, snapshot and links."""
        from ckanext.dresdensmartcity.quality.maintenance import quality

        runner = CliRunner()
        assert "Figures of" in runner.invoke(quality, ["snapshot"], catch_exceptions=False).output
        assert "1 reports made" in runner.invoke(quality, ["refresh", "--all"], catch_exceptions=False).output
        # The server's address is private and not allowed: it is looked up and does not count.
        assert "1 do not" in runner.invoke(quality, ["links", "--limit", "1"], catch_exceptions=False).output
