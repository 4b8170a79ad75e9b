"""Settings of a harvest source: the JSON in its form, read strictly."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .records import HarvesterError
from .removal import Rules

# Fields of a source. ckanext-harvest shows each setting as a field of its source (harvest_source_convert_from_config),
# so that a setting of the same name would overwrite it.
RESERVED = frozenset(
    {"id", "name", "title", "notes", "url", "type", "state", "status", "config", "source_type", "frequency", "active"}
    | {"owner_org", "organization", "private", "groups", "tags", "extras", "resources", "metadata_modified"}
)


class SettingsError(HarvesterError):
    """The settings of a source cannot be used; the message names each key."""


class HarvestSettings(BaseModel):
    """Settings of a source, as JSON in its form. Subclasses add fields with types, ranges and defaults.

    A key must not be a field of a source (`title`, `url`, `frequency`, …), see RESERVED.
    """

    # The text below a key is what docs/reference.md says of it.
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        clash = RESERVED & set(cls.model_fields)
        if clash:
            raise TypeError(f"{cls.__qualname__}: {', '.join(sorted(clash))} would overwrite fields of the source")


class RemovalSettings(HarvestSettings):
    """Settings of a source whose losses are followed, by the rules of removal.py."""

    grace_days: int = Field(7, ge=0, le=3650)
    """Days after which something that the source no longer has is taken out."""
    max_missing_share: float = Field(0.2, ge=0, le=1)
    """Largest share of what is published that may be missing in a run; where it is more, nothing is taken out."""

    @property
    def rules(self) -> Rules:
        return Rules(timedelta(days=self.grace_days), self.max_missing_share)


# Names of parameters that carry a secret, in any spelling with or without "_" and "-".
SECRETS = frozenset(
    {"apikey", "accesstoken", "authtoken", "authkey", "clientsecret", "password", "passwd", "secret", "token", "jwt"}
)


def address_problem(url: str) -> str:
    """Why the address of a source must not be saved; empty where it may. Everybody reads addresses of sources."""
    try:
        parts = urlsplit(url.strip())
        user = parts.username or parts.password
    except ValueError as error:
        return f"url: the address cannot be read: {error}"
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "url: an address that begins with http:// or https:// is needed"
    if user:
        return "url: the address holds a user or password, which everybody could read; leave them out"
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if value and name.lower().replace("_", "").replace("-", "") in SECRETS:
            return f"url: the parameter {name} looks like a secret, which everybody could read; leave it out"
    return ""


def read_settings(settings: type[HarvestSettings], text: str | None) -> HarvestSettings:
    """The settings in `text` (JSON; nothing means all defaults); SettingsError names every key that is wrong."""
    try:
        return settings.model_validate_json(text or "{}")
    except ValidationError as error:
        raise SettingsError("; ".join(_problem(settings, one) for one in error.errors())) from error


def _problem(settings: type[HarvestSettings], error: Any) -> str:
    key = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        known = ", ".join(sorted(settings.model_fields)) or "none"
        return f"{key}: unknown setting; possible are: {known}"
    if error["type"] == "json_invalid":
        return f"the settings are no JSON: {error['msg']}"
    return f"{key}: {error['msg']}, found {error['input']!r}" if key else error["msg"]
