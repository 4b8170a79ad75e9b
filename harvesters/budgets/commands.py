"""`ckan dresdensmartcity budget check` and `compare`: plans on the command line, without the database."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import yaml

from ..records import HarvesterError
from .checks import Checked, check_plan, findings_of
from .mapping import Mapping, MappingError, read_mapping
from .model import Plan, PlanFinding, Version, amount
from .programme import Options
from .reading import read_plan
from .versions import Change, Comparison, compare, stored, version_findings

INVALID = 1
UNREADABLE = 2

a_file = click.Path(exists=True, dir_okay=False, path_type=Path)
a_form = click.Choice(["text", "json"])


@click.group(short_help="Check and compare budget plans.")
def budget() -> None:
    """Work with budget plans: CSV, TSV or XLSX, in the funding programme's form or by a mapping."""


@budget.command(short_help="Check the arithmetic of a budget plan.")
@click.argument("file", metavar="FILE", type=a_file)
@click.option("--mapping", type=a_file, help="YAML or JSON: what the columns hold; a Fiscal Data Package will do.")
@click.option("--format", "form", type=a_form, default="text", show_default=True)
@click.option("--decimal-mark", type=click.Choice([".", ","]), help="For files whose numbers do not show it.")
@click.option(
    "--grant-maximum", type=click.FloatRange(0, 100), metavar="PERCENT", help="Most of the financing that a grant pays."
)
@click.option("--years", type=(int, int), metavar="FIRST LAST", help="Years of the plan, to find others.")
def check(
    file: Path,
    mapping: Path | None,
    form: str,
    decimal_mark: str | None,
    grant_maximum: float | None,
    years: tuple[int, int] | None,
) -> None:
    """Check FILE and name each mistake with row and column.

    The funding programme's form (line, parent, section, title, y<year>…, total) is known; any other needs --mapping.

    Exit code 0: the plan fits; 1: a check failed; 2: the file cannot be read as a plan.
    """
    options = Options(
        decimal_mark or "", None if grant_maximum is None else Decimal(str(grant_maximum)), Version(), years or None
    )
    try:
        plan = read_plan(file.read_bytes(), _mapping(mapping), options, file.name)
    except (HarvesterError, OSError) as error:
        _unreadable(file, error, form)
        raise click.exceptions.Exit(UNREADABLE) from error
    results = check_plan(plan)
    findings = findings_of(results)
    valid = not any(finding.severity == "error" for finding in findings)
    if form == "json":
        _print({"valid": valid, "findings": [finding.as_dict() for finding in findings]})
    else:
        click.echo(_as_text(file, results, valid))
    if not valid:
        raise click.exceptions.Exit(INVALID)


@budget.command("compare", short_help="Compare two versions of a budget plan.")
@click.argument("old", metavar="OLD", type=a_file)
@click.argument("new", metavar="NEW", type=a_file)
@click.option("--mapping", type=a_file, help="YAML or JSON: what the columns of both hold.")
@click.option("--old-mapping", type=a_file, help="For OLD, where its columns are others.")
@click.option("--old-version", default="", help="Version of OLD, where the file does not say it.")
@click.option("--new-version", default="", help="Version of NEW, where the file does not say it.")
@click.option("--format", "form", type=a_form, default="text", show_default=True)
@click.option("--decimal-mark", type=click.Choice([".", ","]), help="For files whose numbers do not show it.")
def compare_plans(
    old: Path,
    new: Path,
    mapping: Path | None,
    old_mapping: Path | None,
    old_version: str,
    new_version: str,
    form: str,
    decimal_mark: str | None,
) -> None:
    """Say which amounts NEW changes against OLD, by measure, year and source.

    Exit code 0: compared; 1: amounts changed although both are the same version; 2: a file cannot be read as a plan.
    """
    plans: list[Plan] = []
    for file, declared, version in ((old, old_mapping or mapping, old_version), (new, mapping, new_version)):
        try:
            options = Options(decimal_mark or "", version=Version(version))
            plans.append(read_plan(file.read_bytes(), _mapping(declared), options, file.name))
        except (HarvesterError, OSError) as error:
            _unreadable(file, error, form)
            raise click.exceptions.Exit(UNREADABLE) from error
    before, after = plans
    comparison = compare(stored(before), before.version, after)
    findings = version_findings(comparison)
    if form == "json":
        _print(
            {
                "old": _version(comparison.old),
                "new": _version(comparison.new),
                "counts": comparison.counts,
                "changes": [change.as_dict() for change in comparison.changes],
                "findings": [finding.as_dict() for finding in findings],
            }
        )
    else:
        click.echo(_changes_as_text(old, new, comparison, findings))
    if any(finding.severity == "error" for finding in findings):
        raise click.exceptions.Exit(INVALID)


