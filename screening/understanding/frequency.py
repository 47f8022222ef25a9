"""How often, in ordinary words -> rates, and which options a rate fits by their own labels read as rates."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import inf, log

from screening.understanding.answer_words import MARK, answer_words
from screening.understanding.choices import Option, Reading, answers, reading
from screening.understanding.rates import (
    A_LITTLE,
    ALMOST,
    ALMOST_DAILY,
    BARE,
    DAILY,
    MORE_THAN_NEVER,
    NAMED_DAYS,
    NEVER,
    SHAPES,
    Rate,
    on_days,
    without_period,
)
from screening.understanding.spotting import Spot, longest, replaced

OVERFLOW = 2.0
"""A rate that begins in an option may reach this many times beyond it: "once or twice a week" is weekly."""
SLACK = 0.85
"""How far below an option a rate may begin and be of it: "almost every week" is weekly."""
REMEMBERED = 256

_ASIDE = "~"
"""A word that stands for an aside."""
_DENIAL = (NEVER,)
_Found = tuple[Rate, ...] | str
"""Rates, or the word to stand instead: none for a remark."""
_AND, _OR = frozenset(("and", "plus", "also", "then", "n")), frozenset(("or", "to"))
_IN_THE_WEEK = re.compile(r" (?:in|during) the week ")
"""On weekdays, so that a weekend said beside it is added."""
_BETWEEN = re.compile(rf"(?<= )(?:(?:between|from) )?({MARK}\d+ )(?:or|to|and) (?={MARK})")
_NO_BEFORE = re.compile(rf"(?<= )(?:(?:no|nope|nah|naw) )+(?=(?:\S+ )?{MARK})")
"""Of a never: "no never", "nope i dont"."""
_BEFORE = re.compile(rf"(?<= )(?P<how>almost|less than|more than|at least|at most) {MARK}(?P<rate>\d+) ")
_AFTER = re.compile(rf"(?<= ){MARK}(?P<rate>\d+) (?P<how>or more|or less|at least|at most|almost|or so) ")


@dataclass(frozen=True)
class Often:
    """What a text says of how often.

    `clear`: every other word of it is known to change nothing. `denied`: something in it is said not to be so.
    `either`: the rates are alternatives ("weekly or monthly"). `adding`: they may add up ("fridays and in the week").
    """

    rates: tuple[Rate, ...] = ()
    clear: bool = False
    denied: bool = False
    either: bool = False
    adding: bool = False


@dataclass(frozen=True)
class Fits:
    """The places of the labels that may be meant, the likeliest first, and whether there is no doubt of it."""

    places: tuple[int, ...] = ()
    sure: bool = False


def are_rates(options: Sequence[Option]) -> bool:
    """Whether every answer's label is a rate, so that rates can be compared."""
    return bool(answers(options)) and all(rate_of(option.label) for option in answers(options))


def read_often(options: Sequence[Option], text: str) -> Reading:
    """Which of the options (that `are_rates`) the rate in `text` fits."""
    spans = {option.value: rate_of(option.label) for option in answers(options)}
    often = how_often(text, options[0].asked)
    if often.denied and len(often.rates) == 1:
        return None
    rates = _together(often)
    fits = [fitting([span for span in spans.values() if span], rate) for rate in rates]
    certain = all(fit.sure for fit in fits) and all(rate.sure for rate in often.rates)
    sure = often.clear and not often.denied and certain
    places = [place for each in fits for place in each.places]
    return reading((tuple(spans)[place] for place in (places if len(rates) == 1 else sorted(places))), sure)


def _together(often: Often) -> tuple[Rate, ...]:
    """Rates that agree are one thing said twice; others may each be meant, and what they add up to."""
    if not often.rates:
        return ()
    least, most = max(rate.least for rate in often.rates), min(rate.most for rate in often.rates)
    if least <= most and not (often.either or often.adding):
        return (Rate(least, most),)
    total = Rate(sum(rate.least for rate in often.rates), sum(rate.most for rate in often.rates))
    return (*often.rates, total) if often.adding else often.rates


def how_often(text: str, question: str = "") -> Often:
    """Every rate that `text` says in answer to `question`.

    A count without a period ("twice") is three: a year's, a month's and a week's.
    """
    return _Hearing(text).often(question)


@lru_cache(REMEMBERED)
def rate_of(label: str) -> Rate | None:
    """The rate that an option's label is, from the least to the most of what it says; None where it is no rate."""
    often = how_often(label)
    if not often.clear or often.denied or not all(rate.sure for rate in often.rates):
        return None
    most = max(rate.most for rate in often.rates)
    return Rate(min(rate.least for rate in often.rates), inf if most >= DAILY else most)


def fitting(spans: Sequence[Rate], rate: Rate) -> Fits:
    """Nothing for a rate beyond all of `spans`. Between two, both; where it reaches far beyond one, the next too."""
    touched = [place for place, span in enumerate(spans) if span.least <= rate.most and rate.least <= span.most]
    below = [place for place, span in enumerate(spans) if span.most < rate.least]
    above = [place for place, span in enumerate(spans) if span.least > rate.most]
    if not touched:
        return Fits(_likeliest(spans, rate, [below[-1], above[0]] if below and above else []))
    fits = list(touched)
    if rate.least < spans[touched[0]].least * SLACK and touched[0] > 0:
        fits.append(touched[0] - 1)
    if rate.most > spans[touched[-1]].most * OVERFLOW and touched[-1] < len(spans) - 1:
        fits.append(touched[-1] + 1)
    return Fits(_likeliest(spans, rate, fits), sure=len(fits) == 1)


