"""RDF of a catalogue -> packages of this portal, with a report of what was changed and what was not understood.

Nothing is dropped silently: every statement that can be reached from an entry is read into a field, follows from
another (the class that a property's values have anyway), or is listed. No CKAN, no network; the graph comes from
`dcat.parsing`, which reads strangers' documents with care.
"""

from __future__ import annotations

from .catalogue import read_catalogue
from .defaults import Own
from .lifting import lift
from .report import Change, NotUnderstood, ReadEntry, Reading, Record

__all__ = ["Change", "NotUnderstood", "Own", "ReadEntry", "Reading", "Record", "lift", "read_catalogue"]
