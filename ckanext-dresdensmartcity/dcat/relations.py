"""How a dataset belongs to other things: relations and bodies with a role, and the programme of the city."""

from __future__ import annotations

from ckanext.dresdensmartcity.city.model import Label
from ckanext.dresdensmartcity.city.values import texts
from ckanext.dresdensmartcity.city.vocabularies import vocabulary
from rdflib import Literal, URIRef

from .iris import Package, reference
from .namespaces import DCAT, DCTERMS, PROV, RDF, RDFS, SKOS
from .output import Output
from .values import records


def qualified(out: Output, subject: URIRef, package: Package) -> None:
    """dcat:qualifiedRelation and prov:qualifiedAttribution.

    Both parts are IRIs and both are needed (DCAT-AP.de 3.0, dcat:Relationship and prov:Attribution).
    """
    for name, predicate, kind, part, target in (
        ("qualified_relation", DCAT.qualifiedRelation, DCAT.Relationship, "relation", DCTERMS.relation),
        ("qualified_attribution", PROV.qualifiedAttribution, PROV.Attribution, "agent", PROV.agent),
    ):
        for number, record in enumerate(records(package.get(name)), 1):
            other, role = reference(record.get(part)), reference(record.get("role"))
            if other is None or role is None:
                given = record.get(part) or record.get("role")
                out.omit(subject, name, given, f"{part} and role, each an absolute IRI")
                continue
            node = out.node(subject, f"{part}-{number}", kind)
            out.add(subject, predicate, node)
            out.add(node, target, other)
            out.add(node, DCAT.hadRole, role)
            out.add(role, RDF.type, DCAT.Role)
            if part == "agent":
                out.add(other, RDF.type, PROV.Agent)


def programme(out: Output, subject: URIRef, package: Package) -> None:
    """Measure, focus area and field of action as dcterms:subject: concepts of the city's programme.

    The standard has no property for them. Each is described by its notation, which is the value of the field, and by
    its scheme, whose fragment is the name of the field: so they can be read back from any portal of this kind.
    """
    city = out.city
    for code in texts(package.get("measure"))[:1]:
        _concept(out, subject, "measure", code, Label(f"Maßnahme {code}", f"Measure {code}"))
    for identifier in texts(package.get("focus_area")):
        area = city.focus_area(identifier)
        _concept(out, subject, "focus_area", identifier, area.label if area else Label(identifier, ""))
    for identifier in texts(package.get("field_of_action")):
        field = city.field_of_action(identifier)
        _concept(out, subject, "field_of_action", identifier, field.label if field else Label(identifier, ""))


def _concept(out: Output, subject: URIRef, scheme: str, notation: str, label: Label) -> None:
    iri = reference(out.of_site(f"{scheme}-{notation}")) or out.of_site(scheme)
    out.add(subject, DCTERMS.subject, iri)
    out.add(iri, RDF.type, SKOS.Concept)
    out.add(iri, SKOS.inScheme, out.of_site(scheme))
    out.add(iri, SKOS.notation, Literal(notation))
    out.bilingual(iri, SKOS.prefLabel, label.de, label.en)


def privacy(out: Output, subject: URIRef, package: Package) -> None:
    """How small numbers are protected, as a statement on where the data come from: in the words of the list."""
    for value in texts(package.get("privacy_level"))[:1]:
        levels = vocabulary("privacy-levels")
        level = levels.by_id(value)
        if level is None:
            out.omit(subject, "privacy_level", value, "a value of the list privacy-levels")
            continue
        node = out.node(subject, "privacy", DCTERMS.ProvenanceStatement)
        out.add(subject, DCTERMS.provenance, node)
        german, english = (f"{levels.title.text(one)}: {level.label.text(one)}" for one in ("de", "en"))
        out.bilingual(node, RDFS.label, german, english)
