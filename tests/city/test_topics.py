"""A city's own topics, and its own words for topics of the taxonomy."""

from __future__ import annotations

from pathlib import Path

import pytest
from ckanext.dresdensmartcity.city.load import load_city
from ckanext.dresdensmartcity.city.vocabularies import topics, topics_of
from ckanext.dresdensmartcity.city.yamlfile import CityFileError

FILE = "test-data/musterstadt/musterstadt.yaml"


def test_the_taxonomy_of_a_city_has_its_own_topics_and_words(repository: Path) -> None:
    found = {topic.id: topic for topic in topics_of(load_city(repository / FILE))}
    assert found["harbour-logistics"].broader == "mobility"
    assert "Krach am Kai" in found["noise"].alt_de
    assert "Schall" in found["noise"].alt_de
    assert found["noise"].label.de == "Lärm"
    assert len(found) == len(topics()) + 2


MISTAKES = [
    ("broader: mobility, de: Hafenlogistik", "broader: mobilty, de: Hafenlogistik", "found mobilty"),
    ("de: Hafenlogistik", "de: Lärm", "“Lärm” (noise) is called that"),
    ("id: harbour-logistics, broader", "id: air-quality, broader", "the taxonomy has “Luftqualität” (air-quality)"),
    ("alt_de: [Krach am Kai]", "alt_de: [Schall]", "only names that the taxonomy does not have"),
    (
        "id: river-heat, broader: energy-supply",
        "id: river-heat, broader: river-heat",
        "a topic that is not above itself",
    ),
]


@pytest.mark.parametrize(("was", "written", "said"), MISTAKES)
def test_a_clash_is_named(tmp_path: Path, repository: Path, was: str, written: str, said: str) -> None:
    text = (repository / FILE).read_text(encoding="utf-8")
    assert was in text
    path = tmp_path / "city.yaml"
    path.write_text(text.replace(was, written, 1), encoding="utf-8")
    with pytest.raises(CityFileError) as caught:
        load_city(path)
    assert any(said in str(one) for one in caught.value.mistakes), str(caught.value)
