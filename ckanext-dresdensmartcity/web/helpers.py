"""What templates ask for; every name begins with `portal_`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import ckan.plugins as plugins
import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.city.model import City, Label, Office
from ckanext.dresdensmartcity.city.values import texts
from ckanext.dresdensmartcity.city.vocabularies import Term, vocabulary
from ckanext.dresdensmartcity.web import charts, formats, reading
from ckanext.dresdensmartcity.web.facts import Fact, dataset_facts, further_facts, key_facts, resource_facts
from ckanext.dresdensmartcity.web.files import File, files
from ckanext.dresdensmartcity.web.front import FrontPage, front_page
from ckanext.dresdensmartcity.web.measures import Project
from ckanext.dresdensmartcity.web.preview import Preview, preview
from markupsafe import Markup, escape
from werkzeug.exceptions import default_exceptions

_ = tk._

LEGAL_PAGES = {"imprint": "imprint_url", "privacy": "privacy_url", "accessibility": "accessibility_url"}

__all__ = [
    "portal_api_base",
    "portal_atlas_url",
    "portal_catalogue_url",
    "portal_city",
    "portal_columns",
    "portal_dataset_rdf",
    "portal_date",
    "portal_error_text",
    "portal_euro",
    "portal_facet_label",
    "portal_field",
    "portal_files",
    "portal_formats",
    "portal_found",
    "portal_front_page",
    "portal_further_facts",
    "portal_harvest_frequency",
    "portal_has_atlas",
    "portal_is_sample",
    "portal_key_facts",
    "portal_lang",
    "portal_languages",
    "portal_legal_pages",
    "portal_license",
    "portal_licenses",
    "portal_link_to_actor",
    "portal_link_to_project",
    "portal_members",
    "portal_navigation",
    "portal_needs_scripts",
    "portal_number",
    "portal_office_link",
    "portal_page_url",
    "portal_phase",
    "portal_preview",
    "portal_projects_of",
    "portal_resource_facts",
    "portal_resource_name",
    "portal_shares",
    "portal_status",
    "portal_text",
    "portal_time",
    "portal_title",
]


@dataclass(frozen=True)
class NavigationItem:
    label: str
    url: str
    current: str = ""  # value of aria-current, empty on other pages


@dataclass(frozen=True)
class Language:
    code: str
    name: str
    url: str
    current: bool


def language() -> str:
    return str(tk.h.lang() or tk.config["ckan.locale_default"])


def zone() -> str:
    return str(tk.config["ckan.display_timezone"])


def portal_city() -> City:
    return city()


def portal_text(label: Label) -> str:
    """A label in the language of the page."""
    return label.text(language())


def portal_title() -> str:
    return portal_text(city().title)


def portal_languages() -> list[Language]:
    """The languages of the portal, each with the address of this page in it."""
    default = tk.config["ckan.locale_default"]
    here = tk.h.current_url()
    return [
        Language(
            code=one.short_name,
            name=str(one.display_name).capitalize(),
            url=tk.h.url_for(here, locale="default" if one.short_name == default else one.short_name),
            current=one.short_name == language(),
        )
        for one in tk.h.get_available_locales()
    ]


def portal_navigation() -> list[NavigationItem]:
    """The main navigation; the atlas only where its plugin runs."""
    items = [
        (_("Data"), "/dataset", ("/dataset", "/dataset_series", "/data_service")),
        (_("Atlas"), "/atlas", ("/atlas", "/actor", "/project")),
        (_("Measures"), "/measures", ("/measures",)),
        (_("Offer data"), "/contribute", ("/contribute",)),
        (_("Interfaces"), "/developers", ("/developers",)),
    ]
    here = tk.request.path.rstrip("/")
    return [
        NavigationItem(label, tk.h.url_for(path), current(here, path, inside))
        for label, path, inside in items
        if path != "/atlas" or portal_has_atlas()
    ]


def current(here: str, path: str, inside: tuple[str, ...]) -> str:
    """Value of aria-current: this very page, or a page below it."""
    if here == path:
        return "page"
    return "true" if any(here == one or here.startswith(f"{one}/") for one in inside) else ""


def portal_legal_pages() -> list[NavigationItem]:
    """Imprint, privacy and accessibility: the city's own pages, or ours that say what is missing."""
    labels = {
        "imprint": _("Legal notice"),
        "privacy": _("Privacy"),
        "accessibility": _("Accessibility"),
    }
    return [
        NavigationItem(labels[name], getattr(city(), key) or tk.h.url_for("portal.legal", page=name))
        for name, key in LEGAL_PAGES.items()
    ]


