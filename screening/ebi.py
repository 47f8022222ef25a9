"""An extended brief intervention (EBI) as it stands: what was ticked, scored and picked, and what follows from it.

Nothing in it says who the client is. The rules are those of the talks in the chat: in possible dependence, or while it
cannot be ruled out, no drinking goal is offered (screening facts 0.1, 4.1, 5.2; sources G3, N3).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from screening.ebi_guide import Covered, FlagId, Guide, SafetyAnswer, SafetyId
from screening.library import Library
from screening.orders import AUDIT_C_ITEMS, items_due
from screening.questionnaire import Frozen
from screening.rules import (
    AUDIT_C_POSSIBLE_DEPENDENCE,
    HEAVY_DAY_UNITS,
    TEN_OR_MORE,
    TOLD_WITHDRAWAL,
    Sitting,
    do_not_stop_suddenly,
)
from screening.scoring import POSSIBLE_DEPENDENCE, Score, score_form, score_points
from screening.state import Answer

PAUSE = 30 * 60
"""Seconds: a gap between two pages that is longer is a break and not part of the session."""
SKIP_BALANCE = 8
"""Importance from which looking at both sides may be left out (facts 5.2)."""
LOW, HIGH = 3, 8
"""Rulers: up to 3 low, from 8 high. A convention, not a tested cut-off (facts 5.2)."""
BIG_CHANGE = 3
"""Points on a ruler."""
GOALS = ("units_week", "free_days", "guideline", "stop")
"""Goals that change how much somebody drinks."""
FOLLOW_UPS = {"weeks_2": 14, "weeks_4": 28, "months_3": 91}
"""Days. No source sets the interval (facts 5.5)."""
MINUTES = ("under_10", "from_10", "from_20", "over_30")
NEXT_STEPS = ("follow_up", "treatment", "treatment_declined", "health", "nothing")
OFFERED_AGAIN = "treatment_again"
"""The item of the checklist that says so."""
AFTER_OFFER = {"accepted": "treatment", "declined": "treatment_declined"}
"""The next step where none was given: what the client said to the offer of treatment."""
CHANGES = ("up_3", "up_1", "same", "down", "not_asked")
FIDELITY = ("full", "most", "half", "less")
NO_GOAL = "none"
NOT_SAID = "not_said"
END = "end"
"""The place after the last stage."""

Offer = Literal["accepted", "declined", "not_now"]
Dependence = Literal["yes", "no", "unknown"]


class Session(Frozen):
    """One session. `seconds` is the time spent, breaks left out; `seen` when it was last saved (Unix seconds).

    `practice`: the made-up client; None for a real session. `flags`: raised, and whether they were seen to.
    """

    id: str
    place: str
    seen: int
    seconds: int = 0
    practice: str | None = None
    ticks: tuple[str, ...] = ()
    total: int | None = None
    audit_c: int | None = None
    items: Mapping[str, int] = Field(default_factory=dict)
    safety: Mapping[SafetyId, SafetyAnswer] = Field(default_factory=dict)
    importance: int | None = None
    confidence: int | None = None
    importance_after: int | None = None
    confidence_after: int | None = None
    picks: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    goal: str | None = None
    number: int | None = None
    start: str | None = None
    flags: Mapping[FlagId, bool] = Field(default_factory=dict)
    offer: Offer | None = None
    go_on: bool | None = None
    next_step: str | None = None
    follow_up: str | None = None
    finished: bool = False
    """Whether it is over: nothing can be changed in it any more, and it was counted if it was real."""

    def with_(self, **changes: object) -> "Session":
        """The session with these changes, validated."""
        return Session.model_validate({**self.model_dump(), **changes})

    def at(self, now: int) -> "Session":
        """The session saved at this time: the time since it was last saved counts, unless that was a break."""
        gap = now - self.seen
        return self.with_(seen=now, seconds=self.seconds + (gap if 0 < gap <= PAUSE else 0))


@dataclass(frozen=True)
class Finding:
    """What a score and the safety questions say.

    `total` and `band` are None without a whole score. `not_now`: they never drink now, so points tell of the past.
    `unknown`: what is missing before dependence can be ruled out.
    """

    form: str
    total: int | None
    band: str | None
    not_now: bool
    dependence: Dependence
    unknown: tuple[str, ...]


def finding(library: Library, session: Session) -> Finding:
    """What is known so far. Not said is never taken for a no."""
    sitting = _sitting(library, session)
    scored = scored_items(library, session.items)
    if session.total is not None:
        scored = score_points(library.instrument("audit"), session.total)
    unknown = tuple(_unknown(session, scored.total))
    signs = scored.least >= POSSIBLE_DEPENDENCE or do_not_stop_suddenly(sitting)
    signs = signs or (session.audit_c or 0) >= AUDIT_C_POSSIBLE_DEPENDENCE or session.safety.get("morning") == "yes"
    dependence: Dependence = "yes" if signs else "unknown" if unknown else "no"
    return Finding(scored.instrument, scored.total, scored.band, session.items.get("q1") == 0, dependence, unknown)


def scored_items(library: Library, items: Mapping[str, int]) -> Score:
    """The AUDIT-C where its three answers are all there are and below 5; else the AUDIT as on paper, over all given."""
    only_audit_c = tuple(items_due(library.instrument("audit"), items)) == AUDIT_C_ITEMS == tuple(sorted(items))
    return score_form(library.instrument("audit_c" if only_audit_c else "audit"), items)


def _sitting(library: Library, session: Session) -> Sitting:
    """The answers as the rules of the chat read them."""
    answers: dict[str, Answer] = {f"audit.{item}": points for item, points in session.items.items()}
    answers["shakes"] = session.safety.get("shakes")
    if session.safety.get("heavy_day") == "yes":
        answers["units_day"] = HEAVY_DAY_UNITS + 1
    if "withdrawal" in session.flags:
        answers[TOLD_WITHDRAWAL] = "yes"
    return Sitting(library, answers)


def _unknown(session: Session, total: int | None) -> Sequence[str]:
    """What must still be asked before dependence can be ruled out."""
    unsaid = {name for name in ("shakes", "heavy_day", "morning") if session.safety.get(name) in (None, "not_sure")}
    if session.items.get("q2", TEN_OR_MORE) < TEN_OR_MORE:
        unsaid.discard("heavy_day")
    if "q6" in session.items:
        unsaid.discard("morning")
    if total is None:
        unsaid.add("score")
    elif not session.items and session.audit_c is None and total >= AUDIT_C_POSSIBLE_DEPENDENCE:
        unsaid.add("audit_c")
    return sorted(unsaid)


def goals(found: Finding, session: Session) -> tuple[str, ...]:
    """The goals that may be offered. None that changes drinking where dependence is possible or not ruled out."""
    if found.dependence != "no":
        return ("help_first", "thinking")
    if found.not_now:
        return ("keep", "thinking")
    if "pregnancy" in session.flags:
        return ("stop", "help_first", "thinking")
    return (*GOALS, "keep", "help_first", "thinking")


def may_cut_down(found: Finding, session: Session) -> bool:
    """Whether tips and plans for drinking less fit: not in dependence, pregnancy, or where they do not drink now."""
    return "units_week" in goals(found, session)


def goal_now(found: Finding, session: Session) -> str | None:
    """The goal that was picked, unless something learnt since forbids it."""
    return session.goal if session.goal in goals(found, session) else None


def needs_decision(found: Finding, session: Session) -> bool:
    """Whether staff must offer treatment and decide, before anything else is talked about."""
    return found.dependence == "yes" and (session.offer is None or session.go_on is None)


def offer_again(found: Finding, session: Session) -> bool:
    """Whether treatment was turned down and not offered a second time yet."""
    turned_down = found.dependence == "yes" and session.offer in ("declined", "not_now")
    return turned_down and OFFERED_AGAIN not in session.ticks


def questions(found: Finding, session: Session) -> Sequence[str]:
    """What does not fit together, so that staff ask about it: never averaged, never corrected for them."""
    importance = session.importance if session.importance_after is None else session.importance_after
    confidence = session.confidence if session.confidence_after is None else session.confidence_after
    changing = goal_now(found, session) in GOALS
    asked = {
        "important_but_no_goal": importance is not None and importance >= HIGH and session.goal == "thinking",
        "goal_not_important": changing and importance is not None and importance <= LOW,
        "goal_not_confident": changing and confidence is not None and confidence <= LOW,
        "goal_taken_out": session.goal is not None and goal_now(found, session) is None,
    }
    return tuple(name for name, is_so in asked.items() if is_so)


def is_due(item: Covered, found: Finding, session: Session) -> bool:
    """Whether an item of the checklist counts in this session."""
    if item.when == "dependence":
        return found.dependence == "yes"
    if item.when == "goals":
        return found.dependence == "no"
    return item.when == "always" or (session.importance or 0) < SKIP_BALANCE


@dataclass(frozen=True)
class Coverage:
    """How much of the checklist staff say they covered: self-reported, not an observer's rating."""

    covered: tuple[Covered, ...]
    left: tuple[Covered, ...]

    @property
    def due(self) -> int:
        """How many items counted."""
        return len(self.covered) + len(self.left)

    @property
    def band(self) -> str:
        """All; at least three quarters; at least half; less. Steps of our own, no source sets any."""
        if not self.left:
            return "full"
        share = len(self.covered) / self.due
        return "most" if share >= 3 / 4 else "half" if share >= 1 / 2 else "less"


