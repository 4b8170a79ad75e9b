"""`ckan … dresdensmartcity validate` without a database.

CKAN opens its database and asks its search engine before it lets any command run, also one that needs neither, and ends
with a trace where they cannot be reached. The first hook that a plugin has, `IConfigurer.update_config`, comes before
that: there a check of files is run, and the process ends with its exit code. All else starts as usual.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

GROUP, COMMAND = "dresdensmartcity", "validate"
_CONFIGURATION = ("-c", "--config")


def arguments(argv: Sequence[str]) -> list[str] | None:
    """The arguments of `validate`, if `argv` is a call of it by `ckan` that needs no portal; else None."""
    if not argv or Path(argv[0]).name not in ("ckan", "ckan.exe"):
        return None
    words = list(argv[1:])
    while words and words[0].startswith("-"):  # CKAN's own options
        words = words[2:] if words[0] in _CONFIGURATION else words[1:]
    if words[:2] != [GROUP, COMMAND] or "--all" in words:
        return None
    return words[2:]


def run_before_the_database() -> None:
    """Run a check of files and end the process with its exit code, if that is what this process was started for."""
    wanted = arguments(sys.argv)
    if wanted is None:
        return
    from .commands import validate  # here, as every process of the portal comes by

    validate.main(wanted, prog_name=f"ckan {GROUP} {COMMAND}")  # ends with SystemExit
