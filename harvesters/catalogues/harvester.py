"""Catalogues of other portals through ckanext-harvest: DCAT-AP.de in RDF, and CKAN's action API."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar

import ckan.model as model
from ckanext.dresdensmartcity import config
from ckanext.dresdensmartcity.dcat.reading import ReadEntry, Reading, read_catalogue

from .. import history
from ..base import HarvestSettings, Run, SmartCityHarvester
from ..client import SourceFormatError, SourceRefusedError
from ..fields import digest, package_id, resource_id
from ..records import Finding, HarvesterError, Publication, Report, Unit
from ..removal import Rules
from . import ckan_api, ckan_mapping, together, wording
from .feed import Place, document, read_feed
from .identity import Identified, Sorted, sort
from .making import ORDER, Made, Origin, Target, make, publication, targets
from .settings import CatalogueSettings, CkanSettings, DcatSettings
from .syntax import ACCEPT
from .tallies import count_entry, count_reading

# Raise it when entries shall be made in another way: sources are then read although they say that nothing changed.
FORM = 1


class CatalogueHarvester(SmartCityHarvester):
    """What both have in common: from entries to units. Abstract: it has no name, so CKAN never loads it."""

    Settings: ClassVar[type[HarvestSettings]] = CatalogueSettings

    def removal(self, run: Run) -> Rules:
        """Entries that are gone are archived after a time of grace."""
        return run.settings.rules

    def gather_stage(self, harvest_job: Any) -> list[str]:
        """As the base does; units that others will take along need not be delivered."""
        together.find_again(harvest_job.source_id)
        return together.first_ones(super().gather_stage(harvest_job))

    def _import(self, harvest_object: Any, report: Report) -> str:
        """As the base does, and before it others of the job that wait (together.py)."""
        if harvest_object.content and history.value(harvest_object, history.UNIT) is not None:
            run = self.prepare(harvest_object.source, Report())
            together.take_along(self, harvest_object, run)
            together.pass_on(harvest_object)
        return super()._import(harvest_object, report)

    def collect(self, run: Run, unit: Unit) -> dict[str, Any]:
        """Gathering reads whole pages, so a unit brings its content."""
        raise NotImplementedError

    def publish(self, run: Run, unit: Unit, content: dict[str, Any]) -> Publication:
        """The entry, as another portal's."""
        return publication(content, self.origin(run))

    def origin(self, run: Run, publisher: dict[str, Any] | None = None) -> Origin:
        """What holds for all entries of the source."""
        owner = run.settings.owner or run.source.owner or run.city.id
        return Origin(run.source.url, run.source.title, owner, run.settings, publisher)

    def made(self, run: Run, result: Sorted, publisher: dict[str, Any] | None) -> Iterator[Made | Finding]:
        """Contents of the taken entries, series and services first; findings of what was wrong with them."""
        gathered, report = run.gathering, run.report
        gathered.seen |= result.refused
        report.count("rejected", len(result.refused) + result.nameless)
        yield from result.findings
        if result.nameless:
            gathered.incomplete.append("entries without anything to know them by")
        if result.repeated:
            report.findings.append(Finding.of("repeated", "info", wording.ARRIVED_TWICE, number=result.repeated))
        origin, lookup = self.origin(run, publisher), self._lookup(run, result)
        for one in sorted(result.taken, key=lambda one: ORDER[one.entry.type]):
            made = make(one, origin, lookup, lambda guid, key: resource_id(run.city, guid, key))
            yield from made.findings
            if made.refused:
                gathered.seen.add(one.key)
                report.count("rejected")
            else:
                yield made

    def _lookup(self, run: Run, result: Sorted) -> Callable[[str], Target | None]:
        """Where links lead: entries of this source, else entries of the portal that came with the IRI."""
        own = targets(result.taken, run.source.url, lambda guid: package_id(run.city, guid))
        known: dict[str, Target | None] = {}

        def lookup(iri: str) -> Target | None:
            if iri in own:
                return own[iri]
            if iri not in known:
                known[iri] = stored(iri, package_id(run.city, iri))
            return known[iri]

        return lookup


def stored(iri: str, identifier: str) -> Target | None:
    """The active entry of this portal that has the IRI: harvested (`identifier` is its id then) or its own."""
    found = model.Package.get(identifier)
    base, _, last = iri.rpartition("/")
    if found is None and base.rpartition("/")[0] == config.site_url():
        found = model.Package.get(last)
    if found is None or found.state != model.State.ACTIVE:
        return None
    return Target(str(found.type), str(found.id))


class DcatHarvester(CatalogueHarvester):
    """A catalogue in RDF at an address: a file, a dump, or a feed in pages."""

    name = "smartcity_dcat"
    title = "Katalog in DCAT-AP.de (RDF)"
    description = "Datensätze, Reihen und Dienste eines anderen Katalogs: Turtle, RDF/XML, JSON-LD oder N-Triples"
    Settings = DcatSettings

    def units(self, run: Run) -> Iterable[Unit | Finding]:
        """The entries of all pages; nothing at all where every page says that it has not changed."""
        settings, gathered = run.settings, run.gathering
        basis = digest([FORM, run.source.url, run.source.title, run.source.owner, settings.model_dump(mode="json")])
        remembered = gathered.remembered or {}
        pages = remembered.get("pages", []) if remembered.get("basis") == basis else []
        feed = read_feed(run.client, run.source.url, settings.format, settings.bounds, pages)
        if feed.unchanged:
            gathered.unchanged = True
            return
        for broken in feed.incomplete:
            gathered.incomplete.append(broken.message)
            yield broken
        gathered.feed = {"basis": basis, "pages": feed.pages}
        run.report.count("read", len(feed.places))
        run.report.count("pages", len(feed.pages))
        count_reading(run.report, feed.readings)
        for place in feed.places:
            count_entry(run.report, place.entry)
        result = sort(feed.places, settings.same_identifier)
        for made in self.made(run, result, publisher_of(feed.readings)):
            yield made if isinstance(made, Finding) else Unit(made.key, content=made.content)


