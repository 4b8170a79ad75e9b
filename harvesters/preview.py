"""What a run of a source would do, found out without writing anything: the dry run.

It takes the same way as a run up to the point where something would be saved: it reads, aggregates in memory, compares
fields and rows with what is published, and asks CKAN's validators and the gate of quality. What it cannot know: a link
to an entry that the same run would publish first is taken for good, and what is made of several units in the end (means
of a year, a grid) is not computed, as it is made of stored tables.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import ckan.model as model
from ckanext.dresdensmartcity.quality.saving import would_refuse
from ckanext.harvest.model import HarvestSource
from ckanext.harvest.queue import get_harvester

from . import frames, gathering, history, wording
from .base import Run, SmartCityHarvester
from .fields import digest, digest_of, package_fields, package_id, resource_id
from .importing import refuse_what_is_not_its_own
from .publishing import named, problems, show, site_user
from .records import Finding, HarvesterError, Publication, Report, Unit, as_list, placed
from .store import TableChange, compare_table, prepare

log = logging.getLogger(__name__)

What = Literal["new", "changed", "unchanged", "rejected", "missing", "archived"]


# Several units may share a dataset: what happens to it is the strongest of what they do to it.
STRENGTH: tuple[What, ...] = ("missing", "archived", "unchanged", "changed", "new", "rejected")


@dataclass(frozen=True)
class Verdict:
    """What would become of an entry."""

    guid: str
    what: What
    title: str = ""
    reason: str = ""
    rows: TableChange = field(default_factory=TableChange)


@dataclass
class Preview:
    """What a run would do."""

    source_name: str
    source_title: str
    verdicts: list[Verdict] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
    tallies: dict[str, dict[str, int]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    read: dict[str, int] = field(default_factory=dict)  # what the harvester counted
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether a run would end with errors."""
        return bool(self.failures or self.counts.get("rejected"))


def preview(name: str, source_id: str) -> Preview:
    """What a run of the source would do; raises HarvesterError where nobody knows its kind.

    Nothing else escapes: what fails is a failure of the preview, or a rejected unit.
    """
    source = HarvestSource.get(source_id)
    harvester = get_harvester(source.type)
    if not isinstance(harvester, SmartCityHarvester):
        raise HarvesterError(f"{name} is of the kind {source.type!r}, which has no dry run")
    shown = Preview(name, source.title)
    try:
        run = harvester.prepare(source, Report())
    except HarvesterError as error:
        shown.failures.append(str(error))
        return shown
    past = history.past(source_id)
    units = gathering.read(harvester, run)
    plan = gathering.plan(harvester, run, units, past)
    look = _Look(harvester, run)
    look.through(plan)
    if harvester.finishes:
        run.report.findings.append(Finding.of("finish", "info", wording.NOT_FINISHED))
    shown.verdicts = list(look.verdicts.values())
    shown.failures = list(run.gathering.failures)
    shown.checked = list(dict.fromkeys(map(str, run.report.checked)))
    shown.findings = [asdict(one) for one in run.report.findings if one.severity != "error"]
    shown.tallies = {group: dict(Counter(tally).most_common()) for group, tally in run.report.tallies.items()}
    shown.counts = dict(Counter(one.what for one in shown.verdicts))
    shown.read = dict(run.report.counts)
    changes = [one.rows for one in shown.verdicts]
    shown.rows = {what: sum(getattr(one, what) for one in changes) for what in ("new", "changed", "removed")}
    model.Session.rollback()
    return shown


