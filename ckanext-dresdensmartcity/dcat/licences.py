"""dcterms:license of files and services, and the text that names the source."""

from __future__ import annotations

import re

from rdflib import URIRef

from .iris import Package, reference
from .namespaces import DCATDE, DCTERMS
from .output import Output, term_iri

# Licences of the list that ask for the name of the source (convention 35).
_BY = re.compile(r"/licenses/((dl|cc)-by|odby|odbl)")


def license_of(out: Output, subject: URIRef, package: Package) -> None:
    """The licence of a file or service or the city's, and the text that names the source where it asks for it."""
    given = str(package.get("license") or "").strip()
    # An IRI that is not on the list is passed on: another licence in its place would be wrong in law.
    license_iri = reference(term_iri("licenses", given) or given) if given else reference(out.city.license)
    if license_iri is None:
        out.omit(subject, "license", given, "a licence of the list http://dcat-ap.de/def/licenses/…")
    out.add(subject, DCTERMS.license, license_iri)
    attribution = str(package.get("license_attribution") or "").strip()
    if not attribution and license_iri is not None and _BY.search(license_iri):
        attribution = out.city.attribution
    out.bilingual(subject, DCATDE.licenseAttributionByText, attribution, package.get("license_attribution_en"))