class CkanHarvester(CatalogueHarvester):
    """Another CKAN portal at its address."""

    name = "smartcity_ckan"
    title = "CKAN-Portal (API)"
    description = "Datensätze eines anderen CKAN-Portals, auf Wunsch aus dessen RDF"
    Settings = CkanSettings

    def units(self, run: Run) -> Iterable[Unit | Finding]:
        """The datasets of the portal; with `prefer_rdf` each one's RDF is fetched where its entry has changed."""
        settings, gathered = run.settings, run.gathering
        fq = ckan_api.filter_query(settings.fq, settings.from_organizations, settings.from_groups)
        found = ckan_api.read_portal(run.client, run.source.url, fq, settings.page_size, settings.bounds)
        for broken in found.incomplete:
            gathered.incomplete.append(broken.message)
            yield broken
        if found.repeated:
            yield Finding.of("repeated", "info", wording.SHIFTED, number=found.repeated)
        run.report.count("read", len(found.packages))
        run.report.count("pages", found.pages)
        portal, raw = ckan_api.portal_address(run.source.url), dict[str, dict[str, Any]]()
        places = []
        for package in self._usable(run, found.packages):
            entry = entry_of(package, portal)
            count_entry(run.report, entry)
            places.append(Place(entry, 1))
            raw[entry.iri] = package
        result = sort(places, settings.same_identifier)
        for made in self.made(run, result, None):
            if isinstance(made, Finding) or not settings.prefer_rdf:
                yield made if isinstance(made, Finding) else Unit(made.key, content=made.content)
                continue
            package = raw[made.key]
            kind, name = package.get("type") or "dataset", package.get("name") or package["id"]
            payload = {"rdf": f"{portal}/{kind}/{name}.ttl", "content": made.content}
            told = digest([FORM, settings.model_dump(mode="json"), made.content, package.get("metadata_modified")])
            yield Unit(made.key, payload, fingerprint=told)

    def collect(self, run: Run, unit: Unit) -> dict[str, Any]:
        """The entry from its own RDF; from the API's answer where the portal has none that can be read."""
        try:
            answer = run.client.get(unit.payload["rdf"], headers={"Accept": ACCEPT})
            reading = read_catalogue(document(answer, "", run.client.limits.size))
            entry = own_entry(reading, unit)
        except (SourceRefusedError, SourceFormatError) as error:
            run.report.findings.append(Finding.of("no-rdf", "info", wording.NO_RDF, unit.guid, why=str(error)))
            content: dict[str, Any] = unit.payload["content"]
            return content
        count_reading(run.report, [reading])
        count_entry(run.report, entry)
        one = Identified(unit.guid, entry, unit.guid)
        made = make(
            one,
            self.origin(run, publisher_of([reading])),
            lambda iri: stored(iri, package_id(run.city, iri)),
            lambda guid, key: resource_id(run.city, guid, key),
        )
        run.report.findings += made.findings
        if made.refused:
            worst = next(one for one in made.findings if one.severity == "error")
            raise HarvesterError(worst.template, **worst.values)
        return made.content

    @staticmethod
    def _usable(run: Run, packages: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        hidden, others = 0, dict[str, int]()
        for package in packages:
            kind = str(package.get("type") or "dataset")
            if package.get("private") or package.get("state", "active") != "active":
                hidden += 1
            elif kind not in ORDER:
                others[kind] = others.get(kind, 0) + 1
            else:
                yield package
        if hidden:
            run.report.findings.append(Finding.of("hidden", "info", wording.HIDDEN, number=hidden))
        for kind, number in others.items():
            run.report.findings.append(Finding.of("other-type", "info", wording.OTHER_TYPE, type=kind, number=number))


def entry_of(package: dict[str, Any], portal: str) -> ReadEntry:
    """An entry from the API's dictionary, read like any other's RDF."""
    described = ckan_mapping.describe(package, portal)
    reading = read_catalogue(described.graph)
    entry = next(one for one in reading.entries if described.iri in (one.iri, one.node))
    entry.not_understood += described.not_understood
    return entry


def own_entry(reading: Reading, unit: Unit) -> ReadEntry:
    """The entry that a unit's own RDF is about; SourceFormatError where none is."""
    content = unit.payload["content"]
    wanted = {unit.guid, content["package"].get("identifier"), content["package"].get("uri")} - {None}
    entries = [one for one in reading.entries if one.type == content["kind"]]
    own = [one for one in entries if wanted & {one.iri, one.package.get("identifier")}]
    if len(own or entries) != 1:
        raise SourceFormatError(f"{unit.payload['rdf']} describes {len(entries)} entries and not this one")
    return (own or entries)[0]


def publisher_of(readings: Iterable[Reading]) -> dict[str, Any] | None:
    """The publisher of the source's catalogue, where all its pages agree on one."""
    found = [catalogue.package.get("publisher") for one in readings for catalogue in one.catalogues]
    named = [dict(one[0]) for one in found if one]
    return named[0] if named and all(one == named[0] for one in named) else None
