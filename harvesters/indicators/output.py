"""The files that `indicators suppress` writes: all of them or none.

Each is written beside its place and moved there when it is complete. The audit goes first when old files are replaced
and comes back last, so that a folder with an audit holds one release and never parts of two, whenever the process is
killed.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..records import Value

VALUES_FILE = "indicator-values.csv"
DEFINITIONS_FILE = "indicator-definitions.csv"
DESCRIPTION_FILE = "indicator-values.json"
AUDIT_FILE = "audit.json"


def as_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Value]]) -> str:
    """Rows as CSV, empty where there is nothing; true and false as JSON has them."""
    target = io.StringIO(newline="")
    writer = csv.DictWriter(target, list(columns))
    writer.writeheader()
    for row in rows:
        writer.writerow({name: str(value).lower() if isinstance(value, bool) else value for name, value in row.items()})
    return target.getvalue()


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=_plain) + "\n"


def _plain(value: object) -> object:
    if isinstance(value, frozenset | set | tuple):
        return sorted(value) if not isinstance(value, tuple) else list(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def write_all(folder: Path, files: Mapping[str, str], last: str = AUDIT_FILE) -> None:
    """Write the files of a release; `last` is the one that says that it is complete. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    beside = {name: folder / f".{name}.{os.getpid()}.part" for name in files}
    try:
        for name, text in files.items():
            with beside[name].open("w", encoding="utf-8", newline="") as target:
                target.write(text)
                target.flush()
                os.fsync(target.fileno())
        (folder / last).unlink(missing_ok=True)
        for name in sorted(files, key=lambda name: name == last):
            beside[name].replace(folder / name)
    finally:
        for path in beside.values():
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
