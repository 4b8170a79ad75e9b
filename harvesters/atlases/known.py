"""What the portal knows already: when an entry was read first, and which names are taken."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

import ckan.model as model
import sqlalchemy as sa
from ckanext.harvest.model import HarvestObject

AT_ONCE = 500


def first_read(source_id: str, guids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """For units that stand until now: what the other atlas said, as a hash, and on which day that was first read."""
    found = {}
    for part in _parts(guids):
        rows = model.Session.execute(
            sa.select(HarvestObject.guid, HarvestObject.content).where(
                HarvestObject.harvest_source_id == source_id,
                HarvestObject.current.is_(True),
                HarvestObject.guid.in_(part),
                HarvestObject.content.is_not(None),
            )
        )
        for guid, text in rows:
            content = json.loads(text)
            if "said" in content and "read" in content:
                found[guid] = (str(content["said"]), str(content["read"]))
    return found


def taken_names(wanted: Mapping[str, str]) -> set[str]:
    """Of the names (name -> id of the package that shall have it) those that another package has."""
    taken = set()
    for part in _parts(list(wanted)):
        rows = model.Session.execute(
            sa.select(model.Package.name, model.Package.id).where(model.Package.name.in_(part))
        )
        taken |= {name for name, identifier in rows if wanted[name] != identifier}
    return taken


def _parts(values: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(values)
    while part := list(islice(rest, AT_ONCE)):
        yield part
