"""The ckanext-dcat profile `dcat_ap_de_3`: DCAT-AP.de 3.0.

Writing is done by the core of this room (`catalogue`, `datasets`), reading by `reading`; neither knows CKAN. What
reading changed and did not understand stands in the log, one line for a dataset, and as JSON under `reading_report` of
the dataset, which is shown by `ckan dcat consume` and not stored by CKAN. The portal's own harvester
(`harvesters.catalogues`) reads with more care than ckanext-dcat's parser, and keeps the report.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from typing import Any
from weakref import WeakKeyDictionary

import ckan.plugins.toolkit as tk
from ckanext.dcat.profiles import EuropeanDCATAP3Profile
from ckanext.dresdensmartcity.city.current import city
from rdflib import Graph, URIRef

from . import documents, portal
from .catalogue import Dates, describe_catalogue
from .datasets import describe
from .iris import PUBLISHED_TYPES, reference
from .output import Output
from .reading import ReadEntry, read_catalogue

log = logging.getLogger(__name__)

NAME = "dcat_ap_de_3"


REPORT = "reading_report"

# ckanext-dcat makes a profile for each dataset and hands each the whole graph: it is read once.
_read: WeakKeyDictionary[Graph, dict[str, ReadEntry]] = WeakKeyDictionary()


class DCATAPde3Profile(EuropeanDCATAP3Profile):
    """DCAT-AP.de 3.0 for ckanext-dcat's parser and serializer; its catalogue pages are made in `logic`."""

    def parse_dataset(self, dataset_dict: dict[str, Any], dataset_ref: URIRef) -> dict[str, Any]:
        """Fill in the fields of our schemas from the graph, with a report of how they were read."""
        if self.g not in _read:
            # A copy, as the parser goes through its own graph meanwhile and reading changes what it reads.
            copy = Graph()
            for triple in self.g:
                copy.add(triple)
            _read[self.g] = {one.subject: one for one in read_catalogue(copy).entries}
        entry = _read[self.g].get(str(dataset_ref)) or _read[self.g].get(str(reference(dataset_ref)))
        if entry is None:
            log.info("%s is named, but nothing is said of it", dataset_ref)
            return dataset_dict
        dataset_dict |= entry.package
        dataset_dict.setdefault("extras", [])
        report = {"changes": entry.changes, "not_understood": entry.not_understood}
        dataset_dict[REPORT] = json.dumps(
            {name: [asdict(one) for one in lines] for name, lines in report.items()}, ensure_ascii=False
        )
        if entry.changes or entry.not_understood:
            counts = (len(entry.changes), len(entry.not_understood))
            log.info("%s: read with %d changes; %d statements were not understood", dataset_ref, *counts)
        return dataset_dict

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
