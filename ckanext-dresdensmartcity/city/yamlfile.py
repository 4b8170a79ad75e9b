"""Read a YAML file that people write, and tell them every mistake at its line.

PyYAML's `safe_load` forgets where a value stood; here the tree of nodes is walked instead. A reader asks a `Fields` for
what it needs; what is missing, of the wrong kind, written twice or not known is collected in one `Mistakes`, so that
a person mends the file once and not once for each mistake.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml

from .model import Label

T = TypeVar("T")

IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9-]*")
ADDRESS = re.compile(r"https?://[^\s<>\"]+")
# Longer than this, a wrong value is cut in a message.
SHOWN = 60


@dataclass(frozen=True)
class Mistake:
    """One thing that a file says and must not say."""

    path: Path
    line: int  # counted from 1
    place: str  # "focus_areas[2].districts"
    found: str
    allowed: str

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}"
        return f"{where}: {self.place}: found {self.found}; allowed: {self.allowed}"


class CityFileError(Exception):
    """Raised when a city file, or a file of its actors and projects, cannot be used; holds every mistake in it.

    `path`, `line`, `found` and `allowed` are those of the first mistake.
    """

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        first = self.mistakes[0]
        self.path, self.line, self.found, self.allowed = first.path, first.line, first.found, first.allowed
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


class Mistakes:
    """Collects what is wrong in one file; `check` raises when there is anything."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.found: list[Mistake] = []

    def add(self, line: int, place: str, found: str, allowed: str) -> None:
        self.found.append(Mistake(self.path, line, place, found, allowed))

    def check(self) -> None:
        if self.found:
            raise CityFileError(sorted(self.found, key=lambda mistake: mistake.line))


class Item:
    """One node of the file with its place in it."""

    def __init__(self, node: yaml.Node, place: str, mistakes: Mistakes) -> None:
        self.node = node
        self.place = place
        self.mistakes = mistakes

    @property
    def line(self) -> int:
        return int(self.node.start_mark.line) + 1

    def shown(self) -> str:
        """What stands there, short enough for a message."""
        if isinstance(self.node, yaml.MappingNode):
            return "a mapping"
        if isinstance(self.node, yaml.SequenceNode):
            return "a list"
        node = cast("yaml.ScalarNode", self.node)  # the only other kind
        text = str(node.value)
        if not text:
            return "nothing"
        if len(text) > SHOWN:
            text = f"{text[:SHOWN]}…"
        # Unquoted, 05 is a number for YAML and "05" a text: show it as it was written.
        return text if node.style is None else f'"{text}"'

    def wrong(self, allowed: str, found: str = "") -> None:
        self.mistakes.add(self.line, self.place, found or self.shown(), allowed)

    def plain(self) -> Any:
        """The value as `yaml.safe_load` would give it, for parts whose keys others define."""
        try:
            return yaml.SafeLoader("").construct_document(self.node)
        except yaml.YAMLError as error:
            self.wrong("a plain YAML value", str(error).splitlines()[0])
            return None

    def scalar(self, kinds: tuple[type, ...], allowed: str) -> Any:
        value = self.plain() if isinstance(self.node, yaml.ScalarNode) else None
        # A bool is an int for Python, not for the one who wrote `yes` where a number belongs.
        if type(value) not in kinds:
            self.wrong(allowed)
            return None
        return value

    def text(self, pattern: re.Pattern[str] | None = None, allowed: str = "a text") -> str:
        value = self.scalar((str,), allowed)
        if value is None:
            return ""
        if pattern is not None and not pattern.fullmatch(value):
            self.wrong(allowed)
            return ""
        return str(value)

    def one_of(self, values: Iterable[str], allowed: str = "") -> str:
        values = tuple(values)
        value = self.scalar((str,), allowed or ", ".join(values))
        if value is None:
            return ""
        if value not in values:
            self.wrong(allowed or ", ".join(values) or "none, as there is none yet")
            return ""
        return str(value)

    def address(self) -> str:
        return self.text(ADDRESS, "an address that begins with http:// or https://")

    def identifier(self) -> str:
        return self.text(IDENTIFIER, "lower case letters a-z, digits and hyphens")

    def number(self) -> float:
        value = self.scalar((int, float), "a number")
        return float(value) if value is not None else 0.0

    def integer(self) -> int:
        value = self.scalar((int,), "a whole number")
        return int(value) if value is not None else 0

    def boolean(self) -> bool:
        return bool(self.scalar((bool,), "true or false"))

    def day(self) -> date:
        value = self.scalar((date,), "a day such as 2023-07-01")
        return value if isinstance(value, date) else date.min

    def label(self) -> Label:
        """A text in German and English."""
        fields = Fields(self, 'both languages: {de: "…", en: "…"}')
        label = Label(fields.need("de", Item.text, ""), fields.need("en", Item.text, ""))
        fields.done()
        return label

    def items(self, allowed: str = "a list") -> list[Item]:
        if not isinstance(self.node, yaml.SequenceNode):
            self.wrong(allowed)
            return []
        return [Item(node, f"{self.place}[{number}]", self.mistakes) for number, node in enumerate(self.node.value, 1)]

    def numbers(self, count: int, allowed: str) -> tuple[float, ...]:
        """Exactly `count` numbers; zeros where there is a mistake."""
        before = len(self.mistakes.found)
        values = tuple(item.number() for item in self.items(allowed))
        if len(values) != count:
            if len(self.mistakes.found) == before:
                self.wrong(allowed, f"{len(values)} numbers")
            return (0.0,) * count
        return values


