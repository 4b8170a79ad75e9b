"""Network, money, funding programmes and strengths as actions."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.city.model import FundingProgramme

from ... import search
from ...choices import choices
from ...entries import PROJECT
from ...funding import state_of
from ...funding.consortia import Proposal
from ...funding.wording import lacking, seat
from ...network import Bridge, PairGap, TopicGap, sentences
from ...network.flows import money_flows
from ...network_pages import data, funding, money, programmes, strengths, telling
from ...query import LISTED, SINGLE, QueryError, parse
from .. import schema

__all__ = ["atlas_funding", "atlas_money", "atlas_network", "atlas_strengths"]

MOST_TIES = 1000
MOST_LONELY = 100  # of the actors without ties, those first that could give or get most


@tk.side_effect_free
@tk.validate_action_data(schema.atlas_network)
def atlas_network(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Show who works with whom: actors, projects and ties of what a search finds, and of those who work with them.

    Takes the parameters of ``atlas_search`` except ``page`` and ``sort``; without any it shows the whole network.
    Bridges, clusters and gaps are those of the whole network.

    :param q: text (optional)
    :param kind: ``actor``, ``project`` or kinds of actors (optional, one or a list)
    :param field: ids of fields of action (optional, one or a list)
    :param area: ids of focus areas (optional, one or a list)
    :param offset: ties to leave out (optional, default 0)
    :param limit: ties, 1 to 1000 (optional, default 100)

    :returns: ``actors``, ``projects`` and ``ties`` with the counts; ``results``: ties, each with ``one``, ``other``,
        ``strength`` and ``projects`` (``project``, ``since``, ``until``); ``parts``: actors of each part of the whole
        network; ``centrality``: of each actor of these ties ``partners``, ``projects``, ``betweenness`` and ``cluster``
        (``betweenness_is_exact`` is false in large networks); ``bridges``, ``clusters``, ``field_gaps``,
        ``cluster_gaps``, ``lonely`` and ``missing``, with a ``sentence`` (``de``, ``en``); ``left_out`` with what no
        tie could be made of
    :rtype: dictionary
    """
    tk.check_access("atlas_network", context, data_dict)
    offset, limit = data_dict["offset"], data_dict["limit"]
    if offset < 0:
        raise tk.ValidationError({"offset": [tk._("Must not be less than 0.")]})
    if limit > MOST_TIES:
        raise tk.ValidationError({"limit": [tk._("Must be at most {most}.").format(most=MOST_TIES)]})
    try:
        query = parse(
            {name: data_dict.get(name, []) for name in (*LISTED, *SINGLE)}, choices(city()), text=data_dict["q"]
        )
    except QueryError as error:
        raise tk.ValidationError({error.parameter: [str(error)]}) from error
    here = data.known()
    part = data.selected(query, here)
    network, analysis = here.analysis.network, here.analysis
    ties = part.ties[offset : offset + limit]
    return {
        "actors": len(part.actors),
        "projects": len(part.projects),
        "ties": len(part.ties),
        "offset": offset,
        "limit": limit,
        "results": [asdict(tie) for tie in ties],
        "parts": list(analysis.components),
        "betweenness_is_exact": analysis.betweenness_is_exact,
        "centrality": {
            actor: {
                "partners": len(network.neighbours[actor]),
                "projects": len(network.projects_of[actor]),
                "betweenness": analysis.betweenness[actor],
                "cluster": analysis.cluster_of.get(actor),
            }
            for actor in sorted({actor for tie in ties for actor in (tie.one, tie.other)})
        },
        "bridges": [_bridge(one, here) for one in analysis.bridges],
        "clusters": [asdict(one) for one in analysis.clusters],
        "field_gaps": [_pair_gap(one, telling.field_naming(city())) for one in analysis.field_gaps],
        "cluster_gaps": [_pair_gap(one, telling.cluster_naming(here)) for one in analysis.cluster_gaps],
        "lonely": [
            {
                "actor": one.actor,
                "could_give": [_topic(gap) for gap in one.could_give],
                "could_get": [_topic(gap) for gap in one.could_get],
                "sentence": asdict(sentences.lonely(one, here.name, data.concept_label)),
            }
            for one in analysis.lonely[:MOST_LONELY]
        ],
        "missing": [
            {"topic": asdict(data.concept_label(one.concept)), "projects": list(one.seekers)}
            for one in analysis.missing
        ],
        "left_out": {
            "unknown_members": [{"project": project, "actor": actor} for project, actor in network.unknown_members],
            "large_projects": list(network.large_projects),
            "ties": network.ties_left_out,
        },
    }


