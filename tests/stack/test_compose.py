"""docker/compose.yaml: no engine runs here, so what it names is checked by reading."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import compose_file
import instance
import pytest
import servers
import yaml

VARIABLE = re.compile(r"\$\{(\w+)")


@pytest.fixture(scope="module")
def example(repository: Path) -> dict[str, str]:
    lines = (repository / "docker/.env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_every_variable_is_explained(repository: Path, example: dict[str, str]) -> None:
    """What compose.yaml takes from the environment stands in .env.example, and nothing else does."""
    named = set(VARIABLE.findall((repository / "docker/compose.yaml").read_text(encoding="utf-8")))
    assert named == set(example)


def test_example_holds_no_secrets(example: dict[str, str]) -> None:
    """Passwords and keys are empty in the example: nobody starts with one that the world knows."""
    secrets = {name: value for name, value in example.items() if re.search("SECRET|PASSWORD", name)}
    assert secrets
    assert set(secrets.values()) == {""}


def test_containers_get_every_setting(repository: Path, compose: dict[str, Any]) -> None:
    """Each ${NAME} of settings.ini is a variable of the containers that run CKAN."""
    text = (repository / "docker/ckan/settings.ini").read_text(encoding="utf-8")
    wanted = set(VARIABLE.findall("\n".join(line for line in text.splitlines() if not line.startswith("#"))))
    assert wanted <= set(compose["services"]["ckan"]["environment"])


def test_local_stack_gets_the_same_settings(compose: dict[str, Any], tmp_path: Path) -> None:
    """./portal sets exactly the variables that the containers get."""
    folder = instance.Folder(tmp_path)
    folder.config.mkdir()
    ports = dict.fromkeys(instance.INTERNAL, 1)
    values = instance.variables(instance.Instance(id="a" * 32, ports=ports), folder, "Title", "city")
    assert set(values) == set(compose["services"]["ckan"]["environment"])


def test_every_mounted_file_is_there(repository: Path, compose: dict[str, Any]) -> None:
    """Volumes are declared, and files that are mounted exist."""
    for service in compose["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in compose["volumes"] or (repository / "docker" / source).is_file(), volume


def test_every_command_is_there(repository: Path, compose: dict[str, Any]) -> None:
    """Commands and health checks that name a file of this repository name one that can be run."""
    for service in compose["services"].values():
        for command in (service.get("command", []), service.get("healthcheck", {}).get("test", [])):
            for word in command:
                if str(word).startswith("docker/"):
                    assert (repository / word).stat().st_mode & 0o111, word


def test_every_role_is_known_to_start(repository: Path, compose: dict[str, Any]) -> None:
    """docker/ckan/start has a branch for each role that a service asks for."""
    script = (repository / "docker/ckan/start").read_text(encoding="utf-8")
    branches = set(re.findall(r"^    (\w+)\)", script, re.MULTILINE))
    commands = [service.get("command", []) for service in compose["services"].values()]
    roles = {command[1] for command in commands if command[:1] == [compose_file.START]}
    assert roles == branches


def test_every_built_target_is_a_stage(repository: Path, compose: dict[str, Any]) -> None:
    """Images that are built here name a Dockerfile that exists and a stage in it."""
    built = [service["build"] for service in compose["services"].values() if "build" in service]
    assert built
    for build in built:
        dockerfile = repository / "docker" / build["context"] / build["dockerfile"]
        assert f"AS {build['target']}\n" in dockerfile.read_text(encoding="utf-8")


def test_every_copied_path_is_there(repository: Path) -> None:
    """The Dockerfile copies from the repository only what is in it."""
    text = (repository / "docker/Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.split()[1:-1] for line in text.splitlines() if line.startswith("COPY") and "--from" not in line]
    assert lines
    for name in (name for line in lines for name in line):
        assert (repository / name).exists(), name


def test_no_image_runs_as_root(repository: Path, compose: dict[str, Any]) -> None:
    """Each service's user is set, by its image or by the compose file."""
    dockerfile = (repository / "docker/Dockerfile").read_text(encoding="utf-8")
    stages = dict(re.findall(r"AS (\w+)\n(.*?)(?=^FROM|\Z)", dockerfile, re.MULTILINE | re.DOTALL))
    for name, service in compose["services"].items():
        if "build" in service:
            assert "\nUSER portal\n" in stages[service["build"]["target"]], name
        else:
            assert "unprivileged" in service["image"] or service["user"] != "root", name


def test_nothing_but_the_proxy_is_reachable(compose: dict[str, Any]) -> None:
    """Only the proxy publishes a port, and on an address that the example sets to loopback."""
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["proxy"]


def test_no_registry_is_named(compose: dict[str, Any]) -> None:
    """Images are named without a host: each machine pulls from the registry that it is set to."""
    for service in compose["services"].values():
        assert "." not in service["image"].partition("/")[0].partition(":")[0], service["image"]


def test_services_wait_for_what_they_use(repository: Path) -> None:
    """Servers first, then the tables, then CKAN, then the city's data."""
    services = compose_file.read_services(repository / "docker/compose.yaml")
    order = [{service.name for service in stage} for stage in compose_file.stages(services)]
    assert order == [
        {"db", "redis", "solr"},
        {"migrate"},
        {"ckan", "worker", "harvest", "scheduler", "sources"},
        {"load"},
    ]


def test_one_shots_are_told_apart(repository: Path) -> None:
    """Services that run to their end are known as such."""
    services = compose_file.read_services(repository / "docker/compose.yaml")
    assert {name for name, service in services.items() if service.one_shot} == {"migrate", "load"}


def test_every_server_has_a_local_form(repository: Path, tmp_path: Path) -> None:
    """What has an image in the compose file has a command and a health check without Docker."""
    folder = instance.Folder(tmp_path)
    one = instance.Instance(id="a", ports=dict.fromkeys(instance.INTERNAL, 1))
    tools = servers.Tools(Path("/pg"), Path("/java"), Path("/solr"))
    assert set(servers.commands(folder, one, tools)) == set(compose_file.SERVERS)
    assert set(servers.health_commands(one, tools)) == set(compose_file.SERVERS)


def test_a_circle_is_reported(tmp_path: Path) -> None:
    """Services that wait for each other are named, instead of waiting for ever."""
    document = {
        "services": {
            name: {"command": [compose_file.START, name], "depends_on": {other: {"condition": "service_started"}}}
            for name, other in (("one", "two"), ("two", "one"))
        }
    }
    path = tmp_path / "compose.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    with pytest.raises(compose_file.ComposeFileError, match=r"one \(after two\), two \(after one\)"):
        compose_file.stages(compose_file.read_services(path))


def test_a_service_that_only_docker_could_run_is_reported(tmp_path: Path) -> None:
    """A new service has to say how it runs without Docker."""
    path = tmp_path / "compose.yaml"
    path.write_text("services: {tiles: {command: [tileserver]}}", encoding="utf-8")
    with pytest.raises(compose_file.ComposeFileError, match="service tiles does not run docker/ckan/start"):
        compose_file.read_services(path)
