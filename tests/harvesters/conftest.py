"""Fixtures of the harvesters' tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from sources import Source, running_source


@pytest.fixture
def source() -> Iterator[Source]:
    """A real HTTP server on this machine, whose answers a test sets."""
    with running_source() as one:
        yield one
