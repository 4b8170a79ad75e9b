"""Texts of findings and errors of other cities' atlases, in the form of `harvesters/wording.py`."""

from __future__ import annotations

NO_LICENCE = (
    "The other atlas names no licence that is on the list, and nobody may guess one. Ask the other city, and set "
    "`{key}`."
)
NO_COLLECTION = (
    "The other atlas has no collection “{collection}”; it has: {there}. Set `{key}`, for instance: {mapping}"
)
NOT_READ = "The collection “{collection}” could not be read, so nothing of it counts as missing: {why}"
BREAKS_OFF = "Reading of “{collection}” breaks off, so nothing of it counts as missing: {why}"
TOO_MANY = "“{collection}” has more than {limit} entries; the rest was not read. Raise max_entries if that is meant."
FEWER = "“{collection}” announces {announced} entries and gave {found}, so nothing of it counts as missing."
NOTHING_NEW = "the page holds nothing that was not read before"
OTHER_CRS = (
    "“{collection}” gives coordinates in {crs} and not in degrees (CRS84), so nothing of it was taken. The server does "
    "not keep to OGC API Features."
)
NO_FEATURE = "is no feature with an id, a geometry and properties; it was left out"
TWICE = "came {number} times; the first was taken"
NO_TITLE = "has no title; it was left out"
NO_KIND = "its kind is “{kind}”, which is none of ours ({ours}); it was left out. Name it in `actors`, `kinds`."
OUTSIDE = "lies at {position}, which is no place in the world; it was left out"
SWAPPED = (
    "lies at {position}, outside the area of its own collection, and inside of it with both numbers swapped; left out"
)
NAME_TAKEN = "would be called {name}, as an entry of this portal is already; it was left out. Set another `prefix`."
SECOND_HAND = "{number} entries come from a third atlas, or from this one; each is only taken from its own city."
CIRCLE = "{field} makes a circle ({circle}); {target} was left out"
DUPLICATE = "may be the same as “{title}” ({id}) of this city ({why}). Both stay; compare them."
MAPPING = "Properties of “{collection}” are called otherwise. If this fits, put it into the settings: {mapping}"
READ = "Read {actors} actors and {projects} projects of {origin}"
CHECKED = "No mail address, telephone number or HTML is taken, no place outside the world, nothing without a title"
