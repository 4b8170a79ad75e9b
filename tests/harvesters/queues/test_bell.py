"""Redis as a bell: it wakes, it may be silent for long, and it may be away."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest
from ckan.common import config
from ckanext.dresdensmartcity.harvesters.queues.bell import Bell
from redis import Redis
from redis.exceptions import TimeoutError as RedisTimeoutError

SITE = "test-of-the-bell"


@pytest.fixture
def bell() -> Iterator[Bell]:
    one = Bell(config["ckan.redis.url"], SITE)
    one.hush()
    yield one
    one.hush()


def limited(seconds: float) -> str:
    """The address of the tests' Redis with a limit for each answer, as redis-py 8 has one of its own."""
    return f"{config['ckan.redis.url'].partition('?')[0]}?socket_timeout={seconds:g}"


def test_an_idle_queue_ends_a_plain_reader():
    """What kills ckanext-harvest's consumers with redis-py 8 (its issue #581): a blocking read beyond the limit."""
    with pytest.raises(RedisTimeoutError):
        Redis.from_url(limited(0.3)).blpop(f"{SITE}:nothing", timeout=2)


def test_an_idle_queue_does_not_end_a_worker():
    """The bell has a limit of its own, longer than it ever waits, whatever the address says."""
    began = time.monotonic()
    assert Bell(limited(0.3), SITE).wait(1.5) is False
    assert time.monotonic() - began >= 1.4


def test_it_wakes_at_once(bell: Bell):
    """Who sleeps is woken by a ring, and by ckanext-harvest's own lists."""
    threading.Timer(0.2, bell.ring).start()
    began = time.monotonic()
    assert bell.wait(5) is True
    assert time.monotonic() - began < 3


def test_ckanext_harvests_lists_ring_too():
    """A job that a page of ckanext-harvest has put into its queue is found at once."""
    bell = Bell(config["ckan.redis.url"], SITE, (f"{SITE}:list",))
    Redis.from_url(config["ckan.redis.url"]).rpush(f"{SITE}:list", "{}")
    assert bell.wait(5) is True
    bell.hush()
    assert Redis.from_url(config["ckan.redis.url"]).exists(f"{SITE}:list") == 0


def test_redis_that_is_away_costs_a_second_and_nothing_else():
    """Nothing is raised, and the worker does not turn in circles."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        slept: list[float] = []
        bell = Bell(f"redis://127.0.0.1:{taken.getsockname()[1]}/0", SITE, sleep=slept.append)
        assert bell.wait(5) is False
        bell.ring(3)
        bell.hush()
        bell.pause("source", 60)
        assert slept
        assert slept[0] > 0.5
        assert bell.pausing("source")
        assert bell.count("attempts:job") == 1


def test_a_source_that_asks_to_wait_is_left_alone_by_all(bell: Bell):
    """A Retry-After holds for every worker on every machine, and ends by itself."""
    bell.pause("source", 1.0)
    assert Bell(config["ckan.redis.url"], SITE).pausing("source")
    assert not bell.pausing("another")
    time.sleep(1.1)
    assert not Bell(config["ckan.redis.url"], SITE).pausing("source")


def test_attempts_are_counted(bell: Bell):
    """So that a job whose gathering ends its worker each time is given up."""
    job = f"job-{time.time_ns()}"
    assert [bell.count(job) for _ in range(3)] == [1, 2, 3]
    assert bell.count(job, 0) == 3
