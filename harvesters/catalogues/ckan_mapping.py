"""A dataset as CKAN's API gives it, put into the words of DCAT, so that the one reader of RDF reads it.

CKAN portals keep what goes beyond CKAN's own fields in extras, in fields of their own, or both. Known here, facts about
each taken from the projects themselves: CKAN's own fields; those that ckanext-dcat 2 writes and reads, as plain extras
or as repeating fields of ckanext-scheming; those of GovData's ckanext-dcatde. All else is listed, never dropped
silently and never guessed.

Licences, formats, frequencies and old names are not put right here: `dcat.reading` does that for every source alike,
and reports it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from ckanext.dresdensmartcity.city.values import is_iri
from ckanext.dresdensmartcity.dcat.iris import DATASET, SERIES, SERVICE, reference
from ckanext.dresdensmartcity.dcat.namespaces import DCAT, DCTERMS, FOAF, RDF, SKOS, VCARD
from ckanext.dresdensmartcity.dcat.output import term_iri
from ckanext.dresdensmartcity.dcat.reading import NotUnderstood
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from . import ckan_fields as fields

CLASSES = {DATASET: DCAT.Dataset, SERIES: DCAT.DatasetSeries, SERVICE: DCAT.DataService}
# Codes of CKAN's list of licences and of GovData's older one -> those of http://dcat-ap.de/def/licenses/.
LICENSES = {
    "dl-de-by-2.0": "dl-by-de/2.0",
    "dl-de-by-1.0": "dl-by-de/1.0",
    "dl-de-by-nc-1.0": "dl-by-nc-de/1.0",
    "dl-de-zero-2.0": "dl-zero-de/2.0",
    "cc-by-4.0": "cc-by/4.0",
    "cc-by-sa-4.0": "cc-by-sa/4.0",
    "cc-nc": "cc-by-nc",
    "odc-by": "odby",
    "odc-odbl": "odbl",
    "odc-pddl": "odcpddl",
}


@dataclass
class Described:
    """A dataset as a graph, with what has no place in it."""

    graph: Graph
    iri: str
    not_understood: list[NotUnderstood] = field(default_factory=list)


def describe(package: Mapping[str, Any], portal: str) -> Described:
    """The graph of a dataset; `portal` is the address of its portal without a slash at the end."""
    values = _flat(package)
    kind = str(package.get("type") or DATASET)
    given = _first(values, "uri")
    iri = given if reference(given) else f"{portal}/{kind}/{package['id']}"
    writer = _Writer(Graph(), iri, values, URIRef(iri))
    writer.graph.add((writer.subject, RDF.type, CLASSES[kind]))
    writer.simple(fields.DATASET)
    _identifier(writer, package)
    _words(writer, package)
    _dates(writer)
    for role in fields.AGENTS:
        _agent(writer, *role)
    _publisher(writer, package)
    _contact(writer)
    _places(writer)
    _times(writer)
    _themes(writer, package)
    license_found = _license(writer)
    if kind == SERVICE and license_found is not None:
        writer.graph.add((writer.subject, DCTERMS.license, license_found))
    for number, resource in enumerate(package.get("resources") or []):
        _resource(writer, resource, number, license_found)
    writer.rest(fields.KNOWN)
    return Described(writer.graph, iri, writer.not_understood)


def _flat(package: Mapping[str, Any]) -> dict[str, Any]:
    """Fields and extras in one; a field wins over an extra of the same name, as CKAN itself has it."""
    extras = package.get("extras") or []
    pairs = extras.items() if isinstance(extras, Mapping) else ((one.get("key"), one.get("value")) for one in extras)
    values = {str(key): value for key, value in pairs if key}
    return values | {
        key: value for key, value in package.items() if key != "extras" and value not in (None, "", [], {})
    }


def _first(values: Mapping[str, Any], *names: str) -> str:
    return next((str(values[name]).strip() for name in names if values.get(name) not in (None, "", [], {})), "")


def listed(value: Any) -> list[Any]:
    """A value that portals write as a list, as the JSON of one, or as a single value."""
    if isinstance(value, str) and value.strip()[:1] in "[{" and value.strip():
        try:
            value = json.loads(value)
        except ValueError:
            return [value]
    if isinstance(value, list | tuple):
        return [one for one in value if one not in (None, "", {})]
    return [] if value in (None, "", {}) else [value]


@dataclass
class _Writer:
    """The graph while it is made."""

    graph: Graph
    iri: str
    values: dict[str, Any]
    subject: Node
    used: set[str] = field(default_factory=set)
    not_understood: list[NotUnderstood] = field(default_factory=list)

    def take(self, *names: str) -> str:
        """The first of these fields that has a value; all of them count as understood."""
        self.used.update(names)
        return _first(self.values, *names)

    def simple(self, table: Iterable[fields.Simple], subject: Node | None = None) -> None:
        for one in table:
            self.used.update(one.names)
            found = next((self.values[name] for name in one.names if self.values.get(name) not in (None, "")), None)
            for value in listed(found):
                self.add(subject or self.subject, one, value)

    def add(self, subject: Node, one: fields.Simple, value: Any) -> None:
        if isinstance(value, Mapping):
            self.lost(one.names[0], value, "a text or an address is wanted here")
            return
        text = str(value).strip()
        if not text:
            return
        iri = reference(text) if one.kind != "text" else None
        if one.kind == "iri" and iri is None and not is_iri(text):
            self.graph.add((subject, one.predicate, Literal(text)))  # the reader says what is wrong with it
        else:
            self.graph.add((subject, one.predicate, iri if iri is not None else Literal(text)))

    def lost(self, name: str, value: Any, reason: str) -> None:
        self.not_understood.append(NotUnderstood(self.iri, f"extra:{name}", str(value)[:500], reason))

    def rest(self, known: frozenset[str]) -> None:
        """List what nobody took."""
        for name, value in self.values.items():
            if name not in self.used and name not in known and value not in (None, "", [], {}, "[]", "{}"):
                self.lost(name, value, "there is no field for this extra")


def _identifier(writer: _Writer, package: Mapping[str, Any]) -> None:
    """As ckanext-dcat gives it: the extra `identifier`, else `guid`, else the id in CKAN."""
    found = writer.take("identifier", "guid") or str(package["id"])
    writer.graph.add((writer.subject, DCTERMS.identifier, Literal(found)))


def _words(writer: _Writer, package: Mapping[str, Any]) -> None:
    for name, predicate in (("title", DCTERMS.title), ("notes", DCTERMS.description)):
        _bilingual(writer, writer.subject, writer.values, name, predicate)
    for tag in package.get("tags") or []:
        word = tag.get("display_name") or tag.get("name") if isinstance(tag, Mapping) else tag
        if word:
            writer.graph.add((writer.subject, DCAT.keyword, Literal(str(word), lang="de")))
    for word in listed(writer.values.get("keywords_en")):
        writer.graph.add((writer.subject, DCAT.keyword, Literal(str(word), lang="en")))
    writer.used |= {"tags", "tag_string", "keywords_en"}


def _bilingual(writer: _Writer, subject: Node, values: Mapping[str, Any], name: str, predicate: URIRef) -> None:
    """A text with its translations, by ckanext-fluent's `_translated` or by a field with `_en`."""
    writer.used |= {name, f"{name}_en", f"{name}_de", f"{name}_translated"}
    texts = values.get(f"{name}_translated")
    texts = dict(texts) if isinstance(texts, Mapping) else {}
    texts = {str(language): text for language, text in texts.items() if text}
    texts.setdefault("de", values.get(f"{name}_de") or values.get(name))
    texts.setdefault("en", values.get(f"{name}_en"))
    for language, text in texts.items():
        if text:
            writer.graph.add((subject, predicate, Literal(str(text), lang=language.replace("_", "-"))))


