"""What a city is to this software: typed facts read from one city file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

Position = tuple[float, float]  # lon, lat in degrees, WGS 84
BoundingBox = tuple[float, float, float, float]  # west, south, east, north in degrees, WGS 84


@dataclass(frozen=True)
class Label:
    """A text in the languages of the interface."""

    de: str
    en: str

    def text(self, language: str) -> str:
        """The text in `language` ("de", "en", also "de_DE"); German where there is none."""
        return self.en if language.startswith("en") else self.de


@dataclass(frozen=True)
class Goal:
    """A guiding goal (Leitbild) or a goal of urban development."""

    id: str
    label: Label
    kind: str  # "guiding" or "development"


@dataclass(frozen=True)
class FieldOfAction:
    """Handlungsfeld."""

    id: str
    label: Label


@dataclass(frozen=True)
class District:
    """Stadtteil, known by its number of two digits and never by its name."""

    number: str
    name: str
    centroid: Position
    bbox: BoundingBox


@dataclass(frozen=True)
class FocusArea:
    """Schwerpunktraum: one or several districts with a theme."""

    id: str
    label: Label
    theme: Label
    districts: tuple[str, ...]  # district numbers
    centroid: Position
    bbox: BoundingBox


@dataclass(frozen=True)
class Phase:
    """A phase of the programme."""

    id: str
    label: Label
    start: date
    end: date


@dataclass(frozen=True)
class Office:
    """An office that publishes or answers; never a person."""

    name: str
    url: str
    uri: str = ""
    email: str = ""
    type: str = ""  # IRI of http://purl.org/adms/publishertype/
    name_en: str = ""
    telephone: str = ""  # with the prefix of its country: "+49 351 4880"


@dataclass(frozen=True)
class OtherCatalogue:
    """A catalogue that this one belongs to, or that belongs to it."""

    iri: str
    title: Label
    description: Label
    publisher: Office


@dataclass(frozen=True)
class Catalogue:
    """What a city says of its catalogue beyond what it says of itself (dcat:Catalog)."""

    issued: str = ""  # in the precision given; empty: when the oldest entry was made
    rights: Label = Label("", "")
    creator: Office = Office("", "")
    part_of: OtherCatalogue | None = None
    has_part: tuple[OtherCatalogue, ...] = ()
    catalogs: tuple[OtherCatalogue, ...] = ()  # catalogues of interest that are no part of this one
    applicable_legislation: tuple[str, ...] = ()  # IRIs, ELI where there is one
    theme_taxonomies: tuple[str, ...] = ()  # IRIs, beside the European themes


@dataclass(frozen=True)
class Geocoding:
    """How the city is named in the German and European registers of places."""

    level: str  # IRI of http://dcat-ap.de/def/politicalGeocoding/Level/
    municipality_key: str  # IRI of http://dcat-ap.de/def/politicalGeocoding/municipalityKey/
    places: tuple[str, ...] = ()  # IRIs of the EU place list or GeoNames


@dataclass(frozen=True)
class Source:
    """A harvest source that the portal starts with."""

    name: str
    type: str  # `name` in the harvester's info()
    title: Label
    url: str  # `{demo}` stands for the address of the demo source server
    config: dict[str, Any] = field(default_factory=dict)
    active: bool = True
    frequency: str = "MANUAL"


@dataclass(frozen=True)
class FundingProgramme:
    """Whom a funding programme lets apply and what it pays; empty where its papers say nothing."""

    id: str
    label: Label
    summary: Label
    funder: Label  # who gives the money
    url: str
    source: str  # the paper that the rules are taken from
    retrieved_on: date
    opens: date | None = None
    deadline: date | None = None
    closed: bool = False  # takes no applications any more, on whatever day it stopped
    kinds: tuple[str, ...] = ()  # of actors that may take part; empty: all
    lead_kinds: tuple[str, ...] = ()  # of actors that may lead; empty: all that may take part
    roles: tuple[str, ...] = ("lead", "partner")  # whom the programme pays
    fields_of_action: tuple[str, ...] = ()  # empty: all
    topics: tuple[str, ...] = ()  # ids of schemas/vocabularies/topics.yaml that it asks for; empty: any
    region: str = "any"  # "city": only who sits in the city
    least_members: int = 1
    most_members: int | None = None
    required_kinds: tuple[tuple[str, ...], ...] = ()  # each: a consortium needs one of these kinds
    rate_percent: float | None = None  # of the eligible costs, at most
    most_eur: int | None = None  # for one project
    conditions: tuple[Label, ...] = ()  # what no rule here can check and people must


@dataclass(frozen=True)
class Topic:
    """What an actor offers or a project needs: a concept of the taxonomy, with its synonyms."""

    id: str
    label: Label
    broader: str  # id of the wider topic, or empty for one of the ten fields at the top
    alt_de: tuple[str, ...] = ()
    alt_en: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every name of the topic in both languages, the labels first."""
        return (self.label.de, self.label.en, *self.alt_de, *self.alt_en)


@dataclass(frozen=True)
class City:
    """One city, as its file describes it."""

    id: str
    name: str
    title: Label  # of the portal
    description: Label  # of the catalogue
    ags: str  # Amtlicher Gemeindeschlüssel, eight digits
    state: str
    population: dict[int, int]
    languages: tuple[str, ...]  # of its data: IRIs of the EU language list
    centre: Position
    bbox: BoundingBox
    programme: str
    goals: tuple[Goal, ...]
    fields_of_action: tuple[FieldOfAction, ...]
    focus_areas: tuple[FocusArea, ...]
    phases: tuple[Phase, ...]
    districts: tuple[District, ...]
    publisher: Office
    contact: Office
    license: str  # IRI of http://dcat-ap.de/def/licenses/
    attribution: str  # for licences that ask for it
    contributor_id: str  # IRI, or empty where the city has none
    access_rights: str  # IRI of the EU access-right list: of a dataset that says nothing else
    availability: str  # IRI of the EU planned-availability list: of a dataset that says nothing else
    geocoding: Geocoding
    homepage: str
    actors_file: Path | None = None  # YAML, absolute after reading
    projects_file: Path | None = None
    sources: tuple[Source, ...] = ()
    demo_folder: Path | None = None  # what the demo source server serves
    imprint_url: str = ""
    privacy_url: str = ""
    accessibility_url: str = ""
    catalogue: Catalogue = Catalogue()
    funding_programmes: tuple[FundingProgramme, ...] = ()
    # Own topics, and own synonyms of topics of the taxonomy: those have an id that it knows, and no label.
    topics: tuple[Topic, ...] = ()

    def district(self, number: str) -> District | None:
        return next((one for one in self.districts if one.number == number), None)

    def focus_area(self, identifier: str) -> FocusArea | None:
        return next((one for one in self.focus_areas if one.id == identifier), None)

    def field_of_action(self, identifier: str) -> FieldOfAction | None:
        return next((one for one in self.fields_of_action if one.id == identifier), None)

    def funding_programme(self, identifier: str) -> FundingProgramme | None:
        return next((one for one in self.funding_programmes if one.id == identifier), None)
