"""The actions of the atlas: read only, open to everybody."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.city.current import city

from .. import search
from ..choices import choices, facet_values
from ..entries import PROJECT, Entry
from ..matches import matches_for
from ..matching import Mode
from ..places import place_of
from ..query import GREATEST_SIZE, QueryError, parse
from . import schema

__all__ = ["atlas_match", "atlas_search", "atlas_show"]


@tk.side_effect_free
@tk.validate_action_data(schema.atlas_search)
def atlas_search(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Search the actors and projects of the atlas.

    All words of the text must be met: by title, description, or by the names, synonyms and wider topics of what an
    entry offers and needs, in German or English. Parts of compounds and small typing errors count.

    :param q: text, at most 200 characters (optional)
    :param kind: ``actor``, ``project`` or kinds of actors such as ``research`` (optional, one or a list)
    :param field: ids of fields of action (optional, one or a list)
    :param area: ids of focus areas (optional, one or a list)
    :param page: page, from 1 (optional)
    :param limit: entries on a page, 1 to 100 (optional, default 25)

    :returns: ``count`` of all entries found; ``page`` and ``limit``; ``results`` with the entries of the page;
        ``facets``: for each filter its values with ``label`` and ``count`` under all other filters
    :rtype: dictionary
    """
    tk.check_access("atlas_search", context, data_dict)
    try:
        query = parse(
            {name: data_dict.get(name, []) for name in search.FACETS},
            choices(city()),
            text=data_dict["q"],
            page=data_dict["page"],
            size=data_dict["limit"],
        )
    except QueryError as error:
        raise tk.ValidationError({error.parameter: [str(error)]}) from error
    result = search.search(query)
    return {
        "count": result.total,
        "page": query.page,
        "limit": query.size,
        "results": [_entry(entry) for entry in result.entries],
        "facets": {
            name: [asdict(value) for value in facet_values(name, counts, city())]
            for name, counts in result.facets.items()
        },
    }


@tk.side_effect_free
@tk.validate_action_data(schema.atlas_show)
def atlas_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Show an actor or a project of the atlas.

    :param type: ``actor`` or ``project``
    :param id: its id in the atlas: the name of its package without ``actor-`` or ``project-``

    :returns: the entry; of a project also ``members`` (id and role), of an actor ``projects`` (ids)
    :rtype: dictionary
    """
    tk.check_access("atlas_show", context, data_dict)
    entry = _found(data_dict)
    shown = _entry(entry)
    if entry.type == PROJECT:
        shown["members"] = [asdict(member) for member in entry.members]
    else:
        shown["projects"] = [project.id for project in search.projects_of(entry.id)]
    return shown


@tk.side_effect_free
@tk.validate_action_data(schema.atlas_match)
def atlas_match(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Find the actors that fit a project best, or the projects that fit an actor, with the reasons.

    The score is the sum of the contributions of its parts. Members of a project are left out, and so are those for whom
    nothing speaks but their place or their contacts.

    :param type: ``actor`` or ``project``: what the id is of
    :param id: the id in the atlas
    :param mode: ``complement`` (who brings what is missing, the default) or ``similar`` (who works on the same)
    :param limit: number of matches, 1 to 100 (optional, default 10)

    :returns: ``matches``, the best first, each with ``project``, ``actor``, ``title`` of the one found, ``score`` and
        ``parts``: ``name``, ``weight``, ``value``, ``contribution``, ``evidence`` and ``sentence`` (``de``, ``en``)
    :rtype: dictionary
    """
    tk.check_access("atlas_match", context, data_dict)
    limit = data_dict["limit"]
    if limit > GREATEST_SIZE:
        raise tk.ValidationError({"limit": [tk._("Must be at most {most}.").format(most=GREATEST_SIZE)]})
    entry = _found(data_dict)
    found = matches_for(entry, Mode(data_dict["mode"]), limit)
    other = "actor" if entry.type == PROJECT else "project"
    titles = search.titles(other, [getattr(match, other) for match in found])
    return {
        "type": entry.type,
        "id": entry.id,
        "mode": data_dict["mode"],
        "matches": [{**asdict(match), "title": titles[getattr(match, other)]} for match in found],
    }


def _found(data_dict: dict[str, Any]) -> Entry:
    entry = search.one(data_dict["type"], data_dict["id"])
    if entry is None:
        raise tk.ObjectNotFound(
            tk._("The atlas has no {type} with the id {id}.").format(type=data_dict["type"], id=data_dict["id"])
        )
    return entry


def _entry(entry: Entry) -> dict[str, Any]:
    return {**asdict(entry), "place": place_of(entry, city()).kind}
