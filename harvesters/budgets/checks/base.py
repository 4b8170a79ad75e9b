"""What a check is and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ...records import Value
from ..model import Plan, PlanFinding


@dataclass(frozen=True)
class Checked:
    """One check that was carried out: what was compared, and what it found."""

    template: str
    values: Mapping[str, Value] = field(default_factory=dict)
    findings: tuple[PlanFinding, ...] = ()

    @property
    def applies(self) -> bool:
        """Whether there was anything to compare; a plan without shares needs no word on shares."""
        return bool(self.findings) or not self.values or any(self.values.values())

    @property
    def sentence(self) -> str:
        """What was compared, for people."""
        return self.template.format(**self.values)


@dataclass(frozen=True)
class Check:
    """A family of findings: how they are found, and which rule asks for them."""

    finds: tuple[str, ...]  # names of its findings
    about: str  # for the documentation
    rule: str  # where the rule stands
    carry_out: Callable[[Plan], Checked]
