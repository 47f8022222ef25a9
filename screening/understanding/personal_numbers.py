"""NHS numbers and phone numbers in a message that has been folded (`normalise.fold`)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import phonenumbers
from nhs_number.validate import is_valid
from phonenumbers import NumberParseException, PhoneNumberType

from screening.understanding.personal_dates import without_dates
from screening.understanding.personal_words import one_of

_RENTED = frozenset(
    (
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
    )
)
"""Kinds of number that organisations have and people do not (0300, 0800, 09)."""
_NOBODYS = re.compile(r"0[3589]|11[68]")
"""How numbers that are nobody's own begin, however short."""
_BRITISH = re.compile(r"0[127]\d{9}|01\d{8}|(?:00)?440?[127]\d{9}")
_MOBILE = re.compile(r"07\d{9}")
_WITHOUT_NOUGHT = re.compile(r"7[1-9]\d{8}")
_SHORTEST, _LONGEST = 6, 15
"""Digits of what is announced as a phone number: a local one; the longest there is (ITU-T E.164)."""
_SHORTEST_ABROAD, _LONGEST_BRITISH = 9, 15
_MOST_LOOKED_UP = 200
"""Numbers of one message; nobody writes more, and each takes time."""
_NHS_DIGITS, _NHS_GROUPS, _MOST_GROUPS = 10, [3, 3, 4], 3
_ITEM_SCORES = frozenset("01234")
"""Ten single digits of these are more likely the answers of an AUDIT than an NHS number."""

_RUN = re.compile(r"\+?\(?\d(?:[ \t()._–/-]{0,3}\d)*")
_GROUP = re.compile(r"\d+")
_NHS = re.compile(r"(?<![a-z])nhs(?!\.)")
_ZERO_AS_O = re.compile(r"(?<!\w)[\do]{2,14}(?!\w)")

_ONE_TO_NINE = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_DIGIT_WORDS = {"oh": "0", "o": "0", "zero": "0", "nought": "0"} | {
    word: str(digit) for digit, word in enumerate(_ONE_TO_NINE, 1)
}
_TIMES = {"double": 2, "treble": 3, "triple": 3}
_DIGIT_WORD = rf"(?:(?:{'|'.join(_TIMES)})\s)?(?:{'|'.join(_DIGIT_WORDS)})"
_SPOKEN = re.compile(rf"\b{_DIGIT_WORD}(?:[\s,-]{{1,2}}{_DIGIT_WORD}){{7,}}\b")


class Digits:
    """The runs of digits of a folded message: written, with the letter O for a nought, or spoken; dates left out."""

    def __init__(self, plain: str) -> None:
        figures = _SPOKEN.sub(_spoken_digits, plain)
        figures = _ZERO_AS_O.sub(lambda word: word[0].replace("o", "0") if word[0].strip("o") else word[0], figures)
        self._with_dates, self.text = figures, without_dates(figures)
        self.runs = [(run[0], _GROUP.findall(run[0])) for run in _RUN.finditer(self.text)]

    def has_nhs_number(self) -> bool:
        """Whether a valid NHS number stands here; in unusual groups only where the message speaks of the NHS."""
        named = _NHS.search(self.text) is not None
        if named and any(is_nhs_number(_digits_of(run[0])) for run in _RUN.finditer(self._with_dates)):
            return True
        return any(is_nhs_number(number) for _, groups in self.runs for number in _nhs_shapes(groups, named))


