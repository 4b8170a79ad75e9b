"""When an entry was last known to be true, and whether that is too long ago. Plain Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

DEFAULT_DAYS = 365


def _default() -> int:
    return DEFAULT_DAYS


# Days after which an entry counts as stale; the plugin puts the setting in its place.
stale_after_days: Callable[[], int] = _default


def use_setting(days: Callable[[], int]) -> None:
    """Ask `days` from now on."""
    global stale_after_days  # set once, when the plugin starts
    stale_after_days = days


def first_day(text: str) -> date | None:
    """The first day that a date of year, month or day may mean; None where it is none."""
    parts = text.strip()[:10].split("-")
    try:
        numbers = [int(part) for part in parts]
        return date(*[*numbers, 1, 1][:3])
    except (ValueError, TypeError):
        return None


def newest(texts: Iterable[str]) -> str:
    """The latest of several dates, as a day; empty where there is none."""
    days = [day for text in texts if (day := first_day(text))]
    return max(days).isoformat() if days else ""


def is_stale(last_known: str, today: date | None = None, days: int | None = None) -> bool:
    """Whether the day is longer ago than the setting allows; what nobody ever looked up is stale too."""
    known = first_day(last_known)
    if known is None:
        return True
    return known < stale_before(today, days)


def stale_before(today: date | None = None, days: int | None = None) -> date:
    """The first day that is not stale yet; entries known last before it are."""
    allowed = stale_after_days() if days is None else days
    # Local: what was confirmed today is confirmed, wherever the server stands.
    return (today or date.today()) - timedelta(days=allowed)  # noqa: DTZ011
