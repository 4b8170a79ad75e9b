"""Texts of what checks find, with names in braces for the values; German in budgets.po. Amounts stand beside them."""

from __future__ import annotations

# Reading
NO_CODE = "“{text}” is no line code such as 1.2.5 or 1+2"
EMPTY_CODE = "the row names no measure and is no sum"
NO_VALUE = "the cell is empty; write 0 for nothing"
NO_NUMBER = "“{text}” is no number in this file's way of writing (decimal mark {mark})"
SYMBOL = "“{text}” says that there is no value; sums that need it are not checked"
FINE = "“{text}” is finer than a cent"
NO_YEAR = "“{text}” is no year"
NO_DATE = "“{text}” is no date; write 2026-05-31 or 31.05.2026"
UNKNOWN_WORD = "“{text}” is no known {what}; declare it under {key}"
UNMAPPED = "the mapping does not name this column; it is not read"
OTHER_CURRENCY = "the amount is in {text}, the plan in {expected}"

# Keys
PARENT = "line {code} belongs to {expected}"
SECTION_TOTAL = "the section total is for lines with + and for no others"
SECTION = "line {first} (row {first_row}) of the same part is in section {expected}"
DUPLICATE = "line {code} stands in row {first_row} already"
DUPLICATE_AMOUNT = "line {code} has an amount for this year, phase, source and direction in row {first_row} already"
MISSING_LINE = "line {expected} is missing before line {code}"
MISSING_YEAR_COLUMN = "the column of {year} is missing"
MISSING_YEAR = "line {code} has no amount for {year}, between years that have one"
OUTSIDE_PLAN = "{year} lies outside the plan ({first} to {last})"
OUTSIDE_SPAN = "line {code} runs from {start} to {end} and has an amount in {year}"
START_AFTER_END = "line {code} begins on {start} and ends on {end}"
TOTAL_AS_MEASURE = "line {code} holds the sum of the lines beside it but is read as one of them; it would count twice"
TOTAL_TITLE = "the title of line {code} sounds like a sum; if it is one, it must not be read as a measure"

# Sums
ROW_SUM = "the years of line {code} do not add up to its total"
SOURCE_SUM = "the sources of line {code} do not add up to the amount of all"
SOURCE_MORE = "the sources of line {code} are more than the amount of all"
BALANCE = "revenue and expenditure of line {code} do not make its balance"
OVERALL = "overall costs of line {code} are not earlier funds, the plan's years and later years together"
OVERALL_LESS = "earlier funds and the plan's years of line {code} exceed its overall costs"
COMMITMENT = "commitments of line {code} exceed what is planned for later years"
COLUMN_SUM = "line {code} is not the sum of the lines below it ({parts})"
TOTAL = "line {code} is not the sum that its code names"
GRAND_TOTAL = "line {code} is not the sum of the lines that it adds up ({parts})"
TOTAL_MISSING = "line {code}, which every plan ends with, is missing"
TOTAL_NOTHING = "line {code} adds up {part}, but there is no such line and none below it"
FINANCING = "line {code} (costs) does not equal line {other}"
CONTROL = "the plan does not add up to the declared total: {label}"

# Shares and limits
SHARE = "the share {code} is not its part of the whole"
SHARE_OF_NOTHING = "there is no amount that {code} could be the share of"
SHARES_SUM = "the shares {codes} do not add up to 100 %"
THIRD_RULE = "external advice (line {part}) exceeds a third of lines {base}"
COFINANCING = "funds of {part} exceed the most that the programme pays ({most} % of {base})"
LIMIT = "{part} exceeds its limit ({most} of {base})"

# Signs, units, and the cell behind it all
NEGATIVE = "line {code} is negative"
WRONG_SIGN = "line {code} should be {expected} by its direction"
MIXED_SIGN = "line {code} has another sign than most amounts of its direction"
CELL = "this cell alone explains all {number} sums that fail"
CELL_FACTOR_MORE = (
    "this cell is a thousand times more than the {number} sums around it say: euros and thousands mixed up?"
)
CELL_FACTOR_LESS = (
    "this cell is a thousand times less than the {number} sums around it say: euros and thousands mixed up?"
)
CELL_SIGN = "with the other sign this cell fits all {number} sums around it"
LINE_FACTOR_MORE = "all amounts of line {code} are a thousand times more than the sums around them say"
LINE_FACTOR_LESS = "all amounts of line {code} are a thousand times less than the sums around them say"
LINE_SIGN = "with the other sign the amounts of line {code} fit the sums around them"
COLUMN_FACTOR_MORE = "all amounts of this column are a thousand times more than the sums around them say"
COLUMN_FACTOR_LESS = "all amounts of this column are a thousand times less than the sums around them say"
COLUMN_SIGN = "with the other sign the amounts of this column fit the sums around them"
FACTOR_YEARS_MORE = "the amount is a thousand times more than those of the other years of line {code}"
FACTOR_YEARS_LESS = "the amount is a thousand times less than those of the other years of line {code}"
FACTOR_CONTROL_MORE = "the plan is a thousand times more than its declared total: is the unit of the mapping right?"
FACTOR_CONTROL_LESS = "the plan is a thousand times less than its declared total: is the unit of the mapping right?"

# Versions
CHANGED_VERSION = "line {code} is another amount for {year} than in the same version ({version}) before"
GONE_VERSION = "line {code} has no amount for {year} any more, though it is the same version ({version})"
NEW_VERSION = "line {code} has a new amount for {year}, though it is the same version ({version})"
NO_VERSION = "amounts changed and the plan names no version; declare its version or the day of its resolution"
CHANGED = "{number} amounts changed since version {before}: {more} more, {less} less, {new} new, {gone} gone"

REFUSED = (
    "{errors} check(s) failed, so nothing of the plan was published; correct the file, or set on_error to “publish” to "
    "publish it as it is"
)
CHANGE = "{code}, {year}, {source}: another amount than in version {before}"
