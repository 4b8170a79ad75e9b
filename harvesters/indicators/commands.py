"""`ckan dresdensmartcity indicators …`: what a harvest would publish of a table, without a database."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import click
import yaml

from ..records import HarvesterError
from .guess import guess_mapping
from .mapping import Mapping, MappingError, read_mapping
from .publish import FIELDS, Prepared, prepare
from .reader import TableError, decode, district_number, find_delimiter

VALUES_FILE = "indicator-values.csv"
AUDIT_FILE = "audit.json"

a_file = click.Path(exists=True, dir_okay=False, path_type=Path)
a_folder = click.Path(file_okay=False, path_type=Path)


@click.group(short_help="Suppress and audit indicator tables.")
def indicators() -> None:
    """Indicator tables by district and year: hide small counts, prove that they stay hidden."""


@indicators.command()
@click.argument("file", type=a_file)
@click.option("--to", "folder", required=True, type=a_folder, help="Folder to write to.")
@click.option("--mapping", type=a_file, help="YAML or JSON: columns, indicators, sums. Without it they are guessed.")
@click.option("--threshold", type=click.IntRange(2, 100), help="Counts from 1 to one less are secret.")
@click.option("--hierarchy", type=a_file, help="CSV: district, then a column for each grouping of districts.")
def suppress(file: Path, folder: Path, mapping: Path | None, threshold: int | None, hierarchy: Path | None) -> None:
    """Write what would be published of FILE, and the proof that nothing can be found out.

    The folder gets indicator-values.csv (a row for each value, with its status) and audit.json. Nothing is written
    where the table is wrong or cannot be protected.
    """
    try:
        content = file.read_bytes()
        rules = _mapping(content, mapping, threshold)
        prepared = prepare(content, rules, hierarchy=read_hierarchy(hierarchy.read_bytes()) if hierarchy else None)
    except HarvesterError as error:
        raise click.ClickException(str(error)) from error
    audit = json.dumps(prepared.account.as_dict(), ensure_ascii=False, indent=2)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / VALUES_FILE).write_text(to_csv(prepared), encoding="utf-8", newline="")
        (folder / AUDIT_FILE).write_text(f"{audit}\n", encoding="utf-8")
    except OSError as error:
        raise click.ClickException(
            f"cannot write to {folder}: {error.strerror}. Name another folder, or allow the account of the portal to "
            "write there"
        ) from error
    account = prepared.account
    click.echo(f"{len(prepared.records)} values in {folder / VALUES_FILE}; the audit is in {folder / AUDIT_FILE}")
    click.echo(
        f"hidden: {account.hidden} of {account.values} counts (threshold {account.threshold}), "
        f"{account.hidden_shares} of {account.shares} shares; {account.sums} sums checked, every hidden count protected"
    )


def read_hierarchy(content: bytes) -> dict[str, dict[str, str]]:
    """Groupings from a table: first column the district, led by its number, then a column for each grouping.

    Grouping -> number of district -> name of its group. Raises TableError.
    """
    text, _ = decode(content, "auto")
    header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=find_delimiter(text, "auto"))
    found: dict[str, dict[str, str]] = {name.strip().casefold(): {} for name in header[1:]}
    problems = []
    for number, row in enumerate(rows, start=2):
        if not any(row):
            continue
        code = district_number(row[0])
        if code is None or len(row) != len(header):
            problems.append(
                f"hierarchy, row {number}: a district with its number of two digits and {len(found)} groups"
            )
            continue
        for names, group in zip(found.values(), row[1:], strict=True):
            if names.setdefault(code, group.strip()) != group.strip():
                problems.append(
                    f"hierarchy, row {number}: district {code} lies in two groups; then the table needs a row for each "
                    "part and a column with the group"
                )
    if problems:
        raise TableError(problems)
    return found


def to_csv(prepared: Prepared) -> str:
    """The records as CSV, empty where there is no number."""
    target = io.StringIO(newline="")
    writer = csv.DictWriter(target, FIELDS)
    writer.writeheader()
    writer.writerows(record.row() for record in prepared.records)
    return target.getvalue()


def _mapping(content: bytes, file: Path | None, threshold: int | None) -> Mapping:
    if file is None:
        rules = guess_mapping(content)
    else:
        try:
            rules = read_mapping(yaml.safe_load(file.read_text(encoding="utf-8")))
        except yaml.YAMLError as error:
            raise MappingError(f"{file} is neither YAML nor JSON: {error}") from error
    return rules if threshold is None else rules.model_copy(update={"threshold": threshold})


commands: list[click.Command] = [indicators]
