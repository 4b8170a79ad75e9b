"""A real FROST-Server (OGC SensorThings 1.1) for the tests, on a free port, with tables of its own.

It is started from docker/frost: the jars that `./portal test` fetched, or that its build step fetches when a test finds
none. Its tables stand in a schema of the tests' database, which needs no right that the portal's role does not have.
Pages are small, so that few rows already fill several.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg2
import requests
from psycopg2 import sql

SCHEMA = "frost"
MAX_TOP = 5
_PACKAGE = "de.fraunhofer.iosb.ilt.frostserver"
_JOOQ = f"{_PACKAGE}.persistence.pgjooq"
_PLUGINS = (
    "plugin.coremodel.PluginCoreService",
    "plugin.coremodel.PluginCoreModel",
    "plugin.multidatastream.PluginMultiDatastream",
    "formatter.PluginResultFormatDefault",
    "plugin.format.dataarray.PluginResultFormatDataArray",
)


@dataclass
class Frost:
    """A running server; `url` ends with the version."""

    url: str
    process: subprocess.Popen[str]
    database_url: str
    schema: str
    http: requests.Session = field(default_factory=requests.Session)

    def add(self, path: str, entity: dict[str, Any]) -> Any:
        """Makes an entity; gives its id."""
        answer = self.http.post(f"{self.url}/{path}", json=entity, timeout=30)
        assert answer.status_code == 201, (answer, answer.text)
        return self.http.get(answer.headers["Location"], timeout=30).json()["@iot.id"]

    def delete(self, path: str) -> None:
        """Deletes an entity."""
        answer = self.http.delete(f"{self.url}/{path}", timeout=30)
        assert answer.status_code == 200, (answer, answer.text)

    def clear(self) -> None:
        """Takes out all that it holds, behind its back: by its interface that takes a request for each entity."""
        with closing(psycopg2.connect(self.database_url)) as connection, connection, connection.cursor() as cursor:
            tables = "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename NOT LIKE %s"
            cursor.execute(tables, (self.schema, "databasechangelog%"))
            names = [sql.Identifier(self.schema, name) for (name,) in cursor.fetchall()]
            cursor.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(sql.SQL(",").join(names)))


@contextmanager
def running_frost(
    repository: Path, database_url: str, folder: Path, schema: str = SCHEMA, **settings: str
) -> Iterator[Frost]:
    """Serves until the block ends; `settings` are FROST's own, over those of here."""
    library = Path(os.environ.get("FROST_LIB", repository / ".portal" / "frost-lib"))
    subprocess.run([str(repository / "docker/frost/build"), str(library)], check=True)
    _empty_schema(database_url, schema)
    file = folder / "frost.properties"
    file.write_text(_properties(database_url, schema, folder, settings), encoding="utf-8")
    command = [str(library / "java"), "-Xmx256m", "-cp", f"{library}/*:{library}/classes", "FrostServer", str(file)]
    with (folder / "frost.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)
        watch = threading.Timer(90, process.kill)
        watch.start()
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert url, f"FROST-Server did not start:\n{(folder / 'frost.log').read_text(encoding='utf-8')[-4000:]}"
            watch.cancel()
            yield Frost(url, process, database_url, schema)
        finally:
            watch.cancel()
            process.terminate()
            process.wait(timeout=30)
            _drop_schema(database_url, schema)


def _properties(database_url: str, schema: str, folder: Path, settings: dict[str, str]) -> str:
    database = urlsplit(database_url)
    values = {
        "maxTop": str(MAX_TOP),
        "defaultTop": "3",
        "defaultCount": "false",
        "tempPath": str(folder),
        "persistence.persistenceManagerImplementationClass": f"{_JOOQ}.PostgresPersistenceManager",
        "persistence.autoUpdateDatabase": "true",
        "persistence.db.driver": "org.postgresql.Driver",
        "persistence.db.url": f"jdbc:postgresql://{database.hostname}:{database.port or 5432}{database.path}"
        f"?currentSchema={schema},public",
        "persistence.db.username": unquote(database.username or ""),
        "persistence.db.password": unquote(database.password or "none"),
        "plugins.providedPlugins": ",".join(f"{_PACKAGE}.{one}" for one in _PLUGINS),
        "plugins.multiDatastream.enable": "true",
    } | settings
    # A JSON string is a value of a properties file, but for its quotes: the same escapes.
    return "".join(f"{name}={json.dumps(value)[1:-1]}\n" for name, value in values.items())


def _empty_schema(database_url: str, schema: str) -> None:
    _drop_schema(database_url, schema)
    _execute(database_url, f"CREATE SCHEMA {schema}")
    # For ids that are texts FROST wants a function of an extension; PostgreSQL's own does.
    body = "RETURNS uuid LANGUAGE sql AS 'SELECT gen_random_uuid()'"
    _execute(database_url, f"CREATE FUNCTION {schema}.uuid_generate_v1mc() {body}")


def _drop_schema(database_url: str, schema: str) -> None:
    _execute(database_url, f"DROP SCHEMA IF EXISTS {schema} CASCADE")


def _execute(database_url: str, statement: str) -> None:
    with closing(psycopg2.connect(database_url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)


def point(lon: float, lat: float, **changes: Any) -> dict[str, Any]:
    """A Location with a point."""
    shape = {"type": "Point", "coordinates": [lon, lat]}
    return {"name": "p", "description": "-", "encodingType": "application/geo+json", "location": shape} | changes


def datastream(
    quantity: str, definition: str, symbol: str, observations: list[dict[str, Any]] | None = None, **changes: Any
) -> dict[str, Any]:
    """A Datastream with its ObservedProperty, Sensor and Observations."""
    return {
        "name": quantity,
        "description": "-",
        "observationType": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
        "unitOfMeasurement": {"name": symbol, "symbol": symbol, "definition": ""},
        "ObservedProperty": {"name": quantity, "definition": definition, "description": "-"},
        "Sensor": {"name": "SDS011", "description": "-", "encodingType": "text/plain", "metadata": "-"},
        "Observations": observations or [],
    } | changes


def pm10(observations: list[dict[str, Any]] | None = None, **changes: Any) -> dict[str, Any]:
    """A Datastream of PM10."""
    definition = "http://dd.eionet.europa.eu/vocabulary/aq/pollutant/5"
    return datastream("PM10", definition, "ug/m3", observations, **changes)


def thing(name: str, locations: list[dict[str, Any]], streams: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    """A Thing with all that belongs to it."""
    return {"name": name, "description": "-", "Locations": locations, "Datastreams": streams} | changes


def values(start: datetime, count: int, minutes: int = 5) -> list[dict[str, Any]]:
    """Observations 0, 1, 2, … in equal steps."""
    moments = (start + timedelta(minutes=minutes * number) for number in range(count))
    return [{"phenomenonTime": f"{one:%Y-%m-%dT%H:%M:%SZ}", "result": number} for number, one in enumerate(moments)]
