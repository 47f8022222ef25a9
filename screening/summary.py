"""What a person can keep: their answers, total and band, goal, district, service and reference, and what it is not."""

from collections.abc import Iterator

from screening.facts import Facts
from screening.library import Library
from screening.rules import Sitting, alcohol_score, scored, told_not_to_stop
from screening.state import State
from screening.values import VALUES, area_name

_SCORED = {"yes": "score", "past": "past_score", "no": "no_score"}


def summary(library: Library, state: State, facts: Facts) -> str | None:
    """The text to keep, dated. None while there is nothing worth keeping: no finished screen and no referral."""
    sitting = Sitting(library, state.answers)
    screens = [*_screen(sitting, state, facts), *_drug_screen(sitting, state, facts)]
    parts = [*screens, *_goal(sitting, facts), *_referral(sitting, facts)]
    if not parts:
        return None
    words = library.words
    day = f"{facts.now.day} {facts.now:%B %Y}"
    opening = words.text("summary.opening", {"day": day}, state.language)
    return "\n\n".join([opening, *parts, words.text("summary.closing", language=state.language)])


def _screen(sitting: Sitting, state: State, facts: Facts) -> Iterator[str]:
    if "audit" not in state.counted:
        return
    result, words = alcohol_score(sitting), sitting.library.words
    instrument = sitting.library.instrument(result.instrument)
    values = {**VALUES["score"].fill(sitting, facts), "instrument": instrument.name, "edition": instrument.edition}
    young = result.age_rule != "adult" and result.total is not None
    yield words.text("summary.young_score" if young else f"summary.{_SCORED[scored(sitting)]}", values)
    yield words.text("summary.answers", values)
    if told_not_to_stop(sitting):
        yield words.text("safety_advice.do_not_stop")
    yield words.text("summary.attribution", {"attribution": instrument.attribution})


def _drug_screen(sitting: Sitting, state: State, facts: Facts) -> Iterator[str]:
    if "dudit" not in state.counted:
        return
    words, instrument = sitting.library.words, sitting.library.instrument("dudit")
    values = {**VALUES["drug_score"].fill(sitting, facts), "instrument": instrument.name, "edition": instrument.edition}
    yield words.text("summary.drug_score" if values["total"] else "summary.no_score", values)
    yield words.text("summary.answers", values)
    yield words.text("summary.attribution", {"attribution": instrument.attribution})


def _goal(sitting: Sitting, facts: Facts) -> Iterator[str]:
    if sitting.said("goal") not in (None, "not_now") and sitting.said("goal_start"):
        yield sitting.library.words.text("summary.goal", VALUES["goal"].fill(sitting, facts))


def _referral(sitting: Sitting, facts: Facts) -> Iterator[str]:
    if sitting.said("reference") and sitting.said("service"):
        values = {**VALUES["referral"].fill(sitting, facts), "area": area_name(sitting, facts)}
        yield sitting.library.words.text("summary.referral", values)
