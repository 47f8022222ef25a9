"""What staff sent from a stage of an EBI session -> the session, and what is wrong with it in words of the wording.

What can be used is kept, what cannot is asked for again; nothing else is lost. Nothing typed is kept but numbers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from screening.ebi import FOLLOW_UPS, GOALS, NEXT_STEPS, Session, finding, goals, scored_items
from screening.ebi_guide import PICKS, FieldGroup, SafetyAnswer, SafetyId, Stage
from screening.library import Library

Form = Mapping[str, str]
Problems = Mapping[str, str]
"""Field of the form -> key of the sentence that says what is wrong and what to do."""

RULER = range(11)
MOST_DIGITS = 3
MOST_AUDIT_C = 12
MOST_UNITS = 200
"""A week; more is a slip of the finger."""
DAYS = 7
NUMBERED = {"units_week": MOST_UNITS, "free_days": DAYS}
"""Goals with a number, and the most it can be."""


@dataclass(frozen=True)
class Filled:
    """The session with what the form said, and what could not be used."""

    session: Session
    problems: Problems


def fill(library: Library, session: Session, stage: Stage, form: Form) -> Filled:
    """The session after this stage's form: its ticks, and the fields that the stage asks for."""
    own = {item.id for item in stage.fidelity}
    ticked = [item.id for item in stage.fidelity if f"tick.{item.id}" in form]
    session = session.with_(ticks=[*(tick for tick in session.ticks if tick not in own), *ticked])
    problems: dict[str, str] = {}
    for group in stage.fields:
        changes, wrong = _READERS[group](library, session, form)
        session = session.with_(**changes)
        problems.update(wrong)
    return Filled(session, problems)


Read = tuple[Mapping[str, Any], Problems]


def _score(library: Library, session: Session, form: Form) -> Read:
    """A total somebody took, or the answers. Where both are given and differ, neither is taken: staff say which."""
    audit = library.instrument("audit")
    points = {item.id: number(form.get(item.id, "")) for item in audit.items}
    items = {item: given for item, given in points.items() if given is not None and given in audit.item(item).allowed}
    total, audit_c = form.get("total", ""), form.get("audit_c", "")
    problems = _out_of_range({"total": (total, audit.most), "audit_c": (audit_c, MOST_AUDIT_C)}, "score_range")
    if problems:
        return {"items": items}, problems
    scored = scored_items(library, items)
    if items and number(total) is not None:
        if scored.missing:
            return {}, {"total": "score_both"}
        if scored.total != number(total):
            return {}, {"total": "score_differs"}
    if (number(audit_c) or 0) > (number(total) or 0) and number(total) is not None:
        return {"items": items}, {"audit_c": "audit_c_above_total"}
    taken = {} if items else {"total": number(total), "audit_c": number(audit_c)}
    return {"items": items, "total": None, "audit_c": None, **taken}, {}


def _safety(library: Library, session: Session, form: Form) -> Read:
    answers = {name: form.get(name) for name in get_args(SafetyId)}
    return {"safety": {name: said for name, said in answers.items() if said in get_args(SafetyAnswer)}}, {}


def _nothing(library: Library, session: Session, form: Form) -> Read:
    return {}, {}


def _rulers(*names: str) -> Callable[[Library, Session, Form], Read]:
    def read(library: Library, session: Session, form: Form) -> Read:
        problems = _out_of_range({name: (form.get(name, ""), RULER[-1]) for name in names}, "ruler_range")
        return {name: number(form.get(name, "")) for name in names if name not in problems}, problems

    return read


def _picks(group: str) -> Callable[[Library, Session, Form], Read]:
    def read(library: Library, session: Session, form: Form) -> Read:
        picked = tuple(each for each in PICKS[group] if f"pick.{group}.{each}" in form)
        return {"picks": {**session.picks, group: picked}}, {}

    return read


def _goal(library: Library, session: Session, form: Form) -> Read:
    """The goal, if it may be offered to this client. One that changes drinking where that is unsafe is refused."""
    goal, typed = form.get("goal"), form.get("number", "")
    start = form.get("start") if form.get("start") in PICKS["start"] else None
    if goal not in PICKS["goal"]:
        return {"goal": None, "number": None, "start": start}, {}
    if goal not in goals(finding(library, session), session):
        return {"start": start}, {"goal": "goal_not_safe" if goal in GOALS else "goal_not_now"}
    most = NUMBERED.get(goal)
    if most is None:
        return {"goal": goal, "number": None, "start": start}, {}
    wanted = number(typed)
    if wanted == 0:
        return {"start": start}, {"number": f"{goal}_zero"}
    if wanted is None or wanted > most:
        return {"start": start}, {"number": f"{goal}_range"}
    return {"goal": goal, "number": wanted, "start": start}, {}


def _next(library: Library, session: Session, form: Form) -> Read:
    step, follow_up = form.get("next_step"), form.get("follow_up")
    kept = {"next_step": step if step in NEXT_STEPS else None}
    return {**kept, "follow_up": follow_up if follow_up in FOLLOW_UPS else None}, {}


_READERS: Mapping[FieldGroup, Callable[[Library, Session, Form], Read]] = {
    "score": _score,
    "safety": _safety,
    "feedback": _nothing,
    "rulers": _rulers("importance", "confidence"),
    "rulers_after": _rulers("importance_after", "confidence_after"),
    "reasons": _picks("reasons"),
    "tips": _picks("tips"),
    "support": _picks("support"),
    "coping": _picks("coping"),
    "goal": _goal,
    "next": _next,
}


def number(text: str) -> int | None:
    """A whole number as people type it; None for anything else."""
    typed = text.strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= MOST_DIGITS else None


def _out_of_range(fields: Mapping[str, tuple[str, int]], key: str) -> Problems:
    """The fields in which something stands that is no whole number from 0 to the most."""
    typed = {name: (number(text), most) for name, (text, most) in fields.items() if text.strip()}
    return {name: key for name, (given, most) in typed.items() if given is None or given > most}