def _dates(writer: _Writer) -> None:
    for predicate, names in (
        (DCTERMS.issued, ("issued", "dcat_issued", "metadata_created")),
        (DCTERMS.modified, ("modified", "dcat_modified", "metadata_modified")),
    ):
        if value := writer.take(*names):
            writer.graph.add((writer.subject, predicate, Literal(value)))


def _agent(writer: _Writer, predicate: URIRef, prefix: str, names: tuple[str, ...]) -> None:
    """An agent in a repeating field, or in extras that begin with `prefix`."""
    records = [one for one in listed(writer.values.get(prefix)) if isinstance(one, Mapping)]
    if records:
        writer.used.add(prefix)
    for one in records or [_prefixed(writer, prefix, names)]:
        _write_agent(writer, predicate, one)


def _prefixed(writer: _Writer, prefix: str, names: tuple[str, ...] = ()) -> dict[str, str]:
    found = {part: writer.take(f"{prefix}_{part}") for part in ("uri", "name", "email", "url", "type")}
    writer.used |= {f"{prefix}_contacttype", *names}
    found["name"] = found["name"] or next(
        (str(writer.values[name]) for name in names if isinstance(writer.values.get(name), str)), ""
    )
    return {part: value for part, value in found.items() if value}


def _write_agent(writer: _Writer, predicate: URIRef, one: Mapping[str, Any]) -> None:
    if not (one.get("name") or one.get("uri")):
        for part, value in one.items():
            writer.lost(part, value, "an agent needs a name")
        return
    node = reference(one.get("uri")) or BNode()
    add = writer.graph.add
    add((writer.subject, predicate, node))
    add((node, RDF.type, FOAF.Agent))
    if one.get("name"):
        add((node, FOAF.name, Literal(str(one["name"]))))
    for part, name, kind in (
        ("email", FOAF.mbox, "mail"),
        ("url", FOAF.homepage, "iri"),
        ("type", DCTERMS.type, "iri"),
    ):
        if value := str(one.get(part) or "").strip():
            iri = reference(f"mailto:{value.removeprefix('mailto:')}" if kind == "mail" else value)
            add((node, name, iri if iri is not None else Literal(value)))


