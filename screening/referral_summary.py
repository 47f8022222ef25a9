"""What a professional can send on: the clinical facts of a referral, with blank lines for what says who it is about.

Pure: answers and directory in, a structured summary out; as text here, as a PDF in `bot/pages/referral_pdf.py`, as
FHIR in `fhir_referral.py`. Nothing a person typed in words of their own can be in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from screening.cutoffs import SENSITIVE
from screening.dates import day_name, month_name
from screening.facts import Facts
from screening.library import Library
from screening.picking import score_line
from screening.referral import doors, picks, risks, urgent_advice
from screening.reported import banded, reported
from screening.results_code import Kept
from screening.rules import DOOR, Sitting, dudit_score, who_for
from screening.staff_door import counted_form, dudit_values, staff_values
from screening.state import State
from screening.values import area_name, chosen_offer, offer_lines

FILE = "referral_summary"
BLANKS = (
    "name", "born", "nhs_number", "address", "phone", "safe_contact", "gp", "needs_to_take_part", "agreed",
    "referrer", "referrer_contact",
)  # fmt: skip
"""What the professional writes in: the lines' ids. Their words are `referral_summary.blank.<id>`."""
NEEDS_OF_ROLE = {"probation": "needs_probation", "police": "needs_police"}
"""Where the labels of needs stand, by role."""


@dataclass(frozen=True)
class Section:
    """A heading, its lines, and whether they are lines to write on."""

    heading: str
    lines: tuple[str, ...]
    blank: bool = False


@dataclass(frozen=True)
class ReferralSummary:
    """The whole of it, in the order it is read. `made` is the day in words."""

    title: str
    made: str
    intro: str
    sections: tuple[Section, ...]
    closing: str


def referral_summary(library: Library, state: State, facts: Facts) -> ReferralSummary | None:
    """The summary of the referral that was made last; None before a professional has been shown a route."""
    library = library.speaking(state.language)
    sitting = Sitting(library, state.answers)
    if who_for(sitting) != "professional" or "service" not in state.answers or "depth" not in state.answers:
        return None
    words = library.words
    sections = (
        _section(sitting, "person", [words.text(f"{FILE}.blank.{each}") for each in BLANKS], blank=True),
        _section(sitting, "facts", _facts(sitting, facts)),
        _section(sitting, "scores", _scores(sitting, state)),
        _section(sitting, "needs", ["; ".join(need_labels(sitting)) or words.text(f"{FILE}.not_said")]),
        _section(sitting, "risks", _risks(sitting)),
        _section(sitting, "route", _route(sitting, facts)),
        _section(sitting, "advice", [words.text(key) for key in (*urgent_advice(sitting), *doors(sitting))]),
    )
    return ReferralSummary(
        title=words.text(f"{FILE}.title"),
        made=day_name(words, facts.now),
        intro=words.text(f"{FILE}.intro"),
        sections=tuple(section for section in sections if section.lines),
        closing=words.text(f"{FILE}.closing"),
    )


def as_text(library: Library, summary: ReferralSummary) -> str:
    """The summary as plain text, the blank lines as lines to fill in."""
    words = library.words
    parts = [f"{summary.title}, {summary.made}", summary.intro]
    for section in summary.sections:
        line = f"{FILE}.write" if section.blank else "find_help.bullet"
        parts.append("\n".join([section.heading, *(words.text(line, {"line": each}) for each in section.lines)]))
    return "\n\n".join([*parts, summary.closing])


def _section(sitting: Sitting, name: str, lines: list[str], blank: bool = False) -> Section:
    return Section(sitting.library.words.text(f"{FILE}.heading.{name}"), tuple(lines), blank)


def _facts(sitting: Sitting, facts: Facts) -> list[str]:
    """Age band, area, what is used, who refers, the reference."""
    words = sitting.library.words
    role, reference = sitting.said("role"), sitting.said("reference")
    known = {
        "age": age_label(sitting),
        "area": area_name(sitting, facts),
        "substances": "; ".join(substance_labels(sitting)) or words.text(f"{FILE}.not_said"),
        "role": words.label("who.role", str(role)) if role else words.text(f"{FILE}.not_said"),
        "reference": str(reference) if reference else words.text(f"{FILE}.no_reference"),
    }
    return [words.text(f"{FILE}.fact.{name}", {"value": value}) for name, value in known.items()]


def age_label(sitting: Sitting) -> str:
    """The age band in words."""
    words, age = sitting.library.words, sitting.said("age_band")
    return words.label("who.age_client", str(age)) if age else words.text(f"{FILE}.not_said")


