"""Many packages saved in one transaction, with one word to the search engine for all of them.

Each is validated by the schema of its type, passes the gate of quality, gets CKAN's own rows and is told to the
plugins, as CKAN's action does it (bulk.py); what the action asks or writes for each is asked and written once for all.
What is out of the ordinary goes through the action itself, and so does everything where a plugin that is not of this
project has put something before the action.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import ckan.lib.search.index as search_index
import ckan.model as model
import ckan.plugins as plugins
import ckan.plugins.toolkit as tk
from ckan import logic
from ckan.lib.navl.dictization_functions import MissingNullEncoder
from ckan.lib.plugins import get_permission_labels
from ckan.lib.search import index_for

from . import showing
from .bulk import Bulk
from .publishing import named, site_user

ACTIVITY = "activity"


class RefusedError(Exception):
    """CKAN refuses a package; everything since the last commit is undone."""


@dataclass(frozen=True)
class Stored:
    """A package as the search engine gets it: by CKAN's own schema, and by that of its type."""

    plain: dict[str, Any]
    typed: dict[str, Any]


class Saver:
    """Creates packages without a commit; what it made is complete when `finish` has been called."""

    def __init__(self, wanted: Sequence[dict[str, Any]] = ()) -> None:
        """`wanted`: the fields of all that will be created, so that the database is asked once for all of them."""
        self.user = site_user()
        self._user = model.User.get(self.user)  # kept, as the session forgets what nobody holds
        self.activities = plugins.plugin_loaded(ACTIVITY)
        self._bulk = Bulk(self.user, self._user, wanted) if _only_known_actions() else None
        self._order: list[str] = []
        self._alone: dict[str, Stored] = {}

    def create(self, fields: dict[str, Any]) -> None:
        """Create a package; the caller calls `finish` and commits. Raises RefusedError."""
        try:
            if self._bulk is not None and self._bulk.takes(fields):
                self._order.append(self._bulk.add(fields))
            else:
                self._order.append(self._create_alone(fields))
        except tk.ValidationError as error:
            model.Session.rollback()
            raise RefusedError(str(error)) from error

    def finish(self) -> list[Stored]:
        """All that was created, in that order, as the search engine gets it; their activities are noted."""
        done = self._alone
        if self._bulk is not None:
            self._bulk.flush()
            done = done | {key: Stored(*one) for key, one in showing.shown(self._bulk.made, self._context()).items()}
            for identifier, package in self._bulk.made.items() if self.activities else ():
                self._note_activity(package, done[identifier].typed)
        return [done[one] for one in self._order]

    def _create_alone(self, fields: dict[str, Any]) -> str:
        if self._bulk is not None:
            self._bulk.flush()
        data = named(fields, None) | {"state": "active"}
        with _no_activities() if self.activities else _nothing():
            identifier = str(tk.get_action("package_create")(self._context(return_id_only=True), data))
        stored = Stored(*logic.package_show_default_and_custom_schemas(self._context(), identifier))
        if self.activities:
            self._note_activity(model.Package.get(identifier), stored.typed)
        self._alone[identifier] = stored
        return identifier

    def _context(self, **more: Any) -> Any:
        return {
            "user": self.user,
            "ignore_auth": True,
            "model": model,
            "session": model.Session,
            "defer_commit": True,
            **more,
        }

    def _note_activity(self, stored: Any, package: dict[str, Any]) -> None:
        from ckanext.activity.model import Activity

        labels = get_permission_labels().get_dataset_labels(stored)
        # As it is kept by the search engine, which the plugin takes it from.
        told = json.loads(json.dumps(package, cls=MissingNullEncoder))
        data = {"package": told, "actor": self.user}
        model.Session.add(Activity(self._user.id, stored.id, "new package", data, labels))


def _only_known_actions() -> bool:
    """Whether nobody but this project has put something before CKAN's package_create."""
    for plugin in plugins.PluginImplementations(plugins.IActions):
        action = plugin.get_actions().get("package_create")
        if action is not None and not action.__module__.startswith("ckanext.dresdensmartcity."):
            return False
    return True


def index(packages: Sequence[Stored]) -> None:
    """Make these packages findable; raises SearchIndexError. All of them are when it returns."""
    documents: list[dict[str, Any]] = []
    with _collected(documents):
        for one in packages:
            index_for(model.Package).update_dict(dict(one.plain, with_custom_schema=one.typed), defer_commit=True)
    if documents:
        search_index.make_connection().add(docs=documents, commit=True)


def index_stored(ids: Sequence[str]) -> None:
    """The same for packages as the database has them; what is not there is taken out."""
    context: Any = {"ignore_auth": True}
    found = []
    for identifier in ids:
        package = model.Package.get(identifier)
        if package is not None and package.state == model.State.ACTIVE:
            found.append(Stored(*logic.package_show_default_and_custom_schemas(context, identifier)))
        else:
            index_for(model.Package).remove_dict({"id": identifier})
    index(found)


class _Collector:
    """Takes documents in place of the search engine."""

    def __init__(self, documents: list[dict[str, Any]]) -> None:
        self.documents = documents

    def add(self, docs: list[dict[str, Any]], commit: bool = False) -> None:
        self.documents += docs


@contextmanager
def _collected(documents: list[dict[str, Any]]) -> Iterator[None]:
    """Within it, what this thread would send to the search engine comes into `documents`.

    CKAN makes the document of a package and sends it in one function, with a connection of its own for each.
    """
    original, mine = search_index.make_connection, threading.get_ident()

    def connection(*arguments: Any, **more: Any) -> Any:
        return _Collector(documents) if threading.get_ident() == mine else original(*arguments, **more)

    search_index.make_connection = connection
    try:
        yield
    finally:
        search_index.make_connection = original


@contextmanager
def _no_activities() -> Iterator[None]:
    """Within it, the activity plugin does not hear of new packages."""
    from ckanext.activity.subscriptions import package_changed

    signal = tk.signals.action_succeeded
    signal.disconnect(package_changed, sender="package_create")
    try:
        yield
    finally:
        signal.connect(package_changed, sender="package_create")


@contextmanager
def _nothing() -> Iterator[None]:
    yield
