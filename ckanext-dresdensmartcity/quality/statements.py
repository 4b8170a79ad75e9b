"""What the measures ask of RDF: the values of a property. `compiled.data.Data` has it, whatever it was read from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from .compiled.terms import Term, plain


class Statements(Protocol):
    """RDF that can be asked for values."""

    def values(self, subject: Term, predicate: Term) -> Sequence[Term]:
        """The values of a property of a subject, none where there are none."""


def iri(value: str) -> Term:
    """The term of an IRI."""
    return f"<{value}>"


def texts(data: Statements, subject: str, predicate: str) -> list[str]:
    """The values of a property as people read them; `subject` and `predicate` are IRIs."""
    return [plain(one) for one in data.values(iri(subject), iri(predicate))]
