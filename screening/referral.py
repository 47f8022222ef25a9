"""What a professional ticks about a client, and what it leads to: services looked for, urgent advice, who opens a door.

The table is content (`content/referral.yaml`), checked against the journey that asks and the words that answer.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from screening.errors import ContentError
from screening.files import read_yaml
from screening.questionnaire import Frozen
from screening.reported import dependence_reported
from screening.rules import Sitting, age_group, do_not_stop_suddenly, needs_specialist, rule, sixteen_or_seventeen
from screening.script import JOIN, NONE, Ask, Journey
from screening.staff_door import form_of
from screening.wording import Wording

JOURNEY = "refer_client"
FILE = "referral.yaml"
ASKED = ("substances", "needs", "risks")
"""The answers with several choices, and the parts of the table that say what each leads to."""
NOT_ASKED = "not_asked"
LONGEST_NEED = 64
"""Characters of the ledger's column."""
SEVERAL = "several"
WHOLE_CHECKS = ("audit", "audit_c")
"""Checks with a band of risk; FAST and M-SASQ alone only say that there is more to ask."""


class Ticked(Frozen):
    """What one tick leads to. `young`: the advice under 18, where it is another."""

    advice: str | None = None
    young: str | None = None
    needs: tuple[str, ...] = ()
    doors: tuple[str, ...] = ()


class Substance(Frozen):
    """How a substance is counted (alcohol or drugs), and what is looked for in the directory."""

    group: str
    sought: tuple[str, ...]


class Table(Frozen):
    """The whole file."""

    risks: Mapping[str, Ticked]
    needs: Mapping[str, Ticked]
    substances: Mapping[str, Substance]


def load_referral(path: Path) -> Table:
    """Read referral.yaml. Raises ContentError."""
    try:
        return Table.model_validate(read_yaml(path))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the whole file"
        raise ContentError(path.name, where, first["msg"], "Compare with the other entries of the file") from error


def check_referral(found: Table, journey: Journey, words: Wording) -> None:
    """Everything that can be ticked is in the table, and everything it leads to has words. Raises ContentError."""
    for part in ASKED:
        known: Mapping[str, object] = getattr(found, part)
        steps = (step for step in journey.steps.values() if isinstance(step, Ask) and step.answer == part)
        asked = {choice for step in steps for choice in step.choices} - {NONE}
        for choice in sorted(asked ^ set(known)):
            problem = "cannot be ticked" if choice in known else "has no entry"
            raise ContentError(FILE, f"{part}.{choice}", problem, f"Give {JOURNEY}.yaml and this file the same")
    for key in (*_advice_keys(found), *_door_keys(found)):
        if key not in words or words.entry(key).placeholders() - set(words.common):
            remedy = f"Write them in text/en/{JOURNEY}.yaml, with helplines only"
            raise ContentError(FILE, key, "has no words that can be said", remedy)


def picks(sitting: Sitting, name: str) -> tuple[str, ...]:
    """What was ticked of a question with several choices; nothing where it was skipped, not asked, or none fits."""
    said = sitting.said(name)
    return tuple(str(said).split(JOIN)) if said not in (None, NONE) else ()


def risks(sitting: Sitting) -> tuple[str, ...]:
    """The risks that were ticked, the most urgent first."""
    ticked = picks(sitting, "risks")
    return tuple(risk for risk in sitting.library.referral.risks if risk in ticked)


def _ticked(sitting: Sitting) -> Iterator[Ticked]:
    yield from (sitting.library.referral.risks[risk] for risk in risks(sitting))
    yield from (sitting.library.referral.needs[need] for need in picks(sitting, "needs"))


def needs_sought(sitting: Sitting) -> tuple[str, ...]:
    """The need tags to look for, each once."""
    return tuple(dict.fromkeys(need for ticked in _ticked(sitting) for need in ticked.needs))


def substances_sought(sitting: Sitting) -> tuple[str, ...]:
    """The substances to look for, each once; those that a check was about too. Nothing where none was named."""
    named = [
        substance
        for pick in picks(sitting, "substances")
        for substance in sitting.library.referral.substances[pick].sought
    ]
    return tuple(dict.fromkeys((*named, *_screened(sitting))))


