"""When something that is missing may be archived: the decision, run after run, without CKAN."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from ckanext.dresdensmartcity.harvesters.removal import Decision, Known, Rules, Seen, decide
from hypothesis import given, settings
from hypothesis import strategies as st

START = datetime(2026, 11, 1, 12, tzinfo=timezone.utc)
DAY = timedelta(days=1)
TEN = [f"e{number}" for number in range(10)]


class Source:
    """A source that is read day after day; keeps what a portal would keep between runs."""

    def __init__(self, rules: Rules | None = None, published: list[str] = TEN) -> None:
        self.rules = rules or Rules()
        self.known = {guid: Known() for guid in published}
        self.now = START

    def run(self, found: list[str], complete: bool = True, days: float = 1) -> Decision:
        self.now += days * DAY
        decision = decide(self.known, Seen(frozenset(found), complete), self.now, self.rules)
        for guid in self.known:
            archived = guid in decision.archive or (self.known[guid].archived and guid not in decision.revived)
            self.known[guid] = Known(decision.missing.get(guid), archived)
        return decision


def test_what_is_missing_is_archived_when_its_grace_is_over():
    """First it is noted, then it waits, then it goes; whatever is there stays untouched."""
    source = Source()
    first = source.run(TEN[1:])
    assert (first.missing, first.archive, first.kept) == ({"e0": source.now}, (), None)
    assert first.due == {"e0": source.now + 7 * DAY}
    assert source.run(TEN[1:], days=6.9).archive == ()
    assert source.run(TEN[1:], days=0.2).archive == ("e0",)
    assert source.run(TEN[1:]) == Decision(of=9)


def test_grace_counts_from_the_first_run_without_it():
    """Later runs do not start the clock anew."""
    source = Source()
    since = source.run(TEN[1:]).missing["e0"]
    for _ in range(3):
        assert source.run(TEN[1:]).missing["e0"] == since


def test_what_is_found_again_forgets_its_clock():
    """An entry that comes back in time starts from zero the next time it is missing."""
    source = Source()
    source.run(TEN[1:], days=6)
    assert source.run(TEN).found_again == ("e0",)
    source.run(TEN[1:])
    assert source.run(TEN[1:], days=6.5).archive == ()


def test_what_was_archived_is_revived():
    """Coming back after its time is a revival, not a new entry."""
    source = Source(Rules(grace=timedelta(0)))
    assert source.run(TEN[1:]).archive == ("e0",)
    decision = source.run(TEN)
    assert (decision.revived, decision.archive, decision.absent) == (("e0",), (), 0)


def test_without_grace_the_first_complete_run_archives():
    """grace_days 0 means at once."""
    assert Source(Rules(grace=timedelta(0))).run(TEN[1:]).archive == ("e0",)


@pytest.mark.parametrize(
    ("found", "complete", "reason"),
    [
        ([], True, "empty"),
        (TEN[1:], False, "incomplete"),
        ([], False, "incomplete"),
        (TEN[3:], True, "shrunk"),
    ],
)
def test_a_source_that_looks_broken_removes_nothing(found, complete, reason):
    """Empty, half read, or shrunk too far: no clock starts, nothing goes, and the reason is said."""
    source = Source(Rules(grace=timedelta(0)))
    decision = source.run(found, complete)
    assert (decision.kept, decision.archive, decision.missing) == (reason, (), {})
    assert decision.absent == 10 - len(found)


def test_a_fifth_may_be_missing_and_no_more():
    """The share itself is allowed; one entry more is not."""
    assert Source().run(TEN[2:]).kept is None
    assert Source().run(TEN[3:]).kept == "shrunk"


def test_a_source_that_melts_away_slowly_is_stopped_too():
    """Missing entries that still wait count with the new ones."""
    source = Source()
    source.run(TEN[2:])
    assert source.run(TEN[3:]).kept == "shrunk"


def test_a_broken_run_neither_archives_nor_resets_what_waits():
    """Between two complete runs without an entry a broken one is as if it had not been."""
    source = Source()
    since = source.run(TEN[1:]).missing["e0"]
    assert source.run([], complete=False, days=8).missing == {"e0": since}
    assert source.run(TEN[1:]).archive == ("e0",)


def test_even_a_broken_run_finds_entries():
    """What is seen is there, however little was seen."""
    source = Source()
    source.run(TEN[1:])
    assert source.run(["e0"], complete=False).found_again == ("e0",)


def test_a_person_can_let_a_source_shrink():
    """With a share of 1 everything but the last entry may go."""
    assert Source(Rules(timedelta(0), 1.0)).run(["e9"]).archive == tuple(TEN[:9])
    assert Source(Rules(timedelta(0), 1.0)).run([]).kept == "empty"


def test_a_clock_that_was_wrong_does_not_keep_an_entry_for_ever():
    """A time in the future counts as now."""
    known = {guid: Known() for guid in TEN} | {"e0": Known(START + 400 * DAY)}
    assert decide(known, Seen(frozenset(TEN[1:])), START, Rules()).missing == {"e0": START}


def test_a_new_source_has_nothing_to_lose():
    """Entries that were never published are none of its business."""
    assert decide({}, Seen(frozenset(TEN)), START, Rules()) == Decision()


RUN = st.tuples(st.sets(st.sampled_from(TEN)), st.booleans(), st.floats(0.1, 9))


@settings(max_examples=60, deadline=None)
@given(st.lists(RUN, max_size=12))
def test_nothing_goes_that_was_not_missing_in_two_complete_runs_a_grace_apart(runs):
    """Whatever a source does: who is archived was seen in no run since a complete run at least the grace ago."""
    source = Source()
    history: list[tuple[datetime, frozenset[str], bool]] = []
    for found, complete, days in runs:
        decision = source.run(sorted(found), complete, days)
        history.append((source.now, frozenset(found), complete))
        for guid in decision.archive:
            since = [one for one in history if guid not in one[1]]
            last_seen = max((moment for moment, seen, _ in history if guid in seen), default=START)
            complete_runs = [moment for moment, _, whole in since if whole and moment > last_seen]
            assert complete_runs[-1] - complete_runs[0] >= source.rules.grace
            assert found
        assert len(decision.archive) <= 0.2 * decision.of
        assert not set(decision.archive) & found
