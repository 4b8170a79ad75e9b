"""The served portal as its users call it: over HTTP, with nothing of CKAN in the test's process."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
import requests

Call = Callable[..., Any]


@pytest.fixture(scope="session")
def call(portal_url: str) -> Call:
    """Calls an action of the API: `call("package_search", rows=0)`; `as_admin=True` with the administrator's token."""

    def answer(action: str, as_admin: bool = False, **parameters: Any) -> Any:
        headers = {"Authorization": os.environ["PORTAL_TEST_TOKEN"]} if as_admin else {}
        reply = requests.post(f"{portal_url}/api/3/action/{action}", json=parameters, headers=headers, timeout=60)
        body = reply.json()
        assert body["success"], f"{action}: {body.get('error')}"
        return body["result"]

    return answer
