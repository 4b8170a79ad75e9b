"""Another city's atlas through ckanext-harvest.

One entry is one unit, so that a bad one stops no other, and one that has not changed is left out of the queue.
Entries are removed by the rules of all harvesters (removal.py): a source that is down, breaks off, or loses more than a
share of its entries at once takes nothing away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from typing import Any

from ckanext.dresdensmartcity.atlas.entries import ACTOR, PROJECT
from ckanext.dresdensmartcity.dcat.output import term_iri

from .. import troubles
from ..base import Run, SmartCityHarvester
from ..fields import package_id
from ..records import Finding, HarvesterError, Publication, Unit
from . import duplicates, known, suggest, wording
from .making import Made, Origin, default_prefix, guid, make, publication
from .mapping import Read, Told, read
from .reading import Items, Server, base_address, read_items, read_server
from .settings import AtlasSettings, CollectionSettings

KEYS = {ACTOR: "actors", PROJECT: "projects"}


class NoLicenceError(HarvesterError):
    """Nobody says under which licence the entries stand."""


class AtlasHarvester(SmartCityHarvester):
    """Actors and projects of another city."""

    name = "smartcity_atlas"
    title = "Atlas einer anderen Stadt (OGC API Features)"
    description = "Akteure und Projekte aus dem Smart-City-Atlas einer anderen Stadt, mit ihrer Herkunft"
    Settings = AtlasSettings

    def units(self, run: Run) -> Iterable[Unit | Finding]:
        """The entries of both collections, with references among them."""
        server = read_server(run.client, run.source.url)
        origin = self.origin(run, server)
        told, entries = Told(), list[Read]()
        for entry_type in (ACTOR, PROJECT):
            yield from self._collection(run, server, entry_type, entries, told)
        result = make(entries, origin, told)
        run.gathering.seen |= {guid(origin.prefix, one.type, one.id) for one in entries if one.refused}
        run.report.count("read", len(entries))
        run.report.count("rejected", sum(one.refused is not None for one in entries))
        yield from result.findings
        numbers = {KEYS[kind]: sum(one.type == kind for one in entries) for kind in KEYS}
        run.report.check(wording.READ, origin=origin.name, **numbers)
        run.report.check(wording.CHECKED)
        for what, number in told.left_out.items():
            run.report.tally("left_out", what, number)
        if told.contacts:
            run.report.count("contacts_left_out", told.contacts)
        yield from self._units(run, result.made)

    def collect(self, run: Run, unit: Unit) -> dict[str, Any]:
        """Gathering reads whole pages, so a unit brings its content."""
        raise NotImplementedError

    def publish(self, run: Run, unit: Unit, content: dict[str, Any]) -> Publication:
        """The entry with its origin."""
        return publication(content, self._owner(run))

    def origin(self, run: Run, server: Server) -> Origin:
        """What holds for all entries of the source; raises NoLicenceError."""
        settings = run.settings
        collections = [server.collection(getattr(settings, key).collection) for key in KEYS.values()]
        named = [*server.licences, *(one for found in collections if found for one in found.licences)]
        license_ = settings.license or next((iri for one in named if (iri := term_iri("licenses", one))), "")
        if not license_:
            raise NoLicenceError(wording.NO_LICENCE, key="license")
        # Our own interface calls itself "Smart City Atlas Musterstadt: geodata".
        name = settings.origin or server.title.partition(": ")[0] or run.source.title
        prefix = settings.prefix or default_prefix(base_address(run.source.url))
        return Origin(name, prefix, license_)

    @staticmethod
    def _owner(run: Run) -> str:
        return str(run.settings.owner or run.source.owner or run.city.id)

    def _collection(
        self, run: Run, server: Server, entry_type: str, entries: list[Read], told: Told
    ) -> Iterator[Finding]:
        settings: CollectionSettings = getattr(run.settings, KEYS[entry_type])
        if not settings.collection:
            return
        described = server.collection(settings.collection)
        if described is None:
            there = [one.id for one in server.collections]
            yield self._incomplete(
                run,
                Finding.of(
                    "collection",
                    "error",
                    wording.NO_COLLECTION,
                    collection=settings.collection,
                    there=", ".join(there)[:500],
                    key=KEYS[entry_type],
                    mapping=suggest.collection(KEYS[entry_type], there),
                ),
            )
            return
        try:
            items = read_items(run.client, described, settings, run.settings.bounds)
        except HarvesterError as error:
            troubles.pass_on(error)
            values = {"collection": settings.collection, "why": str(error)}
            yield self._incomplete(run, Finding.of("collection", "error", wording.NOT_READ, **values))
            return
        yield from self._items(run, items)
        entries += [read(row, entry_type, settings, run.city, told, described.extent) for row in items.rows]
        if proposal := suggest.mapping(entry_type, settings, items.rows):
            yield Finding.of("mapping", "info", wording.MAPPING, collection=described.id, mapping=proposal)

    def _items(self, run: Run, items: Items) -> Iterator[Finding]:
        run.report.count("pages", items.pages)
        yield from items.findings
        for broken in items.incomplete:
            yield self._incomplete(run, broken)
        if items.wrong:
            run.gathering.incomplete.append(wording.NO_FEATURE)
            run.report.count("rejected", items.wrong)

    @staticmethod
    def _incomplete(run: Run, finding: Finding) -> Finding:
        run.gathering.incomplete.append(finding.message)
        return finding

    @staticmethod
    def _units(run: Run, made: list[Made]) -> Iterator[Unit | Finding]:
        """Units with the day on which what they say was first read, and what is said of new and changed ones."""
        day_now = today()
        before = known.first_read(run.source.id, [one.guid for one in made])
        taken = known.taken_names({one.package["name"]: package_id(run.city, one.guid) for one in made})
        fresh = [one for one in made if before.get(one.guid, ("", ""))[0] != one.said]
        yield from duplicates.told(fresh)
        for one in made:
            if one.package["name"] in taken:
                run.gathering.seen.add(one.guid)
                run.report.count("rejected")
                yield Finding.of("name", "error", wording.NAME_TAKEN, one.guid, name=one.package["name"])
                continue
            said, day = before.get(one.guid, ("", day_now))
            yield Unit(one.guid, content=one.content(day if said == one.said else day_now))


def today() -> str:
    """The day in UTC."""
    return datetime.now(timezone.utc).date().isoformat()