def substance_labels(sitting: Sitting) -> list[str]:
    """What the client uses, as it was ticked."""
    return _labels(sitting, "substances", "substances")


def need_labels(sitting: Sitting) -> list[str]:
    """What is needed, as it was ticked."""
    return _labels(sitting, "needs", NEEDS_OF_ROLE.get(str(sitting.said("role")), "needs"))


def _labels(sitting: Sitting, answer: str, step: str) -> list[str]:
    return [sitting.library.words.label(f"refer_client.{step}", pick) for pick in picks(sitting, answer)]


def _scores(sitting: Sitting, state: State) -> list[str]:
    """Typed scores and those of checks that were done here, each with its month and source; and what they flag."""
    lines = [*_typed(sitting), *_audit(sitting, state), *_dudit(sitting, state)]
    return lines or [sitting.library.words.text(f"{FILE}.no_scores")]


def _typed(sitting: Sitting) -> Iterator[str]:
    for score in reported(sitting).values():
        month = score_month(sitting, score)
        values = {"score": score_line(sitting, score), "month": month}
        yield sitting.library.words.text(f"{FILE}.reported", values)
        result = banded(sitting, score)
        if result is not None and result.score.sex_rule == SENSITIVE:
            yield sitting.library.words.text(f"{FILE}.sensitive")


def score_month(sitting: Sitting, score: Kept) -> str:
    """The month of a typed score, in words."""
    return (
        month_name(sitting.library.words, score.month)
        if score.month
        else sitting.library.words.text(f"{FILE}.no_month")
    )


def _audit(sitting: Sitting, state: State) -> Iterator[str]:
    if "audit" not in state.counted or not sitting.said(DOOR):
        return
    counted = state.counted["audit"]
    values = staff_values(sitting, counted_form(sitting, counted.instrument))
    kind = "no_total" if values["missing"] else "band_only" if not values["total"] else "done"
    kind = "points" if kind == "done" and not values["band"] else kind
    month = month_name(sitting.library.words, counted.month)
    yield sitting.library.words.text(f"{FILE}.{kind}", {**values, "month": month})
    flags = (line.removeprefix("- ") for line in values["flags"].splitlines() if line.startswith("- "))
    yield from (f"{values['name']}: {flag}" for flag in flags)


def _dudit(sitting: Sitting, state: State) -> Iterator[str]:
    if "dudit" not in state.counted or not sitting.items("dudit"):
        return
    month = month_name(sitting.library.words, state.counted["dudit"].month)
    values = {"score": dudit_values(sitting)["band_line"], "month": month}
    yield sitting.library.words.text(f"{FILE}.done_dudit", values)
    if dudit_score(sitting).sex_rule == SENSITIVE:
        yield sitting.library.words.text(f"{FILE}.sensitive")


def _risks(sitting: Sitting) -> list[str]:
    """What the referrer ticked, and what was asked about and not ticked; or that it was not asked."""
    return [*risk_lines(sitting), *risk_notes(sitting)]


def risk_notes(sitting: Sitting) -> list[str]:
    """What is not on the list of risks, and that this rules out nothing."""
    words = sitting.library.words
    if sitting.said("risks") is None:
        return [words.text(f"{FILE}.risks_not_asked")]
    rest = [
        words.label("refer_client.risks", risk) for risk in sitting.library.referral.risks if risk not in risks(sitting)
    ]
    return [words.text(f"{FILE}.risks_note", {"rest": ", ".join(rest)})] if rest else []


def risk_lines(sitting: Sitting) -> list[str]:
    """The risks that were ticked, the most urgent first; with the month of a release from prison."""
    return [_risk_line(sitting, risk) for risk in risks(sitting)]


def _risk_line(sitting: Sitting, risk: str) -> str:
    words, release = sitting.library.words, sitting.said("release")
    label = words.label("refer_client.risks", risk)
    if risk != "prison" or release is None:
        return label
    said = str(release)
    month = month_name(words, said) if said[0].isdigit() else words.label("refer_client.release", said)
    return words.text(f"{FILE}.release", {"risk": label, "month": month})


def _route(sitting: Sitting, facts: Facts) -> list[str]:
    """The service, why it fits, how to reach it; that none was chosen."""
    words, chosen = sitting.library.words, chosen_offer(sitting, facts)
    if chosen is None:
        return [words.text(f"{FILE}.no_route")]
    reasons, contact = (
        [line.removeprefix("- ") for line in offer_lines(sitting, lines)] for lines in (chosen.reasons, chosen.contact)
    )
    return [chosen.name, " ".join(reasons), *contact, words.text(f"{FILE}.not_contacted")]
