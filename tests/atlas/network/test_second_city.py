"""The same pages for a made-up city: nothing in them is made for one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from ckan.tests.helpers import CKANTestApp
from ckanext.dresdensmartcity.city.load import load_city
from ckanext.dresdensmartcity.city.loading import load, read_entries

pytestmark = [pytest.mark.ckan, pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")]


def test_musterstadt_has_its_network_programmes_and_strengths(
    app: CKANTestApp, ckan_config: dict[str, str], repository: Path
) -> None:
    """Its own fields, kinds and rules; an open programme with consortia."""
    file = repository / "test-data/musterstadt/musterstadt.yaml"
    ckan_config["ckanext.dresdensmartcity.city_file"] = str(file)
    city = replace(load_city(file), sources=())  # what they bring is no part of this
    for _step in load(city, *read_entries(city)):
        pass
    network = app.get("/en/atlas/network", status=200).body
    assert "Radverein Musterstadt" in network
    assert "Dresden" not in network
    assert "digitalbonus" in app.get("/en/atlas/funding", status=200).body
    programme = app.get("/en/atlas/funding/digitalbonus", status=200).body
    assert "Proposal 1" in programme
    assert "in the city" in programme
    strengths = app.get("/en/atlas/strengths", status=200).body
    assert all(field.label.en in strengths for field in city.fields_of_action)
    assert "No plan is published yet" in app.get("/en/atlas/network/funding", status=200).body
