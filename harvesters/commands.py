"""Commands of this room on the command line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict

import click

from .budgets.commands import budget
from .indicators.commands import commands as indicator_commands
from .preview import Preview, preview
from .publishing import site_user
from .queues.commands import commands as queue_commands
from .records import HarvesterError
from .reports import JobReport, job_report
from .running import PATIENCE, follow, sources, start
from .sensors.commands import commands as sensor_commands

FINDINGS_PRINTED = 20
TALLIED = 10
OTHERS = ("series_and_services_new", "series_and_services_changed")


@click.command(short_help="Run harvest sources and show their reports.")
@click.argument("names", metavar="[SOURCE]…", nargs=-1)
@click.option("--wait", is_flag=True, help="Wait for the end and print the reports; exit code 1 if a source failed.")
@click.option(
    "--dry-run",
    is_flag=True,
    help="Read the sources and show what would happen, without writing anything; exit code 1 if something would fail.",
)
@click.option("--timeout", metavar="S", default=600, show_default=True, help="Longest time to wait, in seconds.")
@click.option(
    "--patience",
    metavar="S",
    default=int(PATIENCE),
    show_default=True,
    help="Seconds without any movement after which the consumers count as not running.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def harvest(
    ctx: click.Context, names: tuple[str, ...], wait: bool, dry_run: bool, timeout: int, patience: int, form: str
) -> None:
    """Put the SOURCEs (names or ids; all active ones without) into the harvest queue, where the consumers take them.

    Progress goes to the standard error, reports to the standard output.
    """
    with ctx.meta["flask_app"].test_request_context():
        try:
            site_user()
            if dry_run:
                show_previews([preview(name, identifier) for name, identifier in sources(names)], form)
                return
            jobs = [start(name, identifier) for name, identifier in sources(names)]
            if not jobs:
                click.echo("There is no active harvest source.", err=True)
            if not wait:
                for job in jobs:
                    click.echo(f"{job.name}: job {job.job_id} is in the queue", err=True)
                return
            for progress in follow(jobs, timeout, patience):
                click.echo(str(progress), err=True)
        except HarvesterError as error:
            raise click.ClickException(str(error)) from error
        reports = [job_report(job.job_id) for job in jobs]
    if form == "json":
        click.echo(json.dumps(reports, ensure_ascii=False, indent=2))
    else:
        click.echo("\n\n".join(as_text(report) for report in reports))
    if any(report["errors"] for report in reports):
        raise click.exceptions.Exit(1)


def show_previews(previews: list[Preview], form: str) -> None:
    """Print what runs would do; exit code 1 where one would fail."""
    if form == "json":
        click.echo(json.dumps([asdict(one) for one in previews], ensure_ascii=False, indent=2))
    else:
        click.echo("\n\n".join(preview_as_text(one) for one in previews))
    if any(one.failed for one in previews):
        raise click.exceptions.Exit(1)


def preview_as_text(one: Preview) -> str:
    """What a run would do, for people."""
    counts = ", ".join(f"{number} {what}" for what, number in one.counts.items()) or "nothing to do"
    lines = [f"{one.source_name}: {one.source_title}", f"  dry run, nothing was written: {counts}"]
    if told := _rows(one.rows):
        lines.append(f"  rows: {told}")
    if one.read:
        lines.append("  " + ", ".join(f"{name.replace('_', ' ')} {number}" for name, number in one.read.items()))
    for verdict in one.verdicts:
        if verdict.what != "unchanged":
            title = f" “{verdict.title}”" if verdict.title else ""
            rows = _rows(asdict(verdict.rows))
            lines.append(
                f"  {verdict.what}: {verdict.guid}{title}{f' ({rows} rows)' if rows else ''}"
                f"{': ' + verdict.reason if verdict.reason else ''}"
            )
    lines += [f"  checked: {sentence}" for sentence in one.checked]
    for group, tally in one.tallies.items():
        lines += [f"  {group.replace('_', ' ')}: {what} ({number})" for what, number in tally.items()]
    for finding in one.findings[:FINDINGS_PRINTED]:
        place = f"{finding['place']}: " if finding["place"] else ""
        lines.append(f"  {finding['severity']} ({finding['check']}): {place}{finding['message']}")
    if len(one.findings) > FINDINGS_PRINTED:
        lines.append(f"  … and {len(one.findings) - FINDINGS_PRINTED} more findings")
    return "\n".join([*lines, *(f"  failed: {message}" for message in one.failures)])


def as_text(report: JobReport) -> str:
    """A report for people."""
    counts = report["counts"]
    told = {"new", "changed", "unchanged", "failed", "read", "rejected"}
    lines = [f"{report['source_name']}: {report['source_title']}", _datasets(report)]
    lines.append(f"  read {counts['read']}, rejected {counts['rejected']}")
    others = {name: number for name, number in counts.items() if name not in told and not name.startswith("rows_")}
    if others:
        lines.append("  " + ", ".join(f"{name.replace('_', ' ')} {number}" for name, number in others.items()))
    for one in report["checks"]:
        where = f" ({one['place']})" if one["place"] else ""
        lines.append(f"  checked{where}: {one['message']}")
    for group, tally in report["tallies"].items():
        lines += [f"  {group.replace('_', ' ')}: {what} ({number})" for what, number in list(tally.items())[:TALLIED]]
        if len(tally) > TALLIED:
            lines.append(f"  {group.replace('_', ' ')}: … and {len(tally) - TALLIED} more kinds")
    for finding in report["findings"][:FINDINGS_PRINTED]:
        place = f"{finding['place']}: " if finding["place"] else ""
        lines.append(f"  {finding['severity']} ({finding['check']}): {place}{finding['message']}{_values(finding)}")
    if report["findings_total"] > FINDINGS_PRINTED:
        lines.append(f"  … and {report['findings_total'] - FINDINGS_PRINTED} more findings")
    lines += [
        f"  failed ({error['stage'].lower()}): {error['guid'] + ': ' if error['guid'] else ''}{error['message']}"
        for error in report["errors"][:FINDINGS_PRINTED]
    ]
    return "\n".join(lines)


def _rows(rows: Mapping[str, int]) -> str:
    return ", ".join(f"{rows[what]} {what}" for what in ("new", "changed", "removed") if rows[what])


def _datasets(report: JobReport) -> str:
    counts = report["counts"]
    rows = _rows({what: counts[f"rows_{what}"] for what in ("new", "changed", "removed")})
    moved = sum(counts.get(what, 0) for what in ("new", "changed", "archived", *OTHERS))
    if not (moved or rows or report["errors"]):
        return f"  nothing has changed: {counts['unchanged']} datasets unchanged"
    datasets = ", ".join(f"{counts[what]} {what}" for what in ("new", "changed", "unchanged"))
    return f"  datasets: {datasets}, {counts['failed']} failures; rows: {rows or 'unchanged'}"


def _values(finding: dict[str, object]) -> str:
    if finding["expected"] is None and finding["found"] is None:
        return ""
    return f" (expected {finding['expected']}, found {finding['found']})"


commands: list[click.Command] = [*sensor_commands, *indicator_commands, harvest, budget, *queue_commands]
