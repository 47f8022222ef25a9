"""A client's plan: what was picked in an EBI session, as headed lists to print and as plain text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from screening.dates import day_name
from screening.ebi import FOLLOW_UPS, Finding, Session, finding, goal_now, may_cut_down
from screening.library import Library
from screening.wording import fill


@dataclass(frozen=True)
class Part:
    """A heading and its lines; no lines where the heading says it all."""

    heading: str
    lines: tuple[str, ...] = ()


def plan(library: Library, session: Session, today: date) -> Sequence[Part]:
    """The plan. Where dependence is possible or not ruled out it holds no goal or tip that changes drinking."""
    return tuple(_parts(library, session, finding(library, session), today))


def plan_text(library: Library, session: Session, today: date) -> str:
    """The plan as plain text."""
    parts = [Part(_say(library, "title")), *plan(library, session, today)]
    return "\n\n".join("\n".join([part.heading, *(f"- {line}" for line in part.lines)]) for part in parts) + "\n"


def _parts(library: Library, session: Session, found: Finding, today: date) -> Iterator[Part]:
    cutting_down = may_cut_down(found, session)
    yield Part(_say(library, "made_on", day=day_name(library.words, today)))
    if found.dependence != "no":
        yield Part(_say(library, "do_not_stop"))
    if "pregnancy" in session.flags:
        yield Part(_say(library, "pregnant"))
    yield from _picked(library, session, "reasons")
    yield from _goal(library, session, found)
    if cutting_down:
        yield from _picked(library, session, "tips")
        yield from _picked(library, session, "coping")
    yield from _picked(library, session, "support")
    if session.follow_up:
        day = today + timedelta(days=FOLLOW_UPS[session.follow_up])
        yield Part(_say(library, "again", date=day_name(library.words, day)))
    if cutting_down:
        yield Part(_say(library, "careful"))
    yield Part(_say(library, "closing"))


def _goal(library: Library, session: Session, found: Finding) -> Iterator[Part]:
    goal = goal_now(found, session)
    if goal is None:
        return
    yield Part(_say(library, "goal"), (goal_words(library, goal, session.number),))
    if session.start:
        yield Part(_say(library, "start"), (_label(library, "start", session.start),))


def goal_words(library: Library, goal: str, number: int | None) -> str:
    """A goal in words, with its number where it has one."""
    return fill(_label(library, "goal", goal), {"number": "…" if number is None else str(number)})


def _picked(library: Library, session: Session, group: str) -> Iterator[Part]:
    if picked := session.picks.get(group):
        yield Part(_say(library, group), tuple(_label(library, group, each) for each in picked))


def _say(library: Library, name: str, **values: str) -> str:
    return library.words.text(f"ebi_plan.{name}", values)


def _label(library: Library, group: str, choice: str) -> str:
    return library.words.entry(f"ebi_plan.{group}").choices[choice]
