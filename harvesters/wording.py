"""Texts of findings and errors that pages show in their own language: msgids, with names in braces for the values.

Cores know no translation. They name a text of this module and the values; the page looks the text up and fills it. A
test holds that each has German.
"""

from __future__ import annotations

REFUSED = "{action} refuses {name}: {problems}"
SOURCE_STATUS = "{url} answers with status {status} {reason}"
SOURCE_SILENT = "{url} could not be read after {attempts} attempt(s): {why}"
SOURCE_SLOW = "{url} is too slow: {why}"
SOURCE_CERTIFICATE = "{url}: its certificate is not valid: {why}"
SOURCE_NOT_COMPLETE = "{url} was not complete after {seconds} s"
SOURCE_NOT_BEGUN = "{url} did not begin to answer after {seconds} s"
SOURCE_NO_JSON = "{url} is no JSON: {why}"
SOURCE_EMPTY = "{url} holds nothing to harvest; nothing was changed"
SOURCE_ELSEWHERE = (
    "{url} redirects to {target}, which is another origin. If that is the right source, enter its address."
)
TAKEN = "This entry belongs to “{owner}” already. Nothing was changed; take it out of one of the two sources."
TAKEN_BY_HAND = (
    "This portal has an entry of its own under the id that this one would get. Nothing was changed; the source must "
    "give it another IRI or identifier."
)
MISSING = "is no longer in the source since {since}; from {due} on a run takes it out"
MISSING_STAYS = "is no longer in the source; what was published of it stays"
FOUND_AGAIN = "is in the source again"
ARCHIVED = (
    "was missing since {since} and was taken out; it can be restored, and comes back when the source has it again"
)
KEPT_EMPTY = "The source holds nothing any more. That is taken for a fault: all {of} entries stay."
KEPT_INCOMPLETE = (
    "{absent} of {of} entries were not seen. The source could not be read completely, so nothing is removed."
)
KEPT_SHRUNK = (
    "{absent} of {of} entries are missing, more than the share of {share} that max_missing_share allows. That is taken "
    "for a fault: nothing is removed. If it is meant, raise max_missing_share for one run."
)
TABLE_SHRANK = (
    "The table would keep {now} of its {before} rows and lose more than the share of {share} that max_missing_share "
    "allows. That is taken for a fault: nothing was changed. If it is meant, raise max_missing_share for one run."
)
UNCHANGED_FEED = "The source says that nothing has changed since it was last read completely."
GONE = (
    "was missing since {since} and is no longer kept up; what it shares with others stays as it was published, and it "
    "goes on when the source has it again"
)
FINISH_FAILED = "What is made of several units (means of a year, grids, files) could not be made: {why}"
NOT_FINISHED = (
    "A run also makes what needs several units, such as means of a year or a grid. That is not computed in a dry run."
)
