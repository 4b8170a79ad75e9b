"""Funding programmes of a city file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from ckanext.dresdensmartcity.city.load import CityFileError, load_city
from ckanext.dresdensmartcity.city.model import City


@pytest.fixture
def sample(repository: Path) -> str:
    """The text of the smaller city, which has every key."""
    return (repository / "test-data/musterstadt/musterstadt.yaml").read_text(encoding="utf-8")


def test_both_cities_have_programmes_with_their_source(city: City) -> None:
    """Each says where its rules come from and since when they are known; one that takes applications is among them."""
    assert len(city.funding_programmes) >= 2
    assert all(one.source and one.retrieved_on > date(2026, 1, 1) for one in city.funding_programmes)
    assert any(one.deadline and not one.closed for one in city.funding_programmes)


def test_a_programme_is_read_whole(repository: Path) -> None:
    """Every key comes back."""
    found = load_city(repository / "test-data/musterstadt/musterstadt.yaml").funding_programme("digitalbonus")
    assert found is not None
    assert (found.opens, found.deadline) == (date(2026, 10, 1), date(2027, 3, 31))
    assert (found.least_members, found.most_members) == (2, 5)
    assert found.required_kinds == (("city", "office"), ("research", "company"))
    assert found.lead_kinds == ("city", "office", "utility")
    assert (found.rate_percent, found.most_eur, found.region) == (80, 250000, "city")
    assert "traffic-data" in found.topics
    assert found.conditions[0].en


def test_a_city_needs_no_programme(sample: str, tmp_path: Path) -> None:
    """The section may be left out."""
    start, end = sample.index("funding_programmes:"), sample.index("\ndistricts:")
    path = tmp_path / "city.yaml"
    path.write_text(sample[:start] + sample[end:], encoding="utf-8")
    assert load_city(path).funding_programmes == ()


def test_a_programme_may_ask_for_topics_of_the_city_itself(sample: str, tmp_path: Path) -> None:
    """The part `topics` of the same file, wherever it stands."""
    path = tmp_path / "city.yaml"
    path.write_text(sample.replace("topics: [traffic-data,", "topics: [harbour-logistics,", 1), encoding="utf-8")
    programme = load_city(path).funding_programme("digitalbonus")
    assert programme is not None
    assert "harbour-logistics" in programme.topics


MISTAKES = [
    ("kinds: [city, office, research,", "kinds: [city, shop, research,",
     "[1].kinds[2]", "actor-kinds.yaml"),
    ("lead_kinds: [city, office, utility]", "lead_kinds: [city, health]",
     "[1]", "only what stands in kinds"),
    ("required_kinds: [[city, office]", "required_kinds: [city",
     "[1].required_kinds[1]", "a list"),
    ("topics: [traffic-data,", "topics: [trafic-data,",
     "[1].topics[1]", "topics.yaml"),
    ("fields_of_action: [verkehr, energie, daten]\n    topics", "fields_of_action: [verkehr, luft]\n    topics",
     "[1].fields_of_action[2]", "verkehr, energie, daten"),
    ("deadline: 2027-03-31", "deadline: 2025-03-31",
     "[1]", "a deadline after the opening 2026-10-01"),
    ("deadline: 2027-03-31", "deadline: soon",
     "[1].deadline", "a day such as"),
    ("most_members: 5", "most_members: 1",
     "[1]", "not fewer than least_members"),
    ("least_members: 2", "least_members: 0",
     "[1].least_members", "from 1 to 100"),
    ("region: city", "region: land",
     "[1].region", "city, any"),
    ("rate_percent: 80", "rate_percent: 800",
     "[1].rate_percent", "at most 100"),
    ("most_eur: 250000", "most_eur: -5",
     "[1].most_eur", "whole euros"),
    ("roles: [lead, partner]", "roles: [boss]",
     "[1].roles[1]", "lead, partner"),
    ("id: waermefonds", "id: digitalbonus", "[2]", "a second time"),
    ("    closed: true\n", "    close: true\n", "[2].close", 'the key "close"'),
]  # fmt: skip


@pytest.mark.parametrize(("was", "written", "place", "said"), MISTAKES, ids=[one[1].strip() for one in MISTAKES])
def test_a_mistake_is_told_at_its_place(
    tmp_path: Path, sample: str, was: str, written: str, place: str, said: str
) -> None:
    """Place and what may stand there."""
    assert was in sample
    path = tmp_path / "city.yaml"
    path.write_text(sample.replace(was, written, 1), encoding="utf-8")
    with pytest.raises(CityFileError) as caught:
        load_city(path)
    assert [one for one in caught.value.mistakes if one.place == f"funding_programmes{place}" and said in str(one)], (
        str(caught.value)
    )
