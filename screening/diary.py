"""The drink diary: units by day of the week. Numbers only; what was typed is never kept."""

from collections.abc import Iterator, Mapping
from decimal import ROUND_CEILING, Decimal

from screening.facts import Facts
from screening.rules import HEAVY_DAY_UNITS, Sitting, expecting, may_depend, rule
from screening.state import DAYS
from screening.units import against_guideline, plain, shown
from screening.values import gives

ASKED = ("diary_do", "diary_day", "diary_units", "diary_again")
"""Answers that lead to an entry, and are forgotten with it."""
BARS_ON, PAGE_ON = ("telegram",), "web"
"""Channels where the week is drawn with letters; and the one that draws it on the page of the summary."""
UNITS_PER_BLOCK, MOST_BLOCKS = 2, 12


def entered(sitting: Sitting) -> Mapping[str, str]:
    """The diary with the entry that was just given; as it was where there is none, or it is to be left."""
    given = sitting.said("diary_units")
    if given is None or sitting.said("diary_again") == "leave":
        return sitting.diary
    day, amount = _day(sitting), Decimal(str(given))
    if sitting.said("diary_again") == "add":
        amount += Decimal(sitting.diary.get(day, "0"))
    return {**sitting.diary, day: f"{amount:f}"}


def total(diary: Mapping[str, str]) -> Decimal:
    """Units in all the days that were entered."""
    return sum((Decimal(units) for units in diary.values()), Decimal(0))


def week_lines(sitting: Sitting, bars: bool = False) -> Iterator[str]:
    """A line for each day from Monday, with its units; a dash where nothing was entered."""
    words = sitting.library.words
    for day in DAYS:
        name = words.label("diary.day", day)
        if day not in sitting.diary:
            yield words.text("diary.no_entry", {"day": name})
        else:
            line = words.text("diary.entry", {"day": name, "units": _said(Decimal(sitting.diary[day]))})
            yield f"{line} {_bar(sitting, Decimal(sitting.diary[day]))}".rstrip() if bars else line


def _bar(sitting: Sitting, units: Decimal) -> str:
    blocks = int((units / UNITS_PER_BLOCK).to_integral_value(ROUND_CEILING))
    return sitting.library.words.text("diary.block") * min(blocks, MOST_BLOCKS)


def _day(sitting: Sitting) -> str:
    return sitting.today if sitting.said("diary_do") == "today" else str(sitting.said("diary_day"))


def _said(units: Decimal) -> str:
    return plain(Decimal(shown(units)))


@rule("service", "pregnant", "myself")
def diary_for(sitting: Sitting) -> str:
    """Whom the diary helps: a service, where stopping suddenly is dangerous; a midwife; or the person alone."""
    if may_depend(sitting):
        return "service"
    return "pregnant" if expecting(sitting) else "myself"


@rule("nothing", "before", "new")
def diary_had(sitting: Sitting) -> str:
    """Whether units were given, and for a day that has some already."""
    if sitting.said("diary_units") is None:
        return "nothing"
    return "before" if _day(sitting) in sitting.diary else "new"


@rule("yes", "no")
def diary_heavy(sitting: Sitting) -> str:
    """Whether the entry is over 15 units for its day (source N4)."""
    return "yes" if Decimal(entered(sitting).get(_day(sitting), "0")) > HEAVY_DAY_UNITS else "no"


@rule("empty", "service", "pregnant", "over", "within")
def diary_week(sitting: Sitting) -> str:
    """What may be said beside the week: the guideline of 14 units only where cutting down is safe and meant."""
    if not sitting.diary:
        return "empty"
    whom = diary_for(sitting)
    return against_guideline(total(sitting.diary)) if whom == "myself" else whom


@gives("day", "units")
def diary_entry(sitting: Sitting, facts: Facts) -> Mapping[str, str]:
    """The day of the entry that was just given, and the units it has now."""
    day = _day(sitting)
    units = Decimal(entered(sitting).get(day, "0"))
    return {"day": sitting.library.words.label("diary.day", day), "units": _said(units)}


@gives("lines", "total", "see")
def week(sitting: Sitting, facts: Facts) -> Mapping[str, str]:
    """The week at a glance, and where there is a picture of it."""
    words = sitting.library.words
    see = words.text("diary.see", {"link": words.text("web.keep_copy")})
    return {
        "lines": "\n".join(week_lines(sitting, facts.channel in BARS_ON)),
        "total": _said(total(sitting.diary)),
        "see": f" {see}" if facts.channel == PAGE_ON else "",
    }
