"""Commands on files run where no server does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from ckanext.dresdensmartcity.cli import dresdensmartcity
from ckanext.dresdensmartcity.offline import COMMANDS, arguments

PLAN = "test-data/dresden/sources/funding-plan.csv"
COUNTS = "test-data/dresden/sources/indicators.csv"


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        ("ckan dresdensmartcity validate a.ttl", ["validate", "a.ttl"]),
        (
            "/venv/bin/ckan -c ckan.ini dresdensmartcity validate a.ttl --format json",
            ["validate", "a.ttl", "--format", "json"],
        ),
        ("ckan --config=ckan.ini dresdensmartcity validate --help", ["validate", "--help"]),
        ("ckan --config ckan.ini dresdensmartcity validate", ["validate"]),
        ("ckan -c ckan.ini dresdensmartcity validate --all a.ttl", None),
        ("ckan -c ckan.ini dresdensmartcity lift a.ttl", ["lift", "a.ttl"]),
        ("ckan -c ckan.ini dresdensmartcity budget check a.csv", ["budget", "check", "a.csv"]),
        ("ckan -c ckan.ini dresdensmartcity budget", None),
        ("ckan -c ckan.ini dresdensmartcity sensors aggregate a.csv --to b", ["sensors", "aggregate"]),
        ("ckan -c ckan.ini dresdensmartcity load", None),
        ("ckan -c ckan.ini search-index rebuild", None),
        ("pytest dresdensmartcity validate", None),
        ("ckan", None),
    ],
)
def test_only_a_command_on_files_is_run_before_the_database(call: str, wanted: list[str] | None) -> None:
    """All else starts CKAN as usual."""
    found = arguments(call.split())
    assert (found is None) if wanted is None else (found is not None and found[: len(wanted)] == wanted)


def test_each_name_is_that_of_a_command() -> None:
    """A command that was renamed would else ask for a database again, unseen."""
    for name in COMMANDS:
        command = dresdensmartcity
        for word in name:
            command = command.commands[word]  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def dead(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Path:
    """A configuration with PostgreSQL, Solr and Redis out of reach."""
    ini = tmp_path_factory.mktemp("offline") / "dead.ini"
    ini.write_text(
        f"[app:main]\nuse = config:{Path(pytestconfig.getoption('ckan_ini')).resolve()}\n"
        "sqlalchemy.url = postgresql://nobody:none@127.0.0.1:9/none\n"
        "ckan.datastore.write_url = postgresql://nobody:none@127.0.0.1:9/none\n"
        "ckan.datastore.read_url = postgresql://nobody:none@127.0.0.1:9/none\n"
        "solr_url = http://127.0.0.1:9/solr/none\n"
        "ckan.redis.url = redis://127.0.0.1:9/0\n",
        encoding="utf-8",
    )
    return ini


@pytest.mark.parametrize(
    ("call", "code", "told"),
    [
        ("validate README.md", 2, "README.md"),
        ("lift README.md", 2, "README.md"),
        (f"budget check {PLAN}", 0, "the plan fits"),
        (f"indicators suppress {COUNTS} --to {{folder}}/out", 0, ""),
        ("sensors aggregate README.md --to {folder}/out", 2, "README.md"),
    ],
    ids=lambda value: str(value).split(" {", maxsplit=1)[0][:40],
)
def test_ckan_works_on_files_without_any_server(
    call: str, code: int, told: str, dead: Path, tmp_path: Path, repository: Path
) -> None:
    """With every server out of reach, and without a trace."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("CKAN")}
    command = [Path(sys.executable).parent / "ckan", "-c", dead, "dresdensmartcity"]
    command += [one.format(folder=tmp_path) for one in call.split()]
    result = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=120, env=variables, cwd=repository
    )
    said = result.stdout + result.stderr
    assert result.returncode == code, said
    assert told in said
    assert "Traceback" not in said