class _Look:
    """What becomes of each dataset, one unit after the other."""

    def __init__(self, harvester: SmartCityHarvester, run: Run) -> None:
        self.harvester, self.run = harvester, run
        self.verdicts: dict[str, Verdict] = {}
        self.compared: set[str] = set()  # tables that several units give in the same words
        self.asked: dict[str, tuple[str, str]] = {}  # fields -> what would be said against them

    def add(self, one: Verdict) -> None:
        known = self.verdicts.get(one.guid)
        if known is not None:
            stronger = max(known, one, key=lambda each: STRENGTH.index(each.what))
            rows = TableChange(*(a + b for a, b in zip(_numbers(known.rows), _numbers(one.rows), strict=True)))
            one = Verdict(one.guid, stronger.what, stronger.title, stronger.reason, rows)
        self.verdicts[one.guid] = one

    def through(self, plan: gathering.Plan) -> None:
        """All that a run would do."""
        for unit in plan.work.values():
            self.at(unit)
        missing = plan.decision.missing if plan.decision else {}
        left: tuple[tuple[What, Iterable[str]], ...] = (
            ("unchanged", plan.unchanged),
            ("missing", missing),
            ("archived", plan.archive),
        )
        for what, keys in left:
            for key in keys:
                self.add(Verdict(key, what))
        for one in self.run.report.findings:
            if one.severity == "error" and placed(one.message, one.place) not in self.run.gathering.failures:
                self.add(Verdict(one.place, "rejected", reason=one.message))

    def at(self, unit: Unit) -> None:
        """Make the unit as a run would, and see what it would change."""
        try:
            content = unit.content if unit.content is not None else self.harvester.collect(self.run, unit)
            for publication in as_list(self.harvester.publish(self.run, unit, content)):
                self.add(self._verdict(publication))
        except HarvesterError as error:
            self.add(Verdict(unit.guid, "rejected", reason=str(error)))
        except Exception as error:
            log.exception("A dry run failed at %s", unit.guid)
            self.add(Verdict(unit.guid, "rejected", reason=gathering.unexpected(error)))

    def _verdict(self, publication: Publication) -> Verdict:
        run, guid = self.run, publication.guid
        title = str(publication.package.get("title") or "")
        package = package_id(run.city, guid)
        stored = model.Package.get(package)
        if publication.foreign and stored is not None:
            refuse_what_is_not_its_own(run, publication, package)
        fields = digest_of(run.city, publication)
        if self.asked.get(guid, ("", ""))[0] != fields:
            self.asked[guid] = fields, problems(run.city, publication) or _refusal(run, publication, package)
        if wrong := self.asked[guid][1]:
            return Verdict(guid, "rejected", title, wrong)
        rows = TableChange(*map(sum, zip((0, 0, 0, 0), *self._changes(publication), strict=True)))
        if stored is None or stored.state != model.State.ACTIVE:
            return Verdict(guid, "new", title, rows=rows)
        same = history.published_hash(guid, package) == fields and not rows.any
        return Verdict(guid, "unchanged" if same else "changed", title, rows=rows)

    def _changes(self, publication: Publication) -> Iterator[tuple[int, int, int, int]]:
        for table in publication.tables:
            prepared = prepare(table)
            frame = table.rows if table.frame is None else frames.digest(table.frame)
            told = digest([publication.guid, table.name, table.scope, frame])
            if told not in self.compared:
                self.compared.add(told)
                yield _numbers(compare_table(resource_id(self.run.city, publication.guid, table.name), prepared))


def _numbers(rows: TableChange) -> tuple[int, int, int, int]:
    return rows.new, rows.changed, rows.removed, rows.unchanged


def _refusal(run: Run, publication: Publication, package: str) -> str:
    """What the gate of quality would say against the entry; empty where it would let it pass."""
    user = site_user()
    fields = named(package_fields(run.city, publication), show(user, package)) | {"state": "active"}
    context = {"user": user, "ignore_auth": True, "model": model, "session": model.Session}
    try:
        errors = would_refuse(context, fields, model.Package.get(package))
    finally:
        model.Session.rollback()
    sentences = [sentence for told in errors.values() for sentence in (told if isinstance(told, list) else [told])]
    return " ".join(dict.fromkeys(map(str, sentences)))
