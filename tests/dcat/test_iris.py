"""IRIs: the rule, and what may stand in them."""

from __future__ import annotations

import pytest
from ckanext.dresdensmartcity.dcat.iris import dataset_iri, distribution_iri, reference
from packages import full, minimal, resource, series

BASE = "https://portal.example.org"


def test_a_dataset_with_a_natural_key_stands_under_its_name() -> None:
    """Its id is made of the key (UUID version 5), and so is its name: the same in every database."""
    assert dataset_iri(full(), BASE) == f"{BASE}/dataset/air-2026"


def test_a_dataset_made_by_hand_stands_under_its_id() -> None:
    """A form can change the name, and an IRI must not change."""
    package = minimal()
    assert dataset_iri(package, BASE) == f"{BASE}/dataset/{package['id']}"
    assert dataset_iri({**package, "name": "renamed"}, BASE) == dataset_iri(package, BASE)


def test_a_series_stands_under_the_address_of_its_page() -> None:
    """Series have pages of their own."""
    assert dataset_iri(series(), BASE) == f"{BASE}/dataset_series/measure-1-2-5"


def test_what_is_no_absolute_iri_is_not_taken_for_one() -> None:
    """A relative IRI would mean another thing in each document that holds it."""
    assert dataset_iri({**full(), "uri": "id/1"}, BASE) == dataset_iri(full(), BASE)


@pytest.mark.parametrize("where", ["field", "extra"])
def test_a_stored_iri_wins(where: str) -> None:
    """A dataset that came with an IRI keeps it."""
    uri = "https://elsewhere.example.org/id/1"
    given = {"uri": uri} if where == "field" else {"extras": [{"key": "uri", "value": uri}]}
    assert dataset_iri({**full(), **given}, BASE) == uri


def test_a_file_stands_below_its_dataset_under_its_id() -> None:
    """The id of a harvested file is made of its natural key."""
    assert distribution_iri(resource(id="r1"), f"{BASE}/dataset/x") == f"{BASE}/dataset/x/resource/r1"
    assert distribution_iri(resource(uri="urn:x:1"), f"{BASE}/dataset/x") == "urn:x:1"


@pytest.mark.parametrize(
    ("given", "iri"),
    [
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://example.org/a%20b", "https://example.org/a%20b"),
        ('https://example.org/"<x>"', "https://example.org/%22%3Cx%3E%22"),
        ("https://example.org/straße", "https://example.org/straße"),
        ("urn:isbn:123", "urn:isbn:123"),
    ],
)
def test_what_may_not_stand_in_an_iri_is_quoted(given: str, iri: str) -> None:
    """Blanks, quotes and brackets are quoted once, umlauts stay."""
    assert str(reference(given)) == iri


@pytest.mark.parametrize("given", ["", None, "example.org", "/a/b", "https://", "http://[::1", "ein Satz: so"])
def test_what_is_no_absolute_iri_is_none(given: object) -> None:
    """Addresses without a scheme or a host are no IRIs."""
    assert reference(given) is None
