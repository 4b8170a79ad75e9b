"""/atlas/strengths: what the city can do in each field of action, every number with the list that makes it up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError
from ckanext.dresdensmartcity.city.model import City

from ..choices import kind_label, status_label
from ..entries import ACTOR
from ..network.strengths import FEW, FINISHED, OTHER, PLANNED, RUNNING, ProjectFacts, Strength, strengths
from ..pages.filters import url
from ..presentation import Link, entry_url, number_text, say
from ..taxonomy import taxonomy
from .data import Known, concept_label, known
from .money import euros

_ = tk._
ENDPOINT = "atlas_network.strengths"
DATASETS = "vocab_field_of_action"  # where the search index keeps the fields of a dataset
MOST_LISTED = 120  # actors of a field


@dataclass(frozen=True)
class Bar:
    """A field in a chart."""

    field: Link
    value: Link
    share: float  # of the longest, in per cent


@dataclass(frozen=True)
class Chart:
    """One number for every field."""

    id: str
    title: str
    about: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class FieldDetails:
    """What makes up the numbers of one field."""

    id: str
    label: str
    lead: str
    kinds: tuple[tuple[str, int], ...]
    actors: tuple[Link, ...]
    actors_left_out: int
    projects: tuple[Link, ...]  # by state, each with its number
    budget: str
    datasets: Link
    rare: tuple[tuple[str, tuple[Link, ...]], ...]
    network: Link


@dataclass(frozen=True)
class StrengthsPage:
    charts: tuple[Chart, ...]
    fields: tuple[FieldDetails, ...]
    outside: int  # projects without a field of action
    few: int
    datasets_known: bool
    api_url: str


def found(city: City) -> tuple[tuple[Strength, ...], Known, bool]:
    """The strengths as they are now; and whether the dataset search could be asked."""
    here = known()
    datasets = _datasets()
    facts = (ProjectFacts(one.id, one.status, cents(one.budget_eur)) for one in here.projects.values())
    fields = [one.id for one in city.fields_of_action]
    told = strengths(here.analysis.network, fields, facts, datasets or {}, taxonomy())
    return told, here, datasets is not None


def strengths_page(city: City) -> StrengthsPage:
    """The page."""
    told, here, datasets_known = found(city)
    labels = {one.id: say(one.label) for one in city.fields_of_action}
    known_fields = set(labels)
    return StrengthsPage(
        charts=_charts(told, labels),
        fields=tuple(_details(one, labels[one.field], here) for one in told),
        outside=sum(not known_fields & set(one.fields_of_action) for one in here.projects.values()),
        few=FEW,
        datasets_known=datasets_known,
        api_url=url("api.action", [], logic_function="atlas_strengths", ver=3),
    )


def cents(budget: str) -> int | None:
    """A budget in whole cents; None where none is named."""
    with suppress(InvalidOperation, ValueError, OverflowError):
        return int((Decimal(budget) * 100).to_integral_value())
    return None


def _datasets() -> dict[str, int] | None:
    """Published datasets by field of action; None while the search index is away."""
    try:
        answer = tk.get_action("package_search")(
            {}, {"fq": "+dataset_type:dataset", "rows": 0, "facet.field": [DATASETS], "facet.limit": -1}
        )
    except SearchError:
        return None
    return dict(answer["facets"].get(DATASETS, {}))


def _charts(told: Sequence[Strength], labels: dict[str, str]) -> tuple[Chart, ...]:
    def chart(
        name: str,
        title: str,
        about: str,
        value: Callable[[Strength], int],
        address: Callable[[Strength], str],
        text: Callable[[int], str] = number_text,
    ) -> Chart:
        most = max((value(one) for one in told), default=0)
        return Chart(
            name,
            title,
            about,
            tuple(
                Bar(
                    Link(labels[one.field], f"#field-{one.field}"),
                    Link(text(value(one)), address(one) if value(one) else ""),
                    round(100 * value(one) / most, 2) if most > 0 else 0.0,
                )
                for one in told
            ),
        )

    return (
        chart(
            "actors",
            _("Actors at work"),
            _("They name the field themselves or are members of one of its projects."),
            lambda one: len(one.actors),
            lambda one: f"#field-{one.field}",
        ),
        chart(
            "projects",
            _("Projects"),
            _("Of any state."),
            lambda one: one.all_projects,
            lambda one: _projects(one.field),
        ),
        chart(
            "budget",
            _("Planned budget of projects"),
            _("As far as projects name one."),
            lambda one: one.budget_cents,
            lambda one: _projects(one.field),
            euros,
        ),
        chart(
            "datasets",
            _("Published datasets"),
            _("That name the field."),
            lambda one: one.datasets,
            lambda one: _data(one.field),
        ),
        chart(
            "ties",
            _("Ties in its projects"),
            _("Pairs of actors that share one of them."),
            lambda one: one.ties_inside,
            lambda one: _ties(one.field),
        ),
        chart(
            "rare",
            _("Rare offers"),
            _("Topics that its actors offer and at most {few} actors of the whole atlas.").format(few=FEW),
            lambda one: len(one.rare),
            lambda one: f"#field-{one.field}",
        ),
    )


def _projects(field: str, status: str = "") -> str:
    parameters = [("kind", "project"), ("field", field)] + ([("status", status)] if status else [])
    return url("atlas.index", parameters)


def _ties(field: str) -> str:
    """The network of the field's projects: its ties are those that are counted."""
    return url("atlas_network.graph", [("kind", "project"), ("field", field)])


