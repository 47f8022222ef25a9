"""Which items are due, by name: in a conversation as far as the answers so far tell, and on a paper form.

An answer is an item's points, or None for "prefer not to say"; an item not in the mapping was not asked.
"""

from collections.abc import Callable, Mapping, Sequence

from screening.questionnaire import Instrument

Answers = Mapping[str, int | None]
Order = Callable[[Instrument, Answers], Sequence[str]]

AUDIT_C_ITEMS = ("q1", "q2", "q3")
AUDIT_C_POSITIVE_YOUNG = 3
"""AUDIT-C cut-off for at-risk use at 10 to 17 (source E7)."""
AUDIT_C_POSITIVE = 5
"""UK AUDIT-C cut-off, both sexes: 5 or more (sources G2, G7, O1)."""
AUDIT_AFTER_NEVER = ("q1", "q9", "q10")
"""Item 1 Never: go to items 9 and 10 (WHO skip rule, sources C1, O12)."""
SKIPPED_AFTER_NEVER = frozenset({"q2", "q3", "q4", "q5", "q6", "q7", "q8"})
SKIPPED_AFTER_LITTLE = frozenset({"q4", "q5", "q6", "q7", "q8"})
"""Items 2 and 3 together 0: go to items 9 and 10 (WHO skip rule, sources C1, O12)."""
FAST_ITEMS = ("q3", "q5", "q8", "q10")
M_SASQ_ITEMS = ("q3",)
"""The AUDIT items that FAST and M-SASQ are made of (sources C1, O20)."""
WEEKLY = 3
"""FAST stops as positive at item 1 Weekly or Daily (source C1)."""
CRAFFT_DAYS = ("a1", "a2", "a3")
S2BI_FIRST = ("q1", "q2", "q3")


def audit_two_stage(instrument: Instrument, answers: Answers) -> Sequence[str]:
    """UK two-stage AUDIT: items 1 to 3; the other seven when they reach 5 (or could, if one is missing).

    Item 1 Never: items 9 and 10 only. Sources O8 (two stages), C1 and O12 (skip).
    """
    return _audit_stages(instrument, answers, AUDIT_C_POSITIVE)


def _audit_stages(instrument: Instrument, answers: Answers, positive: int) -> Sequence[str]:
    if answers.get("q1", -1) == 0:
        return AUDIT_AFTER_NEVER
    reached = all(item in answers for item in AUDIT_C_ITEMS)
    if not reached or highest(instrument, AUDIT_C_ITEMS, answers) < positive:
        return AUDIT_C_ITEMS
    return every_item(instrument, answers)


def audit_two_stage_young(instrument: Instrument, answers: Answers) -> Sequence[str]:
    """The same at 16 and 17, with the youth cut-off: the whole AUDIT from an AUDIT-C of 3 (source E7)."""
    return _audit_stages(instrument, answers, AUDIT_C_POSITIVE_YOUNG)


def audit_after_fast(instrument: Instrument, answers: Answers) -> Sequence[str]:
    """FAST completed to all ten; after item 1 Never, items 9 and 10 and what FAST asked already (sources C1, G7)."""
    return _after_never(answers, FAST_ITEMS) or every_item(instrument, answers)


def audit_after_m_sasq(instrument: Instrument, answers: Answers) -> Sequence[str]:
    """M-SASQ completed in the two stages; after item 1 Never, items 9 and 10 and the one asked already (source O20)."""
    return _after_never(answers, M_SASQ_ITEMS) or audit_two_stage(instrument, answers)


def _after_never(answers: Answers, known: Sequence[str]) -> Sequence[str]:
    """What is due after item 1 Never, the known items among it; nothing where item 1 is something else."""
    if answers.get("q1") != 0:
        return ()
    first, *rest = AUDIT_AFTER_NEVER
    return (first, *(item for item in known if item in answers and item not in rest), *rest)


def every_item(instrument: Instrument, answers: Answers) -> Sequence[str]:
    """All items, always."""
    return tuple(instrument.by_id)


def who_skips(instrument: Instrument, answers: Answers) -> Sequence[str]:
    """The items that the WHO skip rules of the AUDIT leave; for its short forms, those of theirs (source C1)."""
    if answers.get("q1") == 0:
        skipped = SKIPPED_AFTER_NEVER
    elif answers.get("q2") == 0 and answers.get("q3") == 0:
        skipped = SKIPPED_AFTER_LITTLE
    else:
        skipped = frozenset()
    return tuple(item for item in instrument.by_id if item not in skipped)


def fast_stop(instrument: Instrument, answers: Answers) -> Sequence[str]:
    """FAST in the PHE way: item 1 Weekly or Daily is positive and ends it; otherwise all four (source C1)."""
    items = every_item(instrument, answers)
    return items[:1] if (answers.get(items[0]) or 0) >= WEEKLY else items


def stem_first(instrument: Instrument, answers: Answers) -> Sequence[str]:
    """The first item, and the others only after Yes (ASSIST-Lite, sources O4, O22)."""
    items = every_item(instrument, answers)
    return items if answers.get(items[0]) else items[:1]


def crafft(instrument: Instrument, answers: Answers) -> Sequence[str]:
    """Days of use; then only the car question where all are 0, otherwise all six (source O39)."""
    items = every_item(instrument, answers)
    days = [answers.get(item) for item in CRAFFT_DAYS]
    if any(days):
        return items
    return CRAFFT_DAYS if None in days else items[: len(CRAFFT_DAYS) + 1]


def s2bi(instrument: Instrument, answers: Answers) -> Sequence[str]:
    """Tobacco, alcohol and cannabis; the other four groups after any use (source O44)."""
    return every_item(instrument, answers) if any(answers.get(item) for item in S2BI_FIRST) else S2BI_FIRST


ORDERS: Mapping[str, Order] = {
    rule.__name__: rule
    for rule in (
        audit_two_stage,
        audit_two_stage_young,
        audit_after_fast,
        audit_after_m_sasq,
        every_item,
        who_skips,
        fast_stop,
        stem_first,
        crafft,
        s2bi,
    )
}


def items_due(instrument: Instrument, answers: Answers) -> Sequence[str]:
    """The items this person is to answer, in order, as far as the answers so far tell."""
    return ORDERS[instrument.order](instrument, answers)


def items_on_paper(instrument: Instrument, answers: Answers) -> Sequence[str]:
    """The items that count on a paper form: those it may not leave blank, and whatever else it answers."""
    needed = ORDERS[instrument.blanks or instrument.order](instrument, answers)
    return tuple([item for item in instrument.by_id if item in needed or answers.get(item) is not None])


def next_item(instrument: Instrument, answers: Answers) -> str | None:
    """The first due item not yet asked; None when nothing is left to ask."""
    return next((item for item in items_due(instrument, answers) if item not in answers), None)


def progress(instrument: Instrument, answers: Answers, item: str) -> tuple[int, int]:
    """How far along an item is, and of how many: of all items, unless some before it were skipped officially."""
    everything = list(instrument.by_id)
    due = list(items_due(instrument, answers))
    passed = everything[: everything.index(item)]
    shown = everything if all(each in due for each in passed) else due
    return shown.index(item) + 1, len(shown)


def highest(instrument: Instrument, items: Sequence[str], answers: Answers) -> int:
    """The most that these items can come to, a missing one counted at its highest."""
    return sum(_most(instrument, item, answers.get(item)) for item in items)


def _most(instrument: Instrument, item: str, answer: int | None) -> int:
    return instrument.by_id[item].most if answer is None else answer
