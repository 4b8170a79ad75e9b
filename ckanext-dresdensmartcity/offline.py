"""Commands on files, such as `ckan … dresdensmartcity validate FILE`, without a database.

CKAN opens its database and asks its search engine before it lets any command run, also one that needs neither, and ends
with a trace where they cannot be reached. The first hook that a plugin has, `IConfigurer.update_config`, comes before
that: there a command on files is run, and the process ends with its exit code. All else starts as usual.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

GROUP = "dresdensmartcity"
# Commands on files; with the option that they are named with they need the portal.
COMMANDS: dict[tuple[str, ...], str | None] = {
    ("atlas", "evaluate"): None,
    ("validate",): "--all",
    ("lift",): None,
    ("budget", "check"): None,
    ("budget", "compare"): None,
    ("indicators", "audit"): None,
    ("indicators", "suppress"): None,
    ("sensors", "aggregate"): None,
}
_CONFIGURATION = ("-c", "--config")


def arguments(argv: Sequence[str]) -> list[str] | None:
    """Name and arguments of the command, if `argv` is a call of one by `ckan` that needs no portal; else None."""
    if not argv or Path(argv[0]).name not in ("ckan", "ckan.exe"):
        return None
    words = list(argv[1:])
    while words and words[0].startswith("-"):  # CKAN's own options
        words = words[2:] if words[0] in _CONFIGURATION else words[1:]
    if not words or words[0] != GROUP:
        return None
    for name, needing_the_portal in COMMANDS.items():
        if tuple(words[1 : 1 + len(name)]) == name:
            return None if needing_the_portal in words else words[1:]
    return None


def run_before_the_database() -> None:
    """Run a command on files and end the process with its exit code, if that is what this process was started for."""
    wanted = arguments(sys.argv)
    if wanted is None:
        return
    from ckanext.dresdensmartcity.cli import dresdensmartcity  # here, as every process of the portal comes by

    dresdensmartcity.main(wanted, prog_name=f"ckan {GROUP}")  # ends with SystemExit
