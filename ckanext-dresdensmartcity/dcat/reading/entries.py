"""One entry of a catalogue: a dataset with its files, a series or a data service, as a package."""

from __future__ import annotations

import re
from typing import Any

from ckanext.dresdensmartcity.city.values import MOST_KEYWORDS
from ckanext.dresdensmartcity.city.vocabularies import vocabulary
from rdflib import RDF as _RDF
from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

from ..datasets import HVD_REGULATION, SAMPLE_DE
from ..iris import DATASET, SERIES, SERVICE
from ..namespaces import DCAT, DCTERMS, FOAF, PROV, RDFS, SKOS
from ..output import term_iri
from . import fields
from .distributions import files
from .scope import Scope

TABLES = {DATASET: fields.DATASET, SERIES: fields.SERIES, SERVICE: fields.SERVICE}
CLASSES = {
    DATASET: (DCAT.Dataset, DCAT.Resource),
    SERIES: (DCAT.DatasetSeries, DCAT.Dataset, DCAT.Resource),
    SERVICE: (DCAT.DataService, DCAT.Resource),
}
# What CKAN takes as a keyword: letters, figures, blanks and these signs, 2 to 100 characters.
_NOT_IN_KEYWORD = re.compile(r"[^\w \-.]+")
_PROGRAMME = ("measure", "focus_area", "field_of_action")  # fields of dcterms:subject, by the name of the scheme
SHORTEST_KEYWORD, LONGEST_KEYWORD = 2, 100


def read_entry(scope: Scope, node: Node, kind: str) -> dict[str, Any]:
    """The package of an entry."""
    scope.kinds(node, CLASSES[kind])
    package: dict[str, Any] = {"type": kind}
    if isinstance(node, URIRef) and (iri := scope.iri_of(node, _RDF.type, node)):
        package["uri"] = iri
    package |= fields.read_fields(scope, node, TABLES[kind])
    package |= _keywords(scope, node)
    package |= _legislation(scope, node, package)
    if kind != SERVICE:
        package |= _programme(scope, node)
    if kind == DATASET:
        package |= _dataset(scope, node)
    if kind == SERVICE:
        package |= _service(scope, node, package)
    if package.get("high_value"):  # the files of a high-value dataset fall under its regulation anyway
        for resource in package.get("resources", []):
            resource["applicable_legislation"] = [
                law for law in resource.pop("applicable_legislation", []) if law != HVD_REGULATION
            ]
            if not resource["applicable_legislation"]:
                del resource["applicable_legislation"]
    return package


def _service(scope: Scope, node: Node, package: dict[str, Any]) -> dict[str, Any]:
    """What only data services have: a licence, and formats by their codes."""
    found: dict[str, Any] = {"license": license_of(scope, node)}
    if formats := package.get("format"):
        found["format"] = [iri.rsplit("/", 1)[-1] for iri in formats]
    return {key: value for key, value in found.items() if value}


def _keywords(scope: Scope, node: Node) -> dict[str, Any]:
    german, english = scope.texts(node, DCAT.keyword)
    tags = list(dict.fromkeys(tag for word in german for tag in _tags(scope, node, word)))
    if more := tags[MOST_KEYWORDS:]:
        reason = f"there are {len(tags)} keywords, and an entry has at most {MOST_KEYWORDS}; the first were taken"
        scope.reject(node, DCAT.keyword, ", ".join(more), reason)
    found: dict[str, Any] = {}
    if tags:
        found["tags"] = [{"name": tag} for tag in tags[:MOST_KEYWORDS]]
    if english:
        found["keywords_en"] = english
    return found


def _tags(scope: Scope, node: Node, word: str) -> list[str]:
    """A keyword as CKAN takes it; several where commas part them."""
    parts = [" ".join(_NOT_IN_KEYWORD.sub(" ", part).split()) for part in re.split(r"[,;|\n]", word)]
    kept = [part for part in parts if SHORTEST_KEYWORD <= len(part) <= LONGEST_KEYWORD]
    if not kept or len(kept) < len([part for part in parts if part]):
        scope.reject(node, DCAT.keyword, word, f"a keyword has {SHORTEST_KEYWORD} to {LONGEST_KEYWORD} characters")
    if kept and kept != [word]:
        scope.change(node, DCAT.keyword, word, ", ".join(kept), "keyword-form")
    return kept


