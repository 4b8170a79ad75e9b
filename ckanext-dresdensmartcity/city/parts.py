"""Parts of a city file that stand in several places: values of controlled lists, offices, other catalogues."""

from __future__ import annotations

import re
from datetime import date, datetime

from .model import Catalogue, Label, Office, OtherCatalogue
from .values import date_precision
from .vocabularies import vocabulary
from .yamlfile import Fields, Item

NOTHING = Label("", "")
NO_OFFICE = Office("", "")
TELEPHONE = re.compile(r"\+[1-9][\d ]{3,20}")
MOMENT = "a year, a month, a day or a time: 2026, 2026-10, 2026-10-01"


def listed(item: Item, name: str) -> str:
    """An IRI of a controlled list."""
    terms = vocabulary(name)
    iri = item.text()
    if iri and iri not in terms.iris:
        item.wrong(f"an IRI of schemas/vocabularies/{name}.yaml, such as {terms.iris[0]}")
        return ""
    return iri


def read_office(item: Item) -> Office:
    fields = Fields(item)
    office = Office(
        name=fields.need("name", Item.text, ""),
        url=fields.need("url", Item.address, ""),
        uri=fields.may("uri", Item.address, ""),
        email=fields.may("email", Item.text, ""),
        type=fields.may("type", lambda field: listed(field, "publisher-types"), ""),
        name_en=fields.may("name_en", Item.text, ""),
        telephone=fields.may("telephone", lambda field: field.text(TELEPHONE, 'a number such as "+49 351 4880"'), ""),
    )
    fields.done()
    return office


def read_moment(item: Item) -> str:
    """A date as precise as it is known."""
    value = item.plain()
    text = value.isoformat() if isinstance(value, date | datetime) else str(value)
    if isinstance(value, bool) or date_precision(text) is None:
        item.wrong(MOMENT)
        return ""
    return text


def read_catalogue(item: Item) -> Catalogue:
    """What a city says of its catalogue beyond what it says of itself; every key may be left out."""
    fields = Fields(item)
    result = Catalogue(
        issued=fields.may("issued", read_moment, ""),
        rights=fields.may("rights", Item.label, NOTHING),
        creator=fields.may("creator", read_office, NO_OFFICE),
        part_of=fields.may("part_of", read_other_catalogue, None),
        has_part=fields.each("has_part", read_other_catalogue, required=False),
        catalogs=fields.each("catalogs", read_other_catalogue, required=False),
        applicable_legislation=fields.each("applicable_legislation", Item.address, required=False),
        theme_taxonomies=fields.each("theme_taxonomies", Item.address, required=False),
    )
    fields.done()
    return result


def read_other_catalogue(item: Item) -> OtherCatalogue:
    """A catalogue elsewhere, with all that DCAT-AP.de asks of one: whoever names it must describe it."""
    fields = Fields(item)
    result = OtherCatalogue(
        iri=fields.need("iri", Item.address, ""),
        title=fields.need("title", Item.label, NOTHING),
        description=fields.need("description", Item.label, NOTHING),
        publisher=fields.need("publisher", read_office, NO_OFFICE),
    )
    fields.done()
    return result