def coverage(guide: Guide, found: Finding, session: Session) -> Coverage:
    """The checklist of this session, as ticked."""
    due = [item for stage in guide.stages for item in stage.fidelity if is_due(item, found, session)]
    covered = tuple(item for item in due if item.id in session.ticks)
    return Coverage(covered, tuple(item for item in due if item.id not in session.ticks))


def minutes_band(seconds: int) -> str:
    """Under 10 minutes, 10 to 19, 20 to 30, or over 30, whole minutes: an EBI takes 20 to 30 (source N5)."""
    minutes = seconds // 60
    return "under_10" if minutes < 10 else "from_10" if minutes < 20 else "from_20" if minutes <= 30 else "over_30"


def change(before: int | None, after: int | None) -> str:
    """How a ruler moved, in bands: up 3 or more, up 1 or 2, the same, down, or not asked twice."""
    if before is None or after is None:
        return "not_asked"
    moved = after - before
    return "down" if moved < 0 else "same" if moved == 0 else "up_1" if moved < BIG_CHANGE else "up_3"


def missed(guide: Guide, found: Finding, session: Session) -> tuple[str, ...]:
    """What a made-up client needed and staff did not notice."""
    client = guide.client(session.practice)
    noticed = {*session.flags, *(("treatment",) if session.offer else ())}
    return tuple(need for need in client.needs if need not in noticed) if client else ()


def record(library: Library, session: Session, area: str, minutes: str) -> Mapping[str, str]:
    """The anonymised row of a session: bands and types, nothing of the client or of the staff."""
    found = finding(library, session)
    return {
        "area": area,
        "minutes": minutes,
        "importance": change(session.importance, session.importance_after),
        "confidence": change(session.confidence, session.confidence_after),
        "goal": goal_now(found, session) or NO_GOAL,
        "next_step": session.next_step or AFTER_OFFER.get(session.offer or "", NOT_SAID),
        "fidelity": coverage(library.ebi, found, session).band,
    }