def _publisher(writer: _Writer, package: Mapping[str, Any]) -> None:
    """Without one of its own the organisation is the publisher, as ckanext-dcat writes it."""
    organization = package.get("organization")
    if (writer.subject, DCTERMS.publisher, None) in writer.graph or not isinstance(organization, Mapping):
        return
    if name := organization.get("title") or organization.get("name"):
        _write_agent(writer, DCTERMS.publisher, {"name": name})


def _contact(writer: _Writer) -> None:
    records = [one for one in listed(writer.values.get("contact")) if isinstance(one, Mapping)]
    writer.used.add("contact")
    if not records:
        one = {part: writer.take(f"contact_{part}") for part in ("uri", "name", "email", "url", "telephone")}
        writer.used |= {"contact_identifier"}
        extra = {
            "name": writer.take("maintainer", "maintainer_name"),
            "email": writer.take("maintainer_email"),
            "url": writer.take("maintainer_url"),
            "telephone": writer.take("maintainer_tel"),
        }
        # The two are of one office, or the maintainer stands in.
        same = not one["name"] or one["name"] == extra["name"] or one["email"] == extra["email"]
        records = [{part: one.get(part) or (extra.get(part) if same else "") for part in {*one, *extra}}]
    for record in records:
        if not any(record.get(part) for part in ("name", "email", "url", "telephone")):
            continue
        node = reference(record.get("uri")) or BNode()
        writer.graph.add((writer.subject, DCAT.contactPoint, node))
        writer.graph.add((node, RDF.type, VCARD.Organization))
        for part, predicate, scheme in (
            ("name", VCARD.fn, ""),
            ("email", VCARD.hasEmail, "mailto:"),
            ("url", VCARD.hasURL, ""),
            ("telephone", VCARD.hasTelephone, "tel:"),
        ):
            if value := str(record.get(part) or "").strip():
                iri = (
                    None
                    if part == "name"
                    else reference(scheme + quote(value.removeprefix(scheme), safe="@:/?#&=+%~,;"))
                )
                writer.graph.add((node, predicate, iri if iri is not None else Literal(value)))


def _places(writer: _Writer) -> None:
    records = [one for one in listed(writer.values.get("spatial_coverage")) if isinstance(one, Mapping)]
    writer.used.add("spatial_coverage")
    if not records:
        names = {"uri": "spatial_uri", "text": "spatial_text", "geom": "spatial", "bbox": "spatial_bbox"}
        names["centroid"] = "spatial_centroid"
        records = [{part: writer.values.get(name) for part, name in names.items()}]
        writer.used |= set(names.values())
    for record in records:
        if not any(record.values()):
            continue
        node = reference(record.get("uri")) or BNode()
        writer.graph.add((writer.subject, DCTERMS.spatial, node))
        writer.graph.add((node, RDF.type, DCTERMS.Location))
        if record.get("text"):
            writer.graph.add((node, SKOS.prefLabel, Literal(str(record["text"]))))
        for part, predicate in fields.GEOMETRIES.items():
            if value := record.get(part):
                text = value if isinstance(value, str) else json.dumps(value)
                writer.graph.add((node, predicate, Literal(text)))


