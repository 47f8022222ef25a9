"""Rates in times a month, and the shapes in which numbers, periods and days of the week say one.

Patterns are over known words with a space before and after each (`answer_words`): " 3 times a week ".
"""

import re
from dataclasses import dataclass
from math import inf

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
A_MONTH = {
    "day": 28.0, "night": 28.0, "evening": 28.0, "morning": 28.0, "week": 4.0, "weekend": 4.0, "fortnight": 2.0,
    "month": 1.0, "quarter": 1 / 3, "year": 1 / 12,
}  # fmt: skip
"""How many there are in a month of four weeks, as people reckon: weekly is four times a month."""
DAILY, ALMOST_DAILY = A_MONTH["day"], 20.0
"""Almost daily is five days of seven: in WHO's ASSIST "daily or almost daily" is 5 to 7 days a week."""
A_LITTLE = 1.001
"""What "more than" adds and "less than" takes away: the number itself is left out."""
MORE_THAN_NEVER = 0.001
ALMOST = 0.9
COUNTS = {"a": 1, "once": 1, "twice": 2, "thrice": 3}
NAMED_UNITS = frozenset(("day", "night", "evening", "weekend"))
UNTIL = frozenset(("to", "till", "until", "through"))
MAYBE = frozenset(("or", "sometimes", "maybe", "possibly", "perhaps"))


@dataclass(frozen=True)
class Rate:
    """From `least` to `most` times in a month of four weeks.

    Not `sure`: never taken without asking. `alone`: holds only where nothing narrows it ("never at home").
    """

    least: float
    most: float
    sure: bool = True
    alone: bool = False


NEVER = Rate(0, 0, alone=True)

_OR = r"(?:(?:to|or|and|maybe|possibly|perhaps|sometimes|even) ){1,2}"
_NUMBER = r"\d{1,3}|once|twice|thrice"
_COUNT = rf"(?P<n>{_NUMBER}|a) (?:(?:times |{_OR})*{_OR}(?P<m>{_NUMBER}) )?(?P<open>or more |plus |or less )?"
_UNIT = r"(?:(?:different |separate |full |whole )?(?P<unit>time|day|night|evening|morning|weekend)s? )?"
_LINK = r"(?P<link>(?:(?:in|at|on|over|of|out of|for|per|during|within) )?(?:(?:a|an|per|every|the|any|my|this|1) )*)"
_OTHER = "other|second|2nd|alternate"
_EACH = rf"(?:(?P<other>{_OTHER}) |(?P<k>\d{{1,2}}) (?:(?:to|or) (?P<k2>\d{{1,2}}) )?)?"
_PERIOD = rf"(?:(?:last|past|whole|previous) (?=year ))?(?P<period>{'|'.join(A_MONTH)})s? (?:(?:of|in) the week )?"
_AGAIN = (
    rf"(?:(?:and )?(?:or|sometimes|maybe|possibly|perhaps|even) (?P<again>{_NUMBER}) (?:times? )?"
    r"(?!a |an |per |every |in |at |on ))?"
)
_PART = r"(?:(?:night|evening|morning|afternoon|lunch)s? |lunchtime )?"
_DAY = rf"(?:{'|'.join(DAYS)})s? {_PART}"
_BETWEEN = r"(?:(?:and|or|n|then|plus|also|sometimes|maybe|possibly|perhaps|to|till|until|through|on|every|a|the) )*"

_PER = re.compile(rf"(?<= ){_COUNT}{_UNIT}{_LINK}{_EACH}{_PERIOD}{_AGAIN}")
_OUT_OF = re.compile(
    rf"(?<= ){_COUNT}{_UNIT}(?:out )?(?:of|in) (?:(?:every|the|all) )?(?P<of>\d{{1,2}}) (?:(?:day|night)s? )?"
)
_EVERY = re.compile(rf"(?<= )every (?:single |bloody |damn |fucking |flipping |blessed )?{_EACH}{_PERIOD}")
_WEEKEND = re.compile(r"(?<= )(?:(?:at|on|over|during|in|for) )?(?:(?:the|my|our) )?weekends? ")
_PARTS = re.compile(r"(?<= )(?:(?:in|on) the )?(?:evening|night|morning|afternoon)s ")
BARE = re.compile(rf"(?<= ){_COUNT}{_UNIT}")
NAMED_DAYS = re.compile(
    rf"(?<= )(?:(?:and|or|n|then|plus|also) )?(?P<from>(?:(?:on|every|a|the) )*)"
    rf"(?P<days>(?:(?:{_OTHER}) )?{_DAY}(?:{_BETWEEN}{_DAY})*)"
)


