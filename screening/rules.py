"""Named outcomes that journeys may route on. Each rule lists every outcome it can give; the loader checks the routes.

Clinical rules follow the screening facts, sections 0 and 1; where a person has not said, the safer outcome is taken.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from screening.cutoffs import Person, cutoffs
from screening.orders import AUDIT_C_ITEMS, AUDIT_C_POSITIVE_YOUNG, items_due
from screening.questionnaire import Instrument, band_of
from screening.scoring import POSSIBLE_DEPENDENCE, Score, score
from screening.script import Screen
from screening.state import Answer

if TYPE_CHECKING:
    from screening.library import Library

AUDIT_C_POSSIBLE_DEPENDENCE = 11
"""AUDIT-C 11 or 12: "do not stop suddenly" whatever the full total (source G2, facts 4.1)."""
MORNING_DRINK = 2
"""AUDIT item 6 monthly or more (facts 4.1)."""
HEAVY_DAY_UNITS = 15
"""More than 15 units on a typical day (source N4)."""
MOST_DAYS = 4
"""Days of the drink diary's week that are most of it."""
TEN_OR_MORE = 4
"""AUDIT item 2 "10 or more": could be over 15 units."""
WEEKLY_GUIDELINE = 14
"""UK Chief Medical Officers: not more than 14 units a week on a regular basis (source O53)."""
AUDIT_DEPENDENCE_YOUNG = 7
"""AUDIT cut-off for dependence at 10 to 17 (source E7)."""
DOOR = "quick"
"""The answer that says which short form staff began with."""
AUDIT_ORDERS = {"fast": "audit_after_fast", "single": "audit_after_m_sasq"}
"""How the AUDIT goes on after each."""
YOUNG_AGES = {"13_15": 13, "16_17": 16}
TOLD_PREGNANT = "told_pregnant"
TOLD_WITHDRAWAL = "told_withdrawal"
"""Answers given in words of their own, to a safety interruption: they count like the questions."""
LEAST_OF_TEN_OR_MORE = Decimal("9.5")
"""Fewer units than this do not round to 10."""
PUSHES = ("telegram",)
"""Channels that can write to a person first."""
ADULT_BANDS = ("18_24", "25_29", "30_39", "40_49", "50_64", "65_plus")


@dataclass(frozen=True)
class Sitting:
    """What a rule may look at: the content, the answers so far, through which channel they came, and the drink diary.

    `promised`: they are to be written to later, about whatever it is. `diary`: units by day of the
    week. `today`: that day, as the diary names it.
    """

    library: "Library"
    answers: Mapping[str, Answer]
    channel: str = "web"
    diary: Mapping[str, str] = field(default_factory=dict)
    today: str = "mon"
    promised: bool = False

    def said(self, name: str) -> Answer:
        """The answer of this name; None if it was declined or not asked."""
        return self.answers.get(name)

    @property
    def person(self) -> Person:
        """Age and sex as far as the cut-offs need them: the youngest age of the band, and nothing where not said."""
        age, sex = YOUNG_AGES.get(str(self.said("age_band"))), self.said("sex")
        return Person(age, "female" if sex == "female" else "male" if sex == "male" else None)

    def items(self, instrument: str) -> dict[str, int | None]:
        """The answers to an instrument's items, by item id, in points."""
        prefix = f"{instrument}."
        return {
            name.removeprefix(prefix): value if isinstance(value, int) else None
            for name, value in self.answers.items()
            if name.startswith(prefix)
        }


Rule = Callable[[Sitting], str]


@dataclass(frozen=True)
class NamedRule:
    """A rule and every outcome it can give."""

    outcomes: tuple[str, ...]
    decide: Rule


RULES: dict[str, NamedRule] = {}


def rule(*outcomes: str) -> Callable[[Rule], Rule]:
    """Register a rule under its function's name."""

    def register(decide: Rule) -> Rule:
        RULES[decide.__name__] = NamedRule(outcomes, decide)
        return decide

    return register


def alcohol_score(sitting: Sitting) -> Score:
    """The AUDIT of this sitting; the AUDIT-C when only its three items were due."""
    return _audit_score(sitting, audit_of(sitting))


def audit_of(sitting: Sitting) -> Instrument:
    """The AUDIT in the order that fits: after the staff door, or for the young, who go on to the whole of it sooner."""
    order = AUDIT_ORDERS.get(str(sitting.said(DOOR)))
    if order is None and sixteen_or_seventeen(sitting) == "yes":
        order = "audit_two_stage_young"
    return sitting.library.instrument("audit") if order is None else sitting.library.reordered("audit", order)


