"""What a form shows, worked out of the schema, the data and the mistakes."""

from __future__ import annotations

from typing import Any

from ckanext.dresdensmartcity.web.forms import model

GROUPS = [{"id": one, "label": {"de": one}, "description": {"de": ""}} for one in ("needed", "recommended", "more")]


def field(name: str, group: str = "needed", **more: Any) -> dict[str, Any]:
    return {"field_name": name, "group": group, "label": {"de": name.title(), "en": name}, **more}


CONTACT = field("contact", "recommended", repeating_subfields=[field("name"), field("email"), field("uri")])


def parts(fields: list[dict[str, Any]], data: Any = None, errors: Any = None) -> list[model.Part]:
    return model.parts(GROUPS, fields, data or {}, errors or {}, "de")


def test_what_is_needed_is_always_open_the_rest_where_something_is_in_it() -> None:
    fields = [field("title"), field("tag_string", "recommended"), field("url", "more")]
    assert [part.open for part in parts(fields)] == [True, False, False]
    assert [part.open for part in parts(fields, {"url": "https://example.org"})] == [True, False, True]
    assert [part.open for part in parts(fields, errors={"tag_string": ["x"]})] == [True, True, False]


def test_what_the_portal_sets_itself_opens_nothing() -> None:
    more = parts([field("title"), field("size", "more")], {"size": 8})[1]
    assert (more.filled, more.open) == (1, False)


def test_a_part_says_how_much_of_it_is_filled_in_and_what_it_holds() -> None:
    fields = [field("title"), field("a", "more"), field("b", "more"), field("c", "more", preset="smartcity_boolean")]
    more = parts(fields, {"a": "x", "b": "", "c": "False"})[1]
    assert (more.filled, more.count, more.named) == (1, 3, "A, B, C")


def test_a_companion_stands_with_its_field_and_counts_there() -> None:
    """The category of a high-value dataset is drawn by its switch, wherever the schema lists it."""
    fields = [field("title"), field("high_value", "recommended"), field("hvd_category", "more"), field("url", "more")]
    _needed, recommended, more = parts(fields, errors={"hvd_category": ["Fehlt."]})
    assert [one["field_name"] for one in recommended.fields] == ["high_value"]
    assert (recommended.wrong, recommended.count) == (1, 2)
    assert [one["field_name"] for one in more.fields] == ["url"]


def test_what_the_portal_fills_in_stands_apart() -> None:
    needed = parts([field("name", preset="smartcity_name"), field("title")])[0]
    assert [one["field_name"] for one in needed.fields] == ["title"]
    assert [one["field_name"] for one in needed.settled] == ["name"]


def test_records_that_were_sent_count_before_those_that_are_stored() -> None:
    data = {
        "contact": [{"name": "Alt"}],
        "contact-000-name": "Neu",
        "contact-010-name": "Zehn",
        "contact-002-name": "Zwei",
    }
    found = model.records(CONTACT, data)
    assert [list(one.data.values()) for one in found] == [["Neu"], ["Zwei"], ["Zehn"]]


def test_a_record_of_nothing_is_left_out_and_the_numbers_of_mistakes_stay() -> None:
    data = {"contact-000-name": "", "contact-001-email": "falsch"}
    found = model.records(CONTACT, data, {"contact": [{}, {"email": ["Keine Adresse."]}]})
    assert [one.key for one in found] == ["001"]
    assert found[0].errors == {"contact-001-email": ["Keine Adresse."]}
    assert model.blank(CONTACT, data).key == "002"


def test_the_part_for_experts_opens_where_its_value_is_all_there_is() -> None:
    def shows(**values: str) -> bool:
        return model.records(CONTACT, {"contact": [values]})[0].shows_expert()

    assert shows(uri="https://example.org/amt")
    assert not shows(uri="https://example.org/amt", name="Amt")


def test_every_mistake_leads_to_its_control() -> None:
    errors = {"contact": [{}, {"email": ["Keine Adresse."]}], "title": ["Fehlt."], "resources": [{"url": ["Kaputt."]}]}
    found = model.problems([field("title"), CONTACT], errors, "de")
    assert [(one.anchor, one.label) for one in found] == [
        ("field-title", "Title"),
        ("field-contact-001-email", "Contact 2, Email"),
        ("", "resources"),
    ]
    assert [one.message for one in found] == ["Fehlt.", "Keine Adresse.", "Kaputt."]


def test_mistakes_in_keywords_stand_at_the_keywords() -> None:
    """CKAN reports them as those of `tags`, one record each."""
    assert model.at_their_fields({"tags": [{}, {"name": ["Zu kurz."]}]}) == {"tag_string": ["Zu kurz."]}


def test_a_list_is_shown_a_line_for_each_and_as_it_was_typed() -> None:
    assert model.lines(["a", "b"]) == "a\nb"
    assert model.lines('["a", "b"]') == "a\nb"
    assert model.lines("a\nkein web") == "a\nkein web"
    assert model.lines(None) == ""
