"""Settings of a source are read strictly."""

from __future__ import annotations

import pytest
from ckanext.dresdensmartcity.harvesters.settings import HarvestSettings, SettingsError, read_settings
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
