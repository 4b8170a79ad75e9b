"""What a source of another portal's entries may say."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from ckanext.dresdensmartcity.city.values import is_iri
from ckanext.dresdensmartcity.city.vocabularies import vocabulary
from ckanext.dresdensmartcity.dcat.output import term_iri
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ..removal import Rules
from ..settings import HarvestSettings
from .feed import Bounds


def _license(text: str) -> str:
    return _term("licenses", text)


def _theme(text: str) -> str:
    return _term("themes", text)


def _term(name: str, text: str) -> str:
    found = term_iri(name, text) if text else ""
    if text and not found:
        known = vocabulary(name)
        raise ValueError(f"{text!r} is not in the list {name}, whose terms begin with {known.base}")
    return str(found)


def _iri(text: str) -> str:
    if text and not is_iri(text):
        raise ValueError(f"{text!r} is no web address")
    return text


License = Annotated[str, AfterValidator(_license)]
Theme = Annotated[str, AfterValidator(_theme)]
Iri = Annotated[str, AfterValidator(_iri)]


class Publisher(BaseModel):
    """Who is named where an entry names nobody."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    name: str = Field(min_length=2)
    uri: Iri = ""
    url: Iri = ""


class CatalogueSettings(HarvestSettings):
    """What both kinds of sources may say."""

    owner: str = ""
    """Organisation of this portal that the entries belong to, by name; else that of the source, else the city's."""
    prefix: str = Field("", pattern="^([a-z0-9][a-z0-9_-]*)?$", max_length=30)
    """Put before the short names of entries when they are made."""
    publish: bool = True
    """Whether entries are public at once. `false` makes new ones private, until somebody makes them public."""
    license: License = ""
    """Licence of files that have none. Empty: such an entry is refused, as nobody may guess a licence."""
    themes: list[Theme] = []
    """Themes of datasets that have none."""
    publisher: Publisher | None = None
    """Publisher of entries that name none; else that of the source's catalogue, else the title of the source."""
    same_identifier: Literal["youngest", "keep"] = "youngest"
    """Of entries with the same dct:identifier only the youngest is taken, or all are."""
    grace_days: int = Field(7, ge=0, le=3650)
    """Days after which an entry that the source no longer has is taken out."""
    max_missing_share: float = Field(0.2, ge=0, le=1)
    """Largest share of entries that may be missing in a run; where it is more, nothing is taken out."""
    max_pages: int = Field(1000, ge=1, le=100_000)
    """Pages that are read at most."""
    max_entries: int = Field(50_000, ge=1, le=1_000_000)
    """Entries that are read at most."""
    max_seconds: int = Field(3600, ge=1, le=7000)
    """Seconds that reading all pages may take."""

    @property
    def rules(self) -> Rules:
        return Rules(timedelta(days=self.grace_days), self.max_missing_share)

    @property
    def bounds(self) -> Bounds:
        return Bounds(self.max_pages, self.max_entries, self.max_seconds)


class DcatSettings(CatalogueSettings):
    """A catalogue in RDF."""

    format: Literal["", "turtle", "rdfxml", "jsonld", "ntriples"] = ""
    """Syntax of the source where neither its Content-Type nor its ending tells."""


class CkanSettings(CatalogueSettings):
    """A CKAN portal."""

    fq: str = Field("", max_length=2000)
    """Filter of package_search at the source, such as `res_format:CSV`."""
    from_organizations: list[str] = []
    """Only datasets of these organisations of the source, by name."""
    from_groups: list[str] = []
    """Only datasets of these groups of the source, by name."""
    page_size: int = Field(100, ge=1, le=1000)
    """Datasets asked for at once."""
    prefer_rdf: bool = False
    """Read each dataset's own RDF (`/dataset/<name>.ttl`), where the source has it, in place of the API's answer."""
