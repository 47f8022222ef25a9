"""Yes or no, and when: answers to "has it happened", with or without "in the last year" among the options."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from screening.understanding.answer_words import answer_words
from screening.understanding.choices import Option, Reading, answers, reading
from screening.understanding.normalise import words
from screening.understanding.spotting import replaced

NO, YES, PAST, RECENT = "no", "yes", "past", "recent"

_LONG_PAST = re.compile(r"(?<= )(?:(?:in|back in|since|around|about) )?(?:19\d\d|20[01]\d|202[0-4]) ")
"""Years that are more than a year ago whenever this is read."""


@dataclass(frozen=True)
class Said:
    """What a text says: answers ("yes", "no", "no_perhaps"), times (see `when` in answers.yaml), and what else.

    `clear`: every other word is known to change nothing. `tells`: something in it tells of what was asked.
    """

    answers: frozenset[str]
    times: frozenset[str]
    clear: bool
    tells: bool


def roles(options: Sequence[Option]) -> Mapping[str, str]:
    """What each option says ("no", "yes", "past", "recent") with its value; empty where that is not what is asked.

    Options that say more than yes and no have to have both times.
    """
    found = {_role(option): option.value for option in answers(options)}
    return found if set(found) in ({NO, YES}, {NO, PAST, RECENT}) and len(found) == len(answers(options)) else {}


def _role(option: Option) -> str:
    label = words(option.label)
    if label[:1] != (YES,):
        return NO if label == (NO,) else ""
    if "year" in label:
        return PAST if "not" in label else RECENT
    return YES if label == (YES,) else ""


def read_happened(options: Sequence[Option], text: str) -> Reading:
    """Which of the options (that have `roles`) the text means."""
    values, said = roles(options), _heard(text, options[0].asked)
    meant, sure = _without_time(said) if YES in values else _with_time(said)
    return reading((values[role] for role in meant), sure and said.clear)


def _heard(text: str, question: str) -> Said:
    known = answer_words()
    plain = _LONG_PAST.sub("years ago ", known.hear(text))
    spots = known.happened.find(plain)
    meanings = frozenset(spot.meaning for spot in spots) - {"remark"}
    rest = frozenset(known.without_remarks(tuple(replaced(plain, ((spot, "") for spot in spots)).split())))
    found = meanings & {"yes", "no", "no_perhaps"}
    about, telling = known.about(question), known.telling(question)
    harmless = (
        known.fillers
        | known.small_words
        | about
        | (frozenset() if found - {"yes"} else telling | known.lead_ins | known.circumstances)
    )
    clear = rest <= harmless and bool(found or rest & telling or not rest & about)
    return Said(found, meanings - found, clear, tells=bool(rest & telling))


def _without_time(said: Said) -> tuple[tuple[str, ...], bool]:
    if said.answers == {"yes"}:
        return (YES,), not said.times
    if said.answers == {"no"}:
        return (NO,), not said.times
    return ((YES, NO) if "yes" in said.answers else (NO,) if said.answers else ()), False


def _with_time(said: Said) -> tuple[tuple[str, ...], bool]:
    """A time without a "no" says yes; "not this year" alone may also be a never."""
    times = said.times - {"times"}
    if "yes" in said.answers and len(said.answers) > 1:
        return (NO, PAST, RECENT), False
    if said.answers and "yes" not in said.answers:
        return _no(said)
    if times == {RECENT}:
        return (RECENT,), True
    if times in ({PAST}, {"not_for_years"}, {PAST, "not_for_years"}):
        return (PAST,), True
    if times == {"not_this_year"} and said.answers:
        return (PAST,), True
    if times & {"not_this_year", "not_lately"} and not said.answers:
        return (NO, PAST), False
    return ((PAST, RECENT), False) if said.answers or said.times or said.tells else ((), False)


def _no(said: Said) -> tuple[tuple[str, ...], bool]:
    if not said.times:
        return (NO,), "no_perhaps" not in said.answers
    return ((NO, RECENT, PAST) if RECENT in said.times else (NO, PAST)), False
