"""What a source of another city's atlas may say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from ckanext.dresdensmartcity.city.vocabularies import vocabulary
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ..catalogues.settings import License
from ..settings import RemovalSettings

# What is taken of an entry. The rest belongs to the other city alone: its focus areas, districts, goals, phases,
# measures, funding programmes and datasets mean nothing here, even where they are called the same.
LINES = ("title", "scope")
LONG_TEXTS = ("notes", "result")
PAGES = ("url", "contact_url")
LISTS = ("offers", "needs", "fields_of_action", "sources", "modelled_on")
DATES = ("confirmed_on", "start", "end")
NUMBERS = ("position_precision_m", "budget_eur")
WORDS = ("kind", "status")
REFERENCES = ("part_of", "continues", "builds_on")
ROWS = ("members", "evidence", "links")
# Where the other portal keeps the entry, and where it has it from itself.
ORIGIN = ("page", "origin_url")
FOR_BOTH = (
    "title", "notes", "url", "contact_url", "needs", "fields_of_action", "sources", "confirmed_on",
    "position_precision_m", "evidence", "links", *ORIGIN,
)  # fmt: skip
OF_ACTORS = (*FOR_BOTH, "kind", "offers", "part_of")
OF_PROJECTS = (
    *FOR_BOTH, "status", "start", "end", "scope", "result", "budget_eur", "modelled_on", "members", "builds_on",
    "continues",
)  # fmt: skip

Name = Annotated[str, Field(min_length=1, max_length=100)]


def _kind(text: str) -> str:
    return _term("actor-kinds", text)


def _status(text: str) -> str:
    return _term("project-status", text)


def _term(name: str, text: str) -> str:
    terms = vocabulary(name)
    if text and terms.by_id(text) is None:
        raise ValueError(f"{text!r} is none of {', '.join(term.id for term in terms.terms)}")
    return text


Kind = Annotated[str, AfterValidator(_kind)]
Status = Annotated[str, AfterValidator(_status)]


class CollectionSettings(BaseModel):
    """A collection of the other server, where it is not one of this software."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    collection: str = Field(default="", max_length=200)
    query: dict[Name, Annotated[str, Field(max_length=500)]] = {}


class ActorsSettings(CollectionSettings):
    """The collection of actors."""

    collection: str = Field(default="actors", max_length=200)
    fields: dict[Literal[OF_ACTORS], Name] = {}  # type: ignore[valid-type]
    kinds: dict[Name, Kind] = {}
    default_kind: Kind = ""
    values: dict[Literal["fields_of_action"], dict[Name, Name]] = {}


class ProjectsSettings(CollectionSettings):
    """The collection of projects."""

    collection: str = Field(default="projects", max_length=200)
    fields: dict[Literal[OF_PROJECTS], Name] = {}  # type: ignore[valid-type]
    statuses: dict[Name, Status] = {}
    values: dict[Literal["fields_of_action"], dict[Name, Name]] = {}


@dataclass(frozen=True)
class Bounds:
    """How much of a collection is read."""

    entries: int = 10_000
    pages: int = 1000
    page_size: int = 500


class AtlasSettings(RemovalSettings):
    """Another city's atlas."""

    owner: str = ""
    """Organisation of this portal that the entries belong to, by name; else that of the source, else the city's."""
    origin: str = Field("", max_length=100)
    """What pages call the other atlas ("from: …"); else the title that its interface gives itself."""
    prefix: str = Field("", pattern="^([a-z0-9]+(-[a-z0-9]+)*)?$", max_length=30)
    """Stands before the ids of its entries, with two hyphens; else made of the source's address. Two sources must not
    have the same, and a new one makes new entries."""
    license: License = ""
    """Licence of its entries; else the one that its interface names. Without any nothing is taken, as nobody may guess
    a licence."""
    actors: ActorsSettings = ActorsSettings()
    """Its actors: `collection` (empty: none are taken), `query` (further parameters, such as a filter), `fields` (our
    name of a property: its name), `kinds` (its word: one of ours), `default_kind`, `values` (`fields_of_action`: its
    word: one of ours)."""
    projects: ProjectsSettings = ProjectsSettings()
    """Its projects: likewise, with `statuses` in place of kinds."""
    page_size: int = Field(500, ge=1, le=10_000)
    """Entries asked for at once."""
    max_entries: int = Field(10_000, ge=1, le=100_000)
    """Entries of each collection that are read at most."""

    @property
    def bounds(self) -> Bounds:
        return Bounds(self.max_entries, page_size=self.page_size)
