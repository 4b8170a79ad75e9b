"""What one portal remembers in its data directory: its number, ports, city and secrets."""

from __future__ import annotations

import json
import secrets
import uuid
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import quote

DEFAULT_PORT = 5000
INTERNAL = ("db", "redis", "solr", "sources")
SECRETS = ("postgres", "ckan_db", "datastore_db", "redis", "secret_key", "jwt", "csrf", "admin")

TEST_PROCESSES = 2  # of `./portal test`, each with databases and a Solr core of its own: as many as a machine has cores


@dataclass
class Instance:
    """Settings of one portal. `ports` are those behind the web server; all listen on loopback."""

    id: str
    port: int = DEFAULT_PORT
    city: str = "dresden"
    empty: bool = False
    ports: dict[str, int] = field(default_factory=dict)
    programs: dict[str, str] = field(default_factory=dict)  # where the last start found PostgreSQL, Java and Solr


class Folder:
    """The data directory: where each thing stands in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.config = path / "config"
        self.log = path / "log"
        self.run = path / "run"
        self.postgres = path / "postgres"
        self.redis = path / "redis"
        self.solr = path / "solr"
        self.storage = path / "storage"
        self.instance_file = self.config / "instance.json"
        self.secrets_file = self.config / "secrets.json"
        self.ckan_ini = self.config / "ckan.ini"
        self.supervisor_conf = self.config / "supervisord.conf"

    def test_ini(self, number: int) -> Path:
        """Configuration of the tests' process `number`, counted from 1; tests/conftest.py finds it."""
        return self.config / f"{test_name(number)}.ini"

    def homes(self) -> dict[str, Path]:
        """Programs that are known by the folder in which they work (processes.own)."""
        return {"postgres": self.postgres.resolve(), "redis-server": self.redis.resolve()}

    def instance(self) -> Instance | None:
        """What is remembered; None before the first start."""
        if not self.instance_file.exists():
            return None
        return Instance(**json.loads(self.instance_file.read_text(encoding="utf-8")))

    def remember(self, instance: Instance) -> None:
        write(self.instance_file, json.dumps(asdict(instance), indent=2) + "\n")

    def secrets(self) -> dict[str, str]:
        """Made at random at the first start; one that a later version needs is added."""
        known = json.loads(self.secrets_file.read_text(encoding="utf-8")) if self.secrets_file.exists() else {}
        if missing := [name for name in SECRETS if name not in known]:
            # The administrator's is typed by people, the others never are.
            known |= {name: secrets.token_hex(8 if name == "admin" else 24) for name in missing}
            write(self.secrets_file, json.dumps(known, indent=2) + "\n")
        return dict(known)

    def stamp(self, name: str) -> str:
        path = self.config / f"{name}.stamp"
        return path.read_text(encoding="utf-8").strip() if path.exists() else ""

    def set_stamp(self, name: str, value: str) -> None:
        write(self.config / f"{name}.stamp", value + "\n")


def new_instance() -> Instance:
    return Instance(id=uuid.uuid4().hex)


def write(path: Path, text: str) -> None:
    """Replace a file at once, readable by its owner only: a start that is cut off leaves the old or the new one."""
    unfinished = path.with_name(path.name + ".new")
    unfinished.touch(mode=0o600)
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)


def variables(instance: Instance, folder: Folder, title: str, city_file: str) -> dict[str, str]:
    """The PORTAL_* variables of docker/.env.example for this portal."""
    known = folder.secrets()
    ports = instance.ports
    database = f"127.0.0.1:{ports['db']}"
    return {
        "CKAN_INI": str(folder.ckan_ini),
        "PORTAL_URL": f"http://127.0.0.1:{instance.port}",
        "PORTAL_SITE_ID": f"portal-{instance.id[:12]}",
        "PORTAL_TITLE": title,
        "PORTAL_CITY_FILE": city_file,
        "PORTAL_LISTEN": f"127.0.0.1:{instance.port}",
        "PORTAL_WORKERS": "2",
        "PORTAL_THREADS": "4",
        "PORTAL_STORAGE": str(folder.storage),
        "PORTAL_DB_ADMIN_URL": f"postgresql://postgres:{known['postgres']}@{database}/postgres",
        "PORTAL_DB_URL": f"postgresql://ckan:{known['ckan_db']}@{database}/ckan",
        "PORTAL_DATASTORE_WRITE_URL": f"postgresql://ckan:{known['ckan_db']}@{database}/datastore",
        "PORTAL_DATASTORE_READ_URL": f"postgresql://datastore_ro:{known['datastore_db']}@{database}/datastore",
        "PORTAL_SOLR_URL": f"http://127.0.0.1:{ports['solr']}/solr/ckan",
        "PORTAL_REDIS_URL": f"redis://:{quote(known['redis'])}@127.0.0.1:{ports['redis']}/0",
        "PORTAL_DEMO_URL": f"http://127.0.0.1:{ports['sources']}",
        "PORTAL_ALLOWED_HOSTS": f"127.0.0.1:{ports['sources']}",
        "PORTAL_SOURCES_HOST": "127.0.0.1",
        "PORTAL_SOURCES_PORT": str(ports["sources"]),
        "PORTAL_SECRET_KEY": known["secret_key"],
        "PORTAL_JWT_SECRET": known["jwt"],
        "PORTAL_CSRF_SECRET": known["csrf"],
        "PORTAL_ADMIN_PASSWORD": known["admin"],
    }


def test_name(number: int) -> str:
    """What the tests' process `number`, counted from 1, has of its own is named for: test, test2, …"""
    return f"test{number if number > 1 else ''}"


def testing_variables(values: dict[str, str], folder: Folder, number: int) -> dict[str, str]:
    """The same servers with databases, Solr core and Redis database that tests may empty.

    Tests run in TEST_PROCESSES processes at once; each has its own, by its `number` from 1.
    """
    ini = folder.test_ini(number)
    name = f"_{ini.stem}"
    return values | {
        "CKAN_INI": str(ini),
        "PORTAL_SITE_ID": ini.stem,
        "PORTAL_STORAGE": str(folder.run / f"storage-{ini.stem}"),
        "PORTAL_DB_URL": values["PORTAL_DB_URL"] + name,
        "PORTAL_DATASTORE_WRITE_URL": values["PORTAL_DATASTORE_WRITE_URL"] + name,
        "PORTAL_DATASTORE_READ_URL": values["PORTAL_DATASTORE_READ_URL"] + name,
        "PORTAL_SOLR_URL": values["PORTAL_SOLR_URL"] + name,
        "PORTAL_REDIS_URL": values["PORTAL_REDIS_URL"].removesuffix("/0") + f"/{number}",
    }