def _likeliest(spans: Sequence[Rate], rate: Rate, places: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted(places, key=lambda place: (abs(_middle(spans[place]) - _middle(rate)), place)))


def _middle(rate: Rate) -> float:
    """Halfway from the least to the most, as proportions go."""
    least, most = max(rate.least, MORE_THAN_NEVER), max(MORE_THAN_NEVER, min(rate.most, 2 * max(rate.least, DAILY)))
    return log(least * most) / 2


class _Hearing:
    """A text in which whatever says how often is replaced by a mark, and the rates the marks stand for."""

    def __init__(self, text: str) -> None:
        self._marked: list[tuple[Rate, ...]] = []
        heard = answer_words().hear(text)
        self._in_the_week = bool(_IN_THE_WEEK.search(heard))
        spots = longest((*_phrases(heard), *_shapes(heard)))
        self._denials = sum(spot.meaning is _DENIAL for spot in spots)
        self._text = replaced(heard, [(spot, self._mark(spot.meaning)) for spot in spots])
        for pattern in (_BEFORE, _AFTER, _BEFORE):
            self._text = pattern.sub(self._change, self._text)
        if not self._marked:
            self._text = BARE.sub(self._count, self._text)
        if not any(rate.most for rates in self._marked for rate in rates):
            self._text = _NO_BEFORE.sub("", self._text)

    def often(self, question: str) -> Often:
        words = tuple(self._text.split())
        places = [place for place, word in enumerate(words) if word[0] == MARK]
        if not places:
            return Often()
        rates = tuple(rate for place in places for rate in self._marked[int(words[place][1:])])
        if self._denials and any(rate.most for rate in rates):
            return Often()
        between = set(words[places[0] : places[-1]])
        return Often(
            rates,
            clear=self._is_clear(question, [rate.alone for rate in rates]),
            denied=bool(answer_words().negations & set(words)),
            either=bool(_OR & between),
            adding=bool(_AND & between) or self._in_the_week,
        )

    def _is_clear(self, question: str, kinds: Sequence[bool]) -> bool:
        """Whether every word beside the rates is known to change nothing; which `kinds` of them hold only alone."""
        said, alone = answer_words(), any(kinds)
        words = tuple(_BETWEEN.sub(r"\1", self._text).split())
        rest = words if alone else said.without_remarks(words)
        first = next(place for place, word in enumerate(rest) if word[0] == MARK)
        always = said.fillers | said.about(question, never=alone) | (frozenset() if all(kinds) else said.hedges)
        before = always | said.small_words | said.hedges | said.lead_ins
        after = always if alone else always | said.small_words | said.circumstances | {_ASIDE}
        before = before if alone else before | after
        return before.issuperset(rest[:first]) and after.issuperset(w for w in rest[first:] if w[0] != MARK)

    def _mark(self, rates: _Found) -> str:
        if isinstance(rates, str):
            return rates
        self._marked.append(rates)
        return f"{MARK}{len(self._marked) - 1} "

    def _count(self, match: re.Match[str]) -> str:
        rates = without_period(match)
        return self._mark(rates) if rates else match[0]

    def _change(self, match: re.Match[str]) -> str:
        rates = tuple(_changed(rate, match["how"]) for rate in self._marked[int(match["rate"])])
        return self._mark(rates)


def _phrases(heard: str) -> Iterator[Spot[_Found]]:
    """What the words of answers.yaml say."""
    said = answer_words()
    for remark in said.remarks.everywhere(heard):
        yield Spot("", remark.start, remark.end)
    for aside in said.asides.everywhere(heard):
        yield Spot(f"{_ASIDE} ", aside.start, aside.end)
    for denial in said.denials.everywhere(heard):
        yield Spot(_DENIAL, denial.start, denial.end)
    for spot in said.rates.everywhere(heard):
        rate = spot.meaning
        most = inf if rate.most is None else rate.most
        yield Spot((Rate(rate.least, most, rate.sure, rate.alone),), spot.start, spot.end)


def _shapes(heard: str) -> Iterator[Spot[_Found]]:
    """What numbers, periods and days of the week say. All days that are named make one rate, wherever they stand."""
    for pattern, read in SHAPES:
        for match in pattern.finditer(heard):
            if rates := read(match):
                yield Spot(rates, match.start(), match.end())
    named = list(NAMED_DAYS.finditer(heard))
    if named:
        week = on_days(heard[named[0].start("from") : named[-1].end()])
        yield Spot((week,), named[0].start("from"), named[0].end())
        for also in named[1:]:
            yield Spot("", also.start(), also.end())


def _changed(rate: Rate, how: str) -> Rate:
    """ "Almost every day", "less than once a month", "weekly or more". Of never there is no more or less."""
    if rate.most == 0:
        return replace(rate, sure=False)
    match how:
        case "almost":
            return replace(rate, least=ALMOST_DAILY if rate.least >= DAILY else rate.least * ALMOST)
        case "less than":
            return replace(rate, least=MORE_THAN_NEVER, most=rate.most / A_LITTLE)
        case "more than":
            return replace(rate, least=rate.least * A_LITTLE, most=inf)
        case "at least" | "or more":
            return replace(rate, most=inf)
        case "at most" | "or less":
            return replace(rate, least=MORE_THAN_NEVER)
        case _:
            return rate
