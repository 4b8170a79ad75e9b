"""Texts of findings of the catalogues' harvesters, in the form of `harvesters/wording.py`."""

from __future__ import annotations

ENDS_EARLY = "Page {number} could not be read, so the feed is known up to the page before it only: {why}"
NO_NEXT = "Page {number} does not say which page comes next: {why}"
LOOP = "Page {number} ({url}) has been read before as page {first}; the feed runs in a circle and reading stopped."
SAME_PAGE = (
    "Page {number} ({url}) holds the same entries as page {first}; reading stopped, as the source does not count on."
)
OTHER_ORIGIN = "Page {number} names {url} as the next, which is another origin. It was not followed."
TOO_MANY_PAGES = "The feed has more than {limit} pages; reading stopped. Raise max_pages if that is meant."
TOO_MANY_ENTRIES = "The feed has more than {limit} entries; reading stopped. Raise max_entries if that is meant."
TOO_LONG = "Reading the feed took longer than {limit} s; reading stopped. Raise max_seconds if that is meant."
FEWER = "The source announces {announced} entries and gave {found}."
NO_IDENTIFIER = (
    "has neither an IRI nor dct:identifier; its landing page stands in for them. It becomes another entry when that "
    "changes."
)
NO_IDENTIFIER_NOR_PAGE = (
    "has neither an IRI nor dct:identifier nor a landing page; its title and publisher stand in for them. It becomes "
    "another entry when they change."
)
NOTHING_TO_KNOW_IT_BY = "An entry has neither an IRI, an identifier, a landing page nor a title; it was left out."
OLDER_TWIN = "was given {number} times; the version of {modified} is the youngest and was taken"
TWINS = "was given {number} times with different contents and no date says which holds; none was taken"
SAME_IDENTIFIER = (
    "has the same dct:identifier as {other}, which is younger. Receivers take equal identifiers for one dataset, so "
    "only the younger was taken."
)
SAME_IDENTIFIER_UNDATED = (
    "has the same dct:identifier as {other}, and no date says which holds. Receivers take equal identifiers for one "
    "dataset, so neither was taken."
)
NO_LICENCE = (
    "File “{file}” has no licence that is on the list. Nobody may guess it: ask the source, or set `license` for all "
    "files of the source that have none."
)
LINK_LOST = "{field}: {target} is no entry of this source or portal; the link was left out"
LINK_MOVED = "{field}: {target} is no entry of this source or portal; it was put into related_resource"
PUBLISHER_FILLED = "names no publisher; {publisher} was put in"
NO_RDF = "Its RDF could not be read, so the entry was made of the answer of the API: {why}"
OTHER_TYPE = "{number} entries of the type {type} were left out; they are no datasets, series or data services."
HIDDEN = "{number} entries that the source calls private, deleted or drafts were left out."
SHIFTED = "{number} entries were given on two pages; the source changed while it was read."
ARRIVED_TWICE = "{number} entries stand on several pages in the same words; each was taken once."
