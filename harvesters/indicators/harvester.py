"""Indicator tables by district and period through ckanext-harvest: one file, or the tables of a catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ckanext.dresdensmartcity import config
from ckanext.dresdensmartcity.dcat.iris import DATASET

from ..base import Run, SmartCityHarvester
from ..catalogues.feed import Bounds, read_feed
from ..catalogues.harvester import stored
from ..catalogues.identity import lasting_key, sort
from ..fields import package_id, resource_id
from ..records import Finding, Publication, Unit
from ..store import read_table as read_stored
from ..store import table_exists
from . import definitions, wording
from .definitions import Where
from .fitting import Fitting, fit, fit_declared
from .mapping import Mapping, read_mapping
from .origin import Candidate, Chosen, Origin, choose
from .protection.memory import Memory, remembered_from
from .publications import SCHEMA, Facts, Made, carried_over, dataset, headed, series
from .publish import Prepared, protect
from .reading.periods import period_of
from .reading.reader import IndicatorTable
from .rows import Behind, published_rows
from .settings import Heading, IndicatorSettings

REMEMBERED = ("indicator_id", "district", "year", "quarter", "value", "denominator", "status", "published_before")


class IndicatorHarvester(SmartCityHarvester):
    """One table is one unit. The source's bytes live in `collect` only: what it returns is what may be published."""

    name = "smartcity_indicators"
    title = "Kennzahlen nach Stadtteil und Zeitraum (CSV, XLSX, Katalog)"
    description = (
        "Tabellen mit Anzahlen je Stadtteil: kleine Zahlen werden geheim gehalten, bevor etwas gespeichert wird"
    )
    Settings = IndicatorSettings

    def units(self, run: Run) -> Iterable[Unit | Finding]:
        """The table; or the tables that the filter selects in the catalogue."""
        settings = run.settings
        if settings.catalogue is None:
            yield Unit(f"indicators:table:{settings.table.id}")
            return
        bounds = Bounds(settings.catalogue.max_pages, settings.catalogue.max_entries, settings.catalogue.max_seconds)
        feed = read_feed(run.client, run.source.url, settings.catalogue.syntax, bounds)
        for broken in feed.incomplete:
            run.gathering.incomplete.append(broken.message)
            yield broken
        entries = sort(feed.places)
        run.gathering.seen |= {self._guid(key) for key in entries.refused}
        yield from entries.findings
        candidates = [
            Candidate(lasting_key(one.key, one.entry.iri, run.source.url), one.entry.iri, one.entry.package)
            for one in entries.taken
            if one.entry.type == DATASET
        ]
        chosen = choose(candidates, settings.catalogue, run.source.url)
        yield from self._told(run, chosen, len(candidates))
        for origin in chosen.origins:
            yield Unit(self._guid(origin.key), {"origin": origin.payload()})

    def _told(self, run: Run, chosen: Chosen, number: int) -> Iterable[Finding]:
        run.report.count("selected", chosen.selected)
        run.report.count("rejected", len(chosen.left_out))
        run.gathering.seen |= {self._guid(key) for key in chosen.left_out}
        if chosen.selected:
            yield Finding.of("selected", "info", wording.SELECTED, number=chosen.selected, of=number)
        else:
            yield Finding.of("selected", "error", wording.NOTHING_SELECTED, number=number)
        yield from chosen.findings

    @staticmethod
    def _guid(key: str) -> str:
        return f"indicators:dataset:{key}"

    def collect(self, run: Run, unit: Unit) -> dict[str, Any]:
        """Reads, hides and proves in memory; harvest_object.content, which everybody can read, gets the result.

        What earlier releases showed and hid is read from the portal's own table first (RULES §6, stable over time): it
        is there although the history of the harvests may be lost.
        """
        settings = run.settings
        origin = Origin.of(unit.payload["origin"]) if "origin" in unit.payload else None
        answer = run.client.get(origin.file if origin else run.source.url)
        if origin is None:
            fitting = fit_declared(answer.content, settings.mapping, settings.table.label.de)
        else:
            fitting = fit(answer.content, settings.catalogue, origin.title)
        table = fitting.table
        memory = self._memory(run, unit)
        prepared = protect(table, self._districts(run, table), memory)
        titles = carried_over(origin, settings.catalogue.prefix, run.city.name) if origin else headed(settings.table)
        source = origin.title if origin else run.source.title
        rows = published_rows(table, prepared, Behind(source), memory)
        self._account(run, table, prepared, fitting, titles.title)
        self._remembered(run, rows, memory, titles.title)
        address = (origin.page or origin.iri or origin.file) if origin else run.source.url
        entry = stored(origin.iri, package_id(run.city, origin.iri)) if origin and origin.iri else None
        return {
            "periods": [prepared.years[0], prepared.years[-1]],
            "mapping": table.declared.model_dump(mode="json"),
            "family": fitting.family.model_dump(mode="json") if fitting.family else None,
            "rows": rows,
            "definitions": definitions.definitions(table, Where(titles.name, source, address)),
            "own_entry": entry.id if entry and entry.type == DATASET else "",
        }

    @staticmethod
    def _districts(run: Run, table: IndicatorTable) -> dict[str, str]:
        """Districts that are listed as missing where the table has no row for them: none for one of a part of the city.

        A table with at least half of the districts is taken for one of all.
        """
        if table.declared.columns.finest:
            return {}
        names = {one.number: one.name for one in run.city.districts}
        here = {row.area for row in table.rows} & set(names)
        return names if 2 * len(here) >= len(names) else {number: names[number] for number in here}

    def _memory(self, run: Run, unit: Unit) -> Memory:
        """What the published table says, read before anything of this run is stored."""
        identifier = resource_id(run.city, unit.guid, SCHEMA)
        if not table_exists(identifier):
            return Memory()
        frame = read_stored(identifier)
        return remembered_from(frame.select([one for one in REMEMBERED if one in frame.columns]).to_dicts())

    def _account(self, run: Run, table: IndicatorTable, prepared: Prepared, fitting: Fitting, name: str) -> None:
        """What was read, checked and hidden; never which of the hidden counts are small."""
        account, mapping, report = prepared.account, table.declared, run.report
        report.count("read", account.values - account.missing)
        report.count("hidden", account.hidden)
        report.count("hidden_shares", account.hidden_shares)
        report.check(wording.CHECKED_SUMS, table=name, sums=account.sums)
        if mapping.method == "round5":
            report.check(wording.CHECKED_ROUNDED, table=name, values=account.values)
        else:
            most, hidden = account.threshold - 1, account.hidden
            report.check(wording.CHECKED_HIDDEN, table=name, most=most, hidden=hidden, values=account.values)
            if hidden:
                report.check(wording.CHECKED_PROOF, table=name, hidden=hidden, threshold=account.threshold)
        if account.shares:
            least, empty = mapping.minimum_denominator, account.hidden_shares
            report.check(wording.CHECKED_SHARES, table=name, least=least, empty=empty, shares=account.shares)
        form = f"sheet {table.sheet!r}" if table.sheet else f"{table.encoding}, separator {table.delimiter!r}"
        findings = [Finding.of("form", "info", wording.FORM, form=form), *table.remarks]
        if fitting.guessed:
            counts, sums = len(mapping.counts), len(mapping.sums)
            findings.append(Finding.of("guessed", "info", wording.GUESSED, counts=counts, sums=sums))
        unknown = sorted(set(prepared.districts) - {one.number for one in run.city.districts})
        if unknown:
            findings.append(Finding.of("district", "warning", wording.DISTRICTS, numbers=", ".join(unknown)))
        if account.missing:
            findings.append(Finding.of("missing", "info", wording.MISSING, number=account.missing))
        report.findings += [replace(one, place=f"{name}, {one.place}" if one.place else name) for one in findings]

    def _remembered(self, run: Run, rows: list[dict[str, Any]], memory: Memory, name: str) -> None:
        """What the release before made of this one."""
        if memory.hidden:
            run.report.check(wording.CHECKED_EARLIER, table=name, hidden=len(memory.hidden))
        withdrawn = sum(row["published_before"] is True for row in rows)
        if withdrawn:
            run.report.findings.append(Finding.of("withdrawn", "warning", wording.WITHDRAWN, name, number=withdrawn))

    def publish(self, run: Run, unit: Unit, content: dict[str, Any]) -> list[Publication]:
        """The family's series, the definitions, and the table's dataset."""
        settings = run.settings
        origin = Origin.of(unit.payload["origin"]) if "origin" in unit.payload else None
        facts = Facts(
            city=run.city.name,
            sample=settings.sample,
            tags=tuple(settings.keywords),
            tags_en=tuple(settings.keywords_en),
            site=config.site_url(),
        )
        heading = Heading.model_validate(content["family"]) if content["family"] else settings.family
        family = series(heading, facts)
        mapping: Mapping = read_mapping(content["mapping"])
        first, last = (period_of(number) for number in content["periods"])
        made = Made(
            titles=carried_over(origin, settings.catalogue.prefix, run.city.name) if origin else headed(settings.table),
            mapping=mapping,
            periods=(first, last),
            rows=content["rows"],
            origin=origin,
            own_entry=content["own_entry"],
            names=[[one.id, one.title.de, one.title.en] for one in mapping.indicators],
        )
        meanings = definitions.publication(content["definitions"], made.titles.name)
        return [family, meanings, dataset(unit.guid, made, facts, family.guid)]
