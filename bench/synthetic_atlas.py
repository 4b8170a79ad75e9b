"""An invented atlas of any size, the same for each seed: packages, side tables and what follows them.

    CKAN_INI=… python bench/synthetic_atlas.py 10000 [--seed 1] [--remove]

For the benches of the atlas. Five of six entries are actors. Places lie in clumps round the city's districts, as people
build; texts are German and English, of topics and of compounds that no list holds; members follow those who have many
projects already, as everywhere. Everything has a name that begins with `actor-syn-` or `project-syn-`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

PROJECTS = 6  # every sixth entry is a project
CLUMPED = 0.6  # of the places
BATCH = 5000
ATLAS = "dresdensmartcity_atlas"
MADE = "(name LIKE 'actor-syn-%' OR name LIKE 'project-syn-%')"
FIRST_DAY = datetime(2024, 1, 1)  # noqa: DTZ001 (CKAN's times have no zone)
# Statements are put together from names of tables alone.
# ruff: noqa: S608
_STEMS = """
abfall ampel analyse anlage antrag arbeit archiv asphalt aufsicht ausbau bahn barriere batterie bau baum bedarf behörde
beleuchtung beratung bericht beton betrieb bildung bio boden brücke bürger bus bühne campus chip cloud dach damm daten
deich dienst digital druck effizienz einkauf eis elektro energie entwicklung erdgas ernährung ersatz fahrrad fahrzeug
farbe fassade feinstaub fenster fern feuer film filter finanz fläche flug fluss förder forschung forst freizeit funk
garten gas gebäude gefahr geld gemeinde genossenschaft gesundheit gewerbe glas grün gut hafen halle handel handwerk haus
heizung herz hitze hoch holz hotel impuls industrie insekt insel kabel kälte kamera karte keller kinder klang klima
klinik konferenz kraft kranken kultur kunst küste labor lager land lärm last laser lehr leistung licht liefer linie luft
markt maschine material medien messe metall miet mobil modell motor museum musik nacht natur netz not nutzung ober obst
öko öl optik orchester ort park pflanze pflege plan planung platz polizei post praxis probe produkt prüf quartier rad
rasen rat raum rechen recht regen region reinigung reise rettung ring roboter rohr saat sanierung satelliten sauber
schall schicht schiene schiff schlüssel schnee schule schutz schwimm see sensor service sicherheit siedlung simulation
solar sommer sonne spar speicher spiel sport sprache stadt stahl stand statistik staub stein steuer stiftung stoff
strahlen straße strecke strom studien system tal tarif technik temperatur theater tier ton tor tour trag transport turm
ufer umwelt unfall unter verein verkehr verlag versicherung versorgung verwaltung video vogel volks vorrat wald wand
wärme wartung wasser weg weide werk werkstatt wetter wiese wind winter wirtschaft wissen wohnung zahl zeit zell zentrum
ziegel zoo zucker zug zukunft
"""
_ENGLISH = """
access adaptive air analytics assistance bridge building carbon charging city cleaning climate cloud community connected
control cooling counting cycling dashboard data delivery design device digital district drone dynamic early energy
engine event family fleet flood forecast garden green grid guide health heat housing image indoor intelligent journey
lab lane learning light live local maintenance map market measuring mobile model monitor network noise open parking
path people pilot planning platform pollution public quality real remote repair river road roof route safe school sensor
sharing signal simple smart social space station storage street study support survey sustainable system test tool track
traffic training travel tree twin urban vehicle visual warning waste water weather wireless work
"""
STEMS, ENGLISH = _STEMS.split(), _ENGLISH.split()
_LITTLE = "für mit und der die das in zur im von bei auf neue gemeinsam gute viele mehr auch wir entwickelt"
SAYING_LITTLE = _LITTLE.split()
KINDS = {
    "company": ("GmbH", "AG", "Systeme GmbH", "Solutions"),
    "research": ("Institut", "Institut für Technik", "Labor", "Research Centre"),
    "association": ("e. V.", "Verein", "Initiative", "Network"),
    "administration": ("Amt", "Stelle", "Betrieb", "Office"),
}


def fill(count: int, seed: int = 1) -> None:
    """Put `count` invented entries into CKAN's tables, beside those that are there, and make all that follows anew.

    Needs CKAN's configuration loaded; commits. Entries of an earlier call are removed before.
    """
    import sqlalchemy as sa
    from ckan import model
    from ckanext.dresdensmartcity.atlas import index

    remove()
    owner = model.Session.execute(sa.text('SELECT id FROM "group" WHERE is_organization LIMIT 1')).scalar()
    connection = model.Session.connection()
    insert = sa.text(
        """
        INSERT INTO package (id, name, title, notes, type, state, private, owner_org, metadata_created,
            metadata_modified, extras)
        SELECT id, name, title, notes, type, 'active', false, :owner, modified, modified, extras
        FROM jsonb_to_recordset(CAST(:rows AS jsonb))
            AS given (id text, name text, title text, notes text, type text, modified timestamp, extras jsonb)
        """
    )
    made = packages(count, seed)
    while batch := list(islice(made, BATCH)):
        connection.execute(insert, {"owner": owner, "rows": json.dumps(batch)})
    model.Session.commit()
    with _without_keys(f"{ATLAS}_posting", f"{ATLAS}_word"):
        index.rebuild()
    with _at_once() as plain:
        for name in ("entry", "word", "posting", "bits", "point", "cell"):
            plain.execute(sa.text(f"VACUUM ANALYZE {ATLAS}_{name}"))


@contextmanager
def _at_once() -> Iterator[Any]:
    """A connection on which every statement commits."""
    from ckan import model

    with model.meta.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as plain:
        yield plain


@contextmanager
def _without_keys(*tables: str) -> Iterator[None]:
    """While millions of rows are written, their tables do without indexes and keys, but for what makes words unique.

    Making an index of what is there takes a small part of the time of adding to it row by row, and so does checking a
    foreign key. Readers wait for that, so it is nothing for a portal.
    """
    import sqlalchemy as sa

    keys = sa.text(
        """
        SELECT conrelid::regclass::text AS "table", conname AS name, pg_get_constraintdef(oid) AS definition
        FROM pg_constraint WHERE conrelid = CAST(:table AS regclass) AND contype IN ('p', 'f')
        ORDER BY contype DESC -- primary keys before foreign ones
        """
    )
    indexes = sa.text(
        """
        SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
        FROM pg_index WHERE indrelid = CAST(:table AS regclass) AND NOT indisunique
        """
    )
    restore: list[str] = []
    with _at_once() as plain:
        for table in tables:
            for row in plain.execute(indexes, {"table": table}).all():
                restore.append(row.definition)
                plain.execute(sa.text(f"DROP INDEX {row.name}"))
            for row in plain.execute(keys, {"table": table}).all():
                restore.append(f"ALTER TABLE {row.table} ADD CONSTRAINT {row.name} {row.definition}")
                plain.execute(sa.text(f"ALTER TABLE {row.table} DROP CONSTRAINT {row.name}"))
    try:
        yield
    finally:
        with _at_once() as plain:
            plain.execute(sa.text("SET maintenance_work_mem = '512MB'"))
            for statement in restore:
                plain.execute(sa.text(statement))
            plain.execute(sa.text("RESET maintenance_work_mem"))


def made() -> int:
    """How many entries `fill` has made that are still there."""
    import sqlalchemy as sa
    from ckan import model

    return int(model.Session.execute(sa.text(f"SELECT count(*) FROM package WHERE {MADE}")).scalar_one())


def remove() -> None:
    """Remove what `fill` has made, and commit."""
    import sqlalchemy as sa
    from ckan import model

    # Table by table: a package that takes its entry and words along does so row by row, with all their triggers.
    entries = f"SELECT number FROM {ATLAS}_entry JOIN package ON id = package_id WHERE {MADE}"
    for statement in (
        f"DELETE FROM {ATLAS}_posting WHERE number IN ({entries})",
        f"DELETE FROM {ATLAS}_entry WHERE number IN ({entries})",
        f"DELETE FROM package WHERE {MADE}",
        "DELETE FROM smartcity_change WHERE package_id LIKE '5f5f5f5f-%'",
    ):
        model.Session.execute(sa.text(statement))
    model.Session.commit()


def packages(count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Rows of CKAN's table of packages; `extras` as CKAN stores them."""
    from ckanext.dresdensmartcity.city.current import city
    from ckanext.dresdensmartcity.city.vocabularies import topics, vocabulary

    maker = _Maker(np.random.default_rng(seed), city(), [one.id for one in topics()])
    maker.kinds = [term.id for term in vocabulary("actor-kinds").terms]
    maker.statuses = [term.id for term in vocabulary("project-status").terms]
    actors = 0
    for number in range(count):
        if number % PROJECTS == PROJECTS - 1:
            yield maker.project(number, actors)
        else:
            yield maker.actor(number)
            actors += 1


