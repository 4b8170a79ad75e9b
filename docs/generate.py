"""Writes docs/reference.md and docs/fields.md from the code: `python docs/generate.py`; `--check` compares only.

Nothing is read twice and nothing is typed by hand: keys come from the declaration, commands from click, actions and
routes from the plugins, settings of harvesters from their models, fields from the schemas.
"""

from __future__ import annotations

import importlib.metadata
import inspect
import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

import click
import yaml
from ckan.plugins import core
from ckanext.dresdensmartcity.cli import dresdensmartcity
from ckanext.dresdensmartcity.harvesters.base import SmartCityHarvester
from flask import Flask

sys.path.insert(0, str(Path(__file__).parent))
import field_table

PACKAGE = "ckanext.dresdensmartcity"
OTHERS = ("harvest", "dcat", "datastore")
PAGE = Path(__file__).parent / "reference.md"
TYPES = ("dataset", "dataset_series", "data_service", "actor", "project")
GROUPS = {"needed": "needed", "recommended": "recommended", "more": "optional"}
HEAD = """# Reference

<!-- Written by docs/generate.py. Change the code, then run it; a test compares the two. -->

[Configuration](#configuration) · [Commands](#commands) · [Actions](#actions) · [Routes](#routes) ·
[Harvesters](#harvesters) · [Fields](#fields)
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD, configuration(), commands(), actions(), routes(), harvesters(), fields()]
    return "\n".join(part.rstrip() + "\n" for part in parts)


def plugins() -> list[tuple[str, Any]]:
    """Name and bare instance of each CKAN plugin of this extension, none of them registered with CKAN."""
    entries = importlib.metadata.entry_points(group="ckan.plugins")
    found = ((one.name, one.load()) for one in entries if one.value.startswith(PACKAGE))
    return sorted((name, object.__new__(plugin)) for name, plugin in found)


def configuration() -> str:
    """Every key, with its default."""
    text = (resources.files(PACKAGE) / "config_declaration.yaml").read_text(encoding="utf-8")
    lines = ["## Configuration", "Options of CKAN's configuration file, section `[app:main]`.", ""]
    for group in yaml.safe_load(text)["groups"]:
        for option in group["options"]:
            default = option.get("default")
            lines += [f"### `{option['key']}`", _sentence(option["description"])]
            lines.append(f"- default: {f'`{default}`' if default not in (None, '') else 'empty'}")
            if option.get("type"):
                lines.append(f"- type: {option['type']}")
            if option.get("example"):
                lines.append(f"- example: `{option['example']}`")
            lines.append("")
    return "\n".join(lines)


def commands() -> str:
    """Every command of the group, with its arguments and options."""
    lines = ["## Commands", "In the stack of this repository each is called as `./portal ckan dresdensmartcity …`.", ""]
    for path, command in sorted(walk(dresdensmartcity, ("ckan", "dresdensmartcity")), key=lambda one: one[0]):
        arguments = [one for one in command.params if isinstance(one, click.Argument)]
        usage = " ".join([*path, *(one.make_metavar(click.Context(command)) for one in arguments)])
        lines += [f"### `{' '.join(path[1:])}`", f"`{usage} [OPTIONS]`", "", inspect.cleandoc(command.help or ""), ""]
        for option in command.params:
            if isinstance(option, click.Option):
                lines.append(f"- `{', '.join(option.opts)}`: {_option(option)}")
        lines.append("")
    return "\n".join(lines)


def walk(group: click.Group, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """The commands of a group and of the groups in it, with their names."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from walk(command, (*path, name))
        else:
            yield (*path, name), command


def actions() -> str:
    """Every action of CKAN's API, those included that replace one of another extension."""
    lines = ["## Actions", "Called as `/api/action/<name>`; GET where it is said, else POST with JSON.", ""]
    for plugin, name, function in _actions():
        verb = "GET or POST" if getattr(function, "side_effect_free", False) else "POST"
        chained = "; comes before the action of that name of another extension" if _is_chained(function) else ""
        lines += [
            f"### `{name}`",
            f"{verb}; plugin `{plugin}`{chained}.",
            "",
            _markdown(inspect.getdoc(function) or ""),
            "",
        ]
    return "\n".join(lines)


def _actions() -> list[tuple[str, str, Callable[..., Any]]]:
    with all_loaded():
        return [
            (name, action, function)
            for name, plugin in plugins()
            if hasattr(plugin, "get_actions")
            for action, function in sorted(plugin.get_actions().items())
        ]


@contextmanager
def all_loaded() -> Iterator[None]:
    """As in a portal with all plugins: some actions are registered only beside the extension that they build on."""
    before = list(core._PLUGINS)
    core._PLUGINS[:] = [*before, *(one for one in OTHERS if one not in before)]
    try:
        yield
    finally:
        core._PLUGINS[:] = before


def _markdown(docstring: str) -> str:
    """A docstring as CKAN writes them for actions, its list of parameters as a list; types stand in the words."""
    lines = [line for line in docstring.splitlines() if not re.match(r":(r?type)\b", line)]
    text = re.sub(r"^:param (\S+): ?", r"- `\1`: ", "\n".join(lines), flags=re.MULTILINE)
    text = re.sub(r"^:returns?: ?", "Returns ", text, flags=re.MULTILINE)
    return re.sub(r"(?m)(?<!^- )(^[^-\s].*\n)(?=- `)", r"\1\n", text).replace("``", "`").rstrip()


def _is_chained(function: Callable[..., Any]) -> bool:
    return bool(getattr(function, "chained_action", False))