def _programme(scope: Scope, node: Node) -> dict[str, Any]:
    """dcterms:subject: concepts of a city's programme, of which only our own city's have a field."""
    found: dict[str, list[str]] = {}
    for concept in scope.values(node, DCTERMS.subject):
        schemes = [str(one) for one in scope.document.graph.objects(concept, SKOS.inScheme)]
        name = schemes[0].rsplit("#", 1)[-1] if len(schemes) == 1 else ""
        if name not in _PROGRAMME:
            scope.reject(node, DCTERMS.subject, concept, "there is no field for this property")
            continue
        for predicate in (SKOS.inScheme, SKOS.prefLabel):
            scope.values(concept, predicate)
        scope.kinds(concept, (SKOS.Concept,))
        notation = scope.one_text(concept, SKOS.notation)
        if scope.own_base and schemes[0] == f"{scope.own_base}/#{name}":
            found.setdefault(name, []).append(notation)
        else:
            scope.reject(node, DCTERMS.subject, concept, "it belongs to the programme of another city")
    measure = found.pop("measure", [])
    for other in measure[1:]:
        scope.reject(node, DCTERMS.subject, other, "there may be only one; another was taken")
    return {**found, **({"measure": measure[0]} if measure else {})}


def _legislation(scope: Scope, node: Node, package: dict[str, Any]) -> dict[str, Any]:
    """A high-value dataset has the regulation and a category; the regulation is then the switch and no further law."""
    laws = package.get("applicable_legislation", [])
    if HVD_REGULATION not in laws or not package.get("hvd_category"):
        return {}
    others = [law for law in laws if law != HVD_REGULATION]
    if not others:
        del package["applicable_legislation"]
    return {"high_value": True, **({"applicable_legislation": others} if others else {})}


def _dataset(scope: Scope, node: Node) -> dict[str, Any]:
    """What only datasets have, and no line of the table can say."""
    found: dict[str, Any] = {**_provenance(scope, node), **_activities(scope, node), **_versions(scope, node)}
    found["qualified_relation"] = _qualified(scope, node, DCAT.qualifiedRelation, DCAT.Relationship, "relation")
    found["qualified_attribution"] = _qualified(scope, node, PROV.qualifiedAttribution, PROV.Attribution, "agent")
    found["resources"] = files(scope, node)
    return {key: value for key, value in found.items() if value not in (None, "", [])}


def _provenance(scope: Scope, node: Node) -> dict[str, Any]:
    """dcterms:provenance: the label of its statement; what ours say of samples and privacy are fields of their own."""
    found: dict[str, Any] = {}
    for one in scope.values(node, DCTERMS.provenance):
        if isinstance(one, Literal):
            german, english = scope.text_of(node, DCTERMS.provenance, one), ""
            scope.change(node, DCTERMS.provenance, one, german, "statement-literal")
        else:
            scope.kinds(one, (DCTERMS.ProvenanceStatement,))
            german, english = scope.bilingual(one, RDFS.label)
            if not german and not english and isinstance(one, URIRef):
                german = scope.iri_of(node, DCTERMS.provenance, one)
        if german == SAMPLE_DE:
            found["sample"] = True
        elif privacy := _privacy(german):
            found["privacy_level"] = privacy
        elif "provenance" in found:
            scope.reject(node, DCTERMS.provenance, german or english, "there may be only one; another was taken")
        else:
            found |= {"provenance": german, "provenance_en": english}
    return found


def _privacy(label: str) -> str:
    """The level of privacy that a statement names in the words of our list."""
    levels = vocabulary("privacy-levels")
    return next((one.id for one in levels.terms if label == f"{levels.title.de}: {one.label.de}"), "")


