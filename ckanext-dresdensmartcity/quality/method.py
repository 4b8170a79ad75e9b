"""What is measured: the MQA method of data.europa.eu and GovData's checks, read once from schemas/quality."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ckanext.dresdensmartcity.city.model import Label
from ckanext.dresdensmartcity.city.vocabularies import schemas_folder
from ckanext.dresdensmartcity.city.yamlfile import Fields, Item, open_file

OF = ("dataset", "file", "either")
_EMPTY = Label("", "")


@dataclass(frozen=True)
class Dimension:
    """A group of metrics with the most points that it can give."""

    id: str
    points: int
    label: Label


@dataclass(frozen=True)
class Rating:
    """A class of scores: from its least number of points to the next better one."""

    id: str
    least: int
    label: Label


@dataclass(frozen=True)
class Metric:
    """One thing that is measured, and what to do where it is missing."""

    id: str
    dimension: str
    points: int
    of: str  # one of OF
    field: str  # of the form; empty where it is no single one
    label: Label
    advice: Label


@dataclass(frozen=True)
class Method:
    """The MQA method; its points add up to those of its dimensions."""

    title: Label
    version: str
    source: str
    address: str
    dimensions: tuple[Dimension, ...]
    ratings: tuple[Rating, ...]  # the best first
    metrics: tuple[Metric, ...]
    non_proprietary: frozenset[str]  # codes of the EU list of file types
    machine_readable: frozenset[str]
    known_license_bases: tuple[str, ...]
    known_licenses: frozenset[str]  # codes of the German list of licences

    @property
    def most(self) -> int:
        """The points of a dataset that lacks nothing."""
        return sum(one.points for one in self.dimensions)

    def rating(self, points: int) -> Rating:
        return next(one for one in self.ratings if points >= one.least)

    def rating_label(self, identifier: str) -> Label:
        """How a rating is called; the id itself where there is none of this name."""
        found = next((one.label for one in self.ratings if one.id == identifier), None)
        return found or Label(identifier, identifier)

    def metric(self, identifier: str) -> Metric:
        return next(one for one in self.metrics if one.id == identifier)


@dataclass(frozen=True)
class Check:
    """One of GovData's checks, and what to do where it fails."""

    id: str
    field: str
    label: Label
    advice: Label


@dataclass(frozen=True)
class Checks:
    """GovData's checks with the lists that they look things up in."""

    title: Label
    version: str
    source: str
    checks: tuple[Check, ...]
    open_licenses: frozenset[str]
    html: frozenset[str]  # names of elements that a description may hold

    def check(self, identifier: str) -> Check:
        return next(one for one in self.checks if one.id == identifier)


@cache
def method() -> Method:
    """The MQA method of schemas/quality/mqa.yaml; CityFileError where the file is wrong."""
    return read_method(schemas_folder() / "quality" / "mqa.yaml")


@cache
def govdata() -> Checks:
    """GovData's checks of schemas/quality/govdata.yaml; CityFileError where the file is wrong."""
    return read_checks(schemas_folder() / "quality" / "govdata.yaml")


def read_method(path: Path) -> Method:
    fields, mistakes = open_file(path)
    found = Method(
        title=fields.need("title", Item.label, _EMPTY),
        version=fields.need("version", Item.text, ""),
        source=fields.need("source", Item.text, ""),
        address=fields.need("address", Item.address, ""),
        dimensions=fields.each("dimensions", _dimension),
        ratings=fields.each("ratings", _rating),
        metrics=fields.each("metrics", _metric),
        non_proprietary=frozenset(fields.each("non_proprietary", Item.text)),
        machine_readable=frozenset(fields.each("machine_readable", Item.text)),
        known_license_bases=fields.each("known_license_bases", Item.address),
        known_licenses=frozenset(fields.each("known_licenses", Item.text)),
    )
    fields.done()
    mistakes.check()
    return found


def read_checks(path: Path) -> Checks:
    fields, mistakes = open_file(path)
    found = Checks(
        title=fields.need("title", Item.label, _EMPTY),
        version=fields.need("version", Item.text, ""),
        source=fields.need("source", Item.text, ""),
        checks=fields.each("checks", _check),
        open_licenses=frozenset(fields.each("open_licenses", Item.text)),
        html=frozenset(fields.each("html", Item.text)),
    )
    fields.done()
    mistakes.check()
    return found


def _named(one: Fields) -> Label:
    return Label(one.need("de", Item.text, ""), one.need("en", Item.text, ""))


def _dimension(item: Item) -> Dimension:
    one = Fields(item)
    found = Dimension(one.need("id", Item.text, ""), one.need("points", Item.integer, 0), _named(one))
    one.done()
    return found


def _rating(item: Item) -> Rating:
    one = Fields(item)
    found = Rating(one.need("id", Item.text, ""), one.need("from", Item.integer, 0), _named(one))
    one.done()
    return found


def _metric(item: Item) -> Metric:
    one = Fields(item)
    found = Metric(
        id=one.need("id", Item.text, ""),
        dimension=one.need("dimension", Item.text, ""),
        points=one.need("points", Item.integer, 0),
        of=one.need("of", lambda value: value.one_of(OF), "dataset"),
        field=one.need("field", Item.text, ""),
        label=one.need("label", Item.label, _EMPTY),
        advice=one.need("advice", Item.label, _EMPTY),
    )
    one.done()
    return found


def _check(item: Item) -> Check:
    one = Fields(item)
    found = Check(
        id=one.need("id", Item.text, ""),
        field=one.need("field", Item.text, ""),
        label=one.need("label", Item.label, _EMPTY),
        advice=one.need("advice", Item.label, _EMPTY),
    )
    one.done()
    return found
