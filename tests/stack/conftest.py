"""The stack's scripts are no package: they are found by their folders."""

from __future__ import annotations

import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
for folder in ("docker/local", "docker/ckan", "docker"):
    sys.path.append(str(ROOT / folder))


@pytest.fixture(scope="session")
def compose(repository: Path) -> dict[str, Any]:
    """docker/compose.yaml as it stands."""
    return yaml.safe_load((repository / "docker/compose.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def configure(repository: Path) -> ModuleType:
    """docker/ckan/configure, a program without an ending."""
    path = str(repository / "docker/ckan/configure")
    spec = spec_from_loader("configure", SourceFileLoader("configure", path))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
