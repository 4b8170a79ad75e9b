"""The matching core on its own: no CKAN, no database."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from ckanext.dresdensmartcity.atlas.matching import (
    PARTS,
    Actor,
    Matcher,
    Member,
    Mode,
    Project,
    Ref,
    Settings,
    Taxonomy,
    UnknownEntryError,
    WeightsError,
    parse_weights,
)
from ckanext.dresdensmartcity.city.model import Label
from ckanext.dresdensmartcity.city.vocabularies import Topic
from hypothesis import given, settings
from hypothesis import strategies as st

TOPICS = (
    Topic("environment", Label("Umwelt", "Environment"), ""),
    Topic("sensing", Label("Umweltsensorik", "Environmental sensing"), "environment", ("Umweltmessung",), ()),
    Topic("air", Label("Luftqualität", "Air quality"), "sensing", ("Luftgüte",), ()),
    Topic("noise", Label("Lärm", "Noise"), "sensing"),
    Topic("mobility", Label("Mobilität", "Mobility"), ""),
    Topic("traffic", Label("Verkehrsdaten", "Traffic data"), "mobility"),
)
TAXONOMY = Taxonomy(TOPICS)
SETTINGS = Settings(
    weights={
        Mode.COMPLEMENT: parse_weights("gap=5 topic=2 text=2 near=1"),
        Mode.SIMILAR: parse_weights("topic=4 text=4 network=1.5 near=0.5"),
    },
    reach_m=3000,
    field_labels={"transparency": Label("Transparenz", "Transparency")},
)
OFFERS = ("air", "noise", "sensing", "environment", "traffic", "Verkehrsdaten", "Luftgüte", "Offene Werkstatt", "")
WORDS = (
    "Luftqualitätssensoren",
    "Krach messen",
    "sound measurement",
    "Lärm",
    "Straße",
    "Verkehr",
    "Messung",
    "open data",
    "",
    "ß",
    "🌍",
    "<b>",
)

texts = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)
offers = st.lists(st.sampled_from(OFFERS), max_size=4).map(tuple)
places = st.none() | st.tuples(st.floats(13.5, 14.0), st.floats(50.9, 51.2))
ids = st.sampled_from("abcdef")


@st.composite
def atlases(draw: st.DrawFn) -> tuple[tuple[Actor, ...], tuple[Project, ...]]:
    """A small atlas with every kind of hole in it, also members that do not exist."""
    actors = [
        Actor(one, draw(texts), draw(texts), draw(offers), draw(offers), ("transparency",), "company", draw(places))
        for one in draw(st.lists(ids, unique=True, min_size=1))
    ]
    projects = []
    for one in draw(st.lists(ids, unique=True, min_size=1)):
        members = tuple(Member(actor, "partner") for actor in draw(st.lists(ids, max_size=3)))
        areas = (draw(places.filter(bool)),) if draw(st.booleans()) else ()
        fields = ("transparency",) if draw(st.booleans()) else ()
        projects.append(
            Project(one, draw(texts), draw(texts), draw(offers), fields, members, draw(places), areas),
        )
    return tuple(actors), tuple(projects)


def matcher(actors: tuple[Actor, ...], projects: tuple[Project, ...]) -> Matcher:
    return Matcher(actors, projects, TAXONOMY, SETTINGS)


@settings(max_examples=60, deadline=None)
@given(atlases(), st.sampled_from(Mode))
def test_a_score_is_the_sum_of_its_parts_and_all_are_within_0_and_1(atlas, mode):
    """What is shown adds up to what is ranked by."""
    actors, projects = atlas
    for project in projects:
        for match in matcher(actors, projects).actors_for(project.id, mode):
            assert [part.name for part in match.parts] == list(PARTS)
            assert match.score == pytest.approx(sum(part.contribution for part in match.parts), abs=1e-9)
            assert 0 <= match.score <= 1
            for part in match.parts:
                assert 0 <= part.value <= 1
                assert part.contribution == pytest.approx(part.weight * part.value, abs=1.001e-4)
                assert part.sentence.de
                assert part.sentence.en


@settings(max_examples=60, deadline=None)
@given(atlases(), st.sampled_from(Mode), st.sampled_from(OFFERS), st.integers(0, 5))
def test_an_added_offer_never_lowers_a_score(atlas, mode, offer, which):
    """Whoever brings more is not ranked lower for it."""
    actors, projects = atlas
    richer = actors[which % len(actors)]
    after = tuple(replace(one, offers=(*one.offers, offer)) if one == richer else one for one in actors)
    for project in projects:
        before = {m.found.id: m.score for m in matcher(actors, projects).actors_for(project.id, mode)}
        then = {m.found.id: m.score for m in matcher(after, projects).actors_for(project.id, mode)}
        if richer.id in before and not any(member.actor == richer.id for member in project.members):
            assert then[richer.id] >= before[richer.id]


@settings(max_examples=60, deadline=None)
@given(atlases(), st.sampled_from(Mode))
def test_members_are_not_recommended(atlas, mode):
    """Neither to their project nor their project to them."""
    actors, projects = atlas
    core = matcher(actors, projects)
    members = {(project.id, member.actor) for project in projects for member in project.members}
    found = {(one.id, match.found.id) for one in projects for match in core.actors_for(one.id, mode)}
    found |= {(match.found.id, one.id) for one in actors for match in core.projects_for(one.id, mode)}
    assert not members & found


@settings(max_examples=60, deadline=None)
@given(atlases(), st.sampled_from(Mode), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(atlas, mode, shuffler: random.Random):
    """The same entries give the same matches, whatever order they come in."""
    actors, projects = atlas
    mixed = (tuple(shuffler.sample(actors, len(actors))), tuple(shuffler.sample(projects, len(projects))))
    for project in projects:
        assert matcher(*mixed).actors_for(project.id, mode) == matcher(actors, projects).actors_for(project.id, mode)


@settings(max_examples=60, deadline=None)
@given(atlases(), st.sampled_from(Mode))
def test_both_directions_agree(atlas, mode):
    """A pair has one score and one set of reasons, whichever side asks."""
    actors, projects = atlas
    core = matcher(actors, projects)
    forth = {(one.id, m.found.id): m.parts for one in projects for m in core.actors_for(one.id, mode)}
    back = {(m.found.id, one.id): m.parts for one in actors for m in core.projects_for(one.id, mode)}
    assert forth == back


@settings(max_examples=60, deadline=None)
@given(atlases(), st.sampled_from(Mode))
def test_two_actors_fit_each_other_as_well_from_either_side(atlas, mode):
    """Both ways count half each."""
    actors, projects = atlas
    core = matcher(actors, projects)
    found = {(one.id, m.found.id): m.score for one in actors for m in core.partners_for(one.id, mode)}
    assert len(found) == len(actors) * (len(actors) - 1)
    assert all(found[one, other] == found[other, one] for one, other in found)


def part(match, name):
    return match.parts[PARTS.index(name)]


PROJECT = Project("monitoring", "Luftqualitäts- und Lärm-Monitoring", needs=("air", "noise"), position=(13.73, 51.05))


def test_who_brings_what_is_missing_comes_first_and_the_sentence_says_so():
    """The gap is named in German and in English."""
    trees = Actor("trees", "Stadtbäume", offers=("Luftgüte",), position=(13.74, 51.05))
    club = Actor("club", "Verein", offers=("traffic",), position=(13.73, 51.05))
    best, _ = matcher((club, trees), (PROJECT,)).actors_for("monitoring", Mode.COMPLEMENT)
    gap = part(best, "gap")
    assert best.found == Ref("actor", "trees")
    assert gap.value == 0.5
    assert gap.sentence == Label(
        "Der Akteur bietet, was dem Projekt noch fehlt: Luftqualität (1 von 2 Bedarfen).",
        "The actor offers what the project still lacks: Air quality (1 of 2 needs).",
    )
    assert part(best, "near").sentence.de == "Der Akteur liegt 700 m vom Ort des Projekts entfernt."


def test_a_need_that_a_member_meets_is_no_gap():
    """A second actor with the same offer closes nothing."""
    project = replace(PROJECT, members=(Member("trees", "partner"),))
    actors = (Actor("trees", "Bäume", offers=("air",)), Actor("other", "Andere", offers=("air",)))
    (match,) = matcher(actors, (project,)).actors_for("monitoring", Mode.COMPLEMENT)
    assert part(match, "gap").value == 0


def test_an_offer_of_a_narrower_topic_meets_a_need_and_a_wider_one_only_in_part():
    """Who measures air quality does environmental sensing; not the other way round."""
    assert TAXONOMY.cover("sensing", "air") == 1
    assert 0 < TAXONOMY.cover("air", "sensing") < 1
    assert TAXONOMY.cover("air", "noise") == TAXONOMY.cover("air", "sensing")
    assert TAXONOMY.cover("air", "traffic") == 0
    assert TAXONOMY.cover("sensing", "environment") == 0, "a field at the top is too wide to be shared"


def test_a_topic_is_found_by_its_synonyms_in_any_spelling_and_inside_compounds():
    """Names in both languages, umlauts or not."""
    assert {TAXONOMY.concept(name) for name in ("Luftgüte", "luftguete", "AIR QUALITY", "air")} == {"air"}
    assert TAXONOMY.mentioned("Luftqualitätsmessung in der Stadt") == ("air",)
    assert TAXONOMY.mentioned("Beleuchtung") == ()


def test_word_parts_carry_what_no_topic_does():
    """A compound is like its parts, and the evidence shows the two phrases."""
    project = Project("p", "Zählung von Fahrrädern", needs=("Fahrradzählstellen",))
    actor = Actor("a", "Werkstatt", offers=("Zählstellen für Fahrräder",))
    (match,) = matcher((actor,), (project,)).actors_for("p", Mode.SIMILAR)
    text = part(match, "text")
    assert text.value > 0.3
    assert text.evidence[0].offered.text.de == "Zählstellen für Fahrräder"
    assert text.sentence.de == "Gemeinsame Wortteile: „zählstellen“ und „Fahrräder“."


def test_working_with_a_member_elsewhere_is_shown_and_weighs_nothing_among_complements():
    """New contacts are what the mode is for."""
    project = replace(PROJECT, members=(Member("lead", "lead"),))
    other = Project("other", "Anderes Projekt", members=(Member("lead", "lead"), Member("known", "partner")))
    actors = (Actor("lead", "Amt"), Actor("known", "Institut"), Actor("new", "Neue"))
    core = matcher(actors, (project, other))
    known = {match.found.id: match for match in core.actors_for("monitoring", Mode.COMPLEMENT)}["known"]
    assert part(known, "network").value > 0.5
    assert part(known, "network").contribution == 0
    assert part(known, "network").sentence.de == "Gemeinsames Projekt mit dem Mitglied „Amt“: „Anderes Projekt“."
    assert core.actors_for("monitoring", Mode.SIMILAR)[0].found.id == "known"


def test_whom_only_place_or_contacts_speak_for_is_left_out_of_relevant_matches():
    """Living next door is no reason to be recommended."""
    near = Actor("near", "Bäckerei", position=(13.73, 51.05))
    far = Actor("far", "Messnetz", offers=("air",))
    core = matcher((near, far), (PROJECT,))
    assert [m.found.id for m in core.actors_for("monitoring", Mode.COMPLEMENT, relevant=True)] == ["far"]
    assert len(core.actors_for("monitoring", Mode.COMPLEMENT)) == 2
    assert [m.found.id for m in core.actors_for("monitoring", Mode.COMPLEMENT, 1)] == ["far"]


def test_an_unknown_entry_is_named():
    """The message says what was asked for."""
    with pytest.raises(UnknownEntryError, match="no project with the id 'nothing'"):
        matcher((), ()).actors_for("nothing", Mode.SIMILAR)


@pytest.mark.parametrize("given", ["", "gap=0", "gap=x", "gap", "speed=1", "gap=-1", "gap=nan", "gap=inf"])
def test_weights_that_cannot_be_used_are_refused_with_an_example(given):
    """The message shows how to write them."""
    with pytest.raises(WeightsError, match="for example"):
        parse_weights(given)


def test_weights_are_scaled_to_one():
    """Any numbers do; parts that are left out weigh nothing."""
    given = parse_weights("gap=3 near=1")
    assert given == dict.fromkeys(PARTS, 0) | {"gap": 0.75, "near": 0.25}