@tk.side_effect_free
@tk.validate_action_data(schema.atlas_money)
def atlas_money(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Show which money flows from whom to what, from a plan whose lines the budget harvester published.

    :param plan: name of the dataset with the plan's lines (optional, default: the first that has measures)
    :param year: a year of the plan (optional, default: all)

    :returns: ``plan`` (null where none is published) and ``plans``; ``years``; ``sources`` and ``lines``, each with
        ``cents`` by year; ``flows`` (``start``, ``end``, ``cents``) between ``nodes``; ``income``, ``spending`` and
        ``undivided`` in cents; ``checks``: each sum of the plan with what it ``said`` and what its lines make
    :rtype: dictionary
    """
    tk.check_access("atlas_money", context, data_dict)
    try:
        every, plan, rows, year = money.chosen(data_dict["plan"], data_dict["year"])
    except money.UnknownChoiceError as error:
        raise tk.ValidationError({error.parameter: [str(error)]}) from error
    found = money_flows(rows, money.carriers(data.known()), year)
    return {
        "plan": plan.id if plan else None,
        "plans": [one.id for one in every],
        "year": year,
        "years": list(found.years),
        **{name: [asdict(one) for one in getattr(found, name)] for name in ("sources", "lines", "nodes", "flows")},
        "income": found.income,
        "spending": found.spending,
        "undivided": found.undivided,
        "checks": [asdict(one) for one in found.checks],
    }


@tk.side_effect_free
@tk.validate_action_data(schema.atlas_funding)
def atlas_funding(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """List the funding programmes of the city, or show who fits one of them and which consortia would.

    :param programme: id of a programme (optional: without it all are listed)
    :param project: id of a project whose open needs are what is to be covered, instead of the programme's topics
        (optional)

    :returns: without a programme ``programmes`` with their rules and ``state``; with one ``programme``, ``state``,
        ``wanted`` (topics), ``fits`` (actors with what they bring, their roles and reasons), ``kept_out``,
        ``proposals`` (seats with reasons, what is covered and what is missing), ``nobody`` (topics that no actor who
        may take part offers) and ``projects`` of the atlas in the programme
    :rtype: dictionary
    """
    tk.check_access("atlas_funding", context, data_dict)
    here, on = city(), funding.today()
    wanted, project_id = data_dict["programme"], data_dict["project"]
    if not wanted:
        if project_id:
            raise tk.ValidationError({"project": [tk._("Only together with a programme.")]})
        return {"programmes": [_programme(one) for one in here.funding_programmes]}
    programme = here.funding_programme(wanted)
    if programme is None:
        raise tk.ObjectNotFound(tk._("The city names no funding programme with this address."))
    project = search.one(PROJECT, project_id) if project_id else None
    if project_id and project is None:
        raise tk.ObjectNotFound(tk._("The atlas has no project with the id {id}.").format(id=project_id[:60]))
    found = programmes.answer(programme, project, here, on)
    return {
        "programme": _programme(programme),
        "state": found.state.value,
        "project": project.id if project else None,
        "wanted": [_concept(one) for one in found.concepts],
        "fits": [
            {
                "actor": one.candidate.id,
                "title": one.candidate.title,
                "kind": one.candidate.kind,
                "ties": one.candidate.ties,
                "brings": [_concept(concept) for concept in one.brings],
                "roles": list(one.verdict.roles),
                "paid": one.verdict.paid,
                "reasons": [asdict(reason) for reason in one.verdict.reasons],
            }
            for one in found.fits
        ],
        "kept_out": [
            {"actor": one.candidate.id, "reasons": [asdict(reason) for reason in one.verdict.reasons]}
            for one in found.kept_out
        ],
        "proposals": [_proposal(one, programme) for one in found.proposals],
        "nobody": [_concept(one) for one in found.nobody],
        "projects": [one.id for one in found.projects],
    }


@tk.side_effect_free
def atlas_strengths(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Show what the city can do in each field of action, in numbers that are counted alike in every field.

    An actor or project of several fields counts whole in each.

    :returns: ``fields``, each with ``field``, ``label``, ``actors`` (ids), ``kinds`` (numbers), ``projects`` (ids by
        state), ``budget_cents`` and ``with_budget`` (projects that name one), ``datasets``, ``offers`` (different
        topics), ``rare`` (topics that at most two actors offer, with these), ``ties_inside`` (pairs that share one of
        its projects) and ``ties_outside``; ``datasets_known``: false while the dataset search is away
    :rtype: dictionary
    """
    tk.check_access("atlas_strengths", context, data_dict)
    here = city()
    told, _known, datasets_known = strengths.found(here)
    labels = {one.id: asdict(one.label) for one in here.fields_of_action}
    return {
        "datasets_known": datasets_known,
        "fields": [
            {
                **asdict(one),
                "label": labels[one.field],
                "rare": [{"topic": _concept(rare.concept), "actors": list(rare.actors)} for rare in one.rare],
            }
            for one in told
        ],
    }


def _concept(concept: str) -> dict[str, Any]:
    return {"id": concept, "label": asdict(data.concept_label(concept))}


def _topic(gap: TopicGap) -> dict[str, Any]:
    return {"topic": _concept(gap.concept), "projects": list(gap.seekers), "actors": list(gap.givers)}


def _bridge(one: Bridge, here: data.Known) -> dict[str, Any]:
    return {**asdict(one), "sentence": asdict(sentences.bridge(one, here.name))}


def _pair_gap(one: PairGap, group: sentences.Naming) -> dict[str, Any]:
    return {
        "one": one.one,
        "other": one.other,
        "ties": one.ties,
        "usual": one.usual,
        "topics": [_topic(topic) for topic in one.topics],
        "sentence": asdict(sentences.pair_gap(one, group, data.concept_label)),
    }


def _programme(one: FundingProgramme) -> dict[str, Any]:
    days = {name: day.isoformat() if day else None for name, day in (("opens", one.opens), ("deadline", one.deadline))}
    return {
        **asdict(one),
        **days,
        "retrieved_on": one.retrieved_on.isoformat(),
        "state": state_of(one, funding.today()).value,
    }


def _proposal(one: Proposal, programme: FundingProgramme) -> dict[str, Any]:
    return {
        "seats": [{**asdict(member), "sentence": asdict(seat(member, data.concept_label))} for member in one.seats],
        "covered": list(one.covered),
        "missing": list(one.missing),
        "missing_kinds": [list(kinds) for kinds in one.missing_kinds],
        "missing_members": one.missing_members,
        "complete": one.complete,
        "newcomers": list(one.newcomers),
        "lacking": [asdict(told) for told in lacking(one, programme, data.concept_label)],
    }
