"""Things that several entries may describe, such as an office that publishes: what they say of it is checked together.

Most things stand under the IRI of their entry. What has an IRI of its own, given by an editor or made of the name of an
office, can be described twice, and differently: two types of one publisher are a violation of the catalogue, although
each entry is valid by itself. So what entries say of such things is kept beside the reports.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

_TYPE = " <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
_STORED = sa.text("SELECT package_id, node, text FROM smartcity_quality_node WHERE package_id = ANY(:ids)")
_SAID = sa.text(
    """
    SELECT DISTINCT said.node, said.text FROM smartcity_quality_node AS said
    JOIN package ON package.id = said.package_id AND package.state = 'active' AND NOT package.private
    WHERE said.node = ANY(:nodes) AND said.package_id <> ALL(:ids)
    """
)
_REMOVE = sa.text("DELETE FROM smartcity_quality_node WHERE package_id = ANY(:ids)")
_ADD = sa.text("INSERT INTO smartcity_quality_node (package_id, node, text) VALUES (:package_id, :node, :text)")
_OUT_OF_DATE = sa.text(
    """
    UPDATE smartcity_change SET quality = NULL WHERE package_id IN (
        SELECT package_id FROM smartcity_quality_node WHERE node = ANY(:nodes) AND package_id <> ALL(:ids)
    )
    """
)

Descriptions = Mapping[str, str]  # node -> N-Triples


@dataclass(frozen=True)
class Shared:
    """What the entries of one batch say of such things, and what is stored of them and of others."""

    own: Mapping[str, Descriptions]  # id of the package -> what it says now
    published: frozenset[str]  # ids of those that everybody may see; what the others say concerns nobody else
    stored: Mapping[str, Descriptions]
    others: Mapping[str, Sequence[str]]  # node -> what published packages outside of the batch say

    def around(self, package_id: str) -> tuple[str, ...]:
        """What all others say of the things that a package describes."""
        mine = self.own[package_id]
        texts = [text for node in sorted(mine) for text in self.others.get(node, ())]
        beside = (one for key, one in self.own.items() if key != package_id and key in self.published)
        return (*texts, *(text for one in beside for node, text in sorted(one.items()) if node in mine))

    def moved(self) -> list[str]:
        """The nodes of which something else is said than before."""
        keys = self.own.keys() | self.stored.keys()
        before = {(node, text) for key in keys for node, text in self.stored.get(key, {}).items()}
        now = {(node, text) for key in self.published for node, text in self.own.get(key, {}).items()}
        return sorted({node for node, _ in before ^ now})


def described(iri: str, text: str, entries: Iterable[str]) -> dict[str, str]:
    """What an entry says of things outside of its own IRI, beyond their class; `entries` are IRIs of other entries."""
    own, others = f"<{iri}", {f"<{one}>" for one in entries}
    found: dict[str, list[str]] = {}
    telling = set()
    for line in text.split("\n"):
        subject = line.partition(" ")[0]
        if not subject.startswith("<") or subject.startswith(own) or subject in others:
            continue
        found.setdefault(subject, []).append(line)
        if _TYPE not in line:
            telling.add(subject)
    return {one[1:-1]: "\n".join(sorted(found[one])) for one in telling}


def shared(
    connection: sa.Connection, own: Mapping[str, Descriptions], published: Iterable[str], ids: Sequence[str]
) -> Shared:
    """With what the entries of a batch say also what is stored; `ids` are all packages of the batch, gone ones too."""
    stored: dict[str, dict[str, str]] = {}
    for row in connection.execute(_STORED, {"ids": list(ids)}):
        stored.setdefault(row.package_id, {})[row.node] = row.text
    nodes = sorted({node for one in own.values() for node in one})
    others: dict[str, list[str]] = {}
    if nodes:
        for row in connection.execute(_SAID, {"nodes": nodes, "ids": list(ids)}):
            others.setdefault(row.node, []).append(row.text)
    return Shared(own, frozenset(published), stored, others)


def keep(connection: sa.Connection, of: Shared, ids: Sequence[str]) -> None:
    """Store what published entries say, and note the reports of others as out of date that it concerns."""
    moved = of.moved()
    if not moved:
        return
    connection.execute(_REMOVE, {"ids": list(ids)})
    rows = [
        {"package_id": key, "node": node, "text": text}
        for key, one in of.own.items()
        if key in of.published
        for node, text in sorted(one.items())
    ]
    if rows:
        connection.execute(_ADD, rows)
    connection.execute(_OUT_OF_DATE, {"nodes": moved, "ids": list(ids)})