def portal_office_link(office: Office) -> Markup:
    if not office.url:
        return escape(office.name)
    return Markup('<a href="{}">{}</a>').format(office.url, office.name)


def portal_needs_scripts() -> bool:
    """CKAN's scripts serve editing; whoever only reads gets pages without them."""
    return bool(tk.current_user.is_authenticated)


def portal_api_base() -> str:
    return str(tk.config["ckan.site_url"]).rstrip("/") + "/api/3/action"


def portal_catalogue_url(form: str) -> str:
    """Address of the whole catalogue in an RDF form: ttl, rdf, xml, jsonld."""
    return tk.h.url_for(f"/catalog.{form}", locale="default")


def portal_dataset_rdf(package: dict[str, Any], form: str) -> str:
    return tk.h.url_for(f"/{package['type']}/{package['name']}.{form}", locale="default")


def portal_field(package: dict[str, Any], name: str) -> str:
    """A text of a package in the language of the page."""
    return reading.text(package, name)


def portal_lang(package: dict[str, Any], name: str) -> Markup:
    """The attribute `lang` for a text that is German on a page in another language; nothing elsewhere."""
    german = not language().startswith("de") and not package.get(f"{name}_en") and package.get(name)
    return Markup(' lang="de"') if german else Markup("")


def portal_date(value: Any) -> str:
    return formats.local_date(value, zone(), language()) if value else ""


def portal_time(value: Any) -> str:
    return formats.local_time(value, zone(), language()) if value else ""


def portal_error_text(status: int, content: str) -> str:
    """What an error page says: the reason that CKAN or a page gave, or ours for the web server's English."""
    ours = {
        403: _("You may have to log in, or to ask whoever looks after it."),
        404: _("The address may have a slip in it, or the page has moved."),
        500: _("This is our mistake, not yours. Please try again later."),
    }
    default = default_exceptions.get(status)
    unsaid = {"", "Internal server error", str(default.description) if default else ""}
    return ours.get(status, content) if str(content or "").strip() in unsaid else content


def portal_euro(amount: Decimal | float) -> str:
    return formats.euro(amount, language())


def portal_number(value: Decimal | float) -> str:
    return formats.number(value, language())


def portal_phase(identifier: str) -> str:
    """Name of a phase of the programme; the id where the city file has none."""
    found = next((one for one in city().phases if one.id == identifier), None)
    return portal_text(found.label) if found else identifier


def portal_status(identifier: str) -> str:
    """Name of a project's status."""
    return portal_text(vocabulary("project-status").label(identifier))


def portal_license(iri: str) -> Term | None:
    """The licence of a resource; the city's where the resource names none."""
    return vocabulary("licenses").term(iri or city().license)


def portal_licenses(package: dict[str, Any]) -> list[Term]:
    """The licences of a package's resources, each once."""
    found = [portal_license(resource.get("license") or "") for resource in package.get("resources", [])]
    return list(dict.fromkeys(license for license in found if license))


def portal_resource_name(resource: dict[str, Any]) -> str:
    """The name of a file; its format where it has none."""
    return reading.text(resource, "name") or resource.get("format") or _("File")


def portal_files(resources: list[dict[str, Any]]) -> list[File]:
    """The files of a dataset, each once with the formats that it comes in."""
    return files(resources)


def portal_members(series: dict[str, Any]) -> list[dict[str, Any]]:
    """The datasets of a series."""
    return [
        package
        for package in reading.packages("dataset")
        if {series["id"], series["name"]} & set(texts(package.get("in_series")))
    ]


def portal_projects_of(code: str) -> list[Project]:
    """The projects of the atlas that carry out a measure."""
    return [project for project in reading.projects() if project.measure == code]


def portal_columns(values: dict[int, Decimal]) -> charts.ColumnChart:
    return charts.columns(values)


