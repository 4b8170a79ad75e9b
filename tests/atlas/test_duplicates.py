"""Which entries may be the same, and why."""

from __future__ import annotations

import pytest
from ckanext.dresdensmartcity.atlas.duplicates import Candidate, distance_m, duplicates, host, likeness, plain_name

SAME = [
    ("Umweltamt", "Umweltamt (A86)"),
    ("Funkwerk GmbH", "Funkwerk"),
    ("Freifunk Dresden", "Freifunk Dresden e. V."),
    ("Amt für Stadtgrün", "Stadtgrün"),
    ("TU Dresden", "Technische Universität Dresden"),
    ("Straßenbauamt", "Strassen-Bauamt"),
    ("Geodaten und Kataster", "Amt für Kataster und Geodaten"),
    ("Muster GmbH & Co. KG", "Muster"),
]
OTHERS = [
    ("Umweltamt", "Stadtplanungsamt"),
    ("Amt für Hochbau", "Amt für Tiefbau"),
    ("Hochschule Dresden", "Handwerkskammer Dresden"),
    ("Institut für Verkehr", "Institut für Wasser"),
]


def actor(title: str, identifier: str = "x", **more: object) -> Candidate:
    return Candidate("actor", identifier, title, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_name_in_other_words_is_found(one: str, other: str) -> None:
    """Legal forms, brackets, umlauts, initials, other order."""
    found = duplicates(actor(one), [actor(other, "y")], common=["Dresden"])
    assert [duplicate.entry.title for duplicate in found] == [other]
    assert found[0].reasons[0].name == "name"
    assert found == duplicates(actor(one), [actor(other, "y"), actor(one, "x")], common=["Dresden"])


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_other_offices_are_no_duplicates(one: str, other: str) -> None:
    """A shared word is not enough, nor is the city's name."""
    assert duplicates(actor(one), [actor(other, "y")], common=["Dresden"]) == ()


def test_a_weaker_likeness_is_enough_with_the_same_website_or_a_near_place() -> None:
    """Each with its reason; a host that many use says nothing."""
    one = actor("Institut Raumentwicklung", url="https://www.ioer.example/", position=(13.7385, 51.0270))
    more = {"url": "http://ioer.example/de", "position": (13.7386, 51.0270)}
    other = actor("Institut für ökologische Raumplanung", "y", **more)
    (found,) = duplicates(one, [other])
    assert [reason.name for reason in found.reasons] == ["name", "website", "near"]
    assert "7 m" in found.reasons[2].sentence.de
    (found,) = duplicates(one, [other], shared_hosts=["ioer.example"])
    assert "website" not in [reason.name for reason in found.reasons]


def test_a_project_is_no_duplicate_of_an_actor() -> None:
    assert duplicates(actor("Umweltamt"), [Candidate("project", "y", "Umweltamt")]) == ()


def test_the_pieces() -> None:
    assert plain_name("Amt für Stadtgrün (A67)") == "stadtgruen"
    assert plain_name("GmbH") == "gmbh"
    assert likeness("", "umweltamt") == 0
    assert host("https://www.Example.org/a") == "example.org"
    assert host("http://[") == ""
    assert 110_000 < distance_m((13.0, 51.0), (13.0, 52.0)) < 112_000