def _activities(scope: Scope, node: Node) -> dict[str, Any]:
    """prov:wasGeneratedBy: an activity with a label or version is a method, one with no more than an IRI is named."""
    found: dict[str, Any] = {}
    named = []
    for one in scope.values(node, PROV.wasGeneratedBy):
        if isinstance(one, Literal):
            scope.reject(node, PROV.wasGeneratedBy, one, "an activity (prov:Activity) is wanted here, not a text")
            continue
        scope.kinds(one, (PROV.Activity,))
        german, english = scope.bilingual(one, RDFS.label)
        version = scope.one_text(one, DCAT.version)
        if (german or english or version) and not found:
            found = {"method": german, "method_en": english, "method_version": version}
            continue
        for text in filter(None, (german, english, version)):
            scope.reject(one, RDFS.label, text, "there may be only one method; another was taken")
        if isinstance(one, URIRef):
            named.append(scope.iri_of(node, PROV.wasGeneratedBy, one))
        elif not german and not english and not version:
            scope.reject(node, PROV.wasGeneratedBy, one, "nothing is said of this activity: no label and no IRI")
    return {**found, "was_generated_by": list(dict.fromkeys(one for one in named if one))}


def _versions(scope: Scope, node: Node) -> dict[str, Any]:
    """Links whose target must be a dataset; to anything else the wider dcterms:relation holds as well."""
    found: dict[str, list[str]] = {"related_resource": scope.iris(node, DCTERMS.relation, (RDFS.Resource,))}
    for name, predicate in (("source", DCTERMS.source), ("has_version", DCAT.hasVersion)):
        found[name] = []
        for value in scope.values(node, predicate):
            if not (iri := scope.iri_of(node, predicate, value)):
                continue
            if (value, _RDF.type, DCAT.Dataset) in scope.document.graph:
                found[name].append(iri)
            else:
                scope.change(node, predicate, value, f"{DCTERMS.relation} {iri}", "target-elsewhere")
                found["related_resource"].append(iri)
    return {name: list(dict.fromkeys(values)) for name, values in found.items()}


def _qualified(scope: Scope, node: Node, predicate: URIRef, kind: URIRef, name: str) -> list[dict[str, str]]:
    """Records {relation or agent, role}."""
    target = DCTERMS.relation if name == "relation" else PROV.agent
    found = []
    for one in scope.values(node, predicate):
        if isinstance(one, Literal):
            scope.reject(node, predicate, one, f"a node with {name} and role is wanted here, not a text")
            continue
        scope.kinds(one, (kind,))
        iri = scope.one_iri(one, target, (PROV.Agent, FOAF.Agent) if name == "agent" else ())
        role = scope.one_iri(one, DCAT.hadRole, (DCAT.Role, SKOS.Concept))
        if iri and role:
            found.append({name: iri, "role": role})
        else:
            given = iri or role or scope.document.name(one)
            scope.reject(node, predicate, given, f"both {name} and dcat:hadRole are wanted, each as an IRI")
    return found


def license_of(scope: Scope, node: Node) -> str:
    """The one licence; one that is not on the list is kept, as another in its place would be wrong in law."""
    found = []
    for value in scope.values(node, DCTERMS.license):
        if isinstance(value, BNode) or (isinstance(value, Literal) and not term_iri("licenses", str(value)[:1000])):
            scope.reject(
                node, DCTERMS.license, value, "a licence of the list http://dcat-ap.de/def/licenses/… is wanted"
            )
            continue
        scope.kinds(value, (DCTERMS.LicenseDocument, DCTERMS.RightsStatement))
        listed = term_iri("licenses", str(value)[:1000])
        if listed and listed != str(value):
            scope.change(node, DCTERMS.license, value, listed, "list-iri")
        if not listed:
            listed = scope.iri_of(node, DCTERMS.license, value)
            scope.reject(
                node, DCTERMS.license, value, "not in the list http://dcat-ap.de/def/licenses/…; kept as it is"
            )
        found.append(listed)
    different = [one for one in dict.fromkeys(found) if one]
    for other in different[1:]:
        scope.reject(node, DCTERMS.license, other, "there may be only one licence; another was taken")
    return different[0] if different else ""
