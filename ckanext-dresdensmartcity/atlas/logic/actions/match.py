"""Matches as an action."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.city.model import FundingProgramme

from ... import matches, search
from ...entries import ACTOR, PROJECT, Entry
from ...matching import Match, Mode, Ref
from ...query import GREATEST_SIZE
from .. import schema
from .common import entry_of

__all__ = ["atlas_match"]


@tk.side_effect_free
@tk.validate_action_data(schema.atlas_match)
def atlas_match(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Find the actors that fit a project best, or the projects or other actors that fit an actor, with the reasons.

    The score is the sum of the contributions of its parts. Members of a project are left out, and so are those for whom
    nothing speaks but their place or their contacts.

    :param type: ``actor`` or ``project``: what the id is of
    :param id: the id in the atlas
    :param found: ``actor`` or ``project``: what is sought (optional, default: the other type); no projects for projects
    :param mode: ``complement`` (who brings what is missing, the default) or ``similar`` (who works on the same)
    :param funding: id of a funding programme of the city: actors that may not take part in it are left out (optional)
    :param with: id of one entry of the type sought: only this match, with ``changes`` (optional)
    :param limit: number of matches, 1 to 100 (optional, default 10)

    :returns: ``count`` of all that fit; ``matches``, the best first, each with ``seeker`` and ``found`` (``type``,
        ``id``), ``title`` of the one found, ``rank``, ``score`` and ``parts``: ``name``, ``weight``, ``value``,
        ``contribution``, ``sentence`` (``de``, ``en``) and ``evidence``: what was ``sought`` and what was ``offered``,
        each with ``entry``, ``field``, ``text``, ``source`` and ``date``. With a programme ``funding``: ``id``,
        ``label``, ``deadline`` and ``left_out`` (``reason``, ``count``). With one entry ``changes``: those that would
        lift the actor found, with ``field``, ``values``, ``rank``, ``score`` and ``sentence``
    :rtype: dictionary
    """
    tk.check_access("atlas_match", context, data_dict)
    limit = data_dict["limit"]
    if limit > GREATEST_SIZE:
        raise tk.ValidationError({"limit": [tk._("Must be at most {most}.").format(most=GREATEST_SIZE)]})
    entry, mode = entry_of(data_dict), Mode(data_dict["mode"])
    kind = data_dict.get("found") or (ACTOR if entry.type == PROJECT else PROJECT)
    if kind == entry.type == PROJECT:
        raise tk.ValidationError({"found": [tk._("Projects are not matched with projects.")]})
    answer = {"type": entry.type, "id": entry.id, "found": kind, "mode": mode.value}
    if data_dict.get("with"):
        return answer | _one(entry, kind, data_dict["with"], mode)
    found = matches.find(Ref(entry.type, entry.id), kind, mode, limit, _programme(data_dict.get("funding")))
    titles = search.titles(kind, [match.found.id for match in found.matches])
    answer["count"] = len(found.ranking.order)
    # An entry may go between the ranking and the look at its title.
    answer["matches"] = [_shown(match, titles[match.found.id]) for match in found.matches if match.found.id in titles]
    if found.funding:
        answer["funding"] = {
            "id": found.funding.programme.id,
            "label": asdict(found.funding.programme.label),
            "deadline": asdict(found.funding.deadline),
            "left_out": [asdict(one) for one in found.funding.left_out],
        }
    return answer


def _one(entry: Entry, kind: str, identifier: str, mode: Mode) -> dict[str, Any]:
    other = entry_of({"type": kind, "id": identifier})
    if other.package_id == entry.package_id:
        raise tk.ValidationError({"with": [tk._("An actor is not matched with itself.")]})
    explained = matches.explain(Ref(entry.type, entry.id), Ref(kind, other.id), mode)
    return {
        "count": explained.of,
        "matches": [_shown(explained.match, other.title)],
        "changes": [asdict(change) for change in explained.changes],
    }


def _shown(match: Match, title: str) -> dict[str, Any]:
    return {**asdict(match), "title": title}


def _programme(identifier: str | None) -> FundingProgramme | None:
    if not identifier:
        return None
    programme = city().funding_programme(identifier)
    if programme is None:
        allowed = ", ".join(one.id for one in city().funding_programmes)
        raise tk.ValidationError({"funding": [tk._("Must be one of: {allowed}.").format(allowed=allowed)]})
    return programme