def screen_score(sitting: Sitting, step: Screen) -> Score:
    """The score of what a step screens, with the cut-offs for this person."""
    instrument = sitting.library.screened(step)
    if instrument.id == "audit":
        return _audit_score(sitting, instrument)
    return score(instrument, sitting.items(step.prefix), sitting.person)


def _audit_score(sitting: Sitting, audit: Instrument) -> Score:
    answers = sitting.items("audit")
    only_audit_c = tuple(items_due(audit, answers)) == AUDIT_C_ITEMS
    return score(sitting.library.instrument("audit_c") if only_audit_c else audit, answers, sitting.person)


@rule("child", "young", "adult")
def age_group(sitting: Sitting) -> str:
    """Under 13, under 18 (also when the age was declined: screening facts 6), or adult."""
    band = sitting.said("age_band")
    if band == "under_13":
        return "child"
    return "adult" if band in ADULT_BANDS else "young"


@rule("me", "family", "professional")
def who_for(sitting: Sitting) -> str:
    """Who the talk is for. Not said: as for oneself."""
    audience = str(sitting.said("audience") or "me")
    return audience if audience in ("family", "professional") else "me"


@rule("never", "never_harm", "low", "unscored_low", "positive", "dependence")
def drinking(sitting: Sitting) -> str:
    """What the AUDIT answers say before anything else is asked.

    `dependence`: the answered items already reach 20. `never`: item 1 Never; `never_harm` if item 9 or 10 is above 0 or
    was declined. `low`: AUDIT-C below 5. `unscored_low`: the same, though an item is missing. `positive`: the rest.
    """
    items, result = sitting.items("audit"), alcohol_score(sitting)
    if items.get("q1") == 0:
        return "never" if items.get("q9") == 0 and items.get("q10") == 0 else "never_harm"
    if result.least >= POSSIBLE_DEPENDENCE:
        return "dependence"
    if result.instrument == "audit_c":
        return "low" if result.total is not None else "unscored_low"
    return "positive"


@rule("dependence", "do_not_stop", "cannot_tell", "pregnant", "low", "increasing", "higher", "unscored")
def advice(sitting: Sitting) -> str:
    """The right next step when the AUDIT-C was (or could be) positive. Safety first, then pregnancy, then the band.

    `cannot_tell`: something that would show dependence was not answered, so no drinking goal may be offered.
    """
    result = alcohol_score(sitting)
    if result.least >= POSSIBLE_DEPENDENCE:
        return "dependence"
    if do_not_stop_suddenly(sitting):
        return "do_not_stop"
    if result.most >= POSSIBLE_DEPENDENCE or _withdrawal_unknown(sitting):
        return "cannot_tell"
    if pregnant(sitting) == "yes":
        return "pregnant"
    return result.band or "unscored"


def do_not_stop_suddenly(sitting: Sitting) -> bool:
    """Whatever the total: AUDIT-C 11+, morning drinking monthly or more, over 15 units a day, shakes when stopping."""
    items = sitting.items("audit")
    return (
        _audit_c(sitting).least >= AUDIT_C_POSSIBLE_DEPENDENCE
        or (items.get("q6") or 0) >= MORNING_DRINK
        or Decimal(str(sitting.said("units_day") or 0)) > HEAVY_DAY_UNITS
        or sitting.said("shakes") == "yes"
        or sitting.said(TOLD_WITHDRAWAL) is not None
    )


def told_not_to_stop(sitting: Sitting) -> bool:
    """Whether the check ends with "do not stop suddenly"."""
    if sixteen_or_seventeen(sitting) == "yes":
        return young_advice(sitting) == "do_not_stop"
    result = drinking(sitting)
    return result == "dependence" or (
        result == "positive" and advice(sitting) in ("dependence", "do_not_stop", "cannot_tell")
    )


def _withdrawal_unknown(sitting: Sitting) -> bool:
    items = sitting.items("audit")
    morning_drink_unknown = "q6" in items and items["q6"] is None
    audit_c_unknown = _audit_c(sitting).most >= AUDIT_C_POSSIBLE_DEPENDENCE
    signs_unknown = morning_drink_unknown or audit_c_unknown or _heavy_day_unknown(sitting)
    return signs_unknown or sitting.said("shakes") in (None, "not_sure")


