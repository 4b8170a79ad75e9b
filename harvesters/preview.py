"""What a run of a source would do, found out without writing anything: the dry run.

It takes the same way as a run up to the point where something would be saved. What it cannot know: a link to an entry
that the same run would publish first is taken for good, and tables are compared as a whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import ckan.model as model
from ckanext.harvest.model import HarvestSource
from ckanext.harvest.queue import get_harvester

from . import gathering, history
from .base import Run, SmartCityHarvester
from .importing import refuse_what_is_not_its_own
from .publishing import digest_of, package_id, problems
from .records import HarvesterError, Publication, Report, Unit

What = Literal["new", "changed", "unchanged", "rejected", "missing", "archived"]


@dataclass(frozen=True)
class Verdict:
    """What would become of an entry."""

    guid: str
    what: What
    title: str = ""
    reason: str = ""


@dataclass
class Preview:
    """What a run would do."""

    source_name: str
    source_title: str
    verdicts: list[Verdict] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
    tallies: dict[str, dict[str, int]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether a run would end with errors."""
        return bool(self.failures or self.counts.get("rejected"))


def preview(name: str, source_id: str) -> Preview:
    """What a run of the source would do; raises HarvesterError where nobody knows its kind."""
    source = HarvestSource.get(source_id)
    harvester = get_harvester(source.type)
    if not isinstance(harvester, SmartCityHarvester):
        raise HarvesterError(f"{name} is of the kind {source.type!r}, which has no dry run")
    run = harvester.prepare(source, Report(), whole_source=True)
    past = history.past(source_id)
    units = gathering.read(harvester, run)
    plan = gathering.plan(harvester, run, units, past)
    shown = Preview(name, source.title)
    for unit in plan.work.values():
        shown.verdicts += _verdicts(harvester, run, unit)
    shown.verdicts += [Verdict(guid, "unchanged") for guid in plan.unchanged]
    if plan.decision is not None:
        shown.verdicts += [Verdict(key, "missing") for key in plan.decision.missing]
    shown.verdicts += [Verdict(guid, "archived") for guid in plan.archive]
    shown.verdicts += [
        Verdict(one.place, "rejected", reason=one.message) for one in run.report.findings if one.severity == "error"
    ]
    shown.failures = list(run.gathering.failures)
    shown.findings = [asdict(one) for one in run.report.findings if one.severity != "error"]
    shown.tallies = {group: dict(Counter(tally).most_common()) for group, tally in run.report.tallies.items()}
    shown.counts = dict(Counter(one.what for one in shown.verdicts))
    model.Session.rollback()
    return shown


def _verdicts(harvester: SmartCityHarvester, run: Run, unit: Unit) -> Iterable[Verdict]:
    try:
        content = unit.content if unit.content is not None else harvester.collect(run, unit)
        made = harvester.publish(run, unit, content)
        for publication in [made] if isinstance(made, Publication) else made:
            yield _verdict(run, publication)
    except HarvesterError as error:
        yield Verdict(unit.guid, "rejected", reason=str(error))


def _verdict(run: Run, publication: Publication) -> Verdict:
    title = str(publication.package.get("title") or "")
    package = package_id(run.city, publication.guid)
    stored = model.Package.get(package)
    if publication.foreign and stored is not None:
        refuse_what_is_not_its_own(run, publication, package)
    if wrong := problems(run.city, publication):
        return Verdict(publication.guid, "rejected", title, wrong)
    if stored is None or stored.state != model.State.ACTIVE:
        return Verdict(publication.guid, "new", title)
    same = history.published_hash(publication.guid) == digest_of(run.city, publication)
    return Verdict(publication.guid, "unchanged" if same and not publication.tables else "changed", title)
