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
CHECKED_SUMS = (
    "{table}: {sums} sums over districts, their groups, the city, columns and breakdowns were added up again."
)
CHECKED_HIDDEN = (
    "{table}: counts from 1 to {most} are kept secret (§ 16 BStatG): {hidden} of {values} counts are hidden, those "
    "included that would give a small one away by subtraction."
)
CHECKED_PROOF = (
    "{table}: the audit found for each of the {hidden} hidden counts tables that fit everything published and leave at "
    "least {threshold} values possible."
)
CHECKED_ROUNDED = "{table}: all {values} counts are rounded to multiples of 5."
CHECKED_SHARES = (
    "{table}: shares are computed from published counts only, and not where the denominator is below {least}: {empty} "
    "of {shares} are empty."
)
CHECKED_EARLIER = (
    "{table}: the earlier release hid {hidden} values; what it hid stays hidden, and nothing that it showed is counted "
    "on to hide another."
)
