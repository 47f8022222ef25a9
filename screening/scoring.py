"""Answers -> total and band, or what is missing.

Unanswered is never 0: only an official skip lets an item count nothing (screening facts 1.13, source C1).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from screening.cutoffs import UNKNOWN, Person, cutoffs
from screening.orders import (
    AUDIT_AFTER_NEVER,
    AUDIT_C_ITEMS,
    AUDIT_C_POSITIVE,
    ORDERS,
    Answers,
    items_due,
    items_on_paper,
    next_item,
    progress,
)
from screening.questionnaire import Band, Instrument, band_of

__all__ = [
    "AUDIT_AFTER_NEVER",
    "AUDIT_C_ITEMS",
    "AUDIT_C_POSITIVE",
    "ORDERS",
    "POSSIBLE_DEPENDENCE",
    "Answers",
    "Score",
    "items_due",
    "next_item",
    "progress",
    "score",
    "score_form",
    "score_points",
]

POSSIBLE_DEPENDENCE = 20
"""AUDIT 20 or more: possible dependence, never brief advice (sources G1, G3)."""
NONE_REPORTED = "none_reported"
DAST_10_REVERSED = "q3"
"""DAST-10 item 3: "No" scores the point, so someone who takes no drugs gets one (source O28)."""


def by_total(bands: Sequence[Band], total: int, answers: Answers) -> str:
    """The band of the total, and nothing else."""
    return band_of(bands, total).id


def unless_no_use(bands: Sequence[Band], total: int, answers: Answers) -> str:
    """DAST-10: nothing but item 3 says drugs, so none are reported, whatever item 3 adds (facts 1.9)."""
    said = any(points for item, points in answers.items() if item != DAST_10_REVERSED)
    return by_total(bands, total, answers) if said else NONE_REPORTED


BAND_RULES: Mapping[str, Callable[[Sequence[Band], int, Answers], str]] = {
    rule.__name__: rule for rule in (by_total, unless_no_use)
}


@dataclass(frozen=True)
class Score:
    """`total` and `band` are None while a due item is missing; `least` and `most` bound what the total could be.

    `counted` are the items that were due, in order; `age_rule` and `sex_rule` name the cut-offs that were used.
    """

    instrument: str
    out_of: int
    total: int | None
    band: str | None
    least: int
    most: int
    missing: tuple[str, ...]
    counted: tuple[str, ...] = ()
    age_rule: str = "adult"
    sex_rule: str | None = None


def score(instrument: Instrument, answers: Answers, person: Person = UNKNOWN) -> Score:
    """Score of a conversation: over the items that are due. The others were skipped officially and count nothing.

    Raises WrongAge where the instrument has no cut-off for this person.
    """
    return _score(instrument, answers, items_due(instrument, answers), person)


def score_form(instrument: Instrument, answers: Answers, person: Person = UNKNOWN) -> Score:
    """Score of a paper form: over every answer it gives. Only an official skip lets it leave an item blank.

    Raises WrongAge where the instrument has no cut-off for this person.
    """
    return _score(instrument, answers, items_on_paper(instrument, answers), person)


def score_points(instrument: Instrument, points: int, person: Person = UNKNOWN) -> Score:
    """Score of a form whose points somebody added up already. Raises ValueError for points out of range, WrongAge."""
    rules = cutoffs(instrument, person)
    return Score(
        instrument=instrument.id,
        out_of=instrument.most,
        total=points,
        band=band_of(rules.bands, points).id,
        least=points,
        most=points,
        missing=(),
        age_rule=rules.age_rule,
        sex_rule=rules.sex_rule,
    )


def _score(instrument: Instrument, answers: Answers, due: Sequence[str], person: Person) -> Score:
    rules = cutoffs(instrument, person)
    missing = tuple([item for item in due if answers.get(item) is None])
    least, most = _bounds(instrument, answers, due)
    total = None if missing else least
    return Score(
        instrument=instrument.id,
        out_of=instrument.most,
        total=total,
        band=None if total is None else BAND_RULES[instrument.band_rule](rules.bands, total, answers),
        least=least,
        most=most,
        missing=missing,
        counted=tuple(due),
        age_rule=rules.age_rule,
        sex_rule=rules.sex_rule,
    )


def _bounds(instrument: Instrument, answers: Answers, due: Sequence[str]) -> tuple[int, int]:
    """The least and the most that the due items come to; equal where none is missing."""
    items = [(item, answers.get(name)) for name in due if not (item := instrument.by_id[name]).days]
    least = [answer or 0 for _, answer in items]
    most = [item.most if answer is None else answer for item, answer in items]
    combine = sum if instrument.combine == "sum" else _highest
    return combine(least), combine(most)


def _highest(points: Sequence[int]) -> int:
    return max(points, default=0)
