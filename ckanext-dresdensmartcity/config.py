"""The one place that reads this extension's configuration; defaults stand in config_declaration.yaml only."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
import yaml

CITY_FILE = "ckanext.dresdensmartcity.city_file"
DEMO_URL = "ckanext.dresdensmartcity.demo_url"
HARVEST_ALLOWED_HOSTS = "ckanext.dresdensmartcity.harvest.allowed_hosts"
HARVEST_TIMEOUT = "ckanext.dresdensmartcity.harvest.timeout"
HARVEST_UNIT_TIMEOUT = "ckanext.dresdensmartcity.harvest.unit_timeout"
HARVEST_GATHER_TIMEOUT = "ckanext.dresdensmartcity.harvest.gather_timeout"
HARVEST_WORKERS = "ckanext.dresdensmartcity.harvest.workers"
HARVEST_BREAK_AFTER = "ckanext.dresdensmartcity.harvest.break_after"
HARVEST_MAX_MEGABYTES = "ckanext.dresdensmartcity.harvest.max_megabytes"
QUALITY_GATE = "ckanext.dresdensmartcity.quality.gate"
QUALITY_DIRECT_DELIVERY = "ckanext.dresdensmartcity.quality.direct_delivery"
ATLAS_WEIGHTS = "ckanext.dresdensmartcity.atlas.weights"  # .complement, .similar
ATLAS_CACHE_FOLDER = "ckanext.dresdensmartcity.atlas.cache_folder"
ATLAS_REACH_M = "ckanext.dresdensmartcity.atlas.reach_m"
ATLAS_STALE_AFTER_DAYS = "ckanext.dresdensmartcity.atlas.stale_after_days"
ATLAS_BASEMAP_STYLE = "ckanext.dresdensmartcity.atlas.basemap_style"
ATLAS_BASEMAP_ATTRIBUTION = "ckanext.dresdensmartcity.atlas.basemap_attribution"
ATLAS_EMBED_HOSTS = "ckanext.dresdensmartcity.atlas.embed_hosts"


@cache
def defaults() -> dict[str, Any]:
    """The declared default of each option: for commands on files, which run before CKAN has its configuration."""
    declared = yaml.safe_load((Path(__file__).parent / "config_declaration.yaml").read_text(encoding="utf-8"))
    return {one["key"]: one.get("default") for group in declared["groups"] for one in group["options"]}


def city_file() -> str:
    """Name of a file in schemas/cities, or the path of a city file."""
    return tk.config[CITY_FILE]


def use_city_file(name: str) -> None:
    """Work with another city in this process: `load --city FILE`."""
    tk.config[CITY_FILE] = name


def demo_url() -> str:
    """Address of the demo source server, without a slash at its end; `{demo}` in a city file stands for it."""
    return tk.config[DEMO_URL].rstrip("/")


def site_url() -> str:
    """Address of the portal, without a slash at its end."""
    return tk.config["ckan.site_url"].rstrip("/")


def storage() -> Path:
    """The folder of CKAN's files, which all processes of a portal share."""
    return Path(tk.config["ckan.storage_path"])


def harvest_allowed_hosts() -> frozenset[str]:
    """Hosts ("host" or "host:port", lower case) that harvesters may read although their address is private.

    The server of demo sources, which the portal itself starts, is one of them.
    """
    demo = urlsplit(demo_url()).netloc
    return frozenset(host.lower() for host in (*tk.config[HARVEST_ALLOWED_HOSTS], demo) if host)


def harvest_timeout() -> int:
    """Seconds for one answer of a source, with all attempts."""
    return tk.config[HARVEST_TIMEOUT]


def harvest_unit_timeout() -> int:
    """Seconds for all answers that one unit needs."""
    return tk.config[HARVEST_UNIT_TIMEOUT]


def harvest_gather_timeout() -> int:
    """Seconds for all answers that say what a source has."""
    return tk.config[HARVEST_GATHER_TIMEOUT]


def harvest_workers() -> int:
    """How many processes `harvest-worker` starts."""
    return tk.config[HARVEST_WORKERS]


def harvest_break_after() -> int:
    """Units of a run in succession that get no answer of their source, after which the others are not tried."""
    return tk.config[HARVEST_BREAK_AFTER]


def harvest_max_megabytes() -> int:
    """Largest answer of a source, unpacked."""
    return tk.config[HARVEST_MAX_MEGABYTES]


def quality_gate() -> str:
    """What happens to a save that publishes an entry with violations: `report`, `warn` or `refuse`."""
    return str(tk.config[QUALITY_GATE])


def quality_direct_delivery() -> bool:
    """Whether this portal delivers to GovData directly, which asks for a contributor id."""
    return bool(tk.config[QUALITY_DIRECT_DELIVERY])


def atlas_weights(mode: str) -> str:
    """Weights of the parts of a match, as text, for the mode `complement` or `similar`."""
    return tk.config[f"{ATLAS_WEIGHTS}.{mode}"]


def atlas_cache_folder() -> Path:
    """Folder for what the processes of the atlas share; its own below CKAN's storage where none is set."""
    given = tk.config[ATLAS_CACHE_FOLDER]
    return Path(given) if given else storage() / "atlas"


def atlas_reach_m() -> int:
    """Distance in metres at which nearness has fallen to 1/e."""
    return tk.config[ATLAS_REACH_M]


def atlas_stale_after_days() -> int:
    """Days after which an entry that nobody confirmed counts as stale."""
    return int(tk.config[ATLAS_STALE_AFTER_DAYS])


def atlas_basemap_style() -> str:
    """Address of a MapLibre style or of raster tiles, or empty for a map without one."""
    return tk.config[ATLAS_BASEMAP_STYLE]


def atlas_basemap_attribution() -> str:
    """Whom the map names as the source of its background; empty where the style says it itself."""
    return tk.config[ATLAS_BASEMAP_ATTRIBUTION]


def atlas_embed_hosts() -> list[str]:
    """Sites that may show the atlas in a frame, as CSP names them; `*` is all, an empty list none."""
    return tk.config[ATLAS_EMBED_HOSTS]
