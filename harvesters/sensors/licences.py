"""Whose values they are, and what may be done with them: the licence of a source is that of its means.

A mean is made of somebody's values, so it is passed on under their licence and names them where that asks for it. A
source whose licence nobody stated is refused when its settings are saved, not flagged: what was published without the
right to do so cannot be called back, and to find out and write one line of settings takes minutes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ckanext.dresdensmartcity.city.vocabularies import vocabulary

# Licences of the list that ask for the name of the source (DCAT-AP.de convention 35).
_NAMED = re.compile(r"^((dl|cc)-by|odby|odbl)")
# Under these nobody may publish what he makes of the values.
_CLOSED = re.compile(r"(^|-)nd(/|$|-)|^other-(closed|commercial)$")

NEEDED = (
    "is needed, as this kind of source has no licence of its own: ask the operator of the source under which one its "
    "values may be passed on, and write it as in http://dcat-ap.de/def/licenses/, such as dl-by-de/2.0"
)


@dataclass(frozen=True)
class Licence:
    """Under which licence values are passed on, and who is named."""

    iri: str  # of http://dcat-ap.de/def/licenses/
    attribution: str = ""


# What the operators say of their data, by kind of source. openSenseMap: PDDL 1.0 (its API's documentation);
# sensor.community: Open Database License.
OF_KINDS: dict[str, Licence] = {
    "opensensemap": Licence("odcpddl", "openSenseMap"),
    "sensor_community": Licence("odbl", "Sensor.Community"),
}


def licence_of(kind: str, given: str, attribution: str) -> Licence:
    """The licence of a source of this kind, by its settings; raises ValueError with what is missing or not possible."""
    usual = OF_KINDS.get(kind, Licence(""))
    if not given and not usual.iri:
        raise ValueError(f"source_license {NEEDED}")
    terms = vocabulary("licenses")
    name = (given or usual.iri).strip().removeprefix(terms.base).rstrip("/")
    term = terms.by_id(name)
    if term is None:
        raise ValueError(f"source_license {given!r} is not in the list {terms.base}; an example is dl-by-de/2.0")
    if _CLOSED.search(name):
        raise ValueError(f"source_license {given!r} does not allow to publish what is made of the values")
    named = attribution or usual.attribution
    if _NAMED.search(name) and not named:
        raise ValueError(f"source_attribution is needed: {name} asks to name the source")
    return Licence(term.iri, named)
