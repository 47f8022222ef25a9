"""Dates of birth in a message that has been folded (`normalise.fold`)."""

import re

from pydantic import BaseModel, ConfigDict

from screening.understanding.personal_words import Words, either, one_of

BIRTH_YEARS = range(1925, 2023)
"""Of a date on its own: the birth years of people who may be talked about."""
_CENTURY_TURN = 27
"""Years written with two digits from here on are of the last century."""
_REACH = 30
"""Characters before a date in which a word may say that it is another day."""
_EDGE = 4
"""Characters beside a date in which a mark may set it apart."""

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)(?![a-z])"
)
_NTH = (
    r"(?:(?:twenty|thirty)[ -])?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|tenth|eleventh|twelfth"
    r"|(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|thirtieth"
)
_DAY = rf"(?:[0-3]?\d(?:st|nd|rd|th)?|{_NTH})"
_YEAR = r"(?:19|20)?\d\d(?!\d|[/.-]\d)"
_FIGURES = (
    rf"(?<![\d£])(?<!\d[./-])(?<!\d [./-] )\d\d?(?: ?[/.\\-] ?\d\d? ?[/.\\-] ?{_YEAR}| \d\d? (?:19|20)\d\d(?!\d))"
    r"|(?<!\d)(?:19|20)\d\d[/.-]\d\d?[/.-]\d\d?(?!\d)"
)
_WORDED = rf"(?<![^\W_])(?:{_DAY}[\s/.-]*(?:of\s)?(?:the\s)?{_MONTH}|{_MONTH}\.?\s(?:the\s)?{_DAY}(?![^\W_]))"
_WHOLE = rf"(?:{_FIGURES}|{_WORDED}[\s,./-]*{_YEAR})"
_BARE = r"(?:\d\d? \d\d? \d\d|\d{8}|\d{6})(?!\d)"
_FILLER = r"(?:\W|(?:is|was|its|the|s|a|it|day|given|as|of|for)(?![^\W_])){0,8}"

_FIGURES_DATE, _WHOLE_DATE = re.compile(_FIGURES), re.compile(_WHOLE)
_WORD, _NUMBER = re.compile(r"[^\W\d_]+"), re.compile(r"\d+")
_MARKS = ",;:|()\n.!?"


class DateWords(BaseModel):
    """The part `births` of personal.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    announced: tuple[str, ...]
    beside: Words
    other_days: Words


class Births:
    """Finds dates of birth by `words`."""

    def __init__(self, words: DateWords) -> None:
        birth = one_of(words.announced)
        self._birth = re.compile(birth)
        self._after_birth = re.compile(rf"{birth}{_FILLER}(?:{_WHOLE}|{_WORDED}|{_BARE})")
        self._before_birth = re.compile(rf"{_WHOLE}{_FILLER}(?:(?:my|his|her|their|the)\W)?{birth}")
        self._beside = re.compile(rf"\W{{0,3}}{either(words.beside)}")
        self._other_days = words.other_days

    def found(self, plain: str, beside_a_person: bool) -> bool:
        """Whether a date is said to be a birth, or a whole date stands alone or in a message that names somebody."""
        if self._birth.search(plain) and (self._after_birth.search(plain) or self._before_birth.search(plain)):
            return True
        return any(
            (beside_a_person or _stands_alone(plain, date) or self._beside.match(plain, date.end()))
            and not self._is_another_day(plain, date.start())
            for date in _WHOLE_DATE.finditer(plain)
            if _could_be_birth(date[0])
        )

    def _is_another_day(self, plain: str, start: int) -> bool:
        return not self._other_days.isdisjoint(_WORD.findall(plain[max(0, start - _REACH) : start]))


def without_dates(plain: str) -> str:
    """`plain` with every date of figures taken out, so that its figures are not read as something else."""
    return _FIGURES_DATE.sub(lambda date: "|" if _has_day_and_month(date[0]) else date[0], plain)


def _could_be_birth(date: str) -> bool:
    numbers = [int(number) for number in _NUMBER.findall(date)]
    year = numbers[0] if numbers[0] >= BIRTH_YEARS.start else numbers[-1]
    if year < 100:
        year += 1900 if year >= _CENTURY_TURN else 2000
    return year in BIRTH_YEARS and (_WORD.search(date) is not None or _has_day_and_month(date))


def _has_day_and_month(figures: str) -> bool:
    numbers = [int(number) for number in _NUMBER.findall(figures)]
    day_and_month = numbers[1:] if numbers[0] >= BIRTH_YEARS.start else numbers[:2]
    return min(day_and_month) in range(1, 13) and max(day_and_month) in range(1, 32)


def _stands_alone(plain: str, date: re.Match[str]) -> bool:
    before = plain[max(0, date.start() - _EDGE) : date.start()].rstrip(" ")
    after = plain[date.end() : date.end() + _EDGE].lstrip(" ")
    return (not before or before[-1] in _MARKS) and (not after or after[0] in _MARKS)
