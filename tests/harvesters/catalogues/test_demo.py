"""The demo's neighbouring city: the file in test-data is harvested as the portal's own server gives it."""

from __future__ import annotations

from pathlib import Path

import pytest
from ckan import model
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.harvesters.demo.files import file_answer
from ckanext.dresdensmartcity.harvesters.fields import package_id
from sources import body


@pytest.mark.ckan
@pytest.mark.ckan_config("ckanext.dresdensmartcity.harvest.allowed_hosts", "127.0.0.1")
@pytest.mark.usefixtures("portal")
def test_the_made_up_neighbour_can_be_harvested(source, harvest, repository: Path):
    """All five entries come in, the old one lifted; a second run finds nothing to do."""
    answer = file_answer(repository / "test-data/dresden/sources", "nachbarstadt.ttl", {})
    assert answer.headers["Content-Type"].startswith("text/turtle")
    url = source.serve("/nachbarstadt.ttl", body(answer.body, answer.headers["Content-Type"]))
    run = harvest(url, "smartcity_dcat", {"prefix": "nachbarstadt-"})
    report = run.run()
    assert (report["errors"], report["findings"]) == ([], [])
    assert (report["counts"]["new"], report["counts"]["series_and_services_new"]) == (3, 2)
    assert report["tallies"]["lifted"]["namespace"] == 2
    trees = model.Package.get(package_id(city(), "http://daten.nachbarstadt.example/stadtbaeume"))
    assert trees.name == "nachbarstadt-stadtbaeume"
    assert run.run()["counts"]["unchanged"] == 5
