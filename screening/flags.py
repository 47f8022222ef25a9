"""What staff should see beside a total: signs in single items, traps of a form, cut-offs that disagree.

Each flag has an id and the items it is about; its words are in `text/en/instruments.yaml`, `flag.<id>`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from screening.cutoffs import SENSITIVE, UNKNOWN, Person
from screening.orders import AUDIT_C_ITEMS, AUDIT_C_POSITIVE, Answers
from screening.scoring import DAST_10_REVERSED, NONE_REPORTED, Score

DEPENDENCE_ITEMS = ("q4", "q5", "q6")
"""AUDIT items above 0 that can mean signs of dependence (source C2)."""
PAST_ITEMS = ("q9", "q10")
"""AUDIT items above 0 that can mean problems in the past (source C2)."""
MORNING_DRINK = 2
"""AUDIT item 6 monthly or more: ask about withdrawal (facts 1.1, 4.1)."""
AUDIT_C_POSSIBLE_DEPENDENCE = 11
"""AUDIT-C 11 or 12: as possible dependence (source G2, facts 1.2)."""
AUDIT_C_BANDS = ((10, "possible_dependence"), (7, "higher"), (4, "increasing"), (-1, "low"))
"""UK AUDIT-C bands: above this total, this band (source G2)."""
AUDIT_C_YOUNG = 3
"""Ages 10 to 17: AUDIT-C 3 or more is drinking at risk (source E7)."""
LOWER_THRESHOLD = 7
"""Elsewhere "increasing" begins at 7 for women and for men over 65; UK bands stay at 8 (source C2)."""
OVER_65 = 66
FAST_POSITIVE = 3
"""FAST 3 or more (sources C1, O19)."""
UNASKED_AGES = range(13, 16)
"""No scored self-check by default at 13 to 15; a form that staff went through may be scored (facts 6)."""

OUTRANK = ("morning_drink", "audit_c_11", "never_harm", "never_but_drinks", "fast_never")
"""Flags that decide the next step instead of the band, the first of them first."""
NOT_ABOUT_NOW = ("never_harm", "never_but_drinks")
"""Of these, the ones for which the band is a number only and says nothing about drinking now (facts 0.9)."""
DEPENDENCE_BAND = "possible_dependence"

Given = Mapping[str, int]


@dataclass(frozen=True)
class Flag:
    """A flag and the ids of the items it is about."""

    id: str
    items: tuple[str, ...] = ()


Rule = Callable[[Given, Score, Person], Iterator[Flag]]


def raised(rule: str, answers: Answers, result: Score, person: Person = UNKNOWN) -> Sequence[Flag]:
    """The flags of a finished form, in order of weight. `rule` is the instrument's own."""
    given = {item: points for item in result.counted if (points := answers.get(item)) is not None}
    return tuple(_all(rule, given, result, person))


def _all(rule: str, given: Given, result: Score, person: Person) -> Iterator[Flag]:
    yield from FLAGS[rule](given, result, person)
    if person.age in UNASKED_AGES:
        yield Flag("age_13_to_15")


def next_step(band: str, flags: Sequence[Flag]) -> str:
    """What decides what to do: the first flag that outranks the band, or the band itself."""
    if band == DEPENDENCE_BAND:
        return band
    ids = {flag.id for flag in flags}
    return next((flag for flag in OUTRANK if flag in ids), band)


def none(given: Given, result: Score, person: Person) -> Iterator[Flag]:
    """No flags of its own."""
    yield from ()


def audit(given: Given, result: Score, person: Person) -> Iterator[Flag]:
    """AUDIT, AUDIT-C, AUDIT-PC: single items, "never drinks", and the two tests disagreeing."""
    yield from _signs(given)
    yield from _never(given, result)
    if result.age_rule == "youth":
        yield from _young(given, result)
    else:
        yield from _consumption(given, result)
        yield from _lower_threshold(result, person)


