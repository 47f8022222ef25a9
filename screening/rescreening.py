"""Doing a check again: the earlier result, from a results code or from the same talk, beside the new one.

Only a result of the same instrument is compared. Nothing here knows whose result it was.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from screening.results_code import INSTRUMENTS, Kept, stored
from screening.rules import Sitting, alcohol_score, dudit_score, rule, scored, who_for

if TYPE_CHECKING:
    from screening.talk import Talk

EARLIER = "earlier"
"""The answer that holds earlier results, one of each instrument: `audit:14:2026-03`."""
SCORES = {"audit": alcohol_score, "dudit": dudit_score}
"""By the name that a check's answers are kept under."""


@dataclass(frozen=True)
class Comparison:
    """The total now, and the earlier result: of the same instrument, or of another form of the same questions."""

    instrument: str
    now: int
    before: Kept

    @property
    def outcome(self) -> str:
        """lower, same or higher; different where it was another instrument."""
        if self.before.instrument != self.instrument:
            return "different"
        return "same" if self.now == self.before.total else "lower" if self.now < self.before.total else "higher"


def finished(sitting: Sitting, prefix: str, month: str) -> Kept | None:
    """The result of a check that can be kept; None without a total, or where its points are all about the past."""
    result = SCORES[prefix](sitting)
    about_now = prefix != "audit" or scored(sitting) == "yes"
    if result.total is None or not about_now or result.instrument not in INSTRUMENTS:
        return None
    return Kept(result.instrument, result.total, month)


def earlier(sitting: Sitting) -> Mapping[str, Kept]:
    """Earlier results by instrument."""
    return {kept.instrument: kept for kept in map(stored, str(sitting.said(EARLIER) or "").split())}


def comparison(sitting: Sitting) -> Comparison | None:
    """The check that is being compared beside its earlier result; None where there is nothing to compare."""
    prefix = str(sitting.said("comparing"))
    now, before = finished(sitting, prefix, "") if prefix in SCORES else None, earlier(sitting)
    fitting = [kept for name, kept in before.items() if name.startswith(prefix)]
    if now is None or not fitting:
        return None
    return Comparison(now.instrument, now.total, before.get(now.instrument, fitting[0]))


@rule("lower", "same", "higher", "different", "nothing")
def compared(sitting: Sitting) -> str:
    """How the new total stands to the earlier one. `different`: that was another form, so they are not compared."""
    found = comparison(sitting)
    return found.outcome if found else "nothing"


def keep_result(talk: "Talk", kept: Kept) -> None:
    """Keep an earlier result, in place of one of the same instrument, until the talk is about another person."""
    both = {**earlier(talk.sitting), kept.instrument: kept}
    talk.answer(EARLIER, " ".join(str(each) for each in both.values()))
    talk.change(settled=tuple(dict.fromkeys((*talk.state.settled, EARLIER))))


def carry_results(talk: "Talk", prefixes: Iterable[str]) -> None:
    """Before checks are begun anew, their results become the earlier ones.

    Not for staff: the next check may be of another person, so what is kept of the one before goes too.
    """
    for prefix in sorted(set(prefixes) & talk.state.counted.keys() & SCORES.keys()):
        kept = finished(talk.sitting, prefix, talk.state.counted[prefix].month)
        if who_for(talk.sitting) == "professional":
            talk.drop({EARLIER})
        elif kept is not None:
            keep_result(talk, kept)
