"""Texts of findings of sensor sources that pages show in their own language; see harvesters/wording.py."""

from __future__ import annotations

NOT_USED = "{quantity}: {n} of {total} values are not used ({reason})"
SILENT = "station {station} sent not a single value in this time"
NOT_OUTDOOR = "left out: its exposure is “{exposure}”, and only what stands outdoors speaks for the air of a place"
ELSEWHERE = "left out: station {station} stands outside of the area now"
NOTHING = "left out: station {station} measures nothing that is asked for"
NOW_GONE = "the source has station {station} no more; its means stay, and the list of stations says so"
NOW_OTHER = "station {station} was used before and is “{status}” now: its means stay, and no new ones are made"
HIDDEN = "{n} of {total} stations are alone in their cell: only their district is published"