def fast(given: Given, result: Score, person: Person) -> Iterator[Flag]:
    """FAST: "Never" at its first item with a positive total is negative in the original paper (source C1)."""
    yield from _signs(given)
    if given.get("q3") == 0 and (result.total or 0) >= FAST_POSITIVE:
        yield Flag("fast_never", ("q3",))


def dudit(given: Given, result: Score, person: Person) -> Iterator[Flag]:
    """DUDIT: which cut-off was used where sex was not said."""
    if result.sex_rule == SENSITIVE:
        yield Flag("sex_not_given")


def dast_10(given: Given, result: Score, person: Person) -> Iterator[Flag]:
    """DAST-10: item 3 scores a point for someone who takes no drugs."""
    if result.band == NONE_REPORTED and given.get(DAST_10_REVERSED):
        yield Flag("item_3_trap", (DAST_10_REVERSED,))


def crafft(given: Given, result: Score, person: Person) -> Iterator[Flag]:
    """CRAFFT: a ride with a driver who had drunk or was high needs a talk at any total (source O39)."""
    if given.get("c1"):
        yield Flag("riding")


FLAGS: Mapping[str, Rule] = {rule.__name__: rule for rule in (none, audit, fast, dudit, dast_10, crafft)}


def _signs(given: Given) -> Iterator[Flag]:
    if given.get("q6", 0) >= MORNING_DRINK:
        yield Flag("morning_drink", ("q6",))
    if signs := _above_zero(given, DEPENDENCE_ITEMS):
        yield Flag("dependence_signs", signs)
    if past := _above_zero(given, PAST_ITEMS):
        yield Flag("past_problems", past)


def _never(given: Given, result: Score) -> Iterator[Flag]:
    """Item 1 Never: problems in the past, or answers that do not fit (facts 0.9)."""
    if given.get("q1") != 0:
        return
    if past := _above_zero(given, PAST_ITEMS):
        yield Flag("never_harm", past)
    if result.instrument == "audit_c":
        yield Flag("never_ask_past")
    others = tuple(item for item in given if item != "q1" and item not in PAST_ITEMS)
    if odd := _above_zero(given, others):
        yield Flag("never_but_drinks", odd)


def _consumption(given: Given, result: Score) -> Iterator[Flag]:
    """AUDIT-C inside the form: high by itself, or in another band than the whole AUDIT (facts 1.2)."""
    total = _audit_c(given)
    if total is None:
        return
    if total >= AUDIT_C_POSSIBLE_DEPENDENCE:
        yield Flag("audit_c_11", AUDIT_C_ITEMS)
    if result.instrument != "audit":
        return
    band = next(name for above, name in AUDIT_C_BANDS if total > above)
    if result.band == "low" and total >= AUDIT_C_POSITIVE:
        yield Flag("audit_c_positive", AUDIT_C_ITEMS)
    elif result.band not in (None, band):
        yield Flag("bands_differ", AUDIT_C_ITEMS)


def _young(given: Given, result: Score) -> Iterator[Flag]:
    total = _audit_c(given)
    if result.instrument == "audit" and total is not None and total >= AUDIT_C_YOUNG:
        yield Flag("audit_c_young", AUDIT_C_ITEMS)


def _lower_threshold(result: Score, person: Person) -> Iterator[Flag]:
    older = person.age is not None and person.age >= OVER_65
    if result.instrument == "audit" and result.total == LOWER_THRESHOLD and (person.sex == "female" or older):
        yield Flag("lower_threshold")


def _audit_c(given: Given) -> int | None:
    """The sum of AUDIT items 1 to 3; None where the form has not all of them. After Never, 2 and 3 are skipped."""
    if given.get("q1") == 0:
        return given.get("q2", 0) + given.get("q3", 0)
    return sum(given[item] for item in AUDIT_C_ITEMS) if all(item in given for item in AUDIT_C_ITEMS) else None


def _above_zero(given: Given, items: Sequence[str]) -> tuple[str, ...]:
    """The items that are above 0."""
    return tuple([item for item in items if given.get(item, 0) > 0])
