"""A harvester as small as one can be, to try the base with: counts of traffic that a source gives as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ckanext.dresdensmartcity.harvesters.base import HarvestSettings, Run, SmartCityHarvester
from ckanext.dresdensmartcity.harvesters.records import Finding, HarvesterError, Publication, Table, Unit
from pydantic import Field

SERIES = "traffic"


class TrafficHarvester(SmartCityHarvester):
    """Each entry of the list at the source is a unit; its `rows` stand at its own address."""

    name = "test_traffic"
    title = "Traffic"
    description = "For tests only"

    class Settings(HarvestSettings):
        minimum: int = Field(0, ge=0, le=100)
        shared: bool = False  # all units write into one dataset, each its own day

    def units(self, run: Run) -> Iterable[Unit | Finding]:
        for entry in run.client.get(run.source.url).json():
            if entry.get("guid"):
                yield Unit(f"traffic:{entry['guid']}", entry)
            else:
                yield Finding("guid", "error", "an entry has no guid", f"entry {entry.get('number')}")

    def collect(self, run: Run, unit: Unit) -> dict[str, Any]:
        rows = run.client.get(unit.payload["url"]).json()
        if rows == "boom":
            raise ZeroDivisionError("a mistake of ours")
        kept = [row for row in rows if row["count"] >= run.settings.minimum]
        run.report.count("read", len(rows))
        run.report.count("rejected", len(rows) - len(kept))
        run.report.checked.append("every count is at least the minimum")
        return {"rows": kept, "day": unit.payload.get("day")}

    def publish(self, run: Run, unit: Unit, content: dict[str, Any]) -> list[Publication]:
        if content["rows"] and content["rows"][0].get("place") == "nowhere":
            raise HarvesterError("the place is unknown", "row 1, column place")
        shared = run.settings.shared
        guid = "traffic:all" if shared else unit.guid
        fields = {
            "notes": "Zählung.",
            "theme": ["http://publications.europa.eu/resource/authority/data-theme/TRAN"],
            "tags": ["Verkehr"],
        }
        series = Publication(SERIES, {"name": "verkehr", "title": "Verkehr", **fields}, kind="dataset_series")
        table = Table(
            name="counts",
            title="Zählwerte",
            schema="test-traffic",
            rows=content["rows"],
            scope={"day": content["day"]} if shared else {},
        )
        package = {"name": guid.replace(":", "-"), "title": unit.payload.get("title", "Zählung"), **fields}
        if shared:
            package["title"] = "Alle Zählungen"
        return [series, Publication(guid, package, (table,), series=SERIES)]
