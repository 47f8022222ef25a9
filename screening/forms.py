"""Reads a paper form: one mark for each of its items, points or `-`. Refuses what cannot be scored."""

from collections.abc import Mapping, Sequence

from screening.cutoffs import UNKNOWN, Person, WrongAge
from screening.flags import DEPENDENCE_BAND
from screening.orders import Answers
from screening.questionnaire import Instrument, Item
from screening.scoring import Score, score_form, score_points

BLANK = "-"
"""Unanswered, or skipped where the form says so."""
LONGEST_MARK = 3
"""Digits: a number of days goes up to 365."""


class FormError(ValueError):
    """A form that cannot be scored. Says which item, and what it allows."""


def read_form(instrument: Instrument, marks: Sequence[str]) -> dict[str, int]:
    """The answers of a form by item id; an item left blank is not among them.

    Raises FormError for too few or too many marks, and for every item whose mark it does not allow.
    """
    if len(marks) != len(instrument.items):
        raise FormError(
            f"{instrument.name} has {len(instrument.items)} items, not {len(marks)}: "
            f"give one answer for each, with {BLANK} for one that is blank"
        )
    wrong = [
        f"{place(instrument, item)} allows {allowed(item)}, not {mark[:20]!r}"
        for item, mark in zip(instrument.items, marks, strict=True)
        if mark != BLANK and _points(item, mark) is None
    ]
    if wrong:
        raise FormError(f"{instrument.name}: {'; '.join(wrong)}")
    answers = ((item.id, _points(item, mark)) for item, mark in zip(instrument.items, marks, strict=True))
    return {item: points for item, points in answers if points is not None}


def _points(item: Item, mark: str) -> int | None:
    number = int(mark) if mark.isascii() and mark.isdigit() and len(mark) <= LONGEST_MARK else None
    return number if number in item.allowed else None


def finished(instrument: Instrument, answers: Answers, person: Person = UNKNOWN) -> Score:
    """The score of a whole form. Raises FormError where an item is missing, or where the age is wrong for it."""
    try:
        result = score_form(instrument, answers, person)
    except WrongAge as error:
        raise FormError(str(error)) from error
    if result.missing:
        raise FormError(_incomplete(instrument, result))
    return result


def finished_points(instrument: Instrument, points: int, person: Person = UNKNOWN) -> Score:
    """The score of points that staff added up. Raises FormError for points out of range, or a wrong age."""
    try:
        return score_points(instrument, points, person)
    except WrongAge as error:
        raise FormError(str(error)) from error
    except ValueError as error:
        raise FormError(f"{instrument.name} allows 0 to {instrument.most}, not {points}") from error


def read_groups(instruments: Mapping[str, Instrument], marks: Sequence[str]) -> list[tuple[Instrument, int]]:
    """`alcohol=2 cannabis=3` as each group's instrument and its points. `instruments` are those of the form, by group.

    Raises FormError for a group it does not have, one given twice, or none at all.
    """
    read = [(group, points) for group, _, points in (mark.partition("=") for mark in marks)]
    for group, points in read:
        if group not in instruments or not (points.isascii() and points.isdigit()):
            raise FormError(f"{group[:20]}={points[:20]} is not a group and its points: use {', '.join(instruments)}")
    if not read or len({group for group, _ in read}) != len(read):
        raise FormError("give each group once, as GROUP=points; groups are never added up")
    return [(instruments[group], int(points[: LONGEST_MARK + 1])) for group, points in read]


def _incomplete(instrument: Instrument, result: Score) -> str:
    """What is missing; and, where the answers given are enough for it, that dependence is possible all the same."""
    missing = (instrument.item(item) for item in result.missing)
    asked = "; ".join(f"{place(instrument, item)} is missing and allows {allowed(item)}" for item in missing)
    top = instrument.bands[-1]
    already = top.id == DEPENDENCE_BAND and result.age_rule == instrument.age_rule and result.least >= top.least
    warning = f". The answers given are already {top.least} or more: treat as possible dependence" if already else ""
    return f"{instrument.name} is not complete, so it has no score: {asked}{warning}"


def place(instrument: Instrument, item: Item) -> str:
    """`item 9`, as on the form; with its id where that is another: `item 2 (q5)`."""
    number = instrument.items.index(item) + 1
    return f"item {number}" if item.id == f"q{number}" else f"item {number} ({item.id})"


def allowed(item: Item) -> str:
    """`0, 2 or 4`; for a number of days, `0 to 365`."""
    if item.days:
        return f"{item.allowed[0]} to {item.allowed[-1]}"
    *first, last = map(str, item.allowed)
    return f"{', '.join(first)} or {last}"
