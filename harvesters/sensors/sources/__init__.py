"""Where measurements come from: four kinds of servers behind one interface (model.py)."""

from __future__ import annotations

from typing import Any

from .features import FeaturesSource
from .model import (
    MEASUREMENTS,
    AnswerError,
    AnswerFormError,
    CutAnswerError,
    Getter,
    MeasurementSource,
    PagingError,
    Place,
    RemovedError,
    Series,
    Station,
    Stations,
)
from .opensensemap import OpenSenseMapSource
from .sensor_community import SensorCommunitySource
from .sensorthings import SensorThingsSource
from .settings import (
    FeaturesService,
    OpenSenseMapService,
    SensorCommunityService,
    SensorThingsService,
    Service,
)

__all__ = [
    "MEASUREMENTS",
    "AnswerError",
    "AnswerFormError",
    "CutAnswerError",
    "FeaturesService",
    "Getter",
    "MeasurementSource",
    "OpenSenseMapService",
    "PagingError",
    "Place",
    "RemovedError",
    "SensorCommunityService",
    "SensorThingsService",
    "Series",
    "Service",
    "Station",
    "Stations",
    "open_source",
]


def open_source(kind: str, client: Getter, address: str, settings: Any) -> MeasurementSource:
    """The source of this kind at `address`; `settings` is the object of the same kind (`Service`)."""
    match settings:
        case SensorCommunityService():
            return SensorCommunitySource(client, address, settings)
        case SensorThingsService():
            return SensorThingsSource(client, address, settings)
        case FeaturesService():
            return FeaturesSource(client, address, settings)
    if kind != "opensensemap":
        raise ValueError(f"{kind!r} is no kind of source")
    return OpenSenseMapSource(client, address)
