"""Entries as linked data: parsed again by another library, safe inside a page."""

from __future__ import annotations

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckanext.dresdensmartcity.atlas.entries import Entry, Evidence, Membership, WebLink
from ckanext.dresdensmartcity.atlas.linked_data import Surroundings, describe, script
from ckanext.dresdensmartcity.atlas.taxonomy import taxonomy
from ckanext.dresdensmartcity.city.current import city
from rdflib import RDF, Graph, Literal, Namespace, URIRef

BASE = "https://atlas.example"
SDO, ORG = Namespace("https://schema.org/"), Namespace("http://www.w3.org/ns/org#")
FOAF, SKOS = Namespace("http://xmlns.com/foaf/0.1/"), Namespace("http://www.w3.org/2004/02/skos/core#")
HOSTILE = '</script><script>alert("1")</script><!-- & \u2028 ]]>'


def graph_of(entry: Entry, **more: Any) -> Graph:
    content = describe(entry, Surroundings(BASE, city(), taxonomy(), **more))
    return Graph().parse(data=json.dumps(content), format="json-ld")


@pytest.mark.ckan
@pytest.mark.usefixtures("with_plugins")
class TestDescription:
    """The graph of an entry."""

    def test_an_actor(self):
        """Types of three vocabularies, what it offers as concepts of the taxonomy, by synonyms too, its projects."""
        entry = Entry(
            package_id="1",
            type="actor",
            id="lab",
            title="Labor",
            kind="research",
            offers=("Lärmmessung", "Beratung im Grünen"),
            needs=("lorawan",),
            longitude=13.7,
            latitude=51.0,
            part_of="uni",
            contact_url="https://lab.example/c",
            links=(WebLink("https://lab.example/x"),),
            evidence=(Evidence("kind", "Jahresbericht"),),
        )
        graph = graph_of(entry, actors={"uni": "Universität"}, projects={"p": "Projekt"}, member_of=("p",))
        iri = URIRef(f"{BASE}/atlas/actor/lab")
        for kind in (SDO.Organization, ORG.Organization, FOAF.Organization):
            assert (iri, RDF.type, kind) in graph
        offered = {graph.value(offer, SDO.itemOffered) for offer in graph.objects(iri, SDO.makesOffer)}
        known = [one for one in offered if (one, RDF.type, SKOS.Concept) in graph]
        assert known == [URIRef(f"{BASE}/atlas/topics/noise")]
        assert len(offered) == 2
        assert (iri, SDO.memberOf, URIRef(f"{BASE}/atlas/project/p")) in graph
        assert (iri, ORG.subOrganizationOf, URIRef(f"{BASE}/atlas/actor/uni")) in graph
        assert (URIRef(f"{iri}#geo"), SDO.latitude, Literal(51.0)) in graph or (None, SDO.latitude, None) in graph
        assert (iri, SDO.name, Literal("Labor", lang="de")) in graph

    def test_a_project(self):
        """Its members with their roles, its funders, its dates as precise as they are known."""
        members = (Membership("a", "lead"), Membership("b", "partner", since="2024-03"), Membership("c", "funder"))
        entry = Entry("2", "project", "p", "Projekt", measure="1.2.1", members=members, start="2023", end="2025-06-30",
                      datasets=("luft",), builds_on=("q",), continues="r", status="running")  # fmt: skip
        graph = graph_of(entry)
        iri = URIRef(f"{BASE}/atlas/project/p")
        assert {str(one)[-1] for one in graph.objects(iri, SDO.member)} == {"a", "b"}
        assert [str(one)[-1] for one in graph.objects(iri, SDO.funder)] == ["c"]
        memberships = list(graph.subjects(ORG.organization, iri))
        assert len(memberships) == 3
        roles = {str(graph.value(graph.value(one, ORG.role), SKOS.prefLabel)) for one in memberships}
        assert len(roles) == 3
        start = graph.value(iri, SDO.foundingDate)
        assert isinstance(start, Literal)
        assert str(start.datatype).endswith("gYear")

    def test_nothing_is_a_blank_node_and_nobody_a_person(self):
        entry = Entry("3", "actor", "x", "X", kind="company", fields_of_action=("verwaltung",), offers=("Etwas",))
        graph = graph_of(entry)
        assert all(isinstance(one, URIRef) for one in graph.subjects())
        assert not [one for one in graph.objects(None, RDF.type) if "Person" in str(one)]

    def test_what_is_empty_is_not_said(self):
        content = describe(Entry("4", "actor", "x", "X"), Surroundings(BASE, city(), taxonomy()))
        assert not [name for name, value in content.items() if value in (None, "", [], {})]


def test_no_text_ends_the_script_element():
    """The page's parser sees one element, and the text comes back as it was."""
    content = {"name": HOSTILE}
    text = script(content)
    assert "<" not in text
    assert json.loads(text) == content
    page = BeautifulSoup(f'<script type="application/ld+json">{text}</script><p>after</p>', "html.parser")
    assert len(page.select("script")) == 1
    assert json.loads(page.script.string) == content


@pytest.mark.ckan
@pytest.mark.usefixtures("dresden")
class TestAddresses:
    """An entry's address gives what is asked for."""

    @pytest.mark.parametrize(
        ("ending", "media_type", "syntax"),
        [("jsonld", "application/ld+json", "json-ld"), ("ttl", "text/turtle", "turtle"),
         ("rdf", "application/rdf+xml", "xml"), ("nt", "application/n-triples", "nt")],
    )  # fmt: skip
    def test_every_syntax_says_the_same(self, client: Any, ending: str, media_type: str, syntax: str):
        """By ending and by Accept."""
        by_ending = client.get(f"/atlas/project/luft-laerm.{ending}")
        assert by_ending.content_type.split(";")[0] == media_type
        by_accept = client.get("/atlas/project/luft-laerm", headers={"Accept": media_type})
        assert by_accept.body == by_ending.body
        graph = Graph().parse(data=by_ending.body, format=syntax)
        iri = URIRef("http://test.ckan.net/atlas/project/luft-laerm")
        assert (iri, RDF.type, FOAF.Project) in graph
        plain = Graph().parse(data=client.get("/atlas/project/luft-laerm.jsonld").body, format="json-ld")
        assert len(graph) == len(plain)

    def test_a_browser_gets_the_page_with_the_data_in_it(self, client: Any):
        answer = client.get("/atlas/actor/tud", headers={"Accept": "text/html,application/xml;q=0.9,*/*;q=0.8"})
        page = BeautifulSoup(answer.body, "html.parser")
        content = json.loads(page.select_one('script[type="application/ld+json"]').string)
        assert content["@id"] == "http://test.ckan.net/atlas/actor/tud"
        assert content == json.loads(client.get("/atlas/actor/tud.jsonld").body)
        assert {one["type"] for one in page.select("link[rel=alternate]")} >= {"application/ld+json", "text/turtle"}

    def test_every_entry_is_linked_data(self, client: Any):
        for kind in ("actors", "projects"):
            for one in client.get(f"/ogc/collections/{kind}/items?limit=100").json["features"]:
                text = client.get(f"/atlas/{kind[:-1]}/{one['id']}.jsonld").body
                assert len(Graph().parse(data=text, format="json-ld")) > 5

    def test_nobody_has_no_data(self, client: Any):
        assert client.get("/atlas/actor/nobody.ttl").status_code == 404
