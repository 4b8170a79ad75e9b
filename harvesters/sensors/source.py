"""An openSenseMap server, asked through the one client."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol, TypeVar

import polars as pl
from ckanext.dresdensmartcity.city.model import BoundingBox

from .opensensemap import (
    MEASUREMENTS,
    ROW_LIMIT,
    AnswerFormError,
    Box,
    Boxes,
    CutAnswerError,
    instant,
    read_box,
    read_boxes,
    read_measurements,
    request_windows,
)

ATTEMPTS = 3  # for an answer that breaks off although its status is 200

T = TypeVar("T", covariant=True)


class Answered(Protocol):
    """What is needed of an answer."""

    def text(self) -> str: ...


class Getter(Protocol):
    """What is needed of the client."""

    def get(self, url: str, params: dict[str, str] | None = None) -> Answered: ...


class Reader(Protocol[T]):
    """Makes records of a text; `place` says in errors where it came from."""

    def __call__(self, text: str, place: str) -> T: ...


class OpenSenseMapSource:
    """Boxes and values of the server at `address`.

    Every method raises what the client raises, and OpenSenseMapError with the place in the answer.
    """

    def __init__(self, client: Getter, address: str) -> None:
        self.client = client
        self.address = address.rstrip("/")

    def boxes(self, bbox: BoundingBox) -> Boxes:
        """Outdoor boxes that stand or once stood in `bbox`."""
        query = {"bbox": ",".join(map(str, bbox)), "exposure": "outdoor"}
        return self._read("boxes", query, read_boxes, "boxes")

    def box(self, identifier: str) -> Box:
        """One box as it is now."""
        return self._read(f"boxes/{identifier}", {}, read_box, f"box {identifier}")

    def measurements(self, box: str, sensor: str, start: datetime, end: datetime) -> pl.DataFrame:
        """All values of a sensor with start <= time <= end as MEASUREMENTS, each moment once, the oldest first."""
        parts = [page for since, upto in request_windows(start, end) for page in self._pages(box, sensor, since, upto)]
        frame = pl.concat(parts) if parts else pl.DataFrame(schema=MEASUREMENTS)
        # Windows are closed at both ends: what lies on their border came twice.
        return frame.unique("time", keep="first", maintain_order=True).sort("time")

    def _pages(self, box: str, sensor: str, start: datetime, end: datetime) -> list[pl.DataFrame]:
        """One window. A full answer has lost its oldest values: the rest is asked for, down to the start.

        Cheaper than halving the window, as nothing is sent twice; it rests on the order, the newest first, so that is
        checked.
        """
        pages: list[pl.DataFrame] = []
        while True:
            place = f"box {box}, sensor {sensor}, {instant(start)} to {instant(end)}"
            query = {"from-date": instant(start), "to-date": instant(end), "format": "json"}
            page = self._read(f"boxes/{box}/data/{sensor}", query, read_measurements, place)
            pages.append(page)
            if page.height < ROW_LIMIT:
                return pages
            if not page["time"].is_sorted(descending=True):
                raise AnswerFormError(place, "values with the newest first", "another order in a full answer")
            oldest = page["time"][-1]
            if oldest >= end:
                raise AnswerFormError(place, "values of different moments", f"{ROW_LIMIT} values of {instant(oldest)}")
            end = oldest

    def _read(self, path: str, query: dict[str, str], reader: Reader[T], place: str) -> T:
        attempt = 1
        while True:
            answer = self.client.get(f"{self.address}/{path}", query)
            try:
                return reader(answer.text(), place)
            except CutAnswerError:
                if attempt == ATTEMPTS:
                    raise
                attempt += 1
