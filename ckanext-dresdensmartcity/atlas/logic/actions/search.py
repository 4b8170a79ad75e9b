"""The search as an action."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.city.current import city

from ... import search
from ...choices import choices, facet_values
from ...query import LISTED, SINGLE, QueryError, parse
from ...suggestions import suggestions
from .. import schema
from .common import shown

__all__ = ["atlas_search"]


@tk.side_effect_free
@tk.validate_action_data(schema.atlas_search)
def atlas_search(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Search the actors and projects of the atlas.

    All words of the text must be met: by title, description, or by the names, synonyms and wider topics of what an
    entry offers and needs, in German or English. Parts of compounds and small typing errors count. Two values of one
    filter mean "or", two filters mean "and".

    :param q: text, at most 200 characters; ``"two words"`` stand together, ``-word`` must not be there (optional)
    :param kind: ``actor``, ``project`` or kinds of actors such as ``research`` (optional, one or a list)
    :param field: ids of fields of action (optional, one or a list)
    :param topic: ids of topics of the taxonomy; narrower topics count as well (optional, one or a list)
    :param area: ids of focus areas (optional, one or a list)
    :param district: numbers of districts such as ``05`` (optional, one or a list)
    :param status: status of projects such as ``running`` (optional, one or a list)
    :param phase: ids of phases of the programme (optional, one or a list)
    :param funding: ids of funding programmes (optional, one or a list)
    :param near: ``longitude,latitude`` in degrees (WGS 84), number or name of a district, or the id of an entry such as
        ``actor/tud`` (optional)
    :param radius: metres round ``near``, at most 100,000 (optional, default 2000)
    :param bbox: ``west,south,east,north`` in degrees (optional)
    :param stale: ``yes``: only entries that nobody confirmed for long; ``no``: only others (optional)
    :param sort: ``relevance``, ``title``, ``changed`` (the newest first) or ``near`` (optional, default: relevance
        where there is a text, else nearness where there is a place, else title)
    :param page: page, from 1 (optional)
    :param limit: entries on a page, 1 to 100 (optional, default 25)

    :returns: ``count`` of all entries found; ``page`` and ``limit``; ``results`` with the entries of the page;
        ``facets``: for each filter its values with ``label`` and ``count`` under all other filters; ``read_as``: words
        that were taken for typing errors and what they were read as; ``suggestions`` where nothing was found: what to
        change (``kind``: ``spelling``, ``word`` or ``filter``; ``what``), its ``parameters`` and its ``count``
    :rtype: dictionary

    .. code-block:: bash

        curl -sf 'http://127.0.0.1:5000/api/3/action/atlas_search?q=Luftqualitätssensor&kind=actor&limit=3'
        curl -sf 'http://127.0.0.1:5000/api/3/action/atlas_search?topic=mobility&near=13.74,51.05&radius=3000&sort=near'

    """
    tk.check_access("atlas_search", context, data_dict)
    try:
        query = parse(
            {name: data_dict.get(name, []) for name in (*LISTED, *SINGLE)},
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
        "results": [shown(entry) for entry in result.entries],
        "facets": {
            name: [asdict(value) for value in facet_values(name, counts, city())]
            for name, counts in result.facets.items()
        },
        "read_as": dict(result.read_as),
        "suggestions": [
            {"kind": one.kind, "what": one.what, "parameters": one.query.parameters, "count": one.count}
            for one in (suggestions(query) if not result.total else ())
        ],
    }
