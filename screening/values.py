"""Named functions that fill the placeholders of a step's words from the answers. Each says which names it gives."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from screening.dates import line_text, month_name
from screening.facts import Facts, Line, Offer
from screening.questionnaire import Instrument, Item
from screening.referral import may_be_dependent, needs_sought, risks, substances_sought
from screening.rescreening import comparison as compare
from screening.rescreening import finished
from screening.results_code import written
from screening.rules import (
    WEEKLY_GUIDELINE,
    Sitting,
    alcohol_score,
    audit_of,
    dudit_score,
    needs_specialist,
    units_a_week,
)
from screening.scoring import items_due
from screening.script import JOIN
from screening.staff_door import dudit_values, form_of, staff_values
from screening.units import plain, shown

UNITS_IN_A_PINT = Decimal("2.3")
"""Of 4% beer (source O49)."""
MOST_OFFERS = 4
"""Services shown in a chat."""

Fill = Callable[[Sitting, Facts], Mapping[str, str]]


@dataclass(frozen=True)
class NamedValues:
    """A function and the placeholders it fills."""

    gives: tuple[str, ...]
    fill: Fill


VALUES: dict[str, NamedValues] = {}


def gives(*names: str) -> Callable[[Fill], Fill]:
    """Register a values function under its own name."""

    def register(fill: Fill) -> Fill:
        VALUES[fill.__name__] = NamedValues(names, fill)
        return fill

    return register


@gives("private")
def opening(sitting: Sitting, facts: Facts) -> Mapping[str, str]:
    """What this channel cannot keep private."""
    return {"private": sitting.library.words.text(f"welcome.private.{facts.channel}")}


@gives("total", "out_of", "added", "band", "meaning")
def score(sitting: Sitting, facts: Facts) -> Mapping[str, str]:
    """The total, what each answer added, the band and what it means. A total and band only where nothing is missing."""
    result, words = alcohol_score(sitting), sitting.library.words
    adult_band = result.band is not None and result.age_rule == "adult"
    return {
        "total": "" if result.total is None else str(result.total),
        "out_of": str(result.out_of),
        "added": "\n".join(added_lines(sitting, audit_of(sitting), "audit", "check_alcohol")),
        "band": words.text(f"check_alcohol.band.{result.band}") if adult_band else "",
        "meaning": words.text(f"check_alcohol.meaning.{result.band}") if adult_band else "",
    }


@gives("total", "out_of", "added", "cutoff")
def drug_score(sitting: Sitting, facts: Facts) -> Mapping[str, str]:
    """The DUDIT total, what each answer added, and the cut-off that was used. A total only where nothing is missing."""
    result, words = dudit_score(sitting), sitting.library.words
    return {
        "total": "" if result.total is None else str(result.total),
        "out_of": str(result.out_of),
        "added": "\n".join(added_lines(sitting, sitting.library.instrument("dudit"), "dudit", "check_drugs")),
        "cutoff": words.text(f"check_drugs.cutoff.{result.sex_rule}"),
    }


@gives("name", "total", "out_of", "band", "means", "action", "flags", "missing")
def staff_form(sitting: Sitting, facts: Facts) -> Mapping[str, str]:
    """The form that staff went through beside the client, in words for staff."""
    return staff_values(sitting, form_of(sitting))


@gives("band_line", "action")
def client_dudit(sitting: Sitting, facts: Facts) -> Mapping[str, str]:
    """The DUDIT that staff went through with a client, in words for staff; no total where an item is missing."""
    return dudit_values(sitting)


@gives("how")
def hand_over(sitting: Sitting, facts: Facts) -> Mapping[str, str]:
    """How this channel gives the referral summary."""
    return {"how": sitting.library.words.text(f"refer_client.how.{facts.channel}")}


@gives("month", "instrument", "now", "earlier", "before", "points")
def comparison(sitting: Sitting, facts: Facts) -> Mapping[str, str]:
    """The total now beside the earlier one: whose names, which month, how many points apart."""
    found = compare(sitting)
    if found is None:
        return dict.fromkeys(VALUES["comparison"].gives, "")
    return {
        "month": month_name(sitting.library.words, found.before.month),
        "instrument": sitting.library.instrument(found.instrument).name,
        "now": str(found.now),
        "earlier": sitting.library.instrument(found.before.instrument).name,
        "before": str(found.before.total),
        "points": str(abs(found.now - found.before.total)),
    }


def added_lines(sitting: Sitting, instrument: Instrument, prefix: str, journey: str) -> list[str]:
    """One line for each item that was due: what it asked in short, the answer, the points it added."""
    answers = sitting.items(prefix)
    return [
        added_line(sitting, instrument.item(item), answers.get(item), journey)
        for item in items_due(instrument, answers)
    ]


def added_line(sitting: Sitting, item: Item, points: int | None, journey: str) -> str:
    """What one item asked in short, the answer, and the points it added."""
    words = sitting.library.words
    asked = words.text(f"{journey}.short.{item.id}")
    if points is None:
        return words.text("check_alcohol.not_answered", {"asked": asked})
    answer = item.option(points).label
    return words.text("check_alcohol.added", {"asked": asked, "answer": answer, "points": str(points)})


@gives("week", "guideline", "pints")
def units(sitting: Sitting, facts: Facts) -> Mapping[str, str]:
    """Units in a usual week: drinking days times units on such a day, and the UK guideline."""
    week = units_a_week(sitting.said("days"), sitting.said("units_day"))
    return {
        "week": "" if week is None else plain(Decimal(shown(week))),
        "guideline": str(WEEKLY_GUIDELINE),
        "pints": "" if week is None else plain((week / UNITS_IN_A_PINT).quantize(Decimal(1))),
    }


@gives("goal", "start")
def goal(sitting: Sitting, facts: Facts) -> Mapping[str, str]:
    """The goal the person chose and when it starts, in the words they chose."""
    words = sitting.library.words
    start = sitting.said("goal_start")
    return {
        "goal": goal_words(sitting),
        "start": words.label("brief_advice.goal_start", str(start)) if start else "",
    }


_KINDS_OF_GOAL = {("limit", "0"): "no_alcohol", ("free_days", "7"): "no_alcohol", ("free_days", "1"): "one_free_day"}


def goal_words(sitting: Sitting) -> str:
    """The goal they chose, with its number where it has one."""
    words, said = sitting.library.words, sitting.said
    limit = said("limit_again") if said("limit_again") is not None else said("goal_limit")
    number = {"free_days": said("goal_days"), "limit": limit}.get(str(said("goal")))
    if number is None:
        return words.label("brief_advice.goal", str(said("goal")))
    kind = _KINDS_OF_GOAL.get((str(said("goal")), str(number)), said("goal"))
    return words.text(f"brief_advice.with_number.{kind}", {"number": str(number)})


@gives("idea")
def idea(sitting: Sitting, facts: Facts) -> Mapping[str, str]:
    """One idea that fits the goal the person chose; a general one where none is known."""
    words, goal_chosen = sitting.library.words, f"check_in.ideas.{sitting.said('goal')}"
    return {"idea": words.text(goal_chosen if goal_chosen in words else "check_in.ideas.other")}


@gives("code")
def results_code(sitting: Sitting, facts: Facts) -> Mapping[str, str]:
    """The code of the drinking check that was just done, to come back with; nothing where it has no total."""
    kept = finished(sitting, "audit", f"{facts.now:%Y-%m}")
    return {"code": "" if kept is None else written(kept)}


@gives("sign", "calm", "person", "place")
def safety_plan(sitting: Sitting, facts: Facts) -> Mapping[str, str]:
    """The parts of a safety plan, in the words that were picked."""
    return {part: _picked(sitting, part) for part in ("sign", "calm", "person", "place")}


def _picked(sitting: Sitting, part: str) -> str:
    picked, words = sitting.said(f"plan_{part}"), sitting.library.words
    if picked in (None, "own"):
        return words.text("safety_plan.not_picked")
    return words.label(f"safety_plan.{part}", str(picked))


def area_name(sitting: Sitting, facts: Facts) -> str:
    """The name of the area that was given; "not said" where none was."""
    known = district(sitting) is not None
    return place_name(facts, str(sitting.said("area"))) if known else sitting.library.words.text("find_help.no_area")


def place_name(facts: Facts, value: str) -> str:
    """The name of a stored area, its reporting area in front."""
    code, _, locality = value.partition("-")
    name = facts.area_name(code)
    return f"{locality.title()} ({name})" if locality else name


def district(sitting: Sitting) -> str | None:
    """The GSS code of the district, without the reporting area inside it (`E07000111-swanley` -> `E07000111`).

    None where it was not said, or is outside Kent and Medway.
    """
    code = sitting.said("area")
    return None if code in (None, "outside") else str(code).partition("-")[0]


@gives("service", "contact", "reference")
def referral(sitting: Sitting, facts: Facts) -> Mapping[str, str]:
    """The chosen service, exactly how to reach it, and the reference of this referral."""
    chosen = chosen_offer(sitting, facts)
    return {
        "service": chosen.name if chosen else "",
        "contact": "\n".join(offer_lines(sitting, chosen.contact)) if chosen else "",
        "reference": str(sitting.said("reference") or facts.reference),
    }


@gives("service", "contact", "reference")
def way_in(sitting: Sitting, facts: Facts) -> Mapping[str, str]:
    """How to reach the service that was picked before; where it no longer fits what is known, the general way."""
    picked = sitting.said("service")
    service = next((offer for offer in fitting(sitting, facts) if offer.service_id == picked), None)
    words = sitting.library.words
    if service is None:
        contact = [words.text("find_help.bullet", {"line": words.text("after_referral.general")})]
    else:
        contact = offer_lines(sitting, service.contact)
    return {
        "service": service.name if service else words.text("after_referral.chosen"),
        "contact": "\n".join(contact),
        "reference": str(sitting.said("reference") or ""),
    }


@gives("like", "dislike")
def weighing(sitting: Sitting, facts: Facts) -> Mapping[str, str]:
    """What they like and what they like less, in the words they picked, a bullet each."""
    return {side: _picked_lines(sitting, side) for side in ("like", "dislike")}


def _picked_lines(sitting: Sitting, side: str) -> str:
    words, picked = sitting.library.words, sitting.said(f"young_{side}")
    if picked is None:
        return words.text("find_help.bullet", {"line": words.text("young_weighing.not_said")})
    labels = [words.label(f"young_weighing.{side}", value) for value in str(picked).split(JOIN)]
    return "\n".join(words.text("find_help.bullet", {"line": label}) for label in labels)


@gives("step")
def small_step(sitting: Sitting, facts: Facts) -> Mapping[str, str]:
    """The small step that was picked."""
    label = sitting.library.words.label("young_weighing.step", str(sitting.said("young_step")))
    return {"step": label[:1].lower() + label[1:]}


def offer_values(sitting: Sitting, offer: Offer) -> Mapping[str, str]:
    """One service as a message: who runs it, what it does, why it fits, how to reach it."""
    return {
        "name": offer.name,
        "description": offer.description,
        "reasons": "\n".join(offer_lines(sitting, offer.reasons)),
        "contact": "\n".join(offer_lines(sitting, offer.contact)),
    }


def offer_lines(sitting: Sitting, lines: Sequence[Line]) -> list[str]:
    """The directory's lines in words, one bullet each."""
    words = sitting.library.words
    return [words.text("find_help.bullet", {"line": line_text(words, line)}) for line in lines]


