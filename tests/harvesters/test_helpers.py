"""What the page of a run says, and what it says once only."""

from __future__ import annotations

from typing import Any

import pytest
from ckanext.dresdensmartcity.harvesters import helpers
from flask_babel import force_locale


def test_what_a_finding_tells_is_not_told_again_in_english() -> None:
    """Gather errors that stand among the findings are left out of the failures; others stay."""
    findings = [{"place": "row 15, column total", "message": "no sum"}, {"place": "", "message": "refused"}]
    errors = [{"message": "row 15, column total: no sum"}, {"message": "refused"}, {"message": "the server is away"}]
    report: Any = {"findings": findings, "errors": errors}
    assert helpers.smartcity_harvest_failures(report) == [{"message": "the server is away"}]


@pytest.mark.ckan
@pytest.mark.parametrize(
    ("place", "german"),
    [
        ("row 15, column total", "Zeile 15, Spalte total"),
        ("row 3", "Zeile 3"),
        ("box 5a…, 2026-10-03", "box 5a…, 2026-10-03"),
        ("row x", "row x"),
    ],
)
@pytest.mark.ckan_config("ckan.plugins", "dresdensmartcity harvest dcat scheming_datasets datastore activity")
@pytest.mark.usefixtures("with_plugins")
def test_places_are_told_in_the_language_of_the_page(app: Any, place: str, german: str) -> None:
    """Rows and columns; what is no such place stays as it is."""
    with app.flask_app.test_request_context("/"), force_locale("de"):
        assert helpers.smartcity_harvest_place(place) == german
