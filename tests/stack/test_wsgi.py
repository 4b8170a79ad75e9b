"""docker/ckan/wsgi.py, which gunicorn serves."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SEEN = """
import wsgi
from ckan import authz, logic
print("dcat_catalog_show" in authz._AuthFunctions._functions, "dresdensmartcity_harvest_report" in logic._actions)
"""


@pytest.mark.ckan
def test_actions_and_rights_are_there_at_the_first_request(repository: Path, request: pytest.FixtureRequest) -> None:
    """Threads that answer the first requests at the same time find all of them."""
    ini = str(Path(str(request.config.option.ckan_ini)).resolve())
    result = subprocess.run(
        [sys.executable, "-c", SEEN],
        cwd=repository / "docker" / "ckan",
        env=os.environ | {"CKAN_INI": ini},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stdout.split()[-2:] == ["True", "True"], result.stderr
