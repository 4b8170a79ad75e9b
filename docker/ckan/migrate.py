"""Bring databases up to what this version needs: roles, tables of CKAN and its plugins, rights, the administrator.

Safe to run again; both stacks run it before anything that uses CKAN's tables. CKAN is loaded once and asked in this
process, as each call of its command line takes seconds to start.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import databases

ADMIN = "admin"


def load_ckan() -> Any:
    """CKAN's Flask application; its plugins may find their tables missing, they are made next."""
    from ckan.cli import load_config
    from ckan.config.middleware import make_app

    return make_app(load_config(os.environ["CKAN_INI"]))._wsgi_app


def upgrade_tables() -> None:
    from ckan.cli.cli import ckan

    ckan.main(["-c", os.environ["CKAN_INI"], "db", "upgrade"], standalone_mode=False)


def datastore_permissions() -> str:
    from ckanext.datastore.cli import permissions_sql

    ckan, writer, reader = (
        databases.target(os.environ[name])
        for name in ("PORTAL_DB_URL", "PORTAL_DATASTORE_WRITE_URL", "PORTAL_DATASTORE_READ_URL")
    )
    return str(permissions_sql(ckan.database, writer.database, ckan.role, writer.role, reader.role))


def ensure_admin(application: Any, password: str) -> None:
    """The system administrator; a password that somebody has changed since stays."""
    import ckan.model as model
    import ckan.plugins.toolkit as tk

    with application.test_request_context():
        user = model.User.get(ADMIN)
        if user is None:
            values = {"name": ADMIN, "email": "admin@localhost.localdomain", "password": password}
            tk.get_action("user_create")({"ignore_auth": True, "user": ""}, values)
            user = model.User.get(ADMIN)
        if not user.sysadmin:
            user.sysadmin = True
            model.repo.commit_and_remove()


def main() -> None:
    databases.prepare(os.environ)
    upgrade_tables()
    databases.grant_datastore(os.environ, datastore_permissions())
    ensure_admin(load_ckan(), os.environ["PORTAL_ADMIN_PASSWORD"])
    sys.stdout.write("Databases are up to date.\n")


if __name__ == "__main__":
    main()
