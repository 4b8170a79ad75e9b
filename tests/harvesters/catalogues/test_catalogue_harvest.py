"""Other catalogues harvested through CKAN: from a served feed to datasets of this portal."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.harvesters.publishing import package_id, resource_id
from feeds import BASE, LICENCE, dataset, series, serve_pages, service

pytestmark = [
    pytest.mark.ckan,
    pytest.mark.ckan_config("ckanext.dresdensmartcity.harvest.allowed_hosts", "127.0.0.1"),
    pytest.mark.usefixtures("portal"),
]


def shown(name: str) -> dict[str, Any]:
    """The entry of this portal that came with the IRI."""
    iri = name if ":" in name else f"{BASE}/dataset/{name}"
    return tk.get_action("package_show")({"ignore_auth": True, "use_cache": False}, {"id": package_id(city(), iri)})


def test_publishes_datasets_series_and_services_with_their_links(source, harvest):
    """Entries come with their IRIs, and links between them lead to entries of this portal."""
    feed = [
        dataset("zaehlung", series=["verkehr"], services=["wfs"], identifier="nb-17", modified="2026-05-01"),
        series("verkehr"),
        service("wfs", ["zaehlung"]),
    ]
    report = harvest(serve_pages(source, [feed]), "smartcity_dcat").run()
    assert report["errors"] == []
    one, other, api = shown("zaehlung"), shown(f"{BASE}/series/verkehr"), shown(f"{BASE}/service/wfs")
    assert (one["type"], other["type"], api["type"]) == ("dataset", "dataset_series", "data_service")
    assert (one["uri"], one["identifier"], one["modified"]) == (f"{BASE}/dataset/zaehlung", "nb-17", "2026-05-01")
    assert one["in_series"] == [other["id"]]
    assert api["serves_dataset"] == [one["id"]]
    (file,) = one["resources"]
    assert file["id"] == resource_id(city(), one["uri"], f"{one['uri']}/file")
    assert (file["license"], file["access_services"]) == (LICENCE, [api["id"]])
    assert one["publisher"][0]["name"] == "Nachbarstadt"
    assert (report["counts"]["new"], report["counts"]["read"]) == (1, 3)
