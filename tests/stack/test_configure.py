"""docker/ckan/configure: one configuration file of CKAN's defaults, the settings and overlays."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest


def test_variables_are_put_in(configure: ModuleType) -> None:
    """${NAME} becomes the variable's value."""
    assert configure.filled("url = ${A}/${B}", {"A": "x", "B": "y"}, "s.ini") == "url = x/y\n"


def test_all_unset_variables_are_named(configure: ModuleType) -> None:
    """A variable that is unset or empty is an error that names each of them, once."""
    with pytest.raises(configure.UnsetVariableError, match=r"s\.ini needs A, B: set them"):
        configure.filled("x = ${B} ${A}\ny = ${B}", {"B": ""}, "s.ini")


def test_comments_need_no_variables(configure: ModuleType) -> None:
    """A comment may speak of ${NAME}."""
    assert configure.filled("# ${NAME} is a variable", {}, "s.ini") == "# ${NAME} is a variable\n"


@pytest.fixture
def settings(tmp_path: Path) -> list[Path]:
    first, second = tmp_path / "settings.ini", tmp_path / "overlay.ini"
    first.write_text("[app:main]\nckan.site_id = ${ID}\nckan.site_title = First\n", encoding="utf-8")
    second.write_text("[app:main]\nckan.site_title = Second\n", encoding="utf-8")
    return [first, second]


@pytest.fixture
def _ckan_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.usefixtures("_ckan_on_path")
def test_later_files_win_and_secrets_stay_private(configure: ModuleType, settings: list[Path], tmp_path: Path) -> None:
    """The overlay changes what it names; the file is its owner's alone; the second time nothing is written."""
    target = tmp_path / "new" / "ckan.ini"
    assert configure.configure(target, settings, {"ID": "mine"})
    lines = target.read_text(encoding="utf-8").splitlines()
    assert "ckan.site_id = mine" in [" ".join(line.split()) for line in lines]
    assert [" ".join(line.split()) for line in lines if line.startswith("ckan.site_title")] == [
        "ckan.site_title = Second"
    ]
    assert target.stat().st_mode & 0o777 == 0o600
    assert not configure.configure(target, settings, {"ID": "mine"})
    assert configure.configure(target, settings, {"ID": "other"})


def test_the_program_says_what_is_unset(repository: Path, tmp_path: Path) -> None:
    """Without settings it ends with a list of the variables, not with a traceback."""
    result = subprocess.run(
        [sys.executable, repository / "docker/ckan/configure", tmp_path / "ckan.ini"],
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert result.stderr.startswith("configure: settings.ini needs PORTAL_ALLOWED_HOSTS, PORTAL_")
    assert not (tmp_path / "ckan.ini").exists()
