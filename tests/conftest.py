"""Fixtures that several rooms' tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data and official shapes beside the checkout; it is not part of the project.

    DRESDENSMARTCITY_SHARED names another place.
    """
    folder = Path(os.environ.get("DRESDENSMARTCITY_SHARED", REPOSITORY.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there: real data and official shapes cannot be tried")
    return folder
