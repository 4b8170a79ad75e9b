"""Run mypy --strict over the cores: all modules of the packages that import no CKAN, Flask or database session.

    python typecheck.py

Which modules those are is read from their imports, so that none is forgotten; one that starts to import CKAN is named
in the output. mypy cannot follow setup.py's mapping of folders to packages: it gets a tree of links that looks as
the installed package does.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PACKAGE = Path("ckanext/dresdensmartcity")
# Top folder -> where setup.py puts it.
MAPPING = {
    "ckanext-dresdensmartcity": PACKAGE,
    "harvesters": PACKAGE / "harvesters",
    "schemas": PACKAGE / "schemas",
}
FRAMEWORKS = ("ckan", "ckanext", "ckantoolkit", "flask", "sqlalchemy", "geoalchemy2", "alembic", "psycopg2", "click")
OWN = "ckanext.dresdensmartcity"


def imported(path: Path) -> set[str]:
    """The modules that a file names in its import statements, wherever they stand; relative ones are left out."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
    return names


def is_core(path: Path) -> bool:
    foreign = {name for name in imported(path) if name != OWN and not name.startswith(OWN + ".")}
    return not any(name.split(".")[0] in FRAMEWORKS for name in foreign)


def cores() -> list[Path]:
    """The cores' files, relative to the checkout."""
    found = []
    for folder in ("ckanext-dresdensmartcity", "harvesters"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migration" not in path.parts and path.stat().st_size and is_core(path):
                found.append(path.relative_to(ROOT))
    return found


def installed_path(path: Path) -> Path:
    """Where the package has the file: harvesters/client.py -> ckanext/dresdensmartcity/harvesters/client.py."""
    return MAPPING[path.parts[0]].joinpath(*path.parts[1:])


def link_tree(target: Path) -> None:
    """The installed package as links below `target`."""
    package = target / PACKAGE
    package.mkdir(parents=True)
    for entry in (ROOT / "ckanext-dresdensmartcity").iterdir():
        (package / entry.name).symlink_to(entry)
    for folder in ("harvesters", "schemas"):
        (package / folder).symlink_to(ROOT / folder)


def in_checkout(line: str) -> str:
    """A line of mypy's output with the paths that people know."""
    for folder in ("harvesters", "schemas", "ckanext-dresdensmartcity"):
        line = line.replace(f"{MAPPING[folder]}/", f"{folder}/")
    return line


def main() -> int:
    files = cores()
    with tempfile.TemporaryDirectory() as name:
        tree = Path(name)
        link_tree(tree)
        command = [
            sys.executable,
            "-m",
            "mypy",
            f"--config-file={ROOT / 'pyproject.toml'}",
            f"--cache-dir={ROOT / '.mypy_cache'}",
            "--namespace-packages",
            "--explicit-package-bases",
            # A core may use a module that knows CKAN only by mistake; that one is not for mypy to follow.
            "--follow-imports=silent",
            *(str(installed_path(path)) for path in files),
        ]
        environment = os.environ | {"MYPYPATH": str(tree)}
        result = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    for line in (result.stdout + result.stderr).splitlines():
        print(in_checkout(line))
    print(f"mypy --strict: {len(files)} modules without CKAN")
    return result.returncode


if __name__ == "__main__":
    sys.exit(main())