def _heavy_day_unknown(sitting: Sitting) -> bool:
    """Over 15 units a day cannot be ruled out: not said, or less than item 2 "10 or more" says, so one is mistaken."""
    units_day, item_2 = sitting.said("units_day"), sitting.items("audit").get("q2")
    if units_day is None:
        return item_2 in (TEN_OR_MORE, None)
    return item_2 == TEN_OR_MORE and Decimal(str(units_day)) < LEAST_OF_TEN_OR_MORE


def _audit_c(sitting: Sitting) -> Score:
    return score(sitting.library.instrument("audit_c"), sitting.items("audit"))


@rule("yes", "no")
def pregnant(sitting: Sitting) -> str:
    """Pregnant or trying for a baby; also where they only said so in words of their own."""
    asked = sitting.said("pregnancy")
    return "yes" if asked == "yes" or (asked is None and sitting.said(TOLD_PREGNANT)) else "no"


def needs_specialist(sitting: Sitting) -> bool:
    """Whether a check was done that ended in safety advice, so that nothing to use alone is offered."""
    done = bool(sitting.items("audit")) and drinking(sitting) in ("positive", "dependence")
    return done and advice(sitting) in ("dependence", "do_not_stop", "cannot_tell", "pregnant")


@rule("yes", "no")
def together(sitting: Sitting) -> str:
    """Drinking and drugs in one sitting: help is looked for once, at the end."""
    return "yes" if sitting.said("together") == "yes" else "no"


@rule("yes", "no")
def wanted_help(sitting: Sitting) -> str:
    """Whether they said yes to finding a service after either check."""
    asked = ("wants_service", "extra_help", "wants_drug_service")
    return "yes" if any(sitting.said(name) == "yes" for name in asked) else "no"


@rule("yes", "no")
def sixteen_or_seventeen(sitting: Sitting) -> str:
    """Old enough for the youth cut-offs (screening facts 0.1); younger people meet no scored screen."""
    return "yes" if sitting.said("age_band") == "16_17" else "no"


@rule("never", "below", "positive", "unscored")
def young_drinking(sitting: Sitting) -> str:
    """AUDIT-C at 16 and 17: 3 or more is at-risk use (source E7). `unscored`: it could be, an item is missing."""
    items = sitting.items("audit")
    if items.get("q1") == 0:
        return "never"
    audit_c = score(sitting.library.instrument("audit_c"), items, sitting.person)
    if audit_c.least >= AUDIT_C_POSITIVE_YOUNG:
        return "positive"
    return "below" if audit_c.most < AUDIT_C_POSITIVE_YOUNG else "unscored"


@rule("below", "talk", "do_not_stop")
def young_advice(sitting: Sitting) -> str:
    """At 16 and 17: never a band. AUDIT 7 or more can mean dependence (source E7); not answered, the safer way."""
    drinks = young_drinking(sitting)
    if drinks in ("never", "below"):
        return "below"
    dependent = alcohol_score(sitting).least >= AUDIT_DEPENDENCE_YOUNG
    return "do_not_stop" if dependent or do_not_stop_suddenly(sitting) else "talk"


@rule("step", "pregnant", "do_not_stop")
def young_step(sitting: Sitting) -> str:
    """Whether a small step may be picked at 16 and 17: not where stopping could be dangerous, or in pregnancy.

    Not sure of shakes, or not said, counts as yes (facts 4.1); so do AUDIT answers of 7 or more (source E7).
    """
    told = young_advice(sitting) == "do_not_stop" or do_not_stop_suddenly(sitting)
    if told or sitting.said("shakes") != "no":
        return "do_not_stop"
    return "pregnant" if pregnant(sitting) == "yes" else "step"


@rule("below", "problems", "dependence", "unscored", "problems_unscored")
def drugs(sitting: Sitting) -> str:
    """DUDIT: problems from 6 for men and 2 for women or where it was not said; dependence from 25 (source O25).

    With an item missing there is no band, but answers that reach a cut-off already are not ignored.
    """
    result = dudit_score(sitting)
    if result.band is not None:
        return _DUDIT_BANDS[result.band]
    reached = band_of(cutoffs(sitting.library.instrument("dudit"), sitting.person).bands, result.least).id
    return "unscored" if reached == "below" else "problems_unscored"


def dudit_score(sitting: Sitting) -> Score:
    """The DUDIT of this sitting, with the cut-off for this person."""
    return score(sitting.library.instrument("dudit"), sitting.items("dudit"), sitting.person)


_DUDIT_BANDS = {"below": "below", "probable_problems": "problems", "dependence_probable": "dependence"}


@rule("higher", "other")
def higher_band(sitting: Sitting) -> str:
    """AUDIT 16 to 19: also ask about health problems made worse by drinking (source G3)."""
    return "higher" if alcohol_score(sitting).band == "higher" else "other"


