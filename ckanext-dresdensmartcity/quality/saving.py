"""What saving an entry has to do with its quality: the gate before, a word to the editor after.

The gate (`ckanext.dresdensmartcity.quality.gate`) stands before CKAN's own actions, through which every way leads: the
form, the API, harvesters and bulk changes. A package is checked as it would be stored, before anything of it is, so
that a refused save changes nothing: no row, no file, and nothing that is published already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

import ckan.lib.plugins as lib_plugins
import ckan.model as model
import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity import config
from ckanext.dresdensmartcity.dcat import changes
from ckanext.dresdensmartcity.dcat.iris import PUBLISHED_TYPES, Package
from ckanext.dresdensmartcity.dcat.stored import package_of
from markupsafe import Markup

from . import gate, reports, store
from .logic import fields
from .presentation import files_of
from .report import Report
from .wording import sentence

__all__ = ["actions", "refusal", "would_refuse"]

# Sentences of a message to an editor; the page of the entry has all.
TOLD = 3


@tk.chained_action
def package_create(original: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """As CKAN's own, with the gate of quality before it."""
    _guard(context, data_dict, None)
    return _tell(context, original(context, data_dict))


@tk.chained_action
def package_update(original: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """As CKAN's own, with the gate of quality before it."""
    if config.quality_gate() == "refuse":
        _guard(context, data_dict, model.Package.get(data_dict.get("id") or data_dict.get("name")))
    return _tell(context, original(context, data_dict))


@tk.chained_action
def bulk_update_public(original: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """As CKAN's own; where the gate refuses one dataset, none is changed and all that are refused are named."""
    if config.quality_gate() == "refuse":
        tk.check_access("bulk_update_public", context, data_dict)
        found = changes.packages(data_dict.get("datasets", []))
        refused = {
            str(one["title"] or one["name"]): refusal(reports.trial(one), one)
            for one in found.values()
            if one["type"] in PUBLISHED_TYPES and one["owner_org"] == data_dict.get("org_id")
        }
        told = [f"{title}: {' '.join(_sentences(errors))}" for title, errors in refused.items() if errors]
        if told:
            raise tk.ValidationError({"datasets": told})
    return original(context, data_dict)


actions = {
    "package_create": package_create,
    "package_update": package_update,
    "bulk_update_public": bulk_update_public,
}


def refusal(found: Report, package: Package) -> gate.Errors:
    """Why the package may not be published, as errors at the fields of its form; empty where it may."""
    forms = fields(str(package.get("type") or "dataset"))
    files = [(iri, name) for iri, (_, name) in files_of(found.iri, package).items()]
    language = tk.h.lang() if _in_page() else "de"
    translated = [one if language == "de" else _in_english(one) for one in found.findings]
    return gate.errors(translated, files, forms.dataset.__contains__, forms.file.__contains__)


def _in_english(finding: Any) -> Any:
    return type(finding)(**{**vars(finding), "message": sentence(finding).en})


def _guard(context: Any, data_dict: dict[str, Any], stored: model.Package | None) -> None:
    """Raise ValidationError where the gate refuses what would be public after this save."""
    if not _is_guarded(data_dict, stored):
        return
    tk.check_access("package_update" if stored else "package_create", context, data_dict)
    if errors := would_refuse(context, data_dict, stored):
        model.Session.rollback()  # as CKAN does with errors of its own
        raise tk.ValidationError(errors)


def would_refuse(context: Any, data_dict: dict[str, Any], stored: model.Package | None) -> gate.Errors:
    """What the gate would say to this save, without any; empty where it lets it pass, and where CKAN itself would not.

    Nothing is written, and nobody's rights are asked for: dry runs of harvests use it.
    """
    if not _is_guarded(data_dict, stored):
        return {}
    package = _as_stored(context, data_dict, stored, _kind(data_dict, stored))
    if package is None or package["state"] != "active" or package["private"]:
        return {}
    return refusal(reports.trial(package), package)


def _is_guarded(data_dict: dict[str, Any], stored: model.Package | None) -> bool:
    return config.quality_gate() == "refuse" and _kind(data_dict, stored) in PUBLISHED_TYPES


def _kind(data_dict: dict[str, Any], stored: model.Package | None) -> str:
    return str(stored.type if stored else data_dict.get("type") or "dataset")


def _as_stored(context: Any, data_dict: dict[str, Any], stored: model.Package | None, kind: str) -> Package | None:
    """The package as it would be in the database after this save; None where CKAN itself will refuse it."""
    plugin = lib_plugins.lookup_package_plugin(kind)
    # As CKAN does: the form gives the name as id.
    given = {**data_dict, "type": kind, **({"id": stored.id} if stored else {})}
    if "resources" in given:
        given["resources"] = [_without_upload(one) for one in given["resources"]]
    trial = {**context, **({"package": stored} if stored else {})}
    trial.setdefault("model", model)
    trial.setdefault("session", model.Session)
    schema = context.get("schema") or (plugin.update_package_schema() if stored else plugin.create_package_schema())
    action = "package_update" if stored else "package_create"
    data, errors = lib_plugins.plugin_validate(plugin, trial, given, schema, action)
    if errors:
        return None
    before = changes.packages([stored.id]).get(stored.id, {}) if stored else {}
    row = {
        "id": before.get("id") or data.get("id") or str(uuid4()),
        "type": kind,
        "state": data.get("state") or before.get("state") or "active",
        "private": bool(data["private"] if "private" in data else before.get("private")),
        "metadata_created": before.get("metadata_created") or store.now().replace(tzinfo=None),
        "metadata_modified": store.now().replace(tzinfo=None),
        **_organisation(data.get("owner_org") or before.get("owner_org")),
        **{key: value for key, value in data.items() if key not in ("extras", "tags", "resources", "state", "private")},
        "extras": {one["key"]: one["value"] for one in data.get("extras") or []},
    }
    row["id"] = before.get("id") or row["id"]
    files = [{"id": str(uuid4()), "extras": {}, **one} for one in data.get("resources") or []]
    package = dict(package_of(row, [{"package_id": row["id"], **one} for one in files], _tags(data)))
    if "resources" not in given and before:
        package["resources"] = before["resources"]
    return package


def _without_upload(resource: Mapping[str, Any]) -> dict[str, Any]:
    """A file as CKAN will store it: an upload has the name of the file in place of an address."""
    found = {key: value for key, value in resource.items() if key != "upload"}
    upload = resource.get("upload")
    if name := getattr(upload, "filename", ""):
        found |= {"url": name, "url_type": "upload"}
    return found


def _tags(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"id": "", "vocabulary_id": None, **tag} for tag in data.get("tags") or []]


def _organisation(identifier: str | None) -> dict[str, Any]:
    group = model.Group.get(identifier) if identifier else None
    names = ("id", "name", "title", "description")
    return {f"organisation_{name}": getattr(group, name) if group else None for name in names}


def _tell(context: Any, result: Any) -> Any:
    """Tell the editor at the page what is wrong with what is public now; programs read the report."""
    if config.quality_gate() == "report" or context.get("defer_commit") or not _in_page():
        return result
    identifier = result["id"] if isinstance(result, dict) else str(result)
    kept = store.read([identifier]).get(identifier)
    if kept is None or kept.report.valid or not kept.published:
        return result
    wrong = gate.violations(kept.report.findings)
    told = list(dict.fromkeys(sentence(one).text(tk.h.lang() or "de") for one in wrong))
    page = tk.url_for("quality.report", kind=kept.report.kind, id=identifier)
    tk.h.flash_notice(_message(told, page), allow_html=True)
    return result


def _message(told: Sequence[str], page: str) -> Markup:
    items = Markup("").join(Markup("<li>{}</li>").format(one) for one in told[:TOLD])
    more = len(told) - TOLD
    rest = Markup("<li>{}</li>").format(tk._("and {number} more").format(number=more)) if more > 0 else Markup("")
    return Markup('<p>{}</p><ul>{}{}</ul><p><a href="{}">{}</a></p>').format(
        tk._("It is saved and public, but not valid yet:"), items, rest, page, tk._("Quality of this entry")
    )


def _sentences(errors: Mapping[str, Any]) -> list[str]:
    """Every sentence of errors, each once."""
    found: dict[str, None] = {}
    for told in errors.values():
        for one in told if isinstance(told, list) else [told]:
            if isinstance(one, str):
                found[one] = None
    return list(found)


def _in_page() -> bool:
    """Whether a person is waiting at a page; not a program at the API, a harvester or a command."""
    return bool(tk.request) and tk.request.blueprint not in (None, "api")
