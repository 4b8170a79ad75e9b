"""Whether the search finds what people mean, beside German full-text search and beside LIKE in the same database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml
from ckan import model
from ckanext.dresdensmartcity.atlas import search
from ckanext.dresdensmartcity.atlas.query import AtlasQuery
from ckanext.dresdensmartcity.atlas.taxonomy import taxonomy

pytestmark = [pytest.mark.ckan, pytest.mark.usefixtures("dresden")]

QUERIES = yaml.safe_load((Path(__file__).parent / "relevance.yaml").read_text(encoding="utf-8"))["queries"]
KINDS = tuple(dict.fromkeys(query["kind"] for query in QUERIES))
TOP = 10
Search = Callable[[str], list[str]]


def by_atlas(text: str) -> list[str]:
    """The search of the atlas."""
    return [entry.id for entry in search.everything(AtlasQuery(text=text))]


def texts() -> dict[str, str]:
    """What a plain search would look at: title, description and topics with all their synonyms in both languages."""
    entries = search.everything(AtlasQuery())
    return {
        entry.id: " ".join(
            [entry.title, entry.notes, entry.measure]
            + [name for topic in (*entry.offers, *entry.needs) for name in taxonomy().names(topic)]
        )
        for entry in entries
    }


def by_full_text() -> Search:
    """PostgreSQL's full-text search with its German configuration, over the same texts."""
    known = texts()
    statement = sa.text(
        """
        SELECT id FROM unnest(CAST(:ids AS text[]), CAST(:texts AS text[])) AS entry (id, content),
            websearch_to_tsquery('german', :query) AS asked
        WHERE to_tsvector('german', content) @@ asked ORDER BY ts_rank(to_tsvector('german', content), asked) DESC, id
        """
    )
    ids, contents = list(known), list(known.values())
    return lambda query: list(
        model.Session.execute(statement, {"ids": ids, "texts": contents, "query": query}).scalars()
    )


def by_like() -> Search:
    """Each word somewhere in the same texts, whatever its case."""
    known = {identifier: content.casefold() for identifier, content in texts().items()}
    return lambda query: [
        identifier
        for identifier, content in known.items()
        if all(word in content for word in query.casefold().replace('"', "").split())
    ]


def judge(find: Search, queries: Iterable[dict[str, Any]]) -> dict[str, float]:
    """Means over the queries: recall of all, precision of the first ten, share of right first ones."""
    sums: defaultdict[str, float] = defaultdict(float)
    count = 0
    for query in queries:
        wanted, may = set(query["find"]), set(query.get("may", ()))
        found = [one for one in find(query["q"]) if one not in may]
        count += 1
        sums["recall"] += len(wanted & set(found)) / len(wanted)
        sums["precision"] += len(wanted & set(found[:TOP])) / len(found[:TOP]) if found else 0.0
        sums["first"] += bool(found) and found[0] in wanted
    return {name: total / count for name, total in sums.items()}


def test_the_search_finds_what_is_meant(capsys: pytest.CaptureFixture[str]):
    """Recall and precision hold a floor, for each kind of question, and beat both plain searches."""
    searches = {"atlas": by_atlas, "German full text": by_full_text(), "LIKE": by_like()}
    lines, figures = [], {}
    for kind in (*KINDS, "all"):
        queries = [query for query in QUERIES if kind in (query["kind"], "all")]
        for name, find in searches.items():
            figures[kind, name] = judge(find, queries)
            shown = " ".join(f"{measure} {value:.2f}" for measure, value in figures[kind, name].items())
            lines.append(f"{kind:9} {len(queries):3} {name:17} {shown}")
    with capsys.disabled():
        print("", *lines, sep="\n")  # noqa: T201 (the table is what this test is for)
    for kind in KINDS:
        assert figures[kind, "atlas"]["recall"] >= 0.95, kind
        assert figures[kind, "atlas"]["precision"] >= 0.82, kind
    for name in ("German full text", "LIKE"):
        for measure in ("recall", "precision", "first"):
            assert figures["all", "atlas"][measure] > figures["all", name][measure]


def test_the_judgements_name_entries_that_exist():
    """No typing errors in the collection."""
    known = {entry.id for entry in search.everything(AtlasQuery())}
    assert {one for query in QUERIES for one in (*query["find"], *query.get("may", ()))} <= known
