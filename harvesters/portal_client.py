"""The HTTP client as this portal is configured."""

from __future__ import annotations

from ckanext.dresdensmartcity import config
from ckanext.dresdensmartcity.city.model import City

from .client import Client, Limits


def portal_client(city: City, *, gathering: bool = False) -> Client:
    """Every remote fetch goes through this one; it tells the source who asks.

    It is for one piece of work: a unit or, with `gathering`, reading what a source has.
    """
    return Client(
        user_agent=f"ckanext-dresdensmartcity (+{config.site_url()}; {city.contact.url or city.contact.email})",
        allowed_hosts=config.harvest_allowed_hosts(),
        limits=Limits(
            total=config.harvest_timeout(),
            whole=config.harvest_gather_timeout() if gathering else config.harvest_unit_timeout(),
            size=config.harvest_max_megabytes() * 1024 * 1024,
        ),
    )
