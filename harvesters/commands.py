"""Commands of this room on the command line."""

from __future__ import annotations

import json

import click

from .budgets.commands import budget
from .indicators.commands import commands as indicator_commands
from .publishing import site_user
from .records import HarvesterError
from .reports import JobReport, job_report
from .running import PATIENCE, follow, sources, start
from .sensors.commands import commands as sensor_commands

FINDINGS_PRINTED = 20


@click.command(short_help="Run harvest sources and show their reports.")
@click.argument("names", metavar="[SOURCE]…", nargs=-1)
@click.option("--wait", is_flag=True, help="Wait for the end and print the reports; exit code 1 if a source failed.")
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
def harvest(ctx: click.Context, names: tuple[str, ...], wait: bool, timeout: int, patience: int, form: str) -> None:
    """Put the SOURCEs (names or ids; all active ones without) into the harvest queue, where the consumers take them.

    Progress goes to the standard error, reports to the standard output.
    """
    with ctx.meta["flask_app"].test_request_context():
        try:
            site_user()
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


def as_text(report: JobReport) -> str:
    """A report for people."""
    counts = report["counts"]
    told = {"new", "changed", "unchanged", "failed", "read", "rejected"}
    lines = [f"{report['source_name']}: {report['source_title']}", _datasets(report)]
    lines.append(f"  read {counts['read']}, rejected {counts['rejected']}")
    others = {name: number for name, number in counts.items() if name not in told and not name.startswith("rows_")}
    if others:
        lines.append("  " + ", ".join(f"{name.replace('_', ' ')} {number}" for name, number in others.items()))
    lines += [f"  checked: {sentence}" for sentence in report["checked"]]
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


def _datasets(report: JobReport) -> str:
    counts = report["counts"]
    rows = [f"{counts[f'rows_{what}']} {what}" for what in ("new", "changed", "removed") if counts[f"rows_{what}"]]
    if not (counts["new"] or counts["changed"] or rows or report["errors"]):
        return f"  nothing has changed: {counts['unchanged']} datasets unchanged"
    datasets = ", ".join(f"{counts[what]} {what}" for what in ("new", "changed", "unchanged"))
    return f"  datasets: {datasets}, {counts['failed']} failures; rows: {', '.join(rows) or 'unchanged'}"


def _values(finding: dict[str, object]) -> str:
    if finding["expected"] is None and finding["found"] is None:
        return ""
    return f" (expected {finding['expected']}, found {finding['found']})"


commands: list[click.Command] = [*sensor_commands, *indicator_commands, harvest, budget]
