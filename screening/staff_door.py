"""The one-minute door for staff: FAST or M-SASQ, completed to the AUDIT without asking anything twice.

Facts 1.4 and 1.5: FAST stops at its first item; "Never" there with a positive total is a published conflict; M-SASQ is
not a score.
"""

from collections.abc import Mapping, Sequence

from screening.flags import FAST_POSITIVE, LOWER_THRESHOLD, NOT_ABOUT_NOW, Flag, next_step, raised
from screening.orders import WEEKLY
from screening.questionnaire import Instrument
from screening.results import FILE, flag_text, result
from screening.rules import DOOR, Sitting, alcohol_score, audit_of, rule
from screening.scoring import POSSIBLE_DEPENDENCE, Score, score

FIRST = "q3"
"""The AUDIT item that both begin with."""

_ONEYOU = {"audience": "professional", "role": "oneyou"}
_KNOWN: Mapping[str | None, Mapping[str, str]] = {
    "professional": {"audience": "professional"},
    "oneyou": _ONEYOU,
    "supervisor": _ONEYOU,
}


def known_of(role: str | None) -> Mapping[str, str]:
    """What need not be asked of staff whose chat is signed in with this role, by the question's answer."""
    return _KNOWN.get(role, {})


@rule("stopped", "positive", "never", "negative", "missing")
def fast_result(sitting: Sitting) -> str:
    """FAST in the PHE way (source C1). `stopped`: positive at its first item; `never`: positive in spite of "Never"."""
    answers = sitting.items("audit")
    total = score(sitting.library.instrument("fast"), answers).total
    if (answers.get(FIRST) or 0) >= WEEKLY:
        return "stopped"
    if total is None:
        return "missing"
    if total < FAST_POSITIVE:
        return "negative"
    return "never" if answers[FIRST] == 0 else "positive"


@rule("positive", "negative", "missing")
def m_sasq_result(sitting: Sitting) -> str:
    """M-SASQ: monthly or more often is positive (source O20)."""
    return score(sitting.library.instrument("m_sasq"), sitting.items("audit")).band or "missing"


@rule("whole", "not_now", "missing")
def staff_audit(sitting: Sitting) -> str:
    """Whether the completed AUDIT or AUDIT-C has every due item, and says something about drinking now (facts 0.9)."""
    values = staff_values(sitting, form_of(sitting))
    if values["missing"]:
        return "missing"
    return "whole" if values["band"] else "not_now"


def form_of(sitting: Sitting) -> Instrument:
    """The form that the answers make: the door alone, the AUDIT-C, or the AUDIT."""
    door = sitting.library.instrument("m_sasq" if sitting.said(DOOR) == "single" else "fast")
    if set(sitting.items("audit")) <= set(door.by_id):
        return door
    return counted_form(sitting, alcohol_score(sitting).instrument)


def counted_form(sitting: Sitting, name: str) -> Instrument:
    """The form of this name; the AUDIT in the order in which it was completed."""
    return audit_of(sitting) if name == "audit" else sitting.library.instrument(name)


def _scored(sitting: Sitting, form: Instrument) -> Score:
    return score(form, sitting.items("audit"), sitting.person)


def staff_values(sitting: Sitting, form: Instrument) -> Mapping[str, str]:
    """What staff read about a form: total, band, what it means, what to do, what else to look at, what is missing.

    No total where answers are not added up: an item is missing, the M-SASQ, FAST stopped at its first item. No band
    where the points say nothing about drinking now.
    """
    scored = _scored(sitting, form)
    flags = _flags(sitting, form, scored)
    told = (_without_total if scored.missing else _whole)(sitting, form, scored, flags)
    texts = [flag_text(sitting.library.words, form, flag) for flag in flags]
    return {"name": form.name, "out_of": str(form.most), "flags": _listed(sitting, texts), **told}


def dudit_values(sitting: Sitting) -> Mapping[str, str]:
    """What staff read about a DUDIT: total, band and what it means, or what is missing; and what to do."""
    form, words = sitting.library.instrument("dudit"), sitting.library.words
    scored = score(form, sitting.items("dudit"), sitting.person)
    if scored.total is None:
        numbers = [str(list(form.by_id).index(item) + 1) for item in scored.missing]
        line = words.text("refer_client.dudit_missing", {"missing": ", ".join(numbers)})
        return {"band_line": line, "action": words.text("quick_check.ask_again_drugs")}
    found = result(words, form, sitting.items("dudit"), sitting.person)
    values = {"total": str(found.total), "out_of": str(form.most), "band": found.band_name, "means": found.means}
    return {"band_line": words.text("refer_client.dudit_band", values), "action": found.action}


def _flags(sitting: Sitting, form: Instrument, scored: Score) -> Sequence[Flag]:
    """The form's flags; at 7 also the lower threshold, as staff know the sex and age that it depends on."""
    flags = raised(form.flags, sitting.items("audit"), scored, sitting.person)
    hinted = form.id == "audit" and scored.total == LOWER_THRESHOLD
    return (*flags, Flag("lower_threshold")) if hinted else flags


def _whole(sitting: Sitting, form: Instrument, scored: Score, flags: Sequence[Flag]) -> Mapping[str, str]:
    words, stopped = sitting.library.words, form.id == "fast" and fast_result(sitting) == "stopped"
    answers = {item: points for item, points in sitting.items("audit").items() if item in scored.counted}
    found = result(words, form, answers, sitting.person)
    about_now = next_step(found.band, flags) not in NOT_ABOUT_NOW
    return {
        "total": "" if found.total is None or stopped else str(found.total),
        "band": found.band_name if about_now else "",
        "means": "" if stopped else found.means,
        "action": words.text("quick_check.other_nine") if stopped else found.action,
        "missing": "",
    }


def _without_total(sitting: Sitting, form: Instrument, scored: Score, flags: Sequence[Flag]) -> Mapping[str, str]:
    """The items that are missing, and what the answers that were given call for all the same."""
    numbers = [str(list(form.by_id).index(item) + 1) for item in scored.missing]
    action = sitting.library.words.text(_action_without_total(form, scored, flags))
    return {"total": "", "band": "", "means": "", "action": action, "missing": ", ".join(numbers)}


def _action_without_total(form: Instrument, scored: Score, flags: Sequence[Flag]) -> str:
    """The key of what to do: for dependence from 20 on, for a flag that outranks any band, or to ask again."""
    if form.id == "audit" and scored.least >= POSSIBLE_DEPENDENCE:
        return "quick_check.already_20"
    step = next_step("", flags)
    return f"{FILE}.step.{step}.action" if step else "quick_check.ask_again"


def _listed(sitting: Sitting, lines: Sequence[str]) -> str:
    """The flags as a list under its heading; nothing where there are none."""
    words = sitting.library.words
    bullets = [words.text("find_help.bullet", {"line": line}) for line in lines]
    return "\n\n" + words.text("quick_check.flags", {"lines": "\n".join(bullets)}) if bullets else ""