def portal_shares(values: list[Decimal]) -> list[float]:
    return charts.shares(values)


def portal_has_atlas() -> bool:
    """Whether this portal has the atlas; a city may leave its plugin out."""
    return bool(plugins.plugin_loaded("dresdensmartcity_atlas"))


def portal_atlas_url() -> str:
    """The atlas; without its plugin the list of projects."""
    return tk.h.url_for("/atlas") if portal_has_atlas() else tk.h.url_for("project.search")


def portal_link_to_actor(identifier: str) -> str:
    """Address of an actor in the atlas; the package's own page where the atlas does not run."""
    return tk.h.url_for(f"/atlas/actor/{identifier}" if portal_has_atlas() else f"/actor/actor-{identifier}")


def portal_link_to_project(identifier: str) -> str:
    return tk.h.url_for(f"/atlas/project/{identifier}" if portal_has_atlas() else f"/project/project-{identifier}")


def portal_is_sample(package: dict[str, Any]) -> bool:
    """True for data made for the demo."""
    return str(package.get("sample") or "").lower() in {"true", "yes", "1"}


def portal_formats(package: dict[str, Any]) -> list[str]:
    """File formats of a package's resources, each once."""
    return sorted({resource["format"] for resource in package.get("resources", []) if resource.get("format")})


def portal_page_url(number: int) -> str:
    """This list at another page."""
    kept = [(key, value) for key, value in tk.request.args.items(multi=True) if key != "page"]
    return f"{tk.h.url_for(tk.request.path)}?{urlencode([*kept, ('page', number)])}"


def portal_facet_label(name: str, item: dict[str, Any]) -> str:
    """The label of a filter's value in words, as far as it is a code."""
    value = str(item["name"])
    if name == "dataset_type":
        words = {"dataset": _("Datasets"), "dataset_series": _("Dataset series"), "data_service": _("Data services")}
        return words.get(value, value)
    named = {
        "vocab_theme": vocabulary("themes").term,
        "vocab_focus_area": city().focus_area,
        "vocab_field_of_action": city().field_of_action,
    }.get(name)
    found = named(value) if named else None
    return portal_text(found.label) if found else str(item["display_name"])


def portal_found(query: str, search_facets: dict[str, Any] | None) -> str:
    """What a search found, datasets, series and services apart; empty where the kinds were not counted."""
    items = ((search_facets or {}).get("dataset_type") or {}).get("items") or []
    counts = {str(item["name"]): int(item["count"]) for item in items}
    datasets, series, services = (counts.get(kind, 0) for kind in ("dataset", "dataset_series", "data_service"))
    parts = [
        tk.ungettext("{number} dataset", "{number} datasets", datasets).format(number=portal_number(datasets)),
        tk.ungettext("{number} series", "{number} series", series).format(number=portal_number(series)),
        tk.ungettext("{number} data service", "{number} data services", services).format(
            number=portal_number(services)
        ),
    ]
    found = [part for part, count in zip(parts, (datasets, series, services), strict=True) if count]
    if not found:
        return ""
    what = found[-1]
    if found[:-1]:
        what = _("{datasets} and {series}").format(datasets=", ".join(found[:-1]), series=found[-1])
    return (
        _('{what} found for "{query}"').format(what=what, query=query) if query else _("{what} found").format(what=what)
    )


def portal_harvest_frequency(name: str) -> str:
    """How often a source is read."""
    words = {
        "MANUAL": _("when somebody starts it"),
        "DAILY": _("every day"),
        "WEEKLY": _("every week"),
        "BIWEEKLY": _("every two weeks"),
        "MONTHLY": _("every month"),
        "ALWAYS": _("without a pause"),
    }
    return words.get(name, name)


def portal_front_page() -> FrontPage:
    return front_page()


def portal_key_facts(package: dict[str, Any]) -> list[Fact]:
    return key_facts(dataset_facts(package))


def portal_further_facts(package: dict[str, Any]) -> list[Fact]:
    return further_facts(dataset_facts(package))


def portal_resource_facts(package: dict[str, Any], resource: dict[str, Any]) -> list[Fact]:
    return resource_facts(package, resource)


def portal_preview(resource: dict[str, Any]) -> Preview | None:
    return preview(resource)
