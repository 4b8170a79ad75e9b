"""Read the funding programmes of a city file: whom they let apply, what they ask of a consortium, what they pay."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from .model import FieldOfAction, FundingProgramme, Topic
from .parts import NOTHING
from .vocabularies import topics_by_id, vocabulary
from .yamlfile import Fields, Item

ROLES = ("lead", "partner")
REGIONS = ("city", "any")
MOST_MEMBERS = 100  # of a consortium that is asked for


def read_programme(
    item: Item, fields_of_action: Iterable[FieldOfAction], topics_of_city: Iterable[Topic]
) -> FundingProgramme:
    """One programme; kinds, fields and topics (of the taxonomy or the city's own) must be known, days in order."""
    fields = Fields(item)
    kinds = tuple(term.id for term in vocabulary("actor-kinds").terms)
    known_fields = tuple(one.id for one in fields_of_action)
    known_topics = {*topics_by_id(), *(one.id for one in topics_of_city)}

    def kind(one: Item) -> str:
        return one.one_of(kinds, "a kind of schemas/vocabularies/actor-kinds.yaml: " + ", ".join(kinds))

    def topic(one: Item) -> str:
        return one.one_of(
            known_topics, "the id of a topic of schemas/vocabularies/topics.yaml or of this file's topics"
        )

    programme = FundingProgramme(
        id=fields.need("id", Item.identifier, ""),
        label=fields.need("label", Item.label, NOTHING),
        summary=fields.need("summary", Item.label, NOTHING),
        funder=fields.need("funder", Item.label, NOTHING),
        url=fields.need("url", Item.address, ""),
        source=fields.need("source", Item.text, ""),
        retrieved_on=fields.need("retrieved_on", Item.day, date.min),
        opens=fields.may("opens", read_day, None),
        deadline=fields.may("deadline", read_day, None),
        closed=fields.may("closed", Item.boolean, False),
        kinds=fields.each("kinds", kind, required=False),
        lead_kinds=fields.each("lead_kinds", kind, required=False),
        roles=fields.each("roles", lambda one: one.one_of(ROLES), required=False) or ROLES,
        fields_of_action=fields.each("fields_of_action", lambda one: one.one_of(known_fields), required=False),
        topics=fields.each("topics", topic, required=False),
        region=fields.may("region", lambda one: one.one_of(REGIONS), "any"),
        least_members=fields.may("least_members", read_members, 1),
        most_members=fields.may("most_members", read_members, None),
        required_kinds=fields.each(
            "required_kinds", lambda one: tuple(kind(part) for part in one.items()), required=False
        ),
        rate_percent=fields.may("rate_percent", read_rate, None),
        most_eur=fields.may("most_eur", read_amount, None),
        conditions=fields.each("conditions", Item.label, required=False),
    )
    fields.done()
    _check(item, programme)
    return programme


def _check(item: Item, programme: FundingProgramme) -> None:
    """What each value allows and they do not together."""
    if programme.opens and programme.deadline and programme.deadline < programme.opens:
        item.wrong(f"a deadline after the opening {programme.opens}", f"the deadline {programme.deadline}")
    if programme.most_members is not None and programme.most_members < programme.least_members:
        found = f"{programme.least_members} to {programme.most_members} members"
        item.wrong("most_members that are not fewer than least_members", found)
    named = [*programme.lead_kinds, *(kind for kinds in programme.required_kinds for kind in kinds)]
    outside = sorted({kind for kind in named if kind and programme.kinds and kind not in programme.kinds})
    if outside:
        item.wrong("in lead_kinds and required_kinds only what stands in kinds", ", ".join(outside))


def read_day(item: Item) -> date | None:
    return item.day()


def read_members(item: Item) -> int:
    number = item.integer()
    if not 1 <= number <= MOST_MEMBERS:
        item.wrong(f"a whole number from 1 to {MOST_MEMBERS}")
        return 1
    return number


def read_rate(item: Item) -> float:
    rate = item.number()
    if not 0 < rate <= 100:
        item.wrong("per cent: more than 0, at most 100")
    return rate


def read_amount(item: Item) -> int:
    amount = item.integer()
    if amount <= 0:
        item.wrong("whole euros, more than 0")
    return amount