def wanted(sitting: Sitting) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Audience, substances and needs for the directory, from the answers."""
    substances = {"alcohol": ("alcohol",), "drugs": ("drugs",), "both": ("alcohol", "drugs")}
    chosen = substances.get(str(sitting.said("substance")), ()) or substances_sought(sitting)
    return _audience(sitting), chosen, _needs(sitting, chosen)


def _audience(sitting: Sitting) -> str:
    audience = sitting.said("audience")
    if audience == "professional":
        return str(sitting.said("role") or "any_professional")
    return "family" if audience == "family" else "self"


def _needs(sitting: Sitting, substances: tuple[str, ...]) -> tuple[str, ...]:
    by_substance = {"alcohol": "alcohol", "drugs": "other_drugs", "opiates": "opiates"}
    needs = [by_substance[substance] for substance in substances]
    if sitting.said("audience") == "family":
        needs.append("family")
    return (*needs, *str(sitting.said("asked_for") or "").split(), *needs_sought(sitting))


def chosen_offer(sitting: Sitting, facts: Facts) -> Offer | None:
    """The service the person chose, if it still fits."""
    return next((offer for offer in offers(sitting, facts) if offer.service_id == sitting.said("service")), None)


def offers(sitting: Sitting, facts: Facts) -> list[Offer]:
    """The services that fit this person, best first; as many as can be read on a phone."""
    return list(fitting(sitting, facts)[:MOST_OFFERS])


def unmet(sitting: Sitting, facts: Facts) -> list[str]:
    """What was asked for that no service meets. Nothing where no district was given, for then nothing could."""
    if district(sitting) is None:
        return []
    met = {need for offer in fitting(sitting, facts) for need in offer.meets}
    return [need for need in wanted(sitting)[2] if need not in met]


def fitting(sitting: Sitting, facts: Facts) -> Sequence[Offer]:
    """All services that fit this person, best first.

    `gender` is an answer only where services for men or for women were asked for; the sex of the DUDIT is another.
    """
    audience, substances, needs = wanted(sitting)
    if sitting.said("audience") == "professional" and not substances:
        substances = ("alcohol", "drugs")
    gender = sitting.said("gender")
    return facts.offers(
        area=district(sitting),
        age_band=str(sitting.said("age_band") or "declined"),
        audience=audience,
        substances=substances,
        needs=needs,
        self_help=not needs_specialist(sitting) and not _client_needs_a_person(sitting),
        gender=None if gender is None else str(gender),
    )


def _client_needs_a_person(sitting: Sitting) -> bool:
    """Whether staff told of something for which a tool to use alone would not be safe."""
    staff = sitting.said("audience") == "professional"
    return staff and (may_be_dependent(sitting) or "pregnancy" in risks(sitting))