class Phones:
    """Finds phone numbers, also short ones after one of `announced`, except those that are `public`."""

    def __init__(self, announced: Iterable[str], public: Iterable[str]) -> None:
        self._announced = re.compile(rf"{one_of(announced)}[^\d+\n]{{0,12}}(?P<number>{_RUN.pattern})")
        self._public = frozenset(map(_digits_of, public))

    def found(self, digits: Digits) -> bool:
        """Whether somebody's own phone number stands here."""
        dialled = (number for run, groups in digits.runs for number in _dialled(run, groups))
        return any(self._is_personal(number) for number in islice(dialled, _MOST_LOOKED_UP)) or any(
            self._is_announced(match["number"]) for match in self._announced.finditer(digits.text)
        )

    def _is_personal(self, number: str) -> bool:
        if number in self._public:
            return False
        try:
            phone = phonenumbers.parse(number, "GB")
        except NumberParseException:
            return False
        sound = phonenumbers.is_valid_number if number.startswith("00") else phonenumbers.is_possible_number
        return sound(phone) and phonenumbers.number_type(phone) not in _RENTED

    def _is_announced(self, run: str) -> bool:
        number = _digits_of(run)
        is_other = number in self._public or _NOBODYS.match(number) or is_nhs_number(number)
        return _SHORTEST <= len(number) <= _LONGEST and not is_other


def is_nhs_number(number: str) -> bool:
    """Whether these are ten digits with the right check digit (NHS Data Dictionary, NHS NUMBER)."""
    return len(number) == _NHS_DIGITS and is_valid(number)


def _digits_of(text: str) -> str:
    return re.sub(r"\D", "", text)


def _spoken_digits(run: re.Match[str]) -> str:
    digits, times = "", 1
    for word in re.findall(r"[a-z]+", run[0]):
        if word in _TIMES:
            times = _TIMES[word]
        else:
            digits, times = digits + _DIGIT_WORDS[word] * times, 1
    return digits


def _nhs_shapes(groups: Sequence[str], named: bool) -> Iterator[str]:
    for at, group in enumerate(groups):
        if len(group) == _NHS_DIGITS:
            yield group
        elif [len(part) for part in groups[at : at + 3]] == _NHS_GROUPS:
            yield "".join(groups[at : at + 3])
        elif named:
            yield from _joined(groups, at, range(_NHS_DIGITS, _NHS_DIGITS + 1))
    in_singles = len(groups) == _NHS_DIGITS and not _ITEM_SCORES.issuperset(groups)
    if in_singles or (len(groups) <= _MOST_GROUPS and not _looks_mobile(groups)):
        yield "".join(groups)


def _joined(groups: Sequence[str], at: int, lengths: range) -> Iterator[str]:
    """The groups from `at` on, put together, as far as they make a number of one of these lengths."""
    number = ""
    while at < len(groups) and len(number) + len(groups[at]) < lengths.stop:
        number += groups[at]
        at += 1
        if len(number) in lengths:
            yield number


def _dialled(run: str, groups: Sequence[str]) -> Iterator[str]:
    """What may be dialled of a run of digits: from a nought, from +44 or 44, from another country's code."""
    if run[0] == "+" or groups[0].startswith("00"):
        lead = "+" if run[0] == "+" else ""
        yield from (lead + number for number in _joined(groups, 0, range(_SHORTEST_ABROAD, _LONGEST + 3)))
    for at, group in enumerate(groups):
        if group.startswith(("0", "44")):
            numbers = _joined(groups, at, range(_NHS_DIGITS, _LONGEST_BRITISH + 1))
            british = _MOBILE if len(groups[at : at + 2]) == len("".join(groups[at : at + 2])) else _BRITISH
            yield from (_with_code(number) for number in numbers if british.fullmatch(number))
    whole = "".join(groups) if len(groups) <= _MOST_GROUPS else ""
    if _WITHOUT_NOUGHT.fullmatch(whole) and (_looks_mobile(groups) or not is_nhs_number(whole)):
        yield whole


def _looks_mobile(groups: Sequence[str]) -> bool:
    """ "7700 900123", a mobile number without its nought."""
    return len(groups) > 1 and len(groups[0]) == 4 and groups[0][0] == "7"


def _with_code(number: str) -> str:
    abroad = number.removeprefix("00")
    return f"+{abroad}" if abroad.startswith("44") else number
