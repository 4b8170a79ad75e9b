"""Fixtures of the tests of other cities' atlases."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from ckanext.dresdensmartcity.harvesters.client import Client, Limits

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def client() -> Client:
    """A client that may read this machine, is not patient, and waits for nothing."""
    limits = Limits(silence=2, total=5, size=3_000_000, attempts=2)
    return Client("portal/1 (+https://portal.example)", frozenset({"127.0.0.1"}), limits, lambda seconds: None)
