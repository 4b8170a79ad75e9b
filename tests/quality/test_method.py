"""The files of the methods of measuring."""

from __future__ import annotations

from pathlib import Path

import pytest
from ckanext.dresdensmartcity.city.vocabularies import schemas_folder, vocabulary
from ckanext.dresdensmartcity.city.yamlfile import CityFileError
from ckanext.dresdensmartcity.quality.method import govdata, method, read_checks, read_method


def test_every_metric_belongs_to_a_dimension_and_says_what_to_do_in_both_languages() -> None:
    """No metric is left without advice."""
    dimensions = {one.id for one in method().dimensions}
    for metric in method().metrics:
        assert metric.dimension in dimensions
        assert all((metric.label.de, metric.label.en, metric.advice.de, metric.advice.en))


def test_formats_and_licences_stand_in_the_portal_s_lists() -> None:
    """A code with a typing error would never match."""
    types = {term.id for term in vocabulary("file-types").terms}
    # The method's own list is younger than ours in one code.
    assert (method().non_proprietary | method().machine_readable) - types <= {"RDFA", "JPEG2000"}
    licenses = {term.id for term in vocabulary("licenses").terms}
    assert method().known_licenses <= licenses
    assert govdata().open_licenses <= licenses


@pytest.mark.parametrize("read", [read_method, read_checks])
def test_a_wrong_file_is_told_at_its_line(read: object, tmp_path: Path) -> None:
    """As city files are."""
    path = tmp_path / "wrong.yaml"
    path.write_text("title: {de: a}\nmetrics: 1\n", encoding="utf-8")
    with pytest.raises(CityFileError, match=r"wrong\.yaml:1"):
        read(path)  # type: ignore[operator]


def test_the_folder_of_the_methods_is_part_of_the_package() -> None:
    """Both files are there where the package is installed."""
    assert {path.name for path in (schemas_folder() / "quality").glob("*.yaml")} == {"mqa.yaml", "govdata.yaml"}
