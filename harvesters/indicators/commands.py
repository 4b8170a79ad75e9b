"""`ckan dresdensmartcity indicators …`: what a harvest would publish of a table, and what published files give away.

Both run without a database.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import click
import yaml

from ..records import HarvesterError
from .definitions import COLUMNS as DEFINITION_COLUMNS
from .definitions import Where, definitions
from .mapping import Mapping, MappingError, read_mapping
from .output import AUDIT_FILE, DEFINITIONS_FILE, DESCRIPTION_FILE, VALUES_FILE, as_csv, as_json, write_all
from .protection.memory import Memory, remembered_from
from .protection.published import PublishedTable, audit_published
from .publish import protect
from .reading.areas import district_number
from .reading.cells import TableError, read_cells, text_of
from .reading.guess import guess_mapping
from .reading.periods import period_of
from .reading.reader import read_table
from .rows import COLUMNS, Behind, published_rows

UNREADABLE = 2  # exit code, beside 0 (safe) and 1 (something can be found out)

a_file = click.Path(exists=True, dir_okay=False, path_type=Path)
a_folder = click.Path(file_okay=False, path_type=Path)
published_folder = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group(short_help="Suppress and audit indicator tables.")
def indicators() -> None:
    """Indicator tables by district and period: hide small counts, prove that they stay hidden."""


@indicators.command()
@click.argument("file", type=a_file)
@click.option("--to", "folder", required=True, type=a_folder, help="Folder to write to.")
@click.option("--mapping", type=a_file, help="YAML or JSON: columns, indicators, sums. Without it they are guessed.")
@click.option("--threshold", type=click.IntRange(2, 100), help="Counts from 1 to one less are secret.")
@click.option("--hierarchy", type=a_file, help="CSV: district, then a column for each grouping of districts.")
@click.option(
    "--earlier",
    type=a_file,
    multiple=True,
    help="indicator-values.csv of an earlier release, which must not give anything away together with this one.",
)
def suppress(
    file: Path,
    folder: Path,
    mapping: Path | None,
    threshold: int | None,
    hierarchy: Path | None,
    earlier: tuple[Path, ...],
) -> None:
    """Write what would be published of FILE (CSV or XLSX), and the proof that nothing can be found out.

    The folder gets indicator-values.csv (a row for each value, with its status), indicator-definitions.csv,
    indicator-values.json (which cells make which sums) and audit.json. Nothing is written where the table is wrong or
    cannot be protected.
    """
    try:
        content = file.read_bytes()
        rules = _mapping(file, content, mapping, threshold)
        groups = read_hierarchy(hierarchy) if hierarchy else None
        memory = Memory()
        for one in earlier:
            memory |= remembered_from(_rows(one))
        table = read_table(content, rules, groups)
        prepared = protect(table, remembered=memory)
    except (HarvesterError, OSError) as error:
        raise click.ClickException(_in_file(file, str(error))) from error
    rows = published_rows(table, prepared, Behind(file.name), memory)
    files = {
        VALUES_FILE: as_csv(COLUMNS, rows),
        DEFINITIONS_FILE: as_csv(DEFINITION_COLUMNS, definitions(table, Where(file.stem, file.name))),
        DESCRIPTION_FILE: as_json(prepared.description),
        AUDIT_FILE: as_json(prepared.account.as_dict()),
    }
    try:
        write_all(folder, files)
    except OSError as error:
        raise click.ClickException(
            f"cannot write to {folder}: {error.strerror}. Name another folder, or allow the account of the portal to "
            "write there"
        ) from error
    account = prepared.account
    form = f"sheet {table.sheet!r}" if table.sheet else f"{table.encoding}, separator {table.delimiter!r}"
    click.echo(f"{file} was read as {form}")
    for remark in table.remarks:
        click.echo(
            f"{remark.severity}: {remark.place}: {remark.message}"
            if remark.place
            else f"{remark.severity}: {remark.message}"
        )
    click.echo(f"{len(rows)} values in {folder / VALUES_FILE}; the audit is in {folder / AUDIT_FILE}")
    click.echo(
        f"hidden: {account.hidden} of {account.values} counts (threshold {account.threshold}), "
        f"{account.hidden_shares} of {account.shares} shares; {account.sums} sums checked, every hidden count protected"
    )


@indicators.command()
@click.argument("folder", type=published_folder)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Of the answer.")
def audit(folder: Path, form: str) -> None:
    """Tell what anybody could find out from the published tables in FOLDER alone.

    Every indicator-values.csv in it or in a folder below it is taken with the indicator-values.json beside it. Exit
    code 0: every hidden count stays open; 1: something can be found out; 2: the files cannot be read.
    """
    try:
        found = audit_published([_published(path, folder) for path in sorted(folder.rglob(VALUES_FILE))])
        if not found.tables:
            raise TableError([f"there is no {VALUES_FILE} in it"])
    except (HarvesterError, OSError) as error:
        click.echo(f"Error: {_in_file(folder, str(error))}", err=True)
        raise SystemExit(UNREADABLE) from error
    if form == "json":
        click.echo(as_json(found.as_dict()), nl=False)
    else:
        for problem in found.problems:
            click.echo(f"cannot be audited: {problem}")
        for one in found.narrowed:
            until = "any number" if one.possible_to is None else str(one.possible_to)
            click.echo(
                f"{one.table}: {one.indicator_id}, {one.district}, {period_of(one.period)} ({one.reason}): "
                f"only {one.possible_from} to {until} is possible"
            )
        click.echo(
            f"{found.tables} tables, {found.hidden} of {found.values} counts hidden, {found.proven} of them proven to "
            f"stay open, {len(found.narrowed)} can be narrowed"
        )
    raise SystemExit(found.exit_code)


def read_hierarchy(file: Path) -> dict[str, dict[str, str]]:
    """Groupings from a table: first column the district, led by its number, then a column for each grouping.

    Grouping -> number of district -> name of its group. Raises TableError.
    """
    raw = read_cells(file.read_bytes())
    names = [str(name).casefold() for name in raw.names]
    found: dict[str, dict[str, str]] = {name: {} for name in names[1:]}
    problems = []
    for row in raw.rows:
        code = district_number(text_of(row.cells[0]))
        if code is None or len(row.cells) != len(names):
            problems.append(
                f"{file}, row {row.number}: a district with its number of two digits and {len(found)} groups are needed"
            )
            continue
        for groups, cell in zip(found.values(), row.cells[1:], strict=True):
            if groups.setdefault(code, text_of(cell)) != text_of(cell):
                problems.append(
                    f"{file}, row {row.number}: district {code} lies in two groups; then the table needs a row for "
                    "each part and a column with the group"
                )
    if problems:
        raise TableError(problems)
    return found


def _mapping(file: Path, content: bytes, declared: Path | None, threshold: int | None) -> Mapping:
    if declared is None:
        rules = guess_mapping(content, file.stem.replace("_", " "))
    else:
        try:
            rules = read_mapping(yaml.safe_load(declared.read_text(encoding="utf-8")))
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise MappingError(f"{declared} is neither YAML nor JSON: {error}") from error
        except MappingError as error:
            raise MappingError("\n".join(f"{declared}: {line}" for line in str(error).splitlines())) from error
    return rules if threshold is None else rules.model_copy(update={"threshold": threshold})


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        missing = sorted({"indicator_id", "district", "year", "value", "status"} - set(reader.fieldnames or ()))
        if missing:
            raise TableError([f"{file}, line 1: no published table: the column {', '.join(missing)} is missing"])
        return list(reader)


def _published(values: Path, folder: Path) -> PublishedTable:
    described = values.with_name(DESCRIPTION_FILE)
    try:
        description: dict[str, Any] = json.loads(described.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise TableError([f"{described} is missing; it says which cells make which sums"]) from error
    except ValueError as error:
        raise TableError([f"{described} is no JSON: {error}"]) from error
    name = str(values.parent.relative_to(folder))
    return PublishedTable(folder.name if name == "." else name, tuple(_rows(values)), description)


def _in_file(file: Path, message: str) -> str:
    """Each line with the file before it, where it does not name one."""
    return "\n".join(line if str(file.parent) in line else f"{file}: {line}" for line in message.splitlines())


commands: list[click.Command] = [indicators]
