"""Which RDF syntax an answer is in, and its bytes unpacked within a limit."""

from __future__ import annotations

import zlib
from urllib.parse import urlsplit

from ckanext.dresdensmartcity.dcat.parsing import MEDIA_TYPES, SYNTAXES

from ..client import Response, SourceFormatError, TooLargeError

ACCEPT = "text/turtle, application/ld+json;q=0.9, application/rdf+xml;q=0.8, application/n-triples;q=0.7, */*;q=0.1"

# What a source's settings may say.
BY_NAME: dict[str, str] = {"turtle": "turtle", "rdfxml": "xml", "jsonld": "json-ld", "ntriples": "nt"}
# Types that say little; the ending is asked before them.
VAGUE: dict[str, str] = {"application/xml": "xml", "text/xml": "xml", "application/json": "json-ld"}
PACKED = b"\x1f\x8b"  # RFC 1952
CHUNK = 256 * 1024


def content_type(response: Response) -> str:
    """The media type of an answer without its parameters, in lower case."""
    return response.headers.get("content-type", "").split(";")[0].strip().lower()


def syntax_of(response: Response, given: str = "") -> str:
    """The syntax: what the settings say (`given`, a key of BY_NAME), else the type, else the ending of the address.

    Raises SourceFormatError where nothing of it tells.
    """
    if given:
        return BY_NAME[given]
    kind = content_type(response)
    if kind in MEDIA_TYPES:
        return MEDIA_TYPES[kind]
    if kind in ("text/html", "application/xhtml+xml"):
        raise SourceFormatError(
            f"{response.url} gives a web page and no RDF. Enter the address of the catalogue in an RDF syntax, which "
            "often ends in .ttl, .rdf or .jsonld."
        )
    path = urlsplit(response.url).path.lower().removesuffix(".gz")
    for ending, syntax in SYNTAXES.items():
        if path.endswith(ending):
            return syntax
    if kind in VAGUE:
        return VAGUE[kind]
    raise SourceFormatError(
        f"{response.url} does not say in which syntax it is (Content-Type {kind or 'missing'}). Set `format` to one of "
        f"{', '.join(BY_NAME)}."
    )


def unpacked(response: Response, limit: int) -> bytes:
    """The body, inflated where it is a gzip file; `limit` in bytes. Raises TooLargeError, SourceFormatError."""
    if not response.content.startswith(PACKED):
        return response.content
    body, rest = bytearray(), response.content
    try:
        while rest:  # a gzip file may have several members
            inflate = zlib.decompressobj(wbits=31)
            data = rest
            while not inflate.eof and (data or inflate.unconsumed_tail):
                body += inflate.decompress(inflate.unconsumed_tail or data, CHUNK)
                data = b""
                if len(body) > limit:
                    raise TooLargeError(f"{response.url} is larger than {limit / 1048576:g} MB when unpacked")
            if not inflate.eof:
                raise SourceFormatError(f"{response.url} is a gzip file that ends in the middle")
            rest = inflate.unused_data.lstrip(b"\0")
    except zlib.error as error:
        raise SourceFormatError(f"{response.url} is no readable gzip file: {error}") from error
    return bytes(body)