def _data(field: str) -> str:
    return f"{tk.h.url_for('dataset.search')}?{urlencode([(DATASETS, field)])}"


def _details(one: Strength, label: str, here: Known) -> FieldDetails:
    kinds = sorted(one.kinds.items(), key=lambda pair: (-pair[1], pair[0]))
    names = sorted(one.actors, key=lambda actor: (here.name(ACTOR, actor).casefold(), actor))
    return FieldDetails(
        id=one.field,
        label=label,
        lead=_("{actors} actors, {projects} projects, {budget} planned, {datasets} datasets.").format(
            actors=number_text(len(one.actors)),
            projects=number_text(one.all_projects),
            budget=euros(one.budget_cents),
            datasets=number_text(one.datasets),
        ),
        kinds=tuple((say(kind_label(kind)), count) for kind, count in kinds),
        actors=tuple(_actor(here, actor) for actor in names[:MOST_LISTED]),
        actors_left_out=max(0, len(names) - MOST_LISTED),
        projects=_states(one),
        budget=_("{budget} in {count} projects that name one").format(
            budget=euros(one.budget_cents), count=number_text(one.with_budget)
        ),
        datasets=Link(number_text(one.datasets), _data(one.field) if one.datasets else ""),
        rare=tuple(
            (say(concept_label(rare.concept)), tuple(_actor(here, actor) for actor in rare.actors)) for rare in one.rare
        ),
        network=Link(
            _("{inside} pairs in its projects, {outside} ties to actors of other fields").format(
                inside=number_text(one.ties_inside), outside=number_text(one.ties_outside)
            ),
            _ties(one.field),
        ),
    )


def _states(one: Strength) -> tuple[Link, ...]:
    """Projects by state; those of which none is known lead to all."""
    found = []
    for state in (RUNNING, FINISHED, PLANNED, OTHER):
        count = len(one.projects[state])
        if not count:
            continue
        name = _("state not known or another") if state == OTHER else say(status_label(state))
        found.append(Link(f"{number_text(count)} {name}", _projects(one.field, "" if state == OTHER else state)))
    return tuple(found)


def _actor(here: Known, actor: str) -> Link:
    return Link(here.name(ACTOR, actor), entry_url(ACTOR, actor))
