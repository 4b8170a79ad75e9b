"""What the interface conforms to, by the addresses of the OGC."""

from __future__ import annotations

FEATURES = "http://www.opengis.net/spec/ogcapi-features"
COMMON = "http://www.opengis.net/spec/ogcapi-common"

CONFORMS_TO = (
    f"{COMMON}-1/1.0/conf/core",
    f"{COMMON}-2/1.0/conf/collections",
    f"{FEATURES}-1/1.0/conf/core",
    f"{FEATURES}-1/1.0/conf/oas30",
    f"{FEATURES}-1/1.0/conf/html",
    f"{FEATURES}-1/1.0/conf/geojson",
    f"{FEATURES}-2/1.0/conf/crs",
    # Part 3 without the filter languages: queryable properties, and each of them as a parameter.
    f"{FEATURES}-3/1.0/conf/queryables",
    f"{FEATURES}-3/1.0/conf/queryables-query-parameters",
)
