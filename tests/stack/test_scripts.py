"""The scripts of the stack: they can be read, and ./portal answers without starting anything."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

SCRIPTS = ("portal", "docker/build", "docker/ckan/start", "docker/solr/health", "docker/local/reach.sh", ".ci/run")


def portal(repository: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([repository / "portal", *arguments], capture_output=True, text=True, check=False)


def test_bash_can_read_them(repository: Path) -> None:
    """No script has a mistake of syntax."""
    parts = sorted(str(path.relative_to(repository)) for path in (repository / "docker/local").glob("*.sh"))
    assert len(parts) >= 5
    for name in dict.fromkeys((*SCRIPTS, *parts)):
        result = subprocess.run(["bash", "-n", repository / name], capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("name", [*SCRIPTS, "docker/ckan/configure", "docker/ckan/health"])
def test_they_can_be_run(repository: Path, name: str) -> None:
    """What is called as a program is executable in the repository."""
    listed = subprocess.run(["git", "ls-files", "--stage", name], cwd=repository, capture_output=True, text=True)
    mode = listed.stdout[:6] if listed.returncode == 0 and listed.stdout else oct((repository / name).stat().st_mode)
    assert mode.endswith("755")


def test_help_names_every_command(repository: Path) -> None:
    """Each command of the script is explained."""
    text = portal(repository, "help").stdout
    for command in ("up", "down", "status", "logs", "ckan", "build", "test", "bench", "help"):
        assert f"\n  {command} " in text
    for option in ("--port", "--data-dir", "--city", "--empty", "--purge"):
        assert option in text


def test_mistakes_on_the_command_line_are_named(repository: Path) -> None:
    """An unknown command or option, or a value that is missing, is said, with a way on."""
    for arguments, said in (
        (["fly"], "unknown command fly (./portal help)"),
        (["up", "--fast"], "unknown option --fast (./portal help)"),
        (["up", "--port"], "--port needs a value (./portal help)"),
        (["up", "--port", "http"], "--port http: a number is needed"),
    ):
        result = portal(repository, *arguments)
        assert result.returncode == 1
        assert result.stderr.strip() == f"portal: {said}"


def test_a_folder_with_other_things_is_not_made_a_portal(repository: Path, tmp_path: Path) -> None:
    """`up` refuses it, and `down --purge` leaves it as it is."""
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    result = portal(repository, "up", "--data-dir", str(tmp_path))
    assert result.returncode == 1
    assert "holds something else" in result.stderr
    portal(repository, "down", "--data-dir", str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_status_of_nothing(repository: Path, tmp_path: Path) -> None:
    """Where nothing was started, status says what to do and ends with 3."""
    result = portal(repository, "status", "--data-dir", str(tmp_path / "none"))
    assert result.returncode == 3
    assert "./portal up" in result.stdout


def test_lock_file_names_no_registry(repository: Path) -> None:
    """npm fetches from where each machine's npm is set to; checksums make sure that it is the same."""
    packages = json.loads((repository / "docker/frontend/package-lock.json").read_text(encoding="utf-8"))["packages"]
    fetched = {name: one for name, one in packages.items() if name}
    assert fetched
    assert not [name for name, one in fetched.items() if "resolved" in one]
    assert not [name for name, one in fetched.items() if not one.get("integrity")]


def test_front_end_versions_are_exact(repository: Path) -> None:
    """A build tomorrow gets what a build today gets."""
    package = json.loads((repository / "docker/frontend/package.json").read_text(encoding="utf-8"))
    versions = package["dependencies"] | package["devDependencies"]
    assert all(version[0].isdigit() for version in versions.values())
