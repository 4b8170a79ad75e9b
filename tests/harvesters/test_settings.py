"""Settings of a source are read strictly."""

from __future__ import annotations

import pytest
from ckanext.dresdensmartcity.harvesters.settings import (
    HarvestSettings,
    RemovalSettings,
    SettingsError,
    address_problem,
    read_settings,
)
from pydantic import Field


class Example(HarvestSettings):
    """Settings for these tests."""

    days: int = Field(30, ge=1, le=366)
    labels: list[str] = []


def test_nothing_means_all_defaults():
    """An empty field of the form is as good as an empty object."""
    assert (
        read_settings(Example, None) == read_settings(Example, "") == read_settings(Example, "{}") == Example(days=30)
    )


def test_every_mistake_is_named_with_its_key():
    """All at once, so that nobody corrects one by one."""
    with pytest.raises(SettingsError) as caught:
        read_settings(Example, '{"days": 0, "labels": ["a", 5], "day": 3}')
    message = str(caught.value)
    assert "days: " in message
    assert "labels.1: " in message
    assert "day: unknown setting; possible are: days, labels" in message


def test_a_key_that_would_overwrite_a_field_of_the_source_cannot_be_declared():
    """ckanext-harvest shows settings as fields of the source."""
    with pytest.raises(TypeError, match="title would overwrite"):

        class Clash(HarvestSettings):
            title: str = ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"grace_days": -1}', "grace_days: "),
        ('{"grace_days": true}', "grace_days: "),
        ('{"grace_days": "7"}', "grace_days: "),
        ('{"max_missing_share": 1.5}', "max_missing_share: "),
        ('{"max_missing_share": NaN}', "max_missing_share: "),
        ('{"max_missing_share": 1e999}', "max_missing_share: "),
        ('{"grace_days": 1, "grace_days": 2, "graze": 3}', "graze: unknown setting"),
        ("null", "object"),
    ],
)
def test_impossible_rules_are_refused(text, told):
    """Ranges, types that only look right, numbers that are none."""
    with pytest.raises(SettingsError) as caught:
        read_settings(RemovalSettings, text)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://user:pw@example.org/x", "a user or password"),
        ("https://user@example.org/x", "a user or password"),
        ("https://example.org/x?API_KEY=abc", "the parameter API_KEY looks like a secret"),
        ("https://example.org/x?a=1&access-token=abc", "the parameter access-token"),
        ("file:///etc/passwd", "http:// or https://"),
        ("/etc/passwd", "http:// or https://"),
        ("https://[::1", "cannot be read"),
        ("https://example.org/x?token=", ""),
        ("https://example.org/x?tokens=3&key=air", ""),
        (" https://example.org/catalog.ttl ", ""),
    ],
)
def test_addresses_that_everybody_may_read(url, told):
    """Users, passwords and keys have no place in the address of a source; only the open web is one."""
    problem = address_problem(url)
    assert (told in problem) if told else not problem
