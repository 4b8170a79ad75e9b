"""Texts of findings and errors of the kinds of sources; pages show them in their own language (harvesters/wording.py).

What was expected of an answer stays in the words of its interface: `value`, a FeatureCollection, phenomenonTime.
"""

from __future__ import annotations

CUT = (
    "the answer is not complete; it ends with {tail}. The server failed while sending: nothing of it is used, run the "
    "source again."
)
EXPECTED = "expected {expected}, found {found}"
TWICE = "{entry} is listed twice; the first is used"
GONE = "the server has no such {what} any more"
FORGOTTEN = "nothing is known of this station any more; gather the source again"

NO_TEXT = "the link to the next page is no text: {link}"
NOT_OPENED = "the link to the next page cannot be opened: {problem}"
OTHER_ORIGIN = "the link to the next page, {link}, leads to another origin; it is not followed"
CIRCLE = "the pages go round in a circle: {link} was read already"
SAME_PAGE = "the page holds what the page before it held: the server ignores `offset`"
TOO_MANY_PAGES = "there are more than {most} pages"
TOO_LONG_READING = "the pages take longer than {most} s"

NO_CONFORMANCE = "the server declares no conformance classes; it is read as SensorThings 1.0, without data arrays"
NO_AREA = "the server does not look for places ({problem}); all its Things are read and compared here"
TOO_LONG = "{number} values are means over more than an hour, which say nothing of an hour; they are not read"
INTERVALS = (
    "values stand for up to {seconds} s: taken for readings at a moment, they leave gaps in their hours. Set `interval`"
)
MULTI = "{number} MultiDatastreams are not read: only Datastreams with one quantity each are"
NO_LOCATION = "left out: it has no Location"
NO_POINT = "left out: it has {number} Locations, none of them a point"
MANY_PLACES = "left out: it has {number} Locations at different places; where it measures is not known"

ROUNDED = "{number} stations are left out: their position is rounded to some 100 m"
FILTER_AWAY = "the filter does not answer ({problem}); the list of all sensors is read instead"

NO_GEOMETRY = "left out: none of its features has a place; it can be given in `positions`"
OTHER_STATION = "{number} features are of other stations: the server ignores the filter for one"
FEATURE_TWICE = "{number} features came twice and are used once"
NO_MOMENT = (
    "{number} features have no time, or one in the hour that the local clock shows twice or never; they are not used"
)
FEWER = "the server says that it has {matched} features, but its last page was reached after {received}"

_UNREAD = "sensors named “{title}” with the unit “{unit}” and of type “{kind}” are not read ({number}): "
UNKNOWN = _UNREAD + "the quantity is not known"
NO_TEMPLATE = _UNREAD + "title and type are those of no known template"
CONTRADICTION = _UNREAD + "its names contradict each other"
UNKNOWN_UNIT = _UNREAD + "the unit is not known for this quantity"
INEXACT = _UNREAD + "the unit cannot be converted exactly to that of the quantity"
NOT_WEIGHTED = _UNREAD + "the level is in dB, and nothing says that it is A-weighted"
NOT_MASS = _UNREAD + "P1 and P2 of this type are not known to be µg/m³"
A_SUM = (
    _UNREAD + "precipitation is a sum, and an hour of which a part is missing has none; this method makes means only"
)
AN_ANGLE = _UNREAD + "wind directions are angles, which have no arithmetic mean; this method makes no other"
AN_EXTREME = _UNREAD + "extremes must not be averaged to a level"