def routes() -> str:
    """Every address that the plugins answer."""
    lines = ["## Routes", "| address | methods | what it gives | plugin |", "| --- | --- | --- | --- |"]
    found = []
    for name, plugin in plugins():
        if not hasattr(plugin, "get_blueprint"):
            continue
        app = Flask(name, static_folder=None)
        blueprints = plugin.get_blueprint()
        for blueprint in blueprints if isinstance(blueprints, list) else [blueprints]:
            app.register_blueprint(blueprint)
        for rule in app.url_map.iter_rules():
            methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
            text = _first(inspect.getdoc(app.view_functions[rule.endpoint]))
            found.append(f"| `{rule.rule}` | {methods} | {text} | `{name}` |")
    return "\n".join([*lines, *sorted(found)])


def harvesters() -> str:
    """Every harvester with the settings of its sources."""
    lines = ["## Harvesters", "Settings are the JSON in a source's form, or `config` in the city file.", ""]
    for name, plugin in plugins():
        if isinstance(plugin, SmartCityHarvester):
            kind = type(plugin)
            lines += [f"### `{kind.name}`", f"{kind.title}. {kind.description}. Plugin `{name}`.", ""]
            schema = kind.Settings.model_json_schema()
            lines += _settings(schema)
            for part, definition in sorted(schema.get("$defs", {}).items()):
                if definition.get("properties"):
                    lines += [f"`{part}`: {_first(definition.get('description'))}", "", *_settings(definition)]
    return "\n".join(lines)


def _settings(schema: dict[str, Any]) -> list[str]:
    lines = ["| key | type | default | |", "| --- | --- | --- | --- |"]
    needed = schema.get("required", [])
    for key, value in schema.get("properties", {}).items():
        default = "needed" if key in needed else _default(value)
        lines.append(f"| `{key}` | {_kind(value)} | {default} | {_first(value.get('description'))} |")
    return [*lines, ""]


def _default(schema: dict[str, Any]) -> str:
    value = schema.get("default")
    if "$ref" in schema:
        return "its defaults"
    return f"`{json.dumps(value, ensure_ascii=False)}`" if value not in (None, "", [], {}) else "empty"


def _kind(schema: dict[str, Any]) -> str:
    """A type of a JSON Schema in words."""
    if "$ref" in schema:
        return f"`{schema['$ref'].rsplit('/', 1)[1]}`"
    if choice := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(_kind(one) for one in choice if one.get("type") != "null")
    if "enum" in schema or "const" in schema:
        return ", ".join(f"`{one}`" if one else "empty" for one in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        inner = schema.get("items") or {}
        return f"list of {_kind(inner)}" if inner else "list"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"name: {_kind(schema['additionalProperties'])}"
    limits = [
        f"{word} {schema[key]}"
        for key, word in (("minimum", "from"), ("exclusiveMinimum", "above"), ("maximum", "to"))
        if key in schema
    ]
    return " ".join([schema.get("type", "any"), *limits])


def fields() -> str:
    """Every field of the dataset types, in the order of their forms."""
    lines = ["## Fields"]
    for kind in TYPES:
        schema = yaml.safe_load((resources.files(f"{PACKAGE}.schemas") / f"{kind}.yaml").read_text(encoding="utf-8"))
        lines += ["", f"### `{kind}`", schema["about"]]
        lines += _fields(schema["dataset_fields"])
        if schema.get("resource_fields"):
            lines += ["", f"Resources of `{kind}`:", *_fields(schema["resource_fields"])]
    return "\n".join(lines)


def _fields(entries: list[dict[str, Any]]) -> list[str]:
    lines = ["", "| field | German | English | |", "| --- | --- | --- | --- |"]
    for entry in entries:
        label = entry.get("label") or entry["field_name"]
        texts = (label.get("de", ""), label.get("en", "")) if isinstance(label, dict) else (label, label)
        inner = ", ".join(f"`{one['field_name']}`" for one in entry.get("repeating_subfields", []))
        name = f"`{entry['field_name']}`" + (f" ({inner})" if inner else "")
        state = "required" if entry.get("required") else GROUPS.get(entry.get("group", ""), "")
        lines.append(f"| {name} | {texts[0]} | {texts[1]} | {state} |")
    return lines


def _option(option: click.Option) -> str:
    parts = [option.help or ""]
    if isinstance(option.type, click.Choice):
        parts.append(f"One of {', '.join(option.type.choices)}.")
    if option.required:
        parts.append("Needed.")
    elif option.default is not None and not option.is_flag and not callable(option.default):
        text = str(option.default)
        if text and "UNSET" not in text.upper():
            parts.append(f"Default: {text}.")
    return " ".join(part for part in parts if part)


def _sentence(text: str) -> str:
    return " ".join(text.split())


def _first(text: str | None) -> str:
    """The first paragraph of a docstring, in one line, fit for a cell of a table."""
    return re.sub(r"\s+", " ", (text or "").split("\n\n")[0]).replace("|", "\\|")


def pages() -> dict[Path, str]:
    """Every page that is made of the code, with its text."""
    return {PAGE: page(), field_table.PAGE: field_table.page()}


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit code 1 if a page is not current.")
def main(check: bool) -> None:
    """Write docs/reference.md and docs/fields.md from the code."""
    for path, text in pages().items():
        if not check:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            click.echo(f"docs/{path.name} is not current: run python docs/generate.py", err=True)
            sys.exit(1)


if __name__ == "__main__":
    main()
