"""An indicator table by district and year from the address of its CSV file, through ckanext-harvest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import Field

from ..base import HarvestSettings, Run, SmartCityHarvester
from ..records import Finding, Publication, Unit
from .mapping import Mapping, Strict, Text
from .publications import Facts, dataset, series
from .publish import prepare


class Heading(Strict):
    """How a dataset or series is called."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)
    """Part of its address; never changes."""
    label: Text
    """The title."""
    about: Text
    """The description."""


class IndicatorHarvester(SmartCityHarvester):
    """One table is one unit. The source's bytes live in `collect` only: what it returns is what may be published."""

    name = "smartcity_indicators"
    title = "Kennzahlen nach Stadtteil und Jahr (CSV)"
    description = (
        "Tabellen mit Anzahlen je Stadtteil: kleine Zahlen werden geheim gehalten, bevor etwas gespeichert wird"
    )

    class Settings(HarvestSettings):
        """What a source says about its table."""

        table: Heading
        """The dataset."""
        family: Heading
        """The series that this and similar tables belong to."""
        mapping: Mapping
        """Columns, indicators, sums and thresholds of the table."""
        keywords: list[str] = Field(default=[])
        """German keywords of the dataset."""
        keywords_en: list[str] = Field(default=[])
        """English keywords of the dataset."""
        sample: bool = False
        """Whether the figures are made up; the dataset then says so."""

    def units(self, run: Run) -> Iterable[Unit | Finding]:
        """The table."""
        yield Unit(f"indicators:table:{run.settings.table.id}")

    def collect(self, run: Run, unit: Unit) -> dict[str, Any]:
        """Reads, hides and proves in memory; harvest_object.content, which everybody can read, gets the result."""
        mapping = run.settings.mapping
        districts = {one.number: one.name for one in run.city.districts}
        prepared = prepare(run.client.get(run.source.url).content, mapping, districts)
        account = prepared.account
        run.report.count("read", account.values - account.missing)
        run.report.count("hidden", account.hidden)
        run.report.count("hidden_shares", account.hidden_shares)
        run.report.checked += [
            f"{account.sums} sums over districts, their groups, the city and columns were added up again.",
            f"Counts from 1 to {account.threshold - 1} are kept secret (§ 16 BStatG): {account.hidden} of "
            f"{account.values} counts are hidden, those included that would give a small one away by subtraction.",
            f"The audit found for each of the {account.hidden} hidden counts two tables that fit everything published "
            f"and leave at least {account.threshold} values possible.",
            f"Shares are computed from published counts only, and not where the denominator is below "
            f"{mapping.minimum_denominator}: {account.hidden_shares} of {account.shares} are empty.",
        ]
        unknown = sorted(set(prepared.districts) - set(districts))
        if unknown:
            run.report.findings.append(
                Finding("district", "warning", f"districts that the city file does not know: {', '.join(unknown)}")
            )
        if account.missing:
            run.report.findings.append(
                Finding("missing", "info", f"{account.missing} values are missing in the source; they are not zero")
            )
        return {"years": list(prepared.years), "rows": [record.row() for record in prepared.records]}

    def publish(self, run: Run, unit: Unit, content: dict[str, Any]) -> list[Publication]:
        """The family's series and the table's dataset."""
        settings = run.settings
        facts = Facts(
            city=run.city.name,
            sample=settings.sample,
            years=(content["years"][0], content["years"][-1]),
            tags=tuple(settings.keywords),
            tags_en=tuple(settings.keywords_en),
        )
        family = series(settings.family.id, settings.family.label, settings.family.about, facts)
        table = settings.table
        return [family, dataset(unit.guid, table, settings.mapping, facts, content["rows"], family.guid)]
