"""The whole catalogue of this portal as one graph, for those who check it."""

from __future__ import annotations

from rdflib import Graph

from . import documents, fragments, store
from .output import Omission, Output

_SYNTAX = "ntriples"


def whole_catalogue() -> Output:
    """Every public entry as it is stored for the catalogue, with what had to be left out of it."""
    fragments.refresh_stale()
    with store.reading() as connection:
        state = documents.state_in(connection)
        maker = fragments.maker()
        graph = Graph().parse(data=maker.frame(state.dates)[_SYNTAX], format="nt")
        omissions: list[Omission] = []
        for batch in fragments.batches(fragments.every_id()):
            for text in documents.parts_in(connection, batch, _SYNTAX).values():
                graph.parse(data=text, format="nt")
            # What was left out is not stored with a part, so it is asked for once more.
            made = fragments.make(connection, batch)
            omissions += [one for part in made.parts.values() for one in part.omissions]
    return Output(maker.city, maker.site, graph=graph, omissions=omissions)