class Fields:
    """The fields of a mapping, each asked for by name; `done` reports those that nobody asked for."""

    def __init__(self, item: Item, allowed: str = "a mapping") -> None:
        self.item = item
        self.given: dict[str, Item] = {}
        self.keys: dict[str, int] = {}
        self.asked: list[str] = []
        self.readable = isinstance(item.node, yaml.MappingNode)
        if not self.readable:
            item.wrong(allowed)
            return
        prefix = f"{item.place}." if item.place else ""
        for key_node, value_node in item.node.value:
            key, line = str(key_node.value), int(key_node.start_mark.line) + 1
            if key in self.given:
                item.mistakes.add(line, f"{prefix}{key}", "the key a second time", f"once (line {self.keys[key]})")
                continue
            self.given[key] = Item(value_node, f"{prefix}{key}", item.mistakes)
            self.keys[key] = line

    def has(self, name: str) -> bool:
        return name in self.given

    def need(self, name: str, read: Callable[[Item], T], instead: T) -> T:
        """The value of a field that must be there; `instead` where it is not, after noting the mistake."""
        self.asked.append(name)
        if name in self.given:
            return read(self.given[name])
        if self.readable:
            place = f"{self.item.place}.{name}" if self.item.place else name
            self.item.mistakes.add(self.item.line, place, "nothing", "this key must be given")
        return instead

    def may(self, name: str, read: Callable[[Item], T], otherwise: T) -> T:
        """The value of a field that may be left out."""
        self.asked.append(name)
        return read(self.given[name]) if name in self.given else otherwise

    def each(self, name: str, read: Callable[[Item], T], required: bool = True) -> tuple[T, ...]:
        """A list, read one by one."""
        empty: tuple[T, ...] = ()
        ask = self.need if required else self.may
        return ask(name, lambda item: tuple(read(one) for one in item.items()), empty)

    def done(self) -> None:
        """Report the keys that are not known."""
        for name, value in self.given.items():
            if name not in self.asked:
                self.item.mistakes.add(self.keys[name], value.place, f'the key "{name}"', ", ".join(self.asked))


def unique(items: Iterable[tuple[str, int, str]], mistakes: Mistakes) -> None:
    """Report identifiers that stand twice; `items` are (identifier, line, place)."""
    first: dict[str, int] = {}
    for identifier, line, place in items:
        if not identifier:
            continue
        if identifier in first:
            mistakes.add(line, place, f'"{identifier}" a second time', f"once (line {first[identifier]})")
        first.setdefault(identifier, line)


def open_file(path: Path) -> tuple[Fields, Mistakes]:
    """The top of a YAML file.

    Raises CityFileError when the file is missing, is not UTF-8 or is no YAML.
    """
    mistakes = Mistakes(path)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise CityFileError([Mistake(path, 1, "file", str(error.strerror), "a file that can be read")]) from error
    except UnicodeDecodeError as error:
        raise CityFileError([Mistake(path, 1, "file", "bytes that are no UTF-8", "text in UTF-8")]) from error
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        found = error.problem or "text that is no YAML"
        raise CityFileError([Mistake(path, line, "file", found, "YAML")]) from error
    except yaml.YAMLError as error:
        raise CityFileError([Mistake(path, 1, "file", str(error).splitlines()[0], "YAML")]) from error
    if node is None:
        raise CityFileError([Mistake(path, 1, "file", "nothing", "a mapping")])
    return Fields(Item(node, "", mistakes)), mistakes
