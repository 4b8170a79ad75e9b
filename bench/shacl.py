"""What checking costs here, beside pyshacl on the same data with the same shapes, and whether both find the same.

    python bench/shacl.py [--datasets 1000] [--shapes DIR] [--rounds 5] [--vocabularies DIR]

Three questions, in one run on one machine:

1. One dataset: pyshacl with shapes and lists parsed each time, as a validator started for it does; the compiled shapes,
   which a portal has at hand.
2. A catalogue of so many datasets with three files each, of which a hundredth has just been changed: one run of pyshacl
   over all of it; the changed ones alone, each beside what it links to, where the reports of all others are kept.
3. The same catalogue from scratch: the same run of pyshacl; all of it by the compiled shapes, from stored N-Triples.

Every tenth dataset has a fault, of each kind some. The findings of 2 are compared for every dataset, those of 3 as a
whole; the run ends with exit code 1 if one differs. It needs no portal. The memory is that of the whole process.
"""

from __future__ import annotations

import argparse
import logging
import resource
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ckanext.dresdensmartcity.city.load import load_city
from ckanext.dresdensmartcity.city.vocabularies import schemas_folder
from ckanext.dresdensmartcity.dcat.catalogue import Dates, catalogue_output
from ckanext.dresdensmartcity.dcat.datasets import describe, index_of_entries
from ckanext.dresdensmartcity.dcat.iris import Site, dataset_iri
from ckanext.dresdensmartcity.dcat.output import Output
from ckanext.dresdensmartcity.quality import engine
from ckanext.dresdensmartcity.quality.concepts import Concepts, concepts, read_concepts
from ckanext.dresdensmartcity.quality.findings import Finding
from ckanext.dresdensmartcity.quality.shacl import Shapes, load_shapes, validate
from rdflib import Graph

ROOT = Path(__file__).parent.parent
CITY = ROOT / "test-data" / "musterstadt" / "musterstadt.yaml"
SITE = Site.at("https://portal.example.org")
EU = "http://publications.europa.eu/resource/authority"
WRITTEN = 100  # datasets that the writer makes; the others are copies under numbers of their own
FIRST = 1_000_001  # numbers of seven digits, which stand nowhere else
SERIES = 10
CHANGED = 100  # one of so many has been changed
T = TypeVar("T")


def dataset(number: int) -> dict[str, Any]:
    """A dataset with three files, as the city's are."""
    return {
        "id": f"be000000-0000-4000-8000-00000{number}",
        "name": f"bench-{number}",
        "type": "dataset",
        "title": f"Messwerte der Station {number}",
        "title_en": f"Measurements of station {number}",
        "notes": "Stundenmittel der Station, geprüft und vollständig.\nJede Zeile nennt Zeit, Größe, Wert und Güte.",
        "tags": [{"name": "Luft"}, {"name": f"Station {number}"}],
        "theme": [f"{EU}/data-theme/ENVI"],
        "contact": [{"name": "Umweltamt", "email": "umwelt@example.org"}],
        "publisher": [{"name": "Umweltamt Musterstadt", "url": "https://umwelt.example.org"}],
        "temporal_coverage": [{"start": "2026-01-01", "end": "2026-12-31"}],
        "frequency": f"{EU}/frequency/HOURLY",
        "language": [f"{EU}/language/DEU"],
        "issued": "2026-01-01",
        "in_series": [f"series-{number % SERIES}"],
        "url": f"https://data.example.org/{number}",
        "metadata_created": "2026-01-01T10:00:00",
        "metadata_modified": "2026-01-02T10:00:00",
        "resources": [
            {
                "id": f"be{index}00000-0000-4000-8000-00000{number}",
                "name": f"Werte {index} der Station {number}",
                "url": f"https://data.example.org/{number}/{index}.csv",
                "format": "CSV",
                "license": "http://dcat-ap.de/def/licenses/cc-by/4.0",
                "license_attribution": "Umweltamt Musterstadt",
                "created": "2026-01-01T10:00:00",
            }
            for index in (1, 2, 3)
        ],
    }


def series(number: int) -> dict[str, Any]:
    return {
        "id": f"be000000-0000-4000-9000-00000000000{number}",
        "name": f"series-{number}",
        "type": "dataset_series",
        "title": f"Messnetz {number}",
        "notes": "Alle Stationen des Netzes.",
        "metadata_created": "2026-01-01T10:00:00",
        "metadata_modified": "2026-01-02T10:00:00",
    }