def _times(writer: _Writer) -> None:
    records = [one for one in listed(writer.values.get("temporal_coverage")) if isinstance(one, Mapping)]
    writer.used.add("temporal_coverage")
    if not records:
        start = writer.take("temporal_start", "temporal_coverage_from", "temporal_coverage-from")
        end = writer.take("temporal_end", "temporal_coverage_to", "temporal_coverage-to")
        records = [{"start": start, "end": end}]
    for record in records:
        if not any(record.values()):
            continue
        node = BNode()
        writer.graph.add((writer.subject, DCTERMS.temporal, node))
        writer.graph.add((node, RDF.type, DCTERMS.PeriodOfTime))
        for part, predicate in (("start", DCAT.startDate), ("end", DCAT.endDate)):
            if record.get(part):
                writer.graph.add((node, predicate, Literal(str(record[part]))))


def _themes(writer: _Writer, package: Mapping[str, Any]) -> None:
    """`theme`, and groups that are called as the European themes are, as GovData and many cities have them."""
    writer.used |= {"theme", "groups"}
    for value in listed(writer.values.get("theme")):
        writer.graph.add((writer.subject, DCAT.theme, reference(value) or Literal(str(value))))
    for group in package.get("groups") or []:
        name = str(group.get("name") or "") if isinstance(group, Mapping) else str(group)
        if iri := term_iri("themes", name.upper()):
            writer.graph.add((writer.subject, DCAT.theme, URIRef(iri)))
        elif name:
            writer.lost("groups", name, "a group of the source that is no European theme")


def _license(writer: _Writer) -> Node | None:
    """The licence of the dataset, which its files have unless they say another."""
    return _license_of(writer, [writer.take("license"), writer.take("license_id"), writer.take("license_url")])


def _license_of(writer: _Writer, given: list[str]) -> Node | None:
    for code in filter(None, given):
        if iri := term_iri("licenses", LICENSES.get(code.lower(), code)):
            return URIRef(iri)
    address = next((one for one in given if one and is_iri(one)), "")
    if address:
        return reference(address)
    code = next((one for one in given if one and one != "notspecified"), "")
    if code:
        writer.lost("license_id", code, "not in the list http://dcat-ap.de/def/licenses/…")
    return None


def _resource(writer: _Writer, resource: Mapping[str, Any], number: int, license_found: Node | None) -> None:
    values = {name: value for name, value in resource.items() if value not in (None, "", [], {})}
    extras = listed(values.pop("extras", None))
    values = {str(one.get("key")): one.get("value") for one in extras if isinstance(one, Mapping)} | values
    iri = reference(_first(values, "uri")) or URIRef(f"{writer.iri}/resource/{values.get('id') or number + 1}")
    inner = _Writer(writer.graph, str(iri), values, iri)
    inner.graph.add((writer.subject, DCAT.distribution, iri))
    inner.graph.add((iri, RDF.type, DCAT.Distribution))
    inner.simple(fields.RESOURCE)
    for name, predicate in (("name", DCTERMS.title), ("description", DCTERMS.description)):
        _bilingual(inner, iri, values, name, predicate)
    own = _license_of(inner, [inner.take("license"), inner.take("license_id"), inner.take("license_url")])
    if (found := own if own is not None else license_found) is not None:
        inner.graph.add((iri, DCTERMS.license, found))
    _addresses(inner)
    _checksum(inner)
    inner.rest(fields.KNOWN_OF_RESOURCE)
    writer.not_understood += inner.not_understood


def _addresses(writer: _Writer) -> None:
    """`url` is the address; where ckanext-dcat put access_url and download_url beside it, those are the truth."""
    access, download, url = writer.take("access_url"), writer.take("download_url"), writer.take("url")
    for predicate, value in ((DCAT.accessURL, access or url), (DCAT.downloadURL, download)):
        if value:
            writer.graph.add((writer.subject, predicate, reference(value) or Literal(value)))


def _checksum(writer: _Writer) -> None:
    value, algorithm = writer.take("hash"), writer.take("hash_algorithm")
    prefix, _, rest = value.rpartition(":")
    if not value:
        return
    if not (algorithm or prefix):
        writer.lost("hash", value, "a checksum needs the name of its algorithm")
        return
    node = BNode()
    writer.graph.add((writer.subject, fields.SPDX.checksum, node))
    writer.graph.add((node, RDF.type, fields.SPDX.Checksum))
    writer.graph.add((node, fields.SPDX.checksumValue, Literal(rest)))
    name = algorithm or prefix
    writer.graph.add((node, fields.SPDX.algorithm, reference(name) or Literal(name.lower().replace("-", ""))))


__all__ = ["Described", "describe", "listed"]
