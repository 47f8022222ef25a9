"""What a person can keep: answers, total and band, plan, drink diary, district, service, reference, what it is not."""

from collections.abc import Iterator, Mapping

from screening.dates import day_name
from screening.facts import Facts
from screening.library import Library
from screening.planning import plan_lines
from screening.referral_summary import as_text, referral_summary
from screening.rescreening import finished
from screening.results_code import written
from screening.rules import DOOR, Sitting, alcohol_score, scored, told_not_to_stop
from screening.staff_door import counted_form, staff_values
from screening.state import State
from screening.talk import sitting_of
from screening.values import VALUES, added_lines, area_name

_SCORED = {"yes": "score", "past": "past_score", "no": "no_score"}


def summary(library: Library, state: State, facts: Facts) -> str | None:
    """The text to keep, dated; for a professional who refers, the referral summary.

    None while there is nothing worth keeping: no screen, plan, diary or referral.
    """
    library = library.speaking(state.language)
    referred = referral_summary(library, state, facts)
    if referred is not None:
        return as_text(library, referred)
    sitting = sitting_of(library, state, facts)
    screens = [*_screen(sitting, state, facts), *_drug_screen(sitting, state, facts)]
    parts = [*screens, *_plan(sitting), *_diary(sitting, facts), *_referral(sitting, facts)]
    if not parts:
        return None
    words = library.words
    day = day_name(words, facts.now)
    opening = words.text("summary.opening", {"day": day})
    return "\n\n".join([opening, *parts, words.text("summary.closing")])


def _screen(sitting: Sitting, state: State, facts: Facts) -> Iterator[str]:
    if "audit" not in state.counted:
        return
    if sitting.said(DOOR):
        yield from _staff_screen(sitting, state)
        return
    result, words = alcohol_score(sitting), sitting.library.words
    instrument = sitting.library.instrument(result.instrument)
    values = {**VALUES["score"].fill(sitting, facts), "instrument": instrument.name, "edition": instrument.edition}
    young = result.age_rule != "adult" and result.total is not None
    yield words.text("summary.young_score" if young else f"summary.{_SCORED[scored(sitting)]}", values)
    yield words.text("summary.answers", values)
    if told_not_to_stop(sitting):
        yield words.text("safety_advice.do_not_stop")
    yield from _code(sitting, state, "audit")
    yield words.text("summary.attribution", {"attribution": instrument.attribution})


def _drug_screen(sitting: Sitting, state: State, facts: Facts) -> Iterator[str]:
    if "dudit" not in state.counted:
        return
    words, instrument = sitting.library.words, sitting.library.instrument("dudit")
    values = {**VALUES["drug_score"].fill(sitting, facts), "instrument": instrument.name, "edition": instrument.edition}
    yield words.text("summary.drug_score" if values["total"] else "summary.no_score", values)
    yield words.text("summary.answers", values)
    yield from _code(sitting, state, "dudit")
    yield words.text("summary.attribution", {"attribution": instrument.attribution})


def _staff_screen(sitting: Sitting, state: State) -> Iterator[str]:
    """The form that staff finished last, with what to do and what else to look at."""
    words = sitting.library.words
    form = counted_form(sitting, state.counted["audit"].instrument)
    values = staff_values(sitting, form)
    yield words.text(f"summary.{_staff_kind(values)}", values)
    yield f"{values['means']} {values['action']}{values['flags']}".strip()
    added = "\n".join(added_lines(sitting, form, "audit", "check_alcohol"))
    yield words.text("summary.answers", {"added": added, "instrument": form.name, "edition": form.edition})
    yield from _code(sitting, state, "audit")
    yield words.text("summary.attribution", {"attribution": form.attribution})


def _staff_kind(values: Mapping[str, str]) -> str:
    if values["missing"]:
        return "staff_no_score"
    if not values["total"]:
        return "staff_band"
    return "staff_score" if values["band"] else "staff_points"


def _code(sitting: Sitting, state: State, prefix: str) -> Iterator[str]:
    kept = finished(sitting, prefix, state.counted[prefix].month)
    if kept is not None:
        yield sitting.library.words.text("summary.code", {"code": written(kept)})


def _plan(sitting: Sitting) -> Iterator[str]:
    lines = list(plan_lines(sitting))
    if lines:
        yield sitting.library.words.text("summary.plan", {"plan": "\n".join(lines)})


def _diary(sitting: Sitting, facts: Facts) -> Iterator[str]:
    if sitting.diary:
        yield sitting.library.words.text("summary.diary", VALUES["week"].fill(sitting, facts))


def _referral(sitting: Sitting, facts: Facts) -> Iterator[str]:
    if sitting.said("reference") and sitting.said("service"):
        values = {**VALUES["referral"].fill(sitting, facts), "area": area_name(sitting, facts)}
        yield sitting.library.words.text("summary.referral", values)