@dataclass(frozen=True)
class Catalogue:
    """Entries as N-Triples by their IRIs, and the frame that holds all else."""

    entries: dict[str, str]
    frame: str

    def graph(self) -> Graph:
        graph = Graph()
        for text in (self.frame, *self.entries.values()):
            graph.parse(data=text, format="nt")
        return graph


def catalogue(datasets: int) -> Catalogue:
    """As it is stored: each entry by itself, naming others by IRI and type."""
    city = load_city(CITY)
    all_series = [series(number) for number in range(SERIES)]
    index = index_of_entries(all_series, SITE.base)
    entries = {}
    for package in (*all_series, *(dataset(FIRST + number) for number in range(min(WRITTEN, datasets)))):
        out = Output(city, SITE, index)
        describe(out, package, linked=False)
        entries[dataset_iri(package, SITE.base)] = out.graph.serialize(format="nt")
    written = list(entries.items())[SERIES:]
    for number in range(WRITTEN, datasets):
        iri, text = written[number % WRITTEN]
        old, new = str(FIRST + number % WRITTEN), str(FIRST + number)
        entries[iri.replace(old, new)] = text.replace(old, new)
    frame = catalogue_output(city, SITE, [], {}, Dates("2026-01-01", "2026-02-01")).graph.serialize(format="nt")
    for number, iri in enumerate(list(entries)[SERIES:]):
        if number % 10 == 3:
            entries[iri] = FAULTS[number // 10 % len(FAULTS)](entries[iri], iri)
    return Catalogue(entries, frame)


def without(predicate: str) -> Callable[[str, str], str]:
    return lambda text, _iri: "\n".join(line for line in text.split("\n") if f"{predicate}>" not in line)


def with_line(predicate: str, value: str) -> Callable[[str, str], str]:
    return lambda text, iri: f"{text}<{iri}> <{predicate}> {value} .\n"


TERMS, DCAT = "http://purl.org/dc/terms/", "http://www.w3.org/ns/dcat#"
FAULTS: list[Callable[[str, str], str]] = [
    without("terms/title"),
    without("dcat#theme"),
    without("terms/publisher"),
    without("terms/license"),
    without("dcat#accessURL"),
    with_line(f"{TERMS}issued", '"2026-02-31"^^<http://www.w3.org/2001/XMLSchema#date>'),
    with_line(f"{TERMS}title", '"Ein zweiter Titel"@de'),
    with_line(f"{DCAT}theme", "<http://example.org/elsewhere>"),
    with_line(f"{DCAT}inSeries", "<https://portal.example.org/dataset_series/nowhere>"),
    with_line("http://dcat-ap.de/def/dcatde/legalBasis", '"Ein Gesetz"'),
    lambda text, _iri: text.replace("licenses/cc-by/4.0", "licenses/cc-by/4.0/"),
]


def seconds(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds of the processor: both sides are one thread, and what else the machine does must not count."""
    start = time.process_time()
    found = work()
    return time.process_time() - start, found


def median(work: Callable[[], object], rounds: int) -> float:
    return statistics.median(seconds(work)[0] for _ in range(rounds))


@dataclass(frozen=True)
class Checks:
    """The shapes and lists of one run."""

    folder: Path
    lists: Path | None

    def shapes(self) -> Shapes:
        return load_shapes(self.folder)

    def known(self) -> Concepts:
        concepts.cache_clear()
        return read_concepts(self.lists) if self.lists else concepts()


def one_dataset(checks: Checks, stored: Catalogue, rounds: int) -> Iterator[tuple[str, float, float]]:
    """Each with its name and the seconds of both sides."""
    iri, own = list(stored.entries.items())[SERIES]
    beside = around(stored, iri)
    graph = Catalogue({iri: own, **{str(number): text for number, text in enumerate(beside)}}, "").graph()
    pyshacl = median(lambda: validate(graph, checks.shapes(), checks.known()), rounds)
    shapes, known = checks.shapes(), checks.known()
    assert engine.check(graph, shapes, known) == validate(graph, shapes, known)
    yield "one dataset, a graph", pyshacl, median(lambda: engine.check(graph, shapes, known), 20 * rounds)
    stored_run = median(lambda: engine.check_entry(iri, own, beside, shapes, known), 20 * rounds)
    yield "one dataset, stored N-Triples", pyshacl, stored_run


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--datasets", type=int, default=1000)
    parser.add_argument("--shapes", type=Path, default=schemas_folder() / "shapes")
    parser.add_argument("--vocabularies", type=Path, help="lists in place of the portal's own")
    parser.add_argument("--rounds", type=int, default=5, help="of one dataset")
    options = parser.parse_args()
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)  # dates that are none are meant here
    checks = Checks(options.shapes, options.vocabularies)
    before = catalogue(options.datasets)
    rows = list(one_dataset(checks, before, options.rounds))

    shapes, known = checks.shapes(), checks.known()
    engine.check(Graph(), shapes, known)  # compiled, as in a portal that runs
    scratch_time, scratch = seconds(
        lambda: engine.check_triples([before.frame, *before.entries.values()], shapes, known)
    )
    scratch_memory = memory()
    reports = {iri: report(before, iri, shapes, known) for iri in before.entries}
    after, changed = changes(before)
    changed_time, fresh = seconds(lambda: {iri: report(after, iri, shapes, known) for iri in changed})
    reports |= fresh
    graph = after.graph()
    pyshacl_time, full = seconds(lambda: validate(graph, shapes, known))

    now = engine.check_triples([after.frame, *after.entries.values()], shapes, known)
    same_whole = now == full
    same_each = all(by == set(reports[iri]) for iri, by in by_entry(after, full).items())
    name = f"{options.datasets:,} datasets"
    rows.append((f"{name}, 1 % of them changed", pyshacl_time, changed_time))
    rows.append((f"{name} from scratch", pyshacl_time, scratch_time))
    print(f"{name}, {len(graph):,} triples, {len(full):,} findings; shapes: {options.shapes.name}\n")
    print("| | pyshacl | here | ratio |\n| --- | ---: | ---: | ---: |")
    for text, theirs, ours in rows:
        print(f"| {text} | {duration(theirs)} | {duration(ours)} | {theirs / ours:,.0f} x |")
    print(f"\nThe same findings for every dataset: {word(same_each)}; as a whole: {word(same_whole)}.")
    print(f"Memory after the run from scratch: {scratch_memory} MB; with the graph and pyshacl: {memory()} MB.")
    print(f"Findings before the change: {len(scratch):,}.")
    return 0 if same_each and same_whole else 1


def report(stored: Catalogue, iri: str, shapes: Shapes, known: Concepts) -> list[Finding]:
    """The findings of one entry beside what it links to."""
    return engine.check_entry(iri, stored.entries[iri], around(stored, iri), shapes, known)


def around(stored: Catalogue, iri: str) -> list[str]:
    """The entries that one links to, and the frame."""
    linked = engine.links(iri, stored.entries[iri])
    return [*(stored.entries[one] for one in linked if one in stored.entries), stored.frame]


def changes(stored: Catalogue) -> tuple[Catalogue, list[str]]:
    """The catalogue after a hundredth of the datasets has been changed, and which those are."""
    entries = dict(stored.entries)
    changed = list(entries)[SERIES::CHANGED]
    for number, iri in enumerate(changed):
        entries[iri] = FAULTS[number % len(FAULTS)](entries[iri], iri)
    return Catalogue(entries, stored.frame), changed


def by_entry(stored: Catalogue, found: list[Finding]) -> dict[str, set[Finding]]:
    """The findings of a whole run that belong to each entry.

    Those at the nodes that it describes, and those at values that nobody describes, such as a licence that is on no
    list: shapes may look into a value, and report it in place of the node that has it.
    """
    by_focus = defaultdict(set)
    for one in found:
        by_focus[one.focus].add(one)
    nodes = {iri: engine.described(iri, own, around(stored, iri)) for iri, own in stored.entries.items()}
    everywhere = set().union(*nodes.values())
    at_entries = {}
    for iri, own in stored.entries.items():
        values = engine.links(iri, own) - everywhere - stored.entries.keys()
        at_entries[iri] = {one for node in (*nodes[iri], *values) for one in by_focus.get(node, ())}
    return at_entries


def duration(value: float) -> str:
    return f"{value:,.1f} s" if value >= 10 else f"{value:.2f} s" if value >= 1 else f"{value * 1000:,.1f} ms"


def word(value: bool) -> str:
    return "yes" if value else "NO"


def memory() -> int:
    """Megabytes that the process has taken at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    sys.exit(main())
