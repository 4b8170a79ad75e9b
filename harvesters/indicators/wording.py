"""Texts of findings of the indicators, in the form of `harvesters/wording.py`. German in indicators.po."""

from __future__ import annotations

NO_FILE = "“{title}” has no file in {formats} that fits; it was left out"
OTHER_HOST = (
    "the file of “{title}” lies at {host}, which is neither the catalogue's host nor in `hosts`; it was not read"
)
NOTHING_SELECTED = "the filter selects none of the {number} datasets of the catalogue; look at `select`"
SELECTED = "the filter selects {number} of {of} datasets of the catalogue"
NO_FIT = "the table cannot be read, and nothing of it is published: {why}"
GUESSED = "no mapping was declared: columns, sums and groups were found in the table ({counts} counts, {sums} sums)"
FORM = "read as {form}"
DISTRICTS = "districts that the city file does not know: {numbers}"
MISSING = "{number} values are missing in the source; they are not zero"
WITHDRAWN = "{number} counts are hidden now that an earlier release showed; whoever has it knows them"
