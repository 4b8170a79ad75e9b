"""The whole atlas as one dataset of the catalogue: its date follows the entries, and what serves it is named.

`ckan dresdensmartcity load` makes the dataset (city/records.py). Its `modified` is the day of the last change of an
entry. It is written in the transaction that changes the entry, once a day at most: so nothing waits in a queue, and
writers do not wait for each other's row.
"""

from __future__ import annotations

from datetime import date, datetime, timezone

import sqlalchemy as sa
from ckan import model
from ckanext.dresdensmartcity.city.model import Label
from ckanext.dresdensmartcity.city.records import ATLAS as NAME
from ckanext.dresdensmartcity.dcat.offers import PortalService

from .entries import Entry
from .model import AtlasEntry

__all__ = ["NAME", "SERVICES", "entry_changed", "last_change", "package_changed", "refresh"]

_OGC = "http://www.opengis.net/spec/ogcapi-features"
SERVICES = (
    PortalService(
        name="ogc-api-features",
        title=Label(
            "{title}: OGC API Features des Smart City Atlas", "{title}: OGC API Features of the Smart City Atlas"
        ),
        description=Label(
            "Akteure, Projekte, Stadtteile, Schwerpunkträume und Sensorstandorte als Objekte mit Filtern, für QGIS, "
            "Masterportal und andere Programme.",
            "Actors, projects, districts, focus areas and sensor locations as features with filters, for QGIS, "
            "Masterportal and other programs.",
        ),
        endpoint="/ogc",
        endpoint_description="/ogc/api",
        page="/ogc",
        formats=("GEOJSON",),
        conforms_to=(f"{_OGC}-1/1.0/conf/core", f"{_OGC}-2/1.0/conf/crs"),
        serves=(NAME,),
    ),
    PortalService(
        name="vector-tiles",
        title=Label("{title}: Vektorkacheln des Smart City Atlas", "{title}: vector tiles of the Smart City Atlas"),
        description=Label(
            "Akteure und Projekte als Kacheln (Mapbox Vector Tiles), in kleinen Maßstäben zusammengefasst.",
            "Actors and projects as tiles (Mapbox Vector Tiles), grouped at small scales.",
        ),
        endpoint="/atlas/tiles.json",
        endpoint_description="/atlas/tiles.json",
        page="/developers",
        formats=(),
        serves=(NAME,),
    ),
)


def last_change() -> str:
    """When an entry changed last, in UTC without a zone; empty where there is no entry."""
    latest: datetime | None = model.Session.execute(sa.select(sa.func.max(AtlasEntry.modified))).scalar_one()
    return latest.replace(microsecond=0).isoformat() if latest else ""


def entry_changed(package_id: str, before: Entry | None, after: Entry | None) -> None:
    """Follow a change of an entry (followers.py): its day is that of the dataset."""
    _date(datetime.now(timezone.utc).date())


def package_changed(name: str) -> None:
    """Called by the hooks: a dataset that was just made knows no day yet."""
    if name == NAME:
        refresh()


def refresh() -> str:
    """Bring the dataset's date in line with the entries; returns the day, or nothing where there is no dataset.

    Does not commit.
    """
    known = last_change()
    day = date.fromisoformat(known[:10]) if known else datetime.now(timezone.utc).date()
    return day.isoformat() if _date(day) else ""


def _date(day: date) -> bool:
    """Whether the dataset is there."""
    package = model.Package.get(NAME)
    if package is None or package.state != model.State.ACTIVE:
        return False
    if (package.extras or {}).get("modified") != day.isoformat():
        # Through the model and not an action: CKAN indexes what its session changed, and no activity is noted for
        # what nobody did.
        package.extras = {**(package.extras or {}), "modified": day.isoformat()}
        package.metadata_modified = datetime.now(timezone.utc).replace(tzinfo=None)
        model.Session.add(package)
    return True