def load_mapping(file: Path) -> Mapping:
    """A mapping from a YAML or JSON file; raises MappingError."""
    try:
        return read_mapping(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise MappingError(f"{file} is neither YAML nor JSON: {error}") from error


def _mapping(file: Path | None) -> Mapping | None:
    return None if file is None else load_mapping(file)


def _print(data: dict[str, Any]) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def _unreadable(file: Path, error: Exception, form: str) -> None:
    message = str(error).replace("{", "{{").replace("}", "}}")
    if form == "json":
        _print({"valid": False, "findings": [PlanFinding("form", None, None, message).as_dict()]})
    else:
        click.echo(f"{file}: {error}", err=True)


def _as_text(file: Path, results: list[Checked], valid: bool) -> str:
    lines = []
    said: set[PlanFindingKey] = set()
    for result in results:
        if not result.applies:
            continue
        failed = any(one.severity == "error" for one in result.findings)
        lines.append(f"{'FAIL' if failed else 'ok  '} {result.sentence}")
        for one in result.findings:
            key = (one.check, one.row, one.column, one.template)
            if key not in said:
                said.add(key)
                lines.append(_finding_as_text(one))
    lines.append(f"{file}: {'the plan fits' if valid else 'the plan does not fit'}")
    return "\n".join(lines)


PlanFindingKey = tuple[str, int | None, str | None, str]


def _finding_as_text(one: PlanFinding) -> str:
    values = [
        f"{name} {_number(value)}"
        for name, value in (("expected", one.expected), ("found", one.found), ("difference", one.difference))
        if value is not None
    ]
    place = f"{one.place}: " if one.place else ""
    more = f" ({', '.join(values)})" if values else ""
    return f"     {one.severity} [{one.check}] {place}{one.message}{more}"


def _number(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _version(version: Version) -> dict[str, str | None]:
    return {
        "version": version.id or None,
        "resolved_on": version.resolved_on.isoformat() if version.resolved_on else None,
    }


def _changes_as_text(old: Path, new: Path, comparison: Comparison, findings: list[PlanFinding]) -> str:
    lines = [_change_as_text(change) for change in comparison.changes]
    lines += [_finding_as_text(finding) for finding in findings if finding.severity != "error"]
    counts = comparison.counts
    lines.append(
        f"{old} -> {new}: {counts['number']} amounts differ ({counts['more']} more, {counts['less']} less, "
        f"{counts['new']} new, {counts['gone']} gone)"
    )
    if any(finding.severity == "error" for finding in findings):
        lines.append("Both are the same version; a change needs a new one.")
    return "\n".join(lines)


def _change_as_text(change: Change) -> str:
    before, after = ("–" if one is None else _number(amount(one)) for one in (change.before, change.after))
    key = change.key
    sign = "+" if change.difference > 0 else ""
    return (
        f"{key.measure_id} {key.year} {key.phase} {key.source}: {before} -> {after} "
        f"({sign}{_number(amount(change.difference))}) {change.title}"
    )
