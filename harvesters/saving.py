"""Many packages saved in one transaction, with one word to the search engine for all of them.

Each goes through CKAN's own action, with its validators, hooks and rows; only three things are done for all at once
that the action does for each: the commit, the entry in the search engine, and the activity, for which the activity
plugin would read the package once more.
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
    """Creates packages without a commit."""

    def __init__(self) -> None:
        self.user = site_user()
        self.user_id = str(model.User.get(self.user).id)
        self.activities = plugins.plugin_loaded(ACTIVITY)

    def create(self, fields: dict[str, Any]) -> Stored:
        """Create a package; the caller commits. Raises RefusedError."""
        data = named(fields, None) | {"state": "active"}
        context: Any = self._context(return_id_only=True)
        try:
            with _no_activities() if self.activities else _nothing():
                identifier = tk.get_action("package_create")(context, data)
        except tk.ValidationError as error:
            model.Session.rollback()
            raise RefusedError(str(error)) from error
        stored = Stored(*logic.package_show_default_and_custom_schemas(self._context(), identifier))
        if self.activities:
            self._note_activity(identifier, stored.typed)
        return stored

    def _context(self, **more: Any) -> Any:
        return {
            "user": self.user,
            "ignore_auth": True,
            "model": model,
            "session": model.Session,
            "defer_commit": True,
            **more,
        }

    def _note_activity(self, identifier: str, package: dict[str, Any]) -> None:
        from ckanext.activity.model import Activity

        labels = get_permission_labels().get_dataset_labels(model.Package.get(identifier))
        # As it is kept by the search engine, which the plugin takes it from.
        told = json.loads(json.dumps(package, cls=MissingNullEncoder))
        data = {"package": told, "actor": self.user}
        model.Session.add(Activity(self.user_id, identifier, "new package", data, labels))


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
