"""Areas by their numbers: districts, groups of districts, the city. Names are for people and never keys (RULES §6).

"04 Wilsdruffer Vs./Seevs.-West" and "04 Wilsdruffer Vorstadt/Seevorstadt-West" are one district.
"""

from __future__ import annotations

import re

CITY = "city"  # area code of the whole city
UNKNOWN = "unknown"  # area code of the cases that no district is known for

_DISTRICT = re.compile(r"^(\d{2})(?!\d)")
_NUMBER_ALONE = re.compile(r"^\d{1,2}$")  # spreadsheets drop a leading zero
# A word such as "StB" or "Stadtbezirk" may stand before the number of a group.
_GROUP = re.compile(r"^(?P<word>[^\W\d_]{1,20}\.?\s+)?(?P<number>\d{1,3})(?!\d)")


def district_number(text: str) -> str | None:
    """The two digits that lead a district's name.

    >>> district_number("05 Friedrichstadt"), district_number("5"), district_number("Friedrichstadt")
    ('05', '05', None)
    """
    bare = text.strip()
    if _NUMBER_ALONE.match(bare):
        return bare.zfill(2)
    found = _DISTRICT.match(bare)
    return found.group(1) if found else None


def district_name(text: str) -> str:
    """What stands behind the number.

    >>> district_name("05 Friedrichstadt")
    'Friedrichstadt'
    """
    return _DISTRICT.sub("", text.strip()).strip(" -–")


def group_code(hierarchy: str, name: str) -> str:
    """Area code of a group: by the number in its name where there is one, for names change.

    >>> group_code("stadtraum", "02 Johannstadt"), group_code("bezirk", "StB 0 Altstadt"), group_code("ring", "Süd")
    ('stadtraum:02', 'bezirk:0', 'ring:Süd')
    """
    found = _GROUP.match(name.strip())
    return f"{hierarchy}:{found['number'] if found else name.strip()}"


def group_word(name: str) -> str:
    """The word before a group's number, which tells "StB 1" from "Ortschaft 1"; empty where there is none.

    >>> group_word("StB 0 Altstadt"), group_word("02 Johannstadt")
    ('stb', '')
    """
    found = _GROUP.match(name.strip())
    return (found["word"] or "").strip(" .").casefold() if found else ""
