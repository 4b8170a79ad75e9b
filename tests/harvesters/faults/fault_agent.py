"""Runs inside of the portal of the fault tests and answers what they ask, a line of JSON for a line of JSON."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ckan.cli import load_config
from ckan.config.middleware import make_app

PUBLISHED = ("dataset", "dataset_series", "data_service")
BEGAN = datetime.now(timezone.utc)


def act(action: str, **data: Any) -> Any:
    import ckan.plugins.toolkit as tk
    from ckan import model
    from ckanext.dresdensmartcity.harvesters.publishing import site_user

    return tk.get_action(action)(
        {"user": site_user(), "ignore_auth": True, "model": model, "session": model.Session, "use_cache": False}, data
    )


def source(name: str, kind: str, url: str, settings: dict[str, Any]) -> str:
    """Make a harvest source; its id."""
    from ckanext.dresdensmartcity.city.current import city
    from ckanext.dresdensmartcity.harvesters.publishing import ensure_organization

    ensure_organization(city())
    made = act(
        "harvest_source_create",
        name=name,
        title=f"Quelle {name}",
        url=url,
        source_type=kind,
        frequency="MANUAL",
        owner_org=city().id,
        config=json.dumps(settings),
    )
    return str(made["id"])


def start(source: str) -> str:
    """A new job in the queue; its id."""
    return str(act("harvest_job_create", source_id=source, run=True)["id"])


def clear(source: str) -> None:
    """Take out of the portal all that a source has brought, and what is remembered of it."""
    from ckanext.datastore.backend.postgres import get_write_engine

    tables = state(source)["tables"]
    act("harvest_source_clear", id=source)
    with get_write_engine().begin() as connection:
        for name in tables:  # ckanext-harvest leaves them behind
            connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{name}"')


def job(job: str) -> dict[str, Any]:
    """How far a job is, and what went wrong."""
    import sqlalchemy as sa
    from ckan import model
    from ckanext.harvest.model import HarvestGatherError, HarvestJob, HarvestObject, HarvestObjectError

    one = model.Session.get(HarvestJob, job)
    states = model.Session.execute(
        sa.select(HarvestObject.state, HarvestObject.report_status, sa.func.count())
        .where(HarvestObject.harvest_job_id == job)
        .group_by(HarvestObject.state, HarvestObject.report_status)
    ).all()
    of_units = (
        sa.select(HarvestObjectError.message)
        .join(HarvestObject, HarvestObject.id == HarvestObjectError.harvest_object_id)
        .where(HarvestObject.harvest_job_id == job)
    )
    of_run = sa.select(HarvestGatherError.message).where(HarvestGatherError.harvest_job_id == job)
    return {
        "status": one.status,
        "units": {f"{state}/{status}": number for state, status, number in states},
        "errors": [*model.Session.scalars(of_run), *model.Session.scalars(of_units)],
    }


def settled(value: Any) -> Any:
    """Times since the tests began become one word: two runs cannot agree on them, and must both have one."""
    if isinstance(value, dict):
        return {key: settled(one) for key, one in value.items()}
    if isinstance(value, list):
        return [settled(one) for one in value]
    if isinstance(value, str) and len(value) >= 19 and value[:4].isdigit():
        try:
            moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
        except ValueError:
            return value
        moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
        return "<now>" if moment >= BEGAN.replace(microsecond=0) else value
    return value


def state(source: str) -> dict[str, Any]:
    """All that the portal publishes of a source: packages with all fields, rows, files, search index, links."""
    import sqlalchemy as sa
    from ckan import model
    from ckan.lib.search.common import make_connection
    from ckan.lib.uploader import get_storage_path
    from ckanext.datastore.backend.postgres import get_write_engine
    from ckanext.harvest.model import HarvestObject

    objects = model.Session.execute(
        sa.select(HarvestObject.guid, HarvestObject.package_id, HarvestObject.harvest_source_id).where(
            HarvestObject.current.is_(True)
        )
    ).all()
    own = sorted({one.package_id for one in objects if one.harvest_source_id == source and one.package_id})
    known = {one.package_id for one in objects}
    packages, tables = {}, {}
    for identifier in own:
        found = act("package_show", id=identifier)
        for tag in found.get("tags", []):
            tag.pop("id")  # of the word, which goes with the last dataset that has it
        # ckanext-harvest says here by which run a dataset came, which is another one each time.
        extras = [one for one in found.pop("extras", []) if not one["key"].startswith("harvest_")]
        if extras:
            found["extras"] = extras
        packages[identifier] = settled(found)
        for resource in found.get("resources", []):
            if resource.get("url_type") == "datastore":
                tables[resource["id"]] = rows(get_write_engine(), resource["id"])
    every = model.Session.scalars(
        sa.select(model.Package.id).where(model.Package.type.in_(PUBLISHED), model.Package.state == "active")
    )
    solr = make_connection(decode_dates=False).search(
        "*:*", fq=[f"+dataset_type:({' OR '.join(PUBLISHED)})"], fl="id,name,title,state,capacity,res_name", rows=10_000
    )
    indexed = {
        one["id"]: {key: value for key, value in one.items() if key != "id"} for one in solr.docs if one["id"] in own
    }
    resources = {one["id"] for package in packages.values() for one in package.get("resources", [])}
    files = {}
    for path in Path(get_storage_path(), "resources").rglob("*"):
        name = "".join(path.relative_to(Path(get_storage_path(), "resources")).parts)
        if path.is_file() and (name in resources or path.suffix):
            files[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return {
        "packages": packages,
        "tables": tables,
        "indexed": indexed,
        "files": {name: value for name, value in files.items() if name in resources},
        "half files": [name for name in files if name not in resources and not name.replace("-", "").isalnum()],
        "links": sorted([one.guid, one.package_id] for one in objects if one.harvest_source_id == source),
        "orphans": sorted(set(every) - known),
    }


def rows(engine: Any, resource: str) -> dict[str, Any]:
    """A table: its columns, and its rows in an order of their own."""
    import sqlalchemy as sa

    with engine.connect() as connection:
        columns = connection.execute(
            sa.text(
                "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = :name "
                "AND column_name NOT IN ('_id', '_full_text') ORDER BY ordinal_position"
            ),
            {"name": resource},
        ).all()
        names = ", ".join(f'"{one.column_name}"' for one in columns)
        found = connection.execute(sa.text(f'SELECT {names} FROM "{resource}"')).all() if columns else []  # noqa: S608
    return {
        "columns": [list(map(str, one)) for one in columns],
        "rows": sorted(["" if one is None else str(one) for one in row] for row in found),
    }


COMMANDS: dict[str, Callable[..., Any]] = {"source": source, "start": start, "clear": clear, "job": job, "state": state}


def main() -> None:
    application = make_app(load_config(sys.argv[1]))._wsgi_app
    from ckan import model

    with application.test_request_context():
        for line in sys.stdin:
            asked = json.loads(line)
            try:
                answer = {"value": COMMANDS[asked.pop("command")](**asked)}
            except Exception as error:  # noqa: BLE001 - whatever it is, the test is to say it
                answer = {"failure": f"{type(error).__name__}: {error}"}
            model.Session.remove()
            sys.stdout.write("ANSWER " + json.dumps(answer) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
