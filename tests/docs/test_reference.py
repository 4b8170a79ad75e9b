"""docs/reference.md names everything that the extension adds to CKAN, and is what docs/generate.py writes."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import ckan.plugins as plugins
import click
import pytest
from ckan.common import config_declaration
from ckanext.dresdensmartcity.cli import dresdensmartcity
from ckanext.dresdensmartcity.harvesters.base import SmartCityHarvester
from ckanext.harvest.interfaces import IHarvester

ROOT = Path(__file__).parent.parent.parent
PREFIX = "ckanext.dresdensmartcity."
OURS = " ".join(
    sorted(one.name for one in importlib.metadata.entry_points(group="ckan.plugins") if one.value.startswith(PREFIX))
)

pytestmark = [
    pytest.mark.ckan,
    pytest.mark.ckan_config("ckan.plugins", f"{OURS} harvest dcat scheming_datasets datastore activity"),
    pytest.mark.usefixtures("with_plugins"),
]


@pytest.fixture(scope="module")
def reference() -> str:
    return (ROOT / "docs/reference.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs/generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def ours(interface: Any) -> list[Any]:
    """The plugins of this extension that CKAN has loaded, for an interface."""
    return [one for one in plugins.PluginImplementations(interface) if type(one).__module__.startswith(PREFIX)]


def test_the_page_is_what_the_code_says(generate, reference):
    """Nobody has changed code without it: otherwise run python docs/generate.py."""
    assert generate.page() == reference


def test_every_declared_option_is_named(reference):
    """Options that CKAN knows from our declaration."""
    keys = [str(key) for key in config_declaration.iter_options() if str(key).startswith(PREFIX)]
    assert len(keys) > 5
    assert [key for key in keys if f"`{key}`" not in reference] == []


def test_every_option_that_the_code_reads_is_declared():
    """A key in the code (or the beginning of one) that CKAN does not know would never have a default."""
    declared = {str(key) for key in config_declaration.iter_options()}
    read = set()
    for folder in ("ckanext-dresdensmartcity", "harvesters"):
        for file in (ROOT / folder).rglob("*.py"):
            read |= set(re.findall(r'"(ckanext\.dresdensmartcity\.[a-z_.]+)"', file.read_text(encoding="utf-8")))
    options = {key for key in read if not is_module(key)}
    assert options
    assert [key for key in options if not any(f"{one}.".startswith(f"{key}.") for one in declared)] == []


def is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def test_every_command_is_named(reference):
    """Commands of the group, at any depth, each with all its options."""

    def walk(group: click.Group, path: str) -> list[tuple[str, click.Command]]:
        found = []
        for name, command in group.commands.items():
            inner = f"{path} {name}"
            found += walk(command, inner) if isinstance(command, click.Group) else [(inner, command)]
        return found

    commands = walk(dresdensmartcity, "dresdensmartcity")
    assert len(commands) > 5
    for name, command in commands:
        section = reference.partition(f"### `{name}`\n")[2].partition("\n### ")[0]
        assert command.help.splitlines()[0] in section, name
        for option in command.params:
            if isinstance(option, click.Option):
                assert f"`{', '.join(option.opts)}`: " in section, (name, option.name)


def test_every_action_is_named_and_says_what_it_does(reference):
    """Actions that our loaded plugins register, those included that come before another extension's."""
    actions = {name: function for one in ours(plugins.IActions) for name, function in one.get_actions().items()}
    assert len(actions) > 5
    for name, function in actions.items():
        assert f"### `{name}`" in reference
        assert function.__doc__, name


def test_every_route_is_named(app, reference):
    """Addresses that the running application answers by a view of ours."""
    flask = app.flask_app
    names = set()
    for one in ours(plugins.IBlueprint):
        blueprints = one.get_blueprint()
        names |= {each.name for each in (blueprints if isinstance(blueprints, list) else [blueprints])}
    rules = [rule.rule for rule in flask.url_map.iter_rules() if rule.endpoint.split(".")[0] in names]
    assert len(rules) > 10
    assert [rule for rule in rules if f"| `{rule}` |" not in reference] == []


def test_every_harvester_and_its_settings_are_named(reference):
    """Source types with each key of their settings."""
    harvesters = [one for one in plugins.PluginImplementations(IHarvester) if isinstance(one, SmartCityHarvester)]
    assert len(harvesters) == 6
    for one in harvesters:
        section = reference.partition(f"### `{one.info()['name']}`\n")[2].partition("\n### ")[0]
        for key in one.Settings.model_fields:
            assert f"| `{key}` |" in section, (one.info()["name"], key)
