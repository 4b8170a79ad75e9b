"""Feeds of another city, as a test writes them: datasets in Turtle, on one page or on several."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sources import Answer, Source, body

BASE = "http://daten.nachbarstadt.example"
PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix hydra: <http://www.w3.org/ns/hydra/core#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
LICENCE = "http://dcat-ap.de/def/licenses/dl-by-de/2.0"
THEME = "http://publications.europa.eu/resource/authority/data-theme/TRAN"
PUBLISHER = f"{BASE}/org/stadt"


def dataset(name: str, title: str = "", node: str = "", **more: Any) -> str:
    """A dataset as another city describes it. `node` is the subject; "[]" makes it a blank node.

    `more`: identifier, modified, page, series (names), services (names), licence ("" for none), file (IRI or "[]"),
    rest (Turtle that follows).
    """
    subject = node or f"<{BASE}/dataset/{name}>"
    licence = more.get("licence", LICENCE)
    file = more.get("file", f"<{BASE}/dataset/{name}/file>")
    inner = [
        "a dcat:Distribution",
        f'dct:title "Tabelle zu {name}"@de',
        f"dcat:accessURL <{BASE}/files/{name}.csv>",
        "dct:format <http://publications.europa.eu/resource/authority/file-type/CSV>",
        *([f"dct:license <{licence}>"] if licence else []),
        *(f"dcat:accessService <{BASE}/service/{one}>" for one in more.get("services", ())),
    ]
    said = [
        "a dcat:Dataset",
        f'dct:title "{title or name.capitalize()}"@de',
        f'dct:description "Beschreibung von {name}."@de',
        f"dcat:theme <{THEME}>",
        'dcat:keyword "Verkehr"@de',
        f"dct:publisher <{PUBLISHER}>",
        *([f'dct:identifier "{more["identifier"]}"'] if "identifier" in more else []),
        *([f'dct:modified "{more["modified"]}"^^xsd:date'] if "modified" in more else []),
        *([f"dcat:landingPage <{more['page']}>"] if "page" in more else []),
        *(f"dcat:inSeries <{BASE}/series/{one}>" for one in more.get("series", ())),
    ]
    if file == "[]":
        said.append(f"dcat:distribution [ {'; '.join(inner)} ]")
        described = ""
    else:
        said.append(f"dcat:distribution {file}")
        described = f"{file} {'; '.join(inner)} .\n"
    return f"{subject} {'; '.join(said)} .\n{described}{more.get('rest', '')}"


def series(name: str, title: str = "") -> str:
    """A series."""
    return (
        f'<{BASE}/series/{name}> a dcat:DatasetSeries; dct:title "{title or name.capitalize()}"@de; '
        f'dct:description "Reihe {name}."@de; dct:publisher <{PUBLISHER}> .\n'
    )


def service(name: str, serves: Iterable[str] = ()) -> str:
    """A data service."""
    links = "".join(f"; dcat:servesDataset <{BASE}/dataset/{one}>" for one in serves)
    return (
        f'<{BASE}/service/{name}> a dcat:DataService; dct:title "Dienst {name}"@de; '
        f'dct:description "Dienst {name}."@de; dct:publisher <{PUBLISHER}>; dct:license <{LICENCE}>; '
        f"dcat:endpointURL <{BASE}/api/{name}>{links} .\n"
    )


def page(entries: Iterable[str], following: str = "", total: int | None = None, new: bool = True) -> bytes:
    """A page of a feed; `new` says whether it speaks today's Hydra or the old one."""
    parts = [PREFIXES, f'<{PUBLISHER}> a foaf:Agent; foaf:name "Nachbarstadt" .\n']
    parts.append(f'<{BASE}/catalog> a dcat:Catalog; dct:title "Katalog"@de; dct:publisher <{PUBLISHER}> .\n')
    if following or total is not None:
        count = f"; hydra:totalItems {total}" if total is not None else ""
        if new:
            parts.append(f"<> a hydra:PartialCollectionView{count}")
            parts.append(f"; hydra:next <{following}> .\n" if following else " .\n")
        else:
            parts.append(f"<> a hydra:PagedCollection{count}")
            parts.append(f'; hydra:nextPage "{following}" .\n' if following else " .\n")
    return "".join([*parts, *entries]).encode()


def turtle(entries: Iterable[str], **more: Any) -> Answer:
    """A page as an answer."""
    headers = more.pop("headers", {})
    return body(page(entries, **more), "text/turtle; charset=utf-8", **headers)


def serve_pages(source: Source, pages: list[list[str]], path: str = "/catalog", new: bool = True, **more: Any) -> str:
    """A feed with these pages; gives the address of the first."""
    for number, entries in enumerate(pages, 1):
        following = f"{source.url}{path}{number + 1}" if number < len(pages) else ""
        source.serve(f"{path}{number}", turtle(entries, following=following, new=new, **more))
    return f"{source.url}{path}1"
