"""docker/local/ports.py: no port is taken that somebody uses."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import ports
import pytest


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that this process listens on."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_taken_port_is_not_free(taken: int) -> None:
    """A listener on loopback is seen."""
    assert not ports.is_free(taken)


def test_a_listener_on_all_addresses_is_seen() -> None:
    """A server on 0.0.0.0 holds the port on loopback too."""
    with socket.socket() as server:
        server.bind(("0.0.0.0", 0))  # noqa: S104  the case that is tested
        server.listen()
        assert not ports.is_free(server.getsockname()[1])


def test_the_holder_is_named(taken: int) -> None:
    """Who listens is found by process number."""
    found = ports.holder(taken)
    assert found is not None
    assert found.pid == os.getpid()


def test_nobody_holds_a_free_port() -> None:
    """A port without a listener has no holder."""
    free = ports.free_ports(("one",), seed=os.getpid())["one"]
    assert ports.is_free(free)
    assert ports.holder(free) is None


def test_each_name_gets_its_own_port(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ports are different from each other, and taken ones are left out."""
    monkeypatch.setattr(ports, "is_free", lambda port: port % 2 == 1)
    found = ports.free_ports(("one", "two", "three"), seed=0)
    assert found == {"one": 20001, "two": 20003, "three": 20005}


def test_the_search_goes_round(monkeypatch: pytest.MonkeyPatch) -> None:
    """From the end of the range it goes on at its beginning, and gives up after one round."""
    monkeypatch.setattr(ports, "is_free", lambda port: port == ports.FIRST)
    assert ports.free_ports(("one",), seed=7) == {"one": ports.FIRST}
    with pytest.raises(ports.NoFreePortError):
        ports.free_ports(("one", "two"), seed=7)
