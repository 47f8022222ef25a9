"""Answers -> which items are due, completeness, total, band.

An answer is an item's points, or None for "prefer not to say"; an item not in the mapping was not asked. Unanswered is
never 0: only an official skip lets an item count nothing (screening facts 1.13, source C1).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from screening.questionnaire import Instrument

Answers = Mapping[str, int | None]

AUDIT_C_ITEMS = ("q1", "q2", "q3")
AUDIT_C_POSITIVE = 5
"""UK AUDIT-C cut-off, both sexes: 5 or more (sources G2, G7, O1)."""
AUDIT_AFTER_NEVER = ("q1", "q9", "q10")
"""Item 1 Never: go to items 9 and 10 (WHO skip rule, sources C1, O12)."""
POSSIBLE_DEPENDENCE = 20
"""AUDIT 20 or more: possible dependence, never brief advice (sources G1, G3)."""


@dataclass(frozen=True)
class Score:
    """`total` and `band` are None while a due item is missing; `least` and `most` bound what the total could be."""

    instrument: str
    out_of: int
    total: int | None
    band: str | None
    least: int
    most: int
    missing: tuple[str, ...]


def audit_two_stage(instrument: Instrument, answers: Answers) -> Sequence[str]:
    """UK two-stage AUDIT: items 1 to 3; the other seven when they reach 5 (or could, if one is missing).

    Item 1 Never: items 9 and 10 only. Sources O8 (two stages), C1 and O12 (skip).
    """
    if answers.get("q1", -1) == 0:
        return AUDIT_AFTER_NEVER
    reached = all(item in answers for item in AUDIT_C_ITEMS)
    if not reached or _highest(instrument, AUDIT_C_ITEMS, answers) < AUDIT_C_POSITIVE:
        return AUDIT_C_ITEMS
    return tuple(item.id for item in instrument.items)


def every_item(instrument: Instrument, answers: Answers) -> Sequence[str]:
    """All items, always."""
    return tuple(item.id for item in instrument.items)


ORDERS: Mapping[str, Callable[[Instrument, Answers], Sequence[str]]] = {
    "audit_two_stage": audit_two_stage,
    "every_item": every_item,
}


def items_due(instrument: Instrument, answers: Answers) -> Sequence[str]:
    """The items this person is to answer, in order, as far as the answers so far tell."""
    return ORDERS[instrument.order](instrument, answers)


def next_item(instrument: Instrument, answers: Answers) -> str | None:
    """The first due item not yet asked; None when nothing is left to ask."""
    return next((item for item in items_due(instrument, answers) if item not in answers), None)


def score(instrument: Instrument, answers: Answers) -> Score:
    """Total over the due items, with the instrument's own bands. Items not due were skipped officially and count 0."""
    due = items_due(instrument, answers)
    missing = tuple(item for item in due if answers.get(item) is None)
    least = _lowest(due, answers)
    total = None if missing else least
    return Score(
        instrument=instrument.id,
        out_of=instrument.most,
        total=total,
        band=None if total is None else instrument.band(total).id,
        least=least,
        most=_highest(instrument, due, answers),
        missing=missing,
    )


def _lowest(items: Sequence[str], answers: Answers) -> int:
    return sum(answers.get(item) or 0 for item in items)


def _highest(instrument: Instrument, items: Sequence[str], answers: Answers) -> int:
    return sum(_most(instrument, item, answers.get(item)) for item in items)


def _most(instrument: Instrument, item: str, answer: int | None) -> int:
    return instrument.item(item).most if answer is None else answer


def progress(instrument: Instrument, answers: Answers, item: str) -> tuple[int, int]:
    """How far along an item is, and of how many: of all items, unless some before it were skipped officially."""
    everything = [each.id for each in instrument.items]
    due = list(items_due(instrument, answers))
    passed = everything[: everything.index(item)]
    shown = everything if all(each in due for each in passed) else due
    return shown.index(item) + 1, len(shown)
