"""The ckanext-dcat profile `dcat_ap_de_3`: DCAT-AP.de 3.0.

Writing is done by the core of this room (`catalogue`, `datasets`), which knows no CKAN. Reading is that of
ckanext-dcat's `euro_dcat_ap_3`, unchanged for now: it reads what DCAT-AP 3 has and none of the German additions.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dcat.profiles import EuropeanDCATAP3Profile
from ckanext.dresdensmartcity.city.current import city
from rdflib import URIRef

from . import documents, portal
from .catalogue import Dates, describe_catalogue
from .datasets import describe
from .iris import PUBLISHED_TYPES
from .output import Output

NAME = "dcat_ap_de_3"


class DCATAPde3Profile(EuropeanDCATAP3Profile):
    """DCAT-AP.de 3.0 for ckanext-dcat's serializer; its catalogue pages are made in `logic`."""

    def graph_from_dataset(self, dataset_dict: dict[str, Any], dataset_ref: URIRef) -> None:
        """Write a dataset or series into the graph.

        Raises ObjectNotFound for any other type: those are not part of a catalogue.
        """
        if (dataset_dict.get("type") or "dataset") not in PUBLISHED_TYPES:
            raise tk.ObjectNotFound(f"{dataset_dict.get('name')} is no dataset")
        entries = documents.entries_of(dataset_dict)
        describe(Output(city(), portal.site(), entries, self.g), dataset_dict, str(dataset_ref))

    def graph_from_catalog(self, catalog_dict: dict[str, Any] | None, catalog_ref: URIRef) -> None:
        """Write the catalogue itself into the graph; it is described by the city file alone."""
        describe_catalogue(Output(city(), portal.site(), graph=self.g), Dates(), str(catalog_ref))
