"""The talk about a person's own plan: what added most, what they picked, how much it matters, goal and coping plan."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from screening.facts import Facts
from screening.questionnaire import Item
from screening.rules import (
    Sitting,
    advice,
    age_group,
    audit_of,
    goal_unsafe,
    rule,
    units_a_week,
    weekly_units,
    who_for,
)
from screening.scoring import items_due
from screening.script import JOIN
from screening.understanding.choices import Chosen
from screening.understanding.items import item_options
from screening.understanding.reading import read_choice
from screening.values import added_line, gives, goal_words

MOST_LINES = 3
LOW, HIGH = 3, 8
"""0 to 3 is low, 8 and over high: a convention (screening facts 5.2)."""
BRIEF_BANDS = ("increasing", "higher", "unscored")
DAYS_BY_OFTEN: Mapping[int, range] = {1: range(3), 2: range(3), 3: range(1, 5), 4: range(3, 8)}
"""AUDIT item 1 -> drinking days in a week that fit it, a day either way."""
PICKED = ("gains", "how", "trigger")
"""What is worth summing up without a goal; a number alone is not."""
FURTHEST = 1
"""Options of AUDIT item 2 that a usual day may be away from the one that was chosen."""


@rule("agree", "days", "units")
def answers_agree(sitting: Sitting) -> str:
    """Whether the usual week fits the answers to the AUDIT; where it does not, it is asked about and never averaged."""
    items, days, units = sitting.items("audit"), sitting.said("days"), sitting.said("units_day")
    often, typical = items.get("q1"), items.get("q2")
    if isinstance(days, int) and often and days not in DAYS_BY_OFTEN[often]:
        return "days"
    if units is not None and typical is not None and days != 0:
        return "units" if abs(_option(sitting, Decimal(str(units))) - typical) > FURTHEST else "agree"
    return "agree"


def _option(sitting: Sitting, units: Decimal) -> int:
    """The points of AUDIT item 2 that so many units come to."""
    item: Item = sitting.library.instrument("audit").item("q2")
    said = read_choice(item_options(item), f"{max(1, round(units))} units", quantity=True)
    return int(said.value) if isinstance(said, Chosen) else max(option.points for option in item.options)


@gives("first", "later")
def differing(sitting: Sitting, facts: Facts) -> Mapping[str, str]:
    """The two answers that do not match: the option of the AUDIT, and the number that was said later."""
    item, later = {"days": ("q1", "days"), "units": ("q2", "units_day")}.get(answers_agree(sitting), ("q1", "days"))
    points = sitting.items("audit").get(item)
    first = "" if points is None else sitting.library.instrument("audit").item(item).option(points).label
    return {"first": first, "later": str(sitting.said(later))}


@rule("over", "within", "unknown")
def agreed_week(sitting: Sitting) -> str:
    """The usual week against the guideline; unknown where two answers differ and the later one was not confirmed."""
    doubtful = answers_agree(sitting) != "agree" and sitting.said("nearer") != "second"
    return "unknown" if doubtful else weekly_units(sitting)


@rule("yes", "no")
def picked_gains(sitting: Sitting) -> str:
    """Whether any benefit was picked."""
    return "yes" if sitting.said("gains") else "no"


@rule("yes", "no")
def picked_trigger(sitting: Sitting) -> str:
    """Whether a hard moment was picked."""
    return "yes" if sitting.said("trigger") else "no"


def _level(said: object) -> str:
    if not isinstance(said, int):
        return "unknown"
    if said == 0:
        return "none"
    return "low" if said <= LOW else "high" if said >= HIGH else "middle"


@rule("none", "low", "middle", "high", "unknown")
def importance_level(sitting: Sitting) -> str:
    """How much a change matters to them."""
    return _level(sitting.said("importance"))


@rule("none", "low", "middle", "high", "unknown")
def confidence_level(sitting: Sitting) -> str:
    """How sure they are that they could."""
    return _level(sitting.said("confidence"))


@rule("yes", "no")
def may_set_goal(sitting: Sitting) -> str:
    """Whether a goal may be offered: an adult, for themselves, for whom nothing that is known speaks against it."""
    fit = who_for(sitting) == "me" and age_group(sitting) == "adult" and not goal_unsafe(sitting)
    return "yes" if fit and advice(sitting) in BRIEF_BANDS else "no"


@rule("days", "limit", "other", "none")
def goal_kind(sitting: Sitting) -> str:
    """Which number the goal needs."""
    goal = sitting.said("goal")
    if goal in (None, "not_now"):
        return "none"
    return {"free_days": "days", "limit": "limit"}.get(str(goal), "other")


@rule("less", "not_less")
def limit_fits(sitting: Sitting) -> str:
    """Whether a limit of units a week is less than what they told of their usual week."""
    week, limit = units_a_week(sitting.said("days"), sitting.said("units_day")), sitting.said("goal_limit")
    known = week is not None and limit is not None and agreed_week(sitting) != "unknown"
    return "not_less" if known and week is not None and Decimal(str(limit)) >= week else "less"


@rule("unsafe", "goal", "picks", "nothing")
def plan_kept(sitting: Sitting) -> str:
    """What there is to sum up. `unsafe`: something was said since that forbids a goal."""
    if may_set_goal(sitting) == "no":
        return "unsafe"
    if sitting.said("goal") not in (None, "not_now"):
        return "goal"
    return "picks" if any(sitting.said(picked) for picked in PICKED) else "nothing"


@gives("lines")
def most_added(sitting: Sitting, facts: Facts) -> Mapping[str, str]:
    """The answers that added most points, with their points; up to three that added the same."""
    answers = sitting.items("audit")
    instrument = audit_of(sitting)
    due = [item for item in items_due(instrument, answers) if answers.get(item)]
    most = max((answers[item] or 0 for item in due), default=0)
    found = [item for item in due if answers[item] == most][:MOST_LINES]
    return {
        "lines": "\n".join(added_line(sitting, instrument.item(item), answers[item], "check_alcohol") for item in found)
    }


@gives("gains")
def gains(sitting: Sitting, facts: Facts) -> Mapping[str, str]:
    """The benefits they picked, as a list in words."""
    return {"gains": _joined(sitting, "brief_advice.in_words.gains", "gains")}


@gives("plan")
def plan(sitting: Sitting, facts: Facts) -> Mapping[str, str]:
    """What they picked and set, a line each."""
    return {"plan": "\n".join(plan_lines(sitting))}


def plan_lines(sitting: Sitting) -> Iterator[str]:
    """Reasons, goal, start, means, coping plan and the two numbers, each where it was given; no goal where unsafe."""
    words, said = sitting.library.words, sitting.said
    if said("gains"):
        yield words.text("brief_advice.line.gains", {"gains": _joined(sitting, "brief_advice.in_words.gains", "gains")})
    if goal_unsafe(sitting):
        return
    if said("goal") not in (None, "not_now"):
        yield words.text("brief_advice.line.goal", {"goal": goal_words(sitting)})
        if said("goal_start"):
            start = words.label("brief_advice.goal_start", str(said("goal_start")))
            yield words.text("brief_advice.line.start", {"start": start})
    if said("how"):
        yield words.text("brief_advice.line.how", {"how": _joined(sitting, "brief_advice.in_words.how", "how")})
    if said("trigger") and said("response"):
        values = {part: words.text(f"brief_advice.in_words.{part}.{said(part)}") for part in ("trigger", "response")}
        yield words.text("brief_advice.line.coping", values)
    for number in ("importance", "confidence"):
        if said(number) is not None:
            yield words.text(f"brief_advice.line.{number}", {"number": str(said(number))})


def _joined(sitting: Sitting, key: str, name: str) -> str:
    words = sitting.library.words
    named = [words.text(f"{key}.{value}") for value in str(sitting.said(name) or "").split(JOIN) if value]
    return ", ".join(named)