class _Maker:
    kinds: list[str]
    statuses: list[str]

    def __init__(self, chance: np.random.Generator, city: Any, topics: list[str]) -> None:
        self.chance, self.city, self.topics = chance, city, topics
        self.common = self._zipf(len(topics), 0.8)
        self.words = self._vocabulary()
        self.frequent = self._zipf(len(self.words), 1.0)
        self.clumps = [one.centroid for one in city.districts]
        self.crowd = self._zipf(len(self.clumps), 0.6)

    def actor(self, number: int) -> dict[str, Any]:
        kind = self.kinds[number % len(self.kinds)]
        endings = KINDS.get(kind, ("Gruppe", "Partner"))
        title = f"{self._pick(self.words, 1, self.frequent)[0].capitalize()} {endings[number % len(endings)]} {number}"
        extras = {
            "kind": kind,
            "offers": self._listed(self.topics, 3, self.common),
            "needs": self._listed(self.topics, 1, self.common),
            **self._shared(),
        }
        if self.chance.random() < 0.9:
            extras |= self._point()
        return self._package("actor", number, title, extras)

    def project(self, number: int, actors: int) -> dict[str, Any]:
        title = f"{' '.join(self._pick(self.words, 2, self.frequent)).title()} {number}"
        members = (
            dict.fromkeys(int(actors * self.chance.random() ** 3) for _ in range(1 + number % 6)) if actors else {}
        )
        roles = ["lead", *["partner"] * 8]
        extras = {
            "needs": self._listed(self.topics, 3, self.common),
            "status": self.statuses[int(self.chance.integers(len(self.statuses)))],
            "members": json.dumps(
                [{"actor": f"syn-{_actor(one)}", "role": role} for one, role in zip(members, roles, strict=False)]
            ),
            **self._shared(),
        }
        if self.city.phases:
            extras["phase"] = self.city.phases[number % len(self.city.phases)].id
        programmes = getattr(self.city, "funding_programmes", ())
        if programmes and self.chance.random() < 0.4:
            extras["funding_programme"] = json.dumps([programmes[int(self.chance.integers(len(programmes)))].id])
        if self.chance.random() < 0.4:
            extras |= self._point()
        return self._package("project", number, title, extras)

    def _package(self, kind: str, number: int, title: str, extras: dict[str, str]) -> dict[str, Any]:
        modified = FIRST_DAY + timedelta(minutes=int(self.chance.integers(1_500_000)))
        extras["confirmed_on"] = (FIRST_DAY + timedelta(days=int(self.chance.integers(1050)))).date().isoformat()
        if kind == "project":
            extras["evidence"] = json.dumps([{"fact": "status", "confirmed_on": extras.pop("confirmed_on")}])
        return {
            "id": str(UUID(int=(0x5F5F5F5F << 96) + number)),
            "name": f"{kind}-syn-{number}",
            "title": title,
            "notes": self._text(),
            "type": kind,
            "modified": modified.isoformat(),
            "extras": extras,
        }

    def _shared(self) -> dict[str, str]:
        areas = [one.id for one in self.city.focus_areas]
        found = {"fields_of_action": self._listed([one.id for one in self.city.fields_of_action], 2)}
        if areas and self.chance.random() < 0.3:
            found["focus_areas"] = self._listed(areas, 1)
        return found

    def _point(self) -> dict[str, str]:
        west, south, east, north = self.city.bbox
        if self.chance.random() < CLUMPED:
            at = self.clumps[int(self.chance.choice(len(self.clumps), p=self.crowd))]
            lon, lat = at[0] + self.chance.normal(0, 0.006), at[1] + self.chance.normal(0, 0.004)
        else:
            lon, lat = self.chance.uniform(west, east), self.chance.uniform(south, north)
        return {"longitude": f"{lon:.6f}", "latitude": f"{lat:.6f}", "position_precision_m": "20"}

    def _text(self) -> str:
        length = int(self.chance.integers(8, 28))
        words = self._pick(self.words, length, self.frequent)
        little = self._pick(SAYING_LITTLE, length)
        return " ".join(f"{one} {two}" for one, two in zip(little, words, strict=True)).capitalize() + "."

    def _listed(self, values: list[str], most: int, weights: Any = None) -> str:
        size = int(self.chance.integers(1, most + 1))
        return json.dumps(list(dict.fromkeys(self._pick(values, size, weights))))

    def _pick(self, values: list[str], size: int, weights: Any = None) -> list[str]:
        # choice() with weights takes as long as there are values: the sums are searched instead.
        if weights is None:
            return [values[at] for at in self.chance.integers(len(values), size=size)]
        sums = self._sums(weights)
        return [values[at] for at in np.searchsorted(sums, self.chance.random(size))]

    def _sums(self, weights: Any) -> Any:
        kept: dict[int, Any] = self.__dict__.setdefault("_kept", {})
        if id(weights) not in kept:
            kept[id(weights)] = np.append(np.cumsum(weights)[:-1], 1.0)
        return kept[id(weights)]

    def _vocabulary(self) -> list[str]:
        """Single stems and compounds of two, with inflections; English words among them."""
        compounds = {
            first + second + ("", "en", "s", "ung")[int(end)]
            for first, second, end in zip(
                self.chance.choice(STEMS, 40_000),
                self.chance.choice(STEMS, 40_000),
                self.chance.integers(4, size=40_000),
                strict=True,
            )
        }
        words = [*STEMS, *ENGLISH, *sorted(compounds)]
        return [words[at] for at in self.chance.permutation(len(words))]

    @staticmethod
    def _zipf(size: int, steep: float) -> Any:
        weights = 1 / np.arange(1, size + 1) ** steep
        return weights / weights.sum()


def _actor(nth: int) -> int:
    """The number of the nth actor."""
    return nth + nth // (PROJECTS - 1)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("count", type=int)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--remove", action="store_true", help="only remove what was made before")
    given = arguments.parse_args()
    from ckan.cli import load_config
    from ckan.config.middleware import make_app

    application = make_app(load_config(os.environ["CKAN_INI"]))
    with application._wsgi_app.test_request_context():
        started = time.perf_counter()
        if given.remove:
            remove()
        else:
            fill(given.count, given.seed)
        sys.stdout.write(f"{0 if given.remove else given.count} entries in {time.perf_counter() - started:.1f} s\n")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
