"""The files of tables, brought in line when a run is finished: a table may have changed in many units before.

What a file is and how it is written stands in parquet.py.
"""

from __future__ import annotations

from collections.abc import Iterable

from ckanext.dresdensmartcity.city.model import City

from .fields import file_id, package_id
from .publishing import lock, make_files, note_files, show, site_user

__all__ = ["refresh"]


def refresh(city: City, guids: Iterable[str]) -> list[str]:
    """Bring the Parquet files of these datasets (natural keys) in line with their tables; ids of those written.

    What is in line is not touched; what is missing is made again. May be called at any time, for any dataset.
    """
    written: list[str] = []
    user = site_user()
    for guid in dict.fromkeys(guids):
        package = package_id(city, guid)
        # Of its own, so that nobody who publishes into the dataset waits for a large file.
        with lock(f"files:{city.id}:{guid}"):
            stored = show(user, package)
            if stored is None or stored["state"] != "active":
                continue
            ids = {one["id"] for one in stored["resources"]}
            tables = {one["table_name"]: one["table_schema"] for one in stored["resources"] if one.get("table_name")}
            with_file = {name: schema for name, schema in tables.items() if file_id(city, guid, name) in ids}
            made = make_files(city, guid, with_file)
            if made:
                with lock(f"publication:{city.id}:{guid}"):
                    note_files(user, package, made, moved=False)
            written += made
    return written
