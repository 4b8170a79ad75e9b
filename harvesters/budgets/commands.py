"""`ckan dresdensmartcity budget check`: a funding plan checked on the command line, without the database."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from ..records import HarvesterError
from .checks import Checked, check_plan
from .plan import PlanFinding
from .reading import read_plan

INVALID = 1
UNREADABLE = 2


@click.group(short_help="Check funding plans.")
def budget() -> None:
    """Work with funding plans."""


@budget.command(short_help="Check the arithmetic of a funding plan.")
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--decimal-mark", type=click.Choice([".", ","]), help="For files whose numbers do not show it.")
def check(file: Path, form: str, decimal_mark: str | None) -> None:
    """Check FILE (CSV: line, parent, section, title, y<year>…, total) and name each mistake with row and column.

    Exit code 0: the plan fits; 1: a check failed; 2: the file cannot be read as a plan.
    """
    try:
        results = check_plan(read_plan(file.read_bytes(), decimal_mark))
    except HarvesterError as error:
        if form == "json":
            click.echo(json.dumps({"valid": False, "findings": [_unreadable(error)]}, ensure_ascii=False, indent=2))
        else:
            click.echo(f"{file}: {error}", err=True)
        raise click.exceptions.Exit(UNREADABLE) from error
    findings = [finding for result in results for finding in result.findings]
    valid = not any(finding.severity == "error" for finding in findings)
    if form == "json":
        data = {"valid": valid, "findings": [_as_json(finding) for finding in findings]}
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        click.echo(_as_text(file, results, valid))
    if not valid:
        raise click.exceptions.Exit(INVALID)


def _as_json(finding: PlanFinding) -> dict[str, Any]:
    return asdict(finding)


def _unreadable(error: HarvesterError) -> dict[str, Any]:
    message = error.args[0]
    blank = PlanFinding("form", 0, "", message)
    return _as_json(blank) | {"row": None, "message": f"{error.place}: {message}" if error.place else message}


def _as_text(file: Path, results: list[Checked], valid: bool) -> str:
    lines = []
    for result in results:
        lines.append(f"{'ok  ' if not result.findings else 'FAIL'} {result.sentence}")
        for one in result.findings:
            values = ""
            if one.expected or one.found:
                values = f" (expected {one.expected or 'none'}, found {one.found or 'none'}"
                values += f", difference {one.difference})" if one.difference else ")"
            lines.append(f"     {one.severity}: {one.place}: {one.message}{values}")
    lines.append(f"{file}: {'the plan fits' if valid else 'the plan does not fit'}")
    return "\n".join(lines)
