"""Read the files of actors and projects that a city file names; every mistake is told with its line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .facts import FUNDER, LEAD, PARTNER, ROLES, Evidence, Membership, WebLink, in_order, of_role
from .model import City
from .values import MEASURE, date_precision
from .vocabularies import topics_of, vocabulary
from .yamlfile import IDENTIFIER, Fields, Item, open_file, unique

# Actors and projects of the region lie outside the city; a swapped or mistyped pair of numbers lies further away.
REGION_DEGREES = 0.5


@dataclass(frozen=True)
class Place:
    """Where an entry is on the map."""

    longitude: float  # degrees, WGS 84
    latitude: float  # degrees, WGS 84
    precision_m: int  # how far the true place may be from here


@dataclass(frozen=True)
class Actor:
    """One actor of the file."""

    id: str
    title: str
    kind: str  # of schemas/vocabularies/actor-kinds.yaml
    notes: str = ""
    part_of: str = ""
    offers: tuple[str, ...] = ()  # ids of topics, or free text
    needs: tuple[str, ...] = ()  # ids of topics, or free text
    fields_of_action: tuple[str, ...] = ()
    focus_areas: tuple[str, ...] = ()
    place: Place | None = None
    url: str = ""
    sources: tuple[str, ...] = ()
    confirmed_on: str = ""
    contact_url: str = ""  # page of an office, never of a person
    links: tuple[WebLink, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    districts: tuple[str, ...] = ()  # by number, where there is no point


@dataclass(frozen=True)
class Project:
    """One project of the file."""

    id: str
    title: str
    notes: str = ""
    measure: str = ""
    status: str = ""  # of schemas/vocabularies/project-status.yaml
    phase: str = ""
    start: str = ""  # year, month or day
    end: str = ""  # year, month or day
    members: tuple[Membership, ...] = ()
    needs: tuple[str, ...] = ()  # ids of topics, or free text
    fields_of_action: tuple[str, ...] = ()
    focus_areas: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    scope: str = ""
    budget_eur: int | None = None
    result: str = ""
    modelled_on: tuple[str, ...] = ()
    builds_on: tuple[str, ...] = ()
    continues: str = ""
    place: Place | None = None
    url: str = ""
    sources: tuple[str, ...] = ()
    confirmed_on: str = ""
    contact_url: str = ""  # page of an office, never of a person
    links: tuple[WebLink, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    districts: tuple[str, ...] = ()  # by number, where there is no point
    datasets: tuple[str, ...] = ()  # names of datasets, beside those with the measure's code
    funding_programme: tuple[str, ...] = ()  # ids of the city's funding programmes

    @property
    def lead(self) -> str:
        return next(iter(of_role(self.members, LEAD)), "")

    @property
    def partners(self) -> tuple[str, ...]:
        return of_role(self.members, PARTNER)


@dataclass(frozen=True)
class Paper:
    """A paper that entries name by a letter."""

    title: str
    retrieved_on: str = ""  # when somebody read it


def read_actors(path: Path, city: City) -> tuple[Actor, ...]:
    """The actors of the file, checked against the city.

    Raises CityFileError with all mistakes at once.
    """
    reader = _Reader(path, city)
    actors = reader.fields.each("actors", reader.actor)
    known = {actor.id for actor in actors}
    reader.resolve("actor", known, "the id of an actor of this file")
    reader.finish()
    return actors


def read_projects(path: Path, city: City, actors: Iterable[Actor]) -> tuple[Project, ...]:
    """The projects of the file, checked against the city and its actors.

    Raises CityFileError with all mistakes at once.
    """
    reader = _Reader(path, city)
    projects = reader.fields.each("projects", reader.project)
    reader.resolve("actor", {actor.id for actor in actors}, "the id of an actor of the city")
    reader.resolve("project", {project.id for project in projects}, "the id of a project of this file")
    reader.finish()
    return projects


def read_length(item: Item) -> int:
    """Whole metres."""
    length = item.integer()
    if length < 0:
        item.wrong("whole metres, 0 or more")
        return 0
    return length


class _Reader:
    def __init__(self, path: Path, city: City) -> None:
        self.city = city
        self.topics = {topic.id for topic in topics_of(city)}
        self.fields, self.mistakes = open_file(path)
        self.precision_m = self.fields.need("position_precision_m", read_length, 0)
        no_papers: dict[str, Paper] = {}
        self.papers = self.fields.need("sources", read_papers, no_papers)
        self.ids: list[tuple[str, int, str]] = []
        self.references: list[tuple[str, Item]] = []  # kind of what is referred to, where

    def finish(self) -> None:
        unique(self.ids, self.mistakes)
        self.fields.done()
        self.mistakes.check()

    def resolve(self, kind: str, known: set[str], allowed: str) -> None:
        """Report references to what is not there."""
        for wanted, item in self.references:
            if wanted == kind and item.node.value not in known:
                item.wrong(allowed)

    def actor(self, item: Item) -> Actor:
        fields = Fields(item)
        actor = Actor(
            id=self._id(fields),
            title=fields.need("title", Item.text, ""),
            kind=fields.need("kind", lambda one: one.one_of(vocabulary("actor-kinds").iris), ""),
            notes=fields.may("notes", Item.text, ""),
            part_of=fields.may("part_of", lambda one: self._reference(one, "actor"), ""),
            offers=fields.each("offers", self._topic, required=False),
            needs=fields.each("needs", self._topic, required=False),
            fields_of_action=self._of_city(fields, "fields_of_action"),
            focus_areas=self._of_city(fields, "focus_areas"),
            place=fields.may("position", self._place, None),
            url=fields.may("url", Item.address, ""),
            **self._both(fields),
        )
        fields.done()
        return actor

    def project(self, item: Item) -> Project:
        fields = Fields(item)
        project = Project(
            id=self._id(fields),
            title=fields.need("title", Item.text, ""),
            notes=fields.may("notes", Item.text, ""),
            measure=fields.may("measure", lambda one: one.text(MEASURE, "three numbers in quotes: 1.2.5"), ""),
            status=fields.may("status", lambda one: one.one_of(vocabulary("project-status").iris), ""),
            phase=fields.may("phase", lambda one: one.one_of([phase.id for phase in self.city.phases]), ""),
            start=fields.may("start", read_date, ""),
            end=fields.may("end", read_date, ""),
            members=self._members(fields),
            needs=fields.each("needs", self._topic, required=False),
            fields_of_action=self._of_city(fields, "fields_of_action"),
            focus_areas=self._of_city(fields, "focus_areas"),
            goals=self._of_city(fields, "goals"),
            scope=fields.may("scope", Item.text, ""),
            budget_eur=fields.may("budget_eur", Item.integer, None),
            result=fields.may("result", Item.text, ""),
            modelled_on=fields.each("modelled_on", Item.text, required=False),
            builds_on=fields.each("builds_on", lambda one: self._reference(one, "project"), required=False),
            continues=fields.may("continues", lambda one: self._reference(one, "project"), ""),
            place=fields.may("position", self._place, None),
            url=fields.may("url", Item.address, ""),
            datasets=fields.each("datasets", Item.identifier, required=False),
            funding_programme=self._of_city(fields, "funding_programme", "funding_programmes"),
            **self._both(fields),
        )
        fields.done()
        return project

    def _both(self, fields: Fields) -> dict[str, Any]:
        """What actors and projects have alike."""
        papers = [paper for paper in fields.each("sources", self._paper) if paper.title]
        looked_up = tuple(Evidence("", one.title, one.retrieved_on) for one in papers if one.retrieved_on)
        return {
            "sources": tuple(paper.title for paper in papers),
            "confirmed_on": fields.may("confirmed_on", read_date, ""),
            "contact_url": fields.may("contact_url", Item.address, ""),
            "links": fields.each("links", read_link, required=False),
            "evidence": fields.each("evidence", self._evidence, required=False) + looked_up,
            "districts": fields.each("districts", self._district, required=False),
        }

    def _members(self, fields: Fields) -> tuple[Membership, ...]:
        """The short lists of ids by role, and the long one with dates."""

        def actor(item: Item) -> str:
            return self._reference(item, "actor")

        lead = fields.may("lead", actor, "")
        members = [Membership(lead, LEAD)] if lead else []
        members += [Membership(one, PARTNER) for one in fields.each("partners", actor, required=False)]
        members += [Membership(one, FUNDER) for one in fields.each("funders", actor, required=False)]
        members += fields.each("members", self._member, required=False)
        return in_order(tuple(members))

    def _member(self, item: Item) -> Membership:
        fields = Fields(item)
        member = Membership(
            actor=fields.need("actor", lambda one: self._reference(one, "actor"), ""),
            role=fields.need("role", lambda one: one.one_of(ROLES), PARTNER),
            since=fields.may("since", read_date, ""),
            until=fields.may("until", read_date, ""),
            source=fields.may("source", self._paper, Paper("")).title,
        )
        fields.done()
        return member

    def _evidence(self, item: Item) -> Evidence:
        fields = Fields(item)
        evidence = Evidence(
            fact=fields.may("fact", Item.text, ""),
            source=fields.need("source", self._paper, Paper("")).title,
            retrieved_on=fields.may("retrieved_on", read_date, ""),
            confirmed_on=fields.may("confirmed_on", read_date, ""),
        )
        fields.done()
        return evidence

    def _district(self, item: Item) -> str:
        return item.one_of([one.number for one in self.city.districts], 'the number of a district in quotes: "01"')

    def _id(self, fields: Fields) -> str:
        identifier = fields.need("id", Item.identifier, "")
        self.ids.append((identifier, fields.item.line, fields.item.place))
        return identifier

    def _reference(self, item: Item, kind: str) -> str:
        identifier = item.identifier()
        if identifier:
            self.references.append((kind, item))
        return identifier

    def _topic(self, item: Item) -> str:
        """The id of a topic, or free text; what is written like an id must be one, so that no typing error passes."""
        text = item.text()
        if text and IDENTIFIER.fullmatch(text) and text not in self.topics:
            item.wrong("the id of a topic of schemas/vocabularies, or words that begin with a capital letter")
            return ""
        return text

    def _of_city(self, fields: Fields, name: str, of_city: str = "") -> tuple[str, ...]:
        known = [one.id for one in getattr(self.city, of_city or name)]
        return fields.each(name, lambda one: one.one_of(known), required=False)

    def _place(self, item: Item) -> Place:
        longitude, latitude = item.numbers(2, "longitude and latitude in degrees: [13.74, 51.05]")
        west, south, east, north = self.city.bbox
        near_x = west - REGION_DEGREES <= longitude <= east + REGION_DEGREES
        near_y = south - REGION_DEGREES <= latitude <= north + REGION_DEGREES
        if (longitude, latitude) != (0.0, 0.0) and not (near_x and near_y):
            allowed = f"a place within {REGION_DEGREES} degrees of the city ({west} to {east}, {south} to {north})"
            item.wrong(allowed, f"[{longitude}, {latitude}]")
        return Place(longitude, latitude, self.precision_m)

    def _paper(self, item: Item) -> Paper:
        return self.papers.get(item.one_of(self.papers), Paper(""))


def read_papers(item: Item) -> dict[str, Paper]:
    """The papers that the entries name by a letter."""
    fields = Fields(item, 'the papers by a letter: {A: "Title (year)"}')
    papers = {letter: fields.need(letter, read_paper, Paper("")) for letter in fields.given}
    fields.done()
    return papers


def read_paper(item: Item) -> Paper:
    """A title, or a title with the day on which the paper was read."""
    if isinstance(item.node, yaml.ScalarNode):
        return Paper(item.text())
    fields = Fields(item, 'a title, or {title: "…", retrieved_on: 2026-11-20}')
    paper = Paper(fields.need("title", Item.text, ""), fields.may("retrieved_on", read_date, ""))
    fields.done()
    return paper


def read_link(item: Item) -> WebLink:
    """A page elsewhere."""
    fields = Fields(item)
    link = WebLink(fields.need("url", Item.address, ""), fields.may("label", Item.text, ""))
    fields.done()
    return link


def read_date(item: Item) -> str:
    """A year, month or day; YAML reads 2013 as a number and 2013-07-01 as a day, so the text of the file is taken."""
    text = str(item.node.value) if not isinstance(item.node.value, list) else ""
    if date_precision(text) not in ("year", "month", "date"):
        item.wrong("a year, month or day: 2023, 2023-07, 2023-07-01")
        return ""
    return text
