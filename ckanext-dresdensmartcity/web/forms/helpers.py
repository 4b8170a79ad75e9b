"""What the templates of the forms ask for; every name begins with `portal_form`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.atlas import references
from ckanext.dresdensmartcity.atlas.taxonomy import taxonomy
from ckanext.dresdensmartcity.atlas.validators import likely_the_same
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.city.dates import understand_date
from ckanext.dresdensmartcity.city.outline_store import outlines_of
from ckanext.dresdensmartcity.city.vocabularies import vocabulary
from ckanext.dresdensmartcity.web.forms import choices, defaults, model, places, wording
from ckanext.dresdensmartcity.web.forms.views import understood
from ckanext.dresdensmartcity.web.helpers import language

_ = tk._

__all__ = [
    "portal_form_blank",
    "portal_form_choices",
    "portal_form_default",
    "portal_form_duplicates",
    "portal_form_duration",
    "portal_form_entry_titles",
    "portal_form_errors",
    "portal_form_expert",
    "portal_form_formats",
    "portal_form_has_files",
    "portal_form_is_short",
    "portal_form_label",
    "portal_form_lines",
    "portal_form_lost_file",
    "portal_form_messages",
    "portal_form_names_its_source",
    "portal_form_organisation",
    "portal_form_parts",
    "portal_form_places",
    "portal_form_problems",
    "portal_form_records",
    "portal_form_reference_titles",
    "portal_form_sketch",
    "portal_form_snippet",
    "portal_form_texts",
    "portal_form_topic_titles",
    "portal_form_understood",
    "portal_form_without",
]

# Snippets of this project by what a preset of another extension or of ours names.
SNIPPETS = {
    "text.html": "text", "large_text.html": "text", "number.html": "text", "markdown.html": "long_text",
    "textarea.html": "long_text", "select.html": "choice", "radio.html": "choice", "multiple_checkbox.html": "choices",
    "multiple_select.html": "choices", "multiple_text.html": "list", "upload.html": "file", "slug.html": "name",
    "organization.html": "organisation", "repeating_subfields.html": "records",
}  # fmt: skip
PRESETS = {
    "tag_string_autocomplete": "keywords",
    "resource_format_autocomplete": "format",
    "smartcity_boolean": "switch",
    "smartcity_date": "date",
    "smartcity_duration": "duration",
    "smartcity_entries": "entries",
    "smartcity_actor": "reference",
    "smartcity_project": "reference",
    "smartcity_projects": "references",
    "smartcity_topics": "topics",
    "smartcity_entry_title": "entry_title",
}
INPUTS = {"upload"}


def portal_form_snippet(field: Mapping[str, Any]) -> str:
    """The template of a field: that of its preset, or ours for the control that it names."""
    if field.get("repeating_subfields"):
        own = "records"
    elif field["field_name"] == "license":
        own = "license"
    elif field.get("preset") in PRESETS:
        own = PRESETS[field["preset"]]
    else:
        named = str(field.get("form_snippet") or "text.html")
        own = SNIPPETS.get(named, "")
        if not own:
            return named if "/" in named else f"scheming/form_snippets/{named}"
    return f"scheming/form_snippets/portal_{own}.html"


def portal_form_parts(schema: Mapping[str, Any], fields: list[Any], data: Any, errors: Any) -> list[model.Part]:
    return model.parts(schema.get("form_groups") or [], fields, data or {}, errors or {}, language())


def portal_form_errors(errors: Any) -> dict[str, Any]:
    return model.at_their_fields(errors or {})


def portal_form_problems(fields: list[Any], errors: Any) -> list[model.Problem]:
    found = model.problems(fields, errors or {}, language(), INPUTS)
    return [replace(one, message=_(one.message)) for one in found]


def portal_form_without(errors: Mapping[str, Any], fields: list[Any]) -> dict[str, Any]:
    """The mistakes without those of some fields."""
    names = {field["field_name"] for field in fields}
    return {name: wrong for name, wrong in errors.items() if name not in names}


def portal_form_label(name: str) -> str:
    """What CKAN's own keys of mistakes are called."""
    labels = {"resources": _("Files"), "type": _("Kind"), "id": _("Identifier"), "private": _("Who may see it")}
    return labels.get(name, _(name.replace("_", " ").capitalize()))


def portal_form_has_files(name: str) -> bool:
    """Whether a dataset has a file already."""
    return bool(tk.get_action("package_show")({}, {"id": name})["resources"])


