"""The page of an actor or a project."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity import config
from ckanext.dresdensmartcity.city.model import City

from .. import presentation, search
from ..datasets import datasets_of
from ..entries import PROJECT, Entry, package_name
from ..matching import PARTS, Mode
from ..presentation import Fact, Link, MatchCard, entry_url

MATCHES = 10
_ = tk._


@dataclass(frozen=True)
class EntryPage:
    """/atlas/actor/… and /atlas/project/…"""

    entry: Entry
    kind: str
    url: str
    facts: tuple[Fact, ...]
    members: tuple[tuple[str, Link], ...]
    projects: tuple[tuple[str, Link], ...]
    datasets: tuple[Link, ...]
    mode: str
    matches: tuple[MatchCard, ...]
    parts: tuple[tuple[str, str], ...]  # name and label, in their order
    api_url: str
    edit_url: str


def entry(one: Entry, mode: Mode, city: City) -> EntryPage:
    """The page of an entry."""
    is_project = one.type == PROJECT
    roles = {True: _("Lead"), False: _("Partner")}
    projects = () if is_project else search.projects_of(one.id)
    labels = presentation.part_labels()
    return EntryPage(
        entry=one,
        kind=presentation.kind_of(one),
        url=entry_url(one.type, one.id),
        facts=presentation.facts(one, city),
        members=presentation.members(one) if is_project else (),
        projects=tuple(
            (roles[project.lead == one.id], Link(project.title, entry_url(PROJECT, project.id))) for project in projects
        ),
        datasets=datasets_of(one.measure) if one.measure else (),
        mode=mode.value,
        matches=presentation.match_cards(one, mode, MATCHES),
        parts=tuple((name, labels[name]) for name in PARTS),
        api_url=f"{config.site_url()}/api/3/action/atlas_match?"
        + urlencode({"type": one.type, "id": one.id, "mode": mode.value}),
        edit_url=_edit_url(one),
    )


def _edit_url(one: Entry) -> str:
    """Where who may edit the entry does so; empty for all others."""
    try:
        tk.check_access("package_update", {"user": tk.current_user.name}, {"id": one.package_id})
    except tk.NotAuthorized:
        return ""
    return str(tk.h.url_for(f"{one.type}.edit", id=package_name(one.type, one.id)))
