"""Which source is served next: fair by time, and never all workers for slow ones."""

from __future__ import annotations

from collections import Counter

from ckanext.dresdensmartcity.harvesters.queues.choice import Choice, Load


def test_the_source_with_the_fewest_workers_comes_first():
    """Who has nobody is served before who has somebody."""
    assert Choice().order([Load("a", in_work=2), Load("b"), Load("c", in_work=1)], workers=4) == ["b", "c", "a"]


def test_fair_by_time_and_not_by_units():
    """A source with units of a minute does not make one with units of a second wait for a minute each time."""
    choice, took, served = Choice(), {"slow": 60.0, "fast": 1.0}, Counter[str]()
    for _ in range(610):
        source = choice.order([Load("slow"), Load("fast")], workers=1)[0]
        served[source] += 1
        choice.count(source, took[source])
    assert 9 <= served["slow"] <= 11
    assert served["fast"] >= 595


def test_who_comes_later_starts_level():
    """A new source neither waits for hours nor gets hours in advance."""
    choice = Choice()
    choice.order([Load("old")], workers=1)
    choice.count("old", 3600)
    assert choice.order([Load("old"), Load("new")], workers=1)
    choice.count("new", 1)
    assert choice.order([Load("old"), Load("new")], workers=1)[0] == "old"


def test_slow_sources_leave_a_worker_free():
    """With four workers at most three are on slow sources, whatever these still have to do."""
    loads = [Load("slow", in_work=2, slow=True), Load("slower", in_work=1, slow=True), Load("quick")]
    assert Choice().order(loads, workers=4) == ["quick"]
    assert Choice().order(loads[:2], workers=4) == []
    assert set(Choice().order(loads, workers=5)) == {"slow", "slower", "quick"}


def test_a_single_worker_serves_slow_sources_too():
    """Where there is only one, it is everybody's."""
    assert Choice().order([Load("slow", slow=True)], workers=1) == ["slow"]
