"""A value of a controlled list in any form that catalogues write, as the IRI of today's list; or nothing."""

from __future__ import annotations

import re
from functools import lru_cache

from ckanext.dresdensmartcity.city.vocabularies import vocabulary

from ...formats import file_type_iri, media_type_iri
from ...output import term_iri
from . import codes

LONGEST = 500  # characters of a value that may be a code

_SCHEME = re.compile(r"^https?://(www\.)?", re.IGNORECASE)
# The EU lists have stood under several addresses.
_EU = re.compile(
    r"publications\.europa\.eu/(?:mdr/)?(?:resource/)?(?:dataset/)?authority/([a-z-]+)/([^/#?]+)", re.IGNORECASE
)
# Lists under other addresses, of which the last part is the code.
_LISTS = re.compile(
    r"purl\.org/(cld/freq|adms)/|([a-z]+\.)?europa\.eu/|dcat-ap\.de/def/|lexvo\.org/id/iso639|id\.loc\.gov/vocabulary/iso639"
)
_LICENSE = re.compile(r"dcat-ap\.de/def/licen[sc]es/(?:\d_\d/?#?)?(.+)", re.IGNORECASE)
_DEED = re.compile(r"(/(deed|legalcode)(\.[a-z-]+)?)?(\.html?)?$", re.IGNORECASE)
_HASH = re.compile(
    r"(?:hashalgorithms/(?:\d_\d)?#?|checksumalgorithm_)?(md|sha)[/_-]?(\d+)(?:[/_-](\d+))?", re.IGNORECASE
)


@lru_cache(maxsize=4096)
def resolve(name: str, value: str) -> str:
    """The IRI in the list `name` that `value` stands for, or empty."""
    if len(value) > LONGEST or not value.strip():
        return ""
    if name == "media-types":
        return media_type_iri(value)
    if name == "file-types":
        return file_type_iri(value) or _moved(name, value)
    return term_iri(name, value) or _moved(name, value) or _coded(name, value) or _labelled(name, value)


def _plain(value: str) -> str:
    """An address without what varies: scheme, "www.", the slash at the end."""
    return _SCHEME.sub("", value.strip()).rstrip("/")


def _moved(name: str, value: str) -> str:
    """The same list under another address: an older one of the EU, with www., with https."""
    if found := _EU.fullmatch(_plain(value)):
        of_list = vocabulary(name).base.rstrip("/").rsplit("/", 1)[-1]
        return term_iri(name, found[2]) if found[1].lower() == of_list else ""
    base = _plain(vocabulary(name).base)
    plain = _plain(value)
    if plain.lower().startswith(base.lower()):
        return term_iri(name, plain[len(base) :].lstrip("/#"))
    return ""


def _coded(name: str, value: str) -> str:
    plain = _plain(value)
    key = re.split(r"[/#]", plain)[-1].casefold()
    table = {
        "distribution-status": ("adms/status", codes.STATUS),
        "availability": ("vailability", codes.AVAILABILITY),
        "frequencies": ("", codes.FREQUENCIES),
        "languages": ("", codes.LANGUAGES),
        "access-rights": ("", codes.ACCESS_RIGHTS),
        "themes": ("", codes.THEMES),
    }.get(name)
    if name == "licenses":
        return _license(value)
    if name == "checksum-algorithms":
        return _algorithm(plain)
    if name == "access-rights" and plain.lower() in codes.ACCESS_ADDRESSES:
        return term_iri(name, codes.ACCESS_ADDRESSES[plain.lower()])
    if table is None:
        return ""
    within, known = table
    if _SCHEME.match(value.strip()):
        # The last part of an address says nothing where the address is not one of the known lists'.
        if not _LISTS.match(plain) or within not in plain:
            return ""
    else:
        key = plain.casefold()  # "R/P1Y" has a slash of its own
    if name == "languages":
        key = re.split("[-_]", key)[0]
    return term_iri(name, known.get(key, key))


def _license(value: str) -> str:
    plain = _plain(value)
    if listed := _LICENSE.fullmatch(plain):
        code = listed[1].rstrip("/")
        return term_iri("licenses", codes.LICENSES_OF_1_0.get(code.lower(), code))
    if (eu := _EU.fullmatch(plain)) and eu[1].lower() == "licence":
        return term_iri("licenses", codes.EU_LICENSES.get(eu[2].upper(), ""))
    found = codes.LICENSE_ADDRESSES.get(_DEED.sub("", plain, count=1).lower())
    if not found and ("/" not in plain or plain.lower().startswith(("spdx.org/licenses/", "dl-de/"))):
        key = plain.lower().removeprefix("spdx.org/licenses/").removesuffix(".html")
        found = codes.LICENSE_IDS.get(key)
    return term_iri("licenses", found) if found else ""


def _algorithm(plain: str) -> str:
    """A way of making checksums: "sha/256", "MD5", "SHA-3/256", …hashAlgorithms/1_0#md/5."""
    found = _HASH.search(plain.rsplit("def/", 1)[-1])
    if not found or found.end() != len(plain.rsplit("def/", 1)[-1]):
        return ""
    family, first, second = found[1].lower(), found[2], found[3]
    name = f"{family}{first}" + (f"_{second}" if second and first == "3" else "")
    if second and first == "2":  # SHA-2/256 is SHA-256
        name = f"{family}{second}"
    return term_iri("checksum-algorithms", name) if vocabulary("checksum-algorithms").by_id(name) else ""


def _labelled(name: str, value: str) -> str:
    """A value by its name in German or English, where one term only has that name."""
    wanted = " ".join(value.split()).casefold()
    found = [
        term.iri for term in vocabulary(name).terms if wanted in (term.label.de.casefold(), term.label.en.casefold())
    ]
    return found[0] if len(found) == 1 else ""