def _count(match: re.Match[str]) -> tuple[float, float]:
    """The least and the most of a count: "2 or 3", "4 or more", "twice, sometimes 3 times"."""
    named = match.groupdict()
    said = [named[name] for name in ("n", "m", "again") if named.get(name)]
    numbers = sorted(COUNTS[each] if each in COUNTS else int(each) for each in said)
    least = MORE_THAN_NEVER if match["open"] == "or less " else numbers[0]
    return least, inf if match["open"] in ("or more ", "plus ") else numbers[-1]


def _unit(match: re.Match[str]) -> str:
    """What is counted: "time", "day", "weekend" and so on; nothing where it may be drinks."""
    return str(match["unit"] or ("time" if {match["n"], match["m"]} & {"once", "twice", "thrice"} else ""))


def _gap(match: re.Match[str]) -> tuple[int, int]:
    """Every how many periods, at least and at most: "every other week", "every 2 to 3 weeks"."""
    if match["other"]:
        return 2, 2
    first, second = sorted(max(1, int(number)) for number in (match["k"] or "1", match["k2"] or match["k"] or "1"))
    return first, second


def _per(match: re.Match[str]) -> tuple[Rate, ...]:
    """ "3 times a week", "once every 2 weeks", "5 nights a week". "3 a week" may be of drinks, so it is asked about."""
    unit, link, period = _unit(match), match["link"].split(), match["period"]
    apart = bool(match["k"] or match["other"]) and not {"every", "in"} & set(link)
    a_day_of_it = match["n"] == "a" and not (unit in NAMED_UNITS and {"a", "per", "every", "in", "of"} & set(link))
    unlinked = not link and (not unit or period == "weekend")
    if apart or a_day_of_it or unlinked or (not unit and A_MONTH[period] >= DAILY):
        return ()
    (least, most), (fewest, furthest) = _count(match), _gap(match)
    busiest = 2 if unit == "weekend" else 1
    return (Rate(least * A_MONTH[period] / furthest, most * busiest * A_MONTH[period] / fewest, sure=bool(unit)),)


def _out_of(match: re.Match[str]) -> tuple[Rate, ...]:
    """ "5 nights out of 7", "1 weekend in 4"."""
    unit, of = _unit(match), int(match["of"])
    least, most = _count(match)
    if of < 2 or most > of or not (unit in NAMED_UNITS or (not unit and of == len(DAYS))):
        return ()
    a_month, busiest = (A_MONTH["weekend"], 2) if unit == "weekend" else (DAILY, 1)
    return (Rate(least * a_month / of, most * busiest * a_month / of),)


def _every(match: re.Match[str]) -> tuple[Rate, ...]:
    """ "every day", "every other weekend", "every 2 to 3 months"."""
    fewest, furthest = _gap(match)
    a_month, busiest = A_MONTH[match["period"]], 2 if match["period"] == "weekend" else 1
    return (Rate(a_month / furthest, busiest * a_month / fewest),)


def _weekend(match: re.Match[str]) -> tuple[Rate, ...]:
    """Every weekend is one day of it or both."""
    return (Rate(A_MONTH["weekend"], 2 * A_MONTH["weekend"]),)


def _parts(match: re.Match[str]) -> tuple[Rate, ...]:
    """ "In the evenings" does not say how many of them."""
    return (Rate(2 * A_MONTH["week"], DAILY, sure=False),)


def without_period(match: re.Match[str]) -> tuple[Rate, ...]:
    """ "Twice": of a year, a month or a week."""
    if match["n"] == "a" or not _unit(match):
        return ()
    least, most = _count(match)
    return tuple(Rate(least * A_MONTH[per], most * A_MONTH[per], sure=False) for per in ("year", "month", "week"))


def on_days(said: str) -> Rate:
    """Each week on the days that are named: "friday and saturday", "monday to friday", "friday, maybe saturday".

    One day alone, as in "friday", may be the last one; "fridays" and "on a friday" are not.
    """
    sure, perhaps, before = set[int](), set[int](), set[str]()
    words = said.split()
    for word in words:
        if word.removesuffix("s") not in DAYS:
            before.add(word)
            continue
        day = DAYS.index(word.removesuffix("s"))
        if UNTIL & before and sure:
            sure |= {(max(sure) + step) % 7 for step in range((day - max(sure)) % 7 + 1)}
        else:
            (perhaps if MAYBE & before and sure else sure).add(day)
        before = set()
    least, most = len(sure) * A_MONTH["week"], len(sure | perhaps) * A_MONTH["week"]
    if set(_OTHER.split("|")) & set(words):
        return Rate(least / 2, most / 2, sure=len(sure | perhaps) == 1)
    return Rate(
        least, most, sure=most > A_MONTH["week"] or bool({"a", "every", "the"} & set(words)) or "s " in f"{said} "
    )


SHAPES = ((_OUT_OF, _out_of), (_PER, _per), (_EVERY, _every), (_WEEKEND, _weekend), (_PARTS, _parts))