@rule("offer", "code", "no")
def later(sitting: Sitting) -> str:
    """Whether to offer to write again later, where the channel can, or else a code to come back with.

    Only to adults, for themselves, whose band is increasing or higher: never where a goal could be dangerous.
    """
    about_me = who_for(sitting) == "me" and age_group(sitting) == "adult"
    if not about_me or no_goal_now(sitting) or advice(sitting) not in ("increasing", "higher"):
        return "no"
    return "offer" if sitting.channel in PUSHES else "code"


@rule("offer", "no")
def survey_later(sitting: Sitting) -> str:
    """Whether they may be asked once how it went: adults, for themselves, to whom nothing else is promised."""
    about_me = who_for(sitting) == "me" and age_group(sitting) == "adult"
    return "offer" if about_me and sitting.channel in PUSHES and not sitting.promised else "no"


@rule("yes", "no")
def in_touch(sitting: Sitting) -> str:
    """Whether they got through to the service; not said counts as yes, for it is not asked after twice."""
    return "no" if sitting.said("survey_touch") in ("tried", "not_yet") else "yes"


@rule("yes", "no")
def has_reference(sitting: Sitting) -> str:
    """Whether a service was picked in this talk, so that the way in can be given again."""
    return "yes" if sitting.said("reference") and sitting.said("service") else "no"


def no_goal_now(sitting: Sitting) -> bool:
    """Whether what is known of this person by now forbids to ask after a goal: told not to stop, pregnant, under 18.

    Or they took the goal back. The questions of a check count when the last of them has been asked.
    """
    if who_for(sitting) != "me":
        return False
    return sitting.said("goal") == "not_now" or goal_unsafe(sitting)


def goal_unsafe(sitting: Sitting) -> bool:
    """Whether a goal could be dangerous, or is not for this person: under 18, pregnant, or not to stop suddenly."""
    young = "age_band" in sitting.answers and age_group(sitting) != "adult"
    return young or expecting(sitting) or may_depend(sitting)


def expecting(sitting: Sitting) -> bool:
    """Pregnant or trying for a baby, however and whenever it was said."""
    return pregnant(sitting) == "yes" or sitting.said(TOLD_PREGNANT) is not None


def may_depend(sitting: Sitting) -> bool:
    """Whether stopping suddenly could be dangerous, by what is known so far; a finished check counts as a whole."""
    known = do_not_stop_suddenly(sitting) or alcohol_score(sitting).least >= POSSIBLE_DEPENDENCE
    heavy = sum(Decimal(units) > HEAVY_DAY_UNITS for units in sitting.diary.values())
    return known or heavy >= MOST_DAYS or ("units_day" in sitting.answers and told_not_to_stop(sitting))


def stopping_risk(sitting: Sitting) -> str:
    """Whether it could be dangerous for this person to stop at once: yes, no, or unknown without a finished check."""
    if who_for(sitting) != "me":
        return "no"
    if may_depend(sitting):
        return "yes"
    return "unknown" if alcohol_score(sitting).total is None else "no"


@rule("yes", "no")
def waiting_due(sitting: Sitting) -> str:
    """Whether to offer ideas for the wait: where stopping suddenly is dangerous, and once."""
    return "yes" if may_depend(sitting) and "wants_waiting" not in sitting.answers else "no"


@rule("ready", "start")
def met(sitting: Sitting) -> str:
    """Whether who it is for and the age have been asked, so that the menu can be shown."""
    return "ready" if "audience" in sitting.answers and "age_band" in sitting.answers else "start"


@rule("yes", "past", "no")
def scored(sitting: Sitting) -> str:
    """Whether every due item was answered, so that a total may be shown.

    `past`: someone who never drinks now; items 9 and 10 score what was, so no band is named (facts 0.9).
    """
    if alcohol_score(sitting).total is None:
        return "no"
    return "past" if drinking(sitting) == "never_harm" else "yes"


@rule("over", "within", "unknown")
def weekly_units(sitting: Sitting) -> str:
    """Units in a usual week against the UK guideline of 14 (source O53)."""
    week = units_a_week(sitting.said("days"), sitting.said("units_day"))
    if week is None:
        return "unknown"
    return "over" if week > WEEKLY_GUIDELINE else "within"


def units_a_week(days: Answer, units_day: Answer) -> Decimal | None:
    """Drinking days times units on such a day; None where either was not given."""
    return None if days is None or units_day is None else Decimal(str(days)) * Decimal(str(units_day))
