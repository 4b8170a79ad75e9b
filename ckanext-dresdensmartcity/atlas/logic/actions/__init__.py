"""The actions of the atlas: a module for each room; what stands in its `__all__` is an action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import duplicates, match, network, search, show

MODULES = [search, show, match, duplicates, network]  # a room with actions of its own adds one name
ACTIONS: dict[str, Callable[..., Any]] = {name: getattr(module, name) for module in MODULES for name in module.__all__}