def substance_groups(sitting: Sitting) -> tuple[str, ...]:
    """Alcohol, drugs, both or nothing: how a referral is counted."""
    named = {sitting.library.referral.substances[pick].group for pick in picks(sitting, "substances")} | set(
        _screened(sitting)
    )
    return tuple(sorted(named))


def _screened(sitting: Sitting) -> Iterator[str]:
    if sitting.items("audit"):
        yield "alcohol"
    if sitting.items("dudit"):
        yield "drugs"


def need_counted(sitting: Sitting) -> str | None:
    """The needs as the ledger keeps them; None where none was ticked."""
    joined = JOIN.join(picks(sitting, "needs"))
    return (joined if len(joined) <= LONGEST_NEED else SEVERAL) or None


def may_be_dependent(sitting: Sitting) -> bool:
    """Whether stopping suddenly could be dangerous, by a risk that was ticked or by any score there is."""
    checked = bool(sitting.items("audit"))
    told = checked and do_not_stop_suddenly(sitting)
    banded = checked and form_of(sitting).id in WHOLE_CHECKS and needs_specialist(sitting)
    return "withdrawal" in risks(sitting) or told or banded or dependence_reported(sitting)


# What journeys route on


@rule("yes", "no")
def referring(sitting: Sitting) -> str:
    """Whether a check is done in the middle of a referral, which goes on after it."""
    return "yes" if sitting.said("referring") == "yes" else "no"


@rule("adult", "sixteen", "known", "nobody")
def who_is_scored(sitting: Sitting) -> str:
    """Nothing is scored under 16 or where the age is not known (facts 6). `known`: a check was done already."""
    if sitting.items("audit"):
        return "known"
    if age_group(sitting) == "adult":
        return "adult"
    return "sixteen" if sixteen_or_seventeen(sitting) == "yes" else "nobody"


@rule("probation", "police", "other")
def needs_list(sitting: Sitting) -> str:
    """Some routes open only to probation or only to the police."""
    role = sitting.said("role")
    return str(role) if role in ("probation", "police") else "other"


@rule("yes", "no")
def leaving_prison(sitting: Sitting) -> str:
    """Whether a release month is worth asking for."""
    return "yes" if "prison" in risks(sitting) else "no"


# What is said one after the other


Listing = Callable[[Sitting], Iterable[str]]


def _advice(name: str) -> str:
    return f"{JOURNEY}.advice.{name}"


def _door(name: str) -> str:
    return f"{JOURNEY}.door.{name}"


def _advice_keys(found: Table) -> Iterator[str]:
    for risk in found.risks.values():
        yield from (_advice(name) for name in (risk.advice, risk.young) if name is not None)
    yield _advice(NOT_ASKED)


def _door_keys(found: Table) -> Iterator[str]:
    for entry in (*found.risks.values(), *found.needs.values()):
        yield from (_door(name) for name in entry.doors)


def urgent_advice(sitting: Sitting) -> Iterator[str]:
    """The advice for each risk that was ticked; for withdrawal also where a score says so; a reminder if not asked."""
    ticked = risks(sitting)
    due = [
        risk
        for risk in sitting.library.referral.risks
        if risk in ticked or (risk == "withdrawal" and may_be_dependent(sitting))
    ]
    for risk in due:
        entry = sitting.library.referral.risks[risk]
        young = entry.young if age_group(sitting) == "young" else None
        if entry.advice is not None:
            yield _advice(young or entry.advice)
    if sitting.said("risks") is None:
        yield _advice(NOT_ASKED)


def doors(sitting: Sitting) -> Iterator[str]:
    """Who can open each route that was asked for and that is no choice of its own, each once."""
    yield from dict.fromkeys(_door(name) for ticked in _ticked(sitting) for name in ticked.doors)


EACH: Mapping[str, Listing] = {listing.__name__: listing for listing in (urgent_advice, doors)}