def portal_form_records(field: Mapping[str, Any], data: Any, errors: Any) -> list[model.Record]:
    return model.records(field, data or {}, errors or {})


def portal_form_blank(field: Mapping[str, Any], data: Any, errors: Any) -> model.Record:
    return model.blank(field, data or {}, errors or {})


def portal_form_expert(field: Mapping[str, Any]) -> tuple[list[Any], list[Any]]:
    """The parts of a record for everybody, and those for experts."""
    parts = field["repeating_subfields"]
    folded = [one for one in parts if one["field_name"] in model.EXPERT]
    return [one for one in parts if one not in folded], folded


def portal_form_texts(value: Any) -> list[str]:
    return model.texts(value)


def portal_form_lines(value: Any) -> str:
    return model.lines(value)


def portal_form_messages(wrong: Any) -> list[str]:
    return [_(one) for one in model.messages(wrong)]  # some of CKAN's come untranslated


def portal_form_choices(field: Mapping[str, Any]) -> list[choices.Choice]:
    return choices.choices(field, tk.h.scheming_field_choices(field) or [], language())


def portal_form_is_short(found: list[choices.Choice]) -> bool:
    return len(found) <= choices.SHORT


def portal_form_names_its_source(licence: str) -> bool:
    return choices.names_its_source(licence)


def portal_form_default(field: Mapping[str, Any], kind: str, of_a_file: bool = False) -> str:
    """What is published where this field of a `kind` of package stays empty."""
    return defaults.published_default("resource" if of_a_file else kind, field["field_name"], city(), language())


def portal_form_organisation() -> dict[str, Any] | None:
    """The organisation that a dataset belongs to where none is chosen: the city's."""
    try:
        return dict(tk.get_action("organization_show")({}, {"id": city().id, "include_datasets": False}))
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return None


def portal_form_understood(value: Any) -> str:
    """A stored date in words, or how one was understood that was typed otherwise; empty where it is none."""
    text = str(value or "").strip()
    stored = understand_date(text) if text else None
    if stored is None:
        return ""
    return wording.date_in_words(stored, language()) if stored == text else understood(stored)


def portal_form_duration(value: Any) -> str:
    return wording.duration_in_words(str(value or "").strip(), language())


def portal_form_places() -> list[places.Place]:
    return places.places(city(), outlines_of(city()), language())


def portal_form_sketch(data: Mapping[str, Any], prefix: str) -> places.Sketch | None:
    """A small map of the area whose inputs begin with `prefix`; None where nothing can be drawn."""
    found = (data.get(f"{prefix}-{name}") for name in ("geom", "bbox"))
    return places.sketch(next(filter(None, found), None), city())


def portal_form_formats() -> list[tuple[str, str]]:
    """Codes of the European file types with their labels."""
    return [(term.id, term.label.text(language())) for term in vocabulary("file-types").terms]


def portal_form_entry_titles(value: Any) -> str:
    """JSON of the titles of entries by the name, id or address that a field holds; unknown ones are left out."""
    found = {}
    for key in model.texts(value):
        try:
            package = tk.get_action("package_show")({}, {"id": key.rstrip("/").rpartition("/")[2]})
        except (tk.ObjectNotFound, tk.NotAuthorized):
            continue
        found[key] = package.get("title") or package["name"]
    return json.dumps(found, ensure_ascii=False)


def portal_form_reference_titles(kind: str, value: Any) -> str:
    """JSON of the names of actors or projects by the ids that a field holds."""
    found = {key: one.title for key in model.texts(value) if (one := references.named(kind, key))}
    return json.dumps(found, ensure_ascii=False)


def portal_form_topic_titles(value: Any) -> str:
    """JSON of the labels of topics by the ids that a field holds."""
    return json.dumps(
        {key: taxonomy().label_of(key).text(language()) for key in model.texts(value)}, ensure_ascii=False
    )


def portal_form_duplicates(kind: str, data: Mapping[str, Any]) -> list[dict[str, str]]:
    """What in the atlas may be the same as the entry that was sent; empty where the atlas is switched off."""
    return likely_the_same(kind, data)


def portal_form_lost_file() -> str:
    """The name of a file that came with a form that is shown again: a browser never sends it a second time."""
    if tk.request.method != "POST":
        return ""
    sent = tk.request.files.get("upload")
    return str(sent.filename or "") if sent else ""
