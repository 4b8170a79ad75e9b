"""The thresholds of the method, and its version.

What RULES leaves open is this project's choice and is marked so; most can be set in the configuration of
`sensors aggregate`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

# Part of the metadata of what is published: raise it whenever the same raw values would give other means.
METHOD_VERSION = "2.1"

# Hourly means are rounded before anything is made of them, so that days, years and cells can be recomputed from the
# table of hours as it is published: more digits than a low-cost sensor knows, enough to check the arithmetic.
DECIMALS = 3


@dataclass(frozen=True)
class Rules:
    """How raw values are judged and averaged. Shares are from 0 to 1, distances in metres."""

    # Quality of single values (RULES §2)
    stuck_after: timedelta = timedelta(hours=6)
    stuck_break: timedelta = timedelta(hours=1)  # our choice: a longer silence is not time that was seen
    spike_window: int = 11  # usable values, odd, 5 to 15
    spike_scales: float = 3.0  # Hampel: median +- 3 * 1.4826 * MAD
    coarse_tolerance: float = 0.1  # µg/m³ by which PM2.5 may exceed PM10
    pair_within: timedelta = timedelta(seconds=30)  # our choice: PM2.5 and PM10 of one reading
    humidity_within: timedelta = timedelta(minutes=10)  # our choice: a humidity that speaks for a dust value
    humid_above: float = 70.0  # % relative humidity: above it an SDS011 is outside of its working range
    correct_up_to: float = 95.0  # % relative humidity: above it there is no correction
    kappa: float = 0.4  # of urban particles: takes up of water (kappa-Köhler; doi 10.3390/s21123960)
    moved_metres: float = 100.0  # our choice: as far as positions are published
    # Hours (RULES §1 a)
    hour_coverage: float = 0.75  # 39. BImSchV Anlage 11 A: 45 minutes
    longest_gap: timedelta = timedelta(minutes=30)  # our choice
    interval_over: timedelta = timedelta(days=7)  # the spacing of a sensor is the median over so long
    # Days and years (RULES §1 b, c)
    zone: str = "Europe/Berlin"  # whose days and years: the citizens' clock
    day_coverage: float = 0.75  # 39. BImSchV Anlage 11 A: 18 hours of 24
    year_coverage: float = 0.9  # 39. BImSchV Anlage 11 A: 90 % of the hours
    noise_coverage: float = 0.75  # our choice (RULES §3): of a year of noise, and of each period of Lden
    # Grid (RULES §4, §1 d)
    minimum_sensors: int = 1  # a cell with fewer has no value: one sensor shows one private home


DEFAULTS = Rules()
