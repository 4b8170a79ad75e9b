"""`ckan dresdensmartcity demo-sources`."""

from __future__ import annotations

import socket

from ckan.tests.helpers import CKANCliRunner
from ckanext.dresdensmartcity.cli import dresdensmartcity


def test_a_taken_port_is_named() -> None:
    """Who starts the server a second time is told which port is taken and what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = CKANCliRunner().invoke(dresdensmartcity, ["demo-sources", "--port", port])
    assert result.exit_code == 1
    assert f"cannot listen on 127.0.0.1:{port}" in result.output
    assert "--port" in result.output
