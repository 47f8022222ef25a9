"""Whose cut-offs apply: age first, then sex, and only where a published cut-off needs it."""

from collections.abc import Sequence
from dataclasses import dataclass

from screening.questionnaire import Ages, Band, Instrument, Sex

YOUNGEST = 13
"""Nobody under 13 is screened (facts 4.5 and 6)."""
ADULT = 18
SENSITIVE = "sensitive"
"""The rule where sex makes a difference and was not said: the cut-off that misses fewest (facts 1.8)."""


class WrongAge(ValueError):
    """This instrument may not be scored at this age. Says why, and what to do."""


@dataclass(frozen=True)
class Person:
    """Whose form it is, as far as they said: age in years, sex. Not said is None."""

    age: int | None = None
    sex: Sex | None = None


UNKNOWN = Person()


@dataclass(frozen=True)
class Cutoffs:
    """The bands that apply and by which rules: `sex_rule` is None where sex makes no difference."""

    bands: tuple[Band, ...]
    age_rule: str
    sex_rule: str | None
    sources: tuple[str, ...]


def cutoffs(instrument: Instrument, person: Person = UNKNOWN) -> Cutoffs:
    """The cut-offs for this person. A form without an age is an adult's; the instruments of the young need the age.

    Sex not given: the instrument's own table, which is the most sensitive. Raises WrongAge.
    """
    age_rule, bands, sources = instrument.age_rule, instrument.bands, instrument.sources
    young = _by_age(instrument, person.age)
    if young is not None:
        age_rule, bands, sources = young
    if not instrument.by_sex:
        return Cutoffs(bands, age_rule, None, sources)
    if person.sex is None:
        return Cutoffs(bands, age_rule, SENSITIVE, sources)
    variant = instrument.by_sex[person.sex]
    return Cutoffs(variant.bands, age_rule, variant.id, (*sources, *variant.sources))


def _by_age(instrument: Instrument, age: int | None) -> tuple[str, tuple[Band, ...], tuple[str, ...]] | None:
    """The variant of an age; None for the instrument's own table."""
    if age is None:
        if instrument.ages[0] < ADULT:
            raise WrongAge(f"{instrument.name} is for {spoken(instrument.ages)}: give the age")
        return None
    if age < YOUNGEST:
        raise WrongAge(
            f"Nothing is scored for a child under {YOUNGEST}: talk with the child and your safeguarding lead today"
        )
    if within(age, instrument.ages):
        return None
    for variant in instrument.variants:
        if variant.ages is not None and within(age, variant.ages):
            return variant.id, variant.bands, (*instrument.sources, *variant.sources)
    raise WrongAge(f"{instrument.name} has no cut-off that was checked for age {age}: {_instead(instrument, age)}")


def _instead(instrument: Instrument, age: int) -> str:
    if age < ADULT and instrument.ages[0] >= ADULT:
        return "use AUDIT-C for alcohol, and offer the young people's service"
    return f"its cut-off is for {spoken(instrument.ages)}"


def within(age: int, ages: Ages) -> bool:
    """Whether an age in years lies between two ages, both included."""
    youngest, oldest = ages
    return youngest <= age and (oldest is None or age <= oldest)


def spoken(ages: Ages) -> str:
    """`(14, 18)` as "ages 14 to 18", `(18, None)` as "ages 18 and over"."""
    youngest, oldest = ages
    return f"ages {youngest} and over" if oldest is None else f"ages {youngest} to {oldest}"


def rules_for(instrument: Instrument) -> Sequence[tuple[str, tuple[Band, ...]]]:
    """Every table of cut-offs, each with whom it is for in words."""
    own = spoken(instrument.ages) + (", sex not said" if instrument.by_sex else "")
    named = [(spoken(v.ages) if v.ages else str(v.sex), v.bands) for v in instrument.variants]
    return [(own, instrument.bands), *named]
