"""Format codes and media types of files, as IRIs of the EU and IANA lists. What is not known is not guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ckanext.dresdensmartcity.city.vocabularies import vocabulary

IANA = "https://www.iana.org/assignments/media-types/"
_MEDIA_TYPE = re.compile(
    r"(application|audio|font|haptics|image|message|model|multipart|text|video)/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}"
)


@dataclass(frozen=True)
class Format:
    """A format: its id in the EU list of file types and its media type; empty where a list has none."""

    file_type: str
    media_type: str = ""
    is_file: bool = True  # False: an address that answers requests or is read in a browser, not a file to fetch


# Formats that portals write, by their short code in capitals and without signs ("JSON-LD" -> "JSONLD").
# The EU list in schemas/vocabularies has no entry for Parquet, WMTS or a plain API: those stay without a format.
_KNOWN = {
    "ATOM": Format("ATOM", "application/atom+xml"),
    "CSV": Format("CSV", "text/csv"),
    "DBF": Format("DBF"),
    "DOC": Format("DOC", "application/msword"),
    "DOCX": Format("DOCX", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "DWG": Format("DWG", "image/vnd.dwg"),
    "DXF": Format("DXF", "image/vnd.dxf"),
    "GDB": Format("GDB"),
    "GEOJSON": Format("GEOJSON", "application/geo+json"),
    "GEOPACKAGE": Format("GPKG", "application/geopackage+sqlite3"),
    "GEOTIFF": Format("GEOTIFF", "image/tiff"),
    "GIF": Format("GIF", "image/gif"),
    "GML": Format("GML", "application/gml+xml"),
    "GPKG": Format("GPKG", "application/geopackage+sqlite3"),
    "GTFS": Format("GTFS"),
    "GZ": Format("GZIP", "application/gzip"),
    "GZIP": Format("GZIP", "application/gzip"),
    "HTML": Format("HTML", "text/html", is_file=False),
    "ICAL": Format("ICS", "text/calendar"),
    "ICS": Format("ICS", "text/calendar"),
    "JPEG": Format("JPEG", "image/jpeg"),
    "JPG": Format("JPEG", "image/jpeg"),
    "JSON": Format("JSON", "application/json"),
    "JSONLD": Format("JSON_LD", "application/ld+json"),
    "KML": Format("KML", "application/vnd.google-earth.kml+xml"),
    "KMZ": Format("KMZ", "application/vnd.google-earth.kmz"),
    "LAS": Format("LAS", "application/vnd.las"),
    "LAZ": Format("LAZ", "application/vnd.laszip"),
    "N3": Format("N3", "text/n3"),
    "NETCDF": Format("NETCDF"),
    "NT": Format("RDF_N_TRIPLES", "application/n-triples"),
    "NTRIPLES": Format("RDF_N_TRIPLES", "application/n-triples"),
    "ODP": Format("ODP", "application/vnd.oasis.opendocument.presentation"),
    "ODS": Format("ODS", "application/vnd.oasis.opendocument.spreadsheet"),
    "ODT": Format("ODT", "application/vnd.oasis.opendocument.text"),
    "PARQUET": Format("", "application/vnd.apache.parquet"),
    "PDF": Format("PDF", "application/pdf"),
    "PNG": Format("PNG", "image/png"),
    "PPT": Format("PPT", "application/vnd.ms-powerpoint"),
    "PPTX": Format("PPTX", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "RDFXML": Format("RDF_XML", "application/rdf+xml"),
    "REST": Format("REST", is_file=False),
    "RSS": Format("RSS", "application/rss+xml"),
    "RTF": Format("RTF", "text/rtf"),
    "SDMX": Format("SDMX"),
    "SHAPEFILE": Format("SHP"),
    "SHP": Format("SHP"),
    "SPARQL": Format("SPARQLQ", "application/sparql-query", is_file=False),
    "SQL": Format("SQL", "application/sql"),
    "STL": Format("STL", "model/stl"),
    "SVG": Format("SVG", "image/svg+xml"),
    "TAR": Format("TAR"),
    "TIF": Format("TIFF", "image/tiff"),
    "TIFF": Format("TIFF", "image/tiff"),
    "TSV": Format("TSV", "text/tab-separated-values"),
    "TTL": Format("RDF_TURTLE", "text/turtle"),
    "TURTLE": Format("RDF_TURTLE", "text/turtle"),
    "TXT": Format("TXT", "text/plain"),
    "WCS": Format("WCS_SRVC", is_file=False),
    "WFS": Format("WFS_SRVC", is_file=False),
    "WMS": Format("WMS_SRVC", is_file=False),
    "XLS": Format("XLS", "application/vnd.ms-excel"),
    "XLSX": Format("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "XML": Format("XML", "application/xml"),
    "YAML": Format("YAML", "application/yaml"),
    "ZIP": Format("ZIP", "application/zip"),
}
_BY_FILE_TYPE = {one.file_type: one for one in reversed(_KNOWN.values()) if one.file_type}
_SERVICES = ("API", "OGCAPI", "OGCAPIFEATURES", "OPENAPI", "WMTS")
_UNKNOWN = Format("")
_SERVICE = Format("", is_file=False)
# The same by the ids of the EU list ("RDF_TURTLE"), and its services that have no short code.
_BY_FILE_TYPE = {one.file_type: one for one in _KNOWN.values() if one.file_type} | {
    "MAP_PRVW": Format("MAP_PRVW", is_file=False),
    "MAP_SRVC": Format("MAP_SRVC", is_file=False),
}


def format_of(code: str) -> Format:
    """What a format code, a file ending, a media type or an IRI of the EU list stands for.

    An empty Format where it is not known, or where it may stand for two: image/tiff is a GeoTIFF or none.
    """
    types = vocabulary("file-types")
    code = code.strip()
    plain = code.removeprefix(types.base).removeprefix(types.base.replace("http:", "https:"))
    if media_type := _MEDIA_TYPE.fullmatch(plain.lower().split(";")[0].strip()):
        return _of_media_type(media_type[0])
    short = re.sub(r"[^A-Z0-9]", "", plain.upper())
    if short in _SERVICES:
        return _SERVICE
    if known := _KNOWN.get(short):
        return known
    term = types.by_id(plain)
    return _BY_FILE_TYPE.get(term.id, Format(term.id)) if term else _UNKNOWN


def _of_media_type(media_type: str) -> Format:
    """The one format with this media type."""
    found = {one for one in _KNOWN.values() if one.media_type == media_type}
    return found.pop() if len(found) == 1 else _UNKNOWN


def file_type_iri(code: str) -> str:
    """The IRI in the EU list of file types, or empty."""
    found = format_of(code).file_type
    return vocabulary("file-types").base + found if found else ""


def media_type_iri(value: str) -> str:
    """The IANA IRI of a media type ("text/csv; charset=utf-8", or its IRI), or empty.

    A type with "x-" was never registered.
    """
    plain = value.split(";")[0].strip().lower()
    for prefix in (IANA, IANA.replace("https:", "http:")):
        plain = plain.removeprefix(prefix)
    if not _MEDIA_TYPE.fullmatch(plain) or "/x-" in plain or "/x." in plain:
        return ""
    return IANA + plain
