"""A referral as a FHIR R4 Bundle: a draft ServiceRequest, what is known about it, and a Patient without identity.

Shapes follow HL7 FHIR 4.0.1. Nothing is coded that nobody diagnosed: risks are Flags "told by the referrer", facts are
text. The Patient says of name and birth date only that they were not asked. Every entry's id is fresh and used nowhere
else, so the entries hang together and lead to nobody.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from screening.codes import Codes
from screening.facts import Facts
from screening.fhir import ABSENT, CATEGORIES, LANGUAGE, Filled, Resource, observation, questionnaire_response
from screening.fhir import total_codings as codings_of_total
from screening.library import Library
from screening.picking import score_line
from screening.referral_summary import (
    age_label,
    need_labels,
    referral_summary,
    risk_lines,
    risk_notes,
    score_month,
    substance_labels,
)
from screening.reported import reported
from screening.results_code import Kept
from screening.rules import DOOR, Sitting
from screening.staff_door import counted_form
from screening.state import State
from screening.values import area_name, chosen_offer, offer_lines

NOT_ASKED = "not-asked"
REFERENCE_SYSTEM = "urn:uuid:5d0c7a5e-8f0f-4f0e-9a53-3b1f0c7f9d11"
"""Ours, of the references that Signpost gives out; a UUID, as it outlives any address (see codes.yaml)."""
FLAGS = "http://terminology.hl7.org/CodeSystem/flag-category"


@dataclass(frozen=True)
class Referred:
    """A professional's referral: answers, state, the world, the day, the site's address."""

    codes: Codes
    sitting: Sitting
    state: State
    facts: Facts
    base: str

    @property
    def day(self) -> date:
        """The day it is written."""
        return self.facts.now.date()


def referral_bundle(
    codes: Codes, library: Library, state: State, facts: Facts, base: str, new_id: Callable[[], str]
) -> Resource | None:
    """The Bundle of the referral made last; None before a route was shown. `new_id` gives a fresh UUID each time."""
    if referral_summary(library, state, facts) is None:
        return None
    referred = Referred(codes, Sitting(library, state.answers), state, facts, base)
    entries: list[Resource] = []

    def add(resource: Resource) -> str:
        reference = f"urn:uuid:{new_id()}"
        entries.append({"fullUrl": reference, "resource": resource})
        return reference

    subject = {"reference": add(_patient())}
    scores = [add(score) for score in _scores(referred, subject, add)]
    told = [add(fact) for fact in _facts(referred, subject)]
    flags = [add(flag) for flag in _flags(referred, subject)]
    service = _service(referred, add)
    request = _request(referred, subject, scores, [*told, *flags], service)
    first = {"fullUrl": f"urn:uuid:{new_id()}", "resource": request}
    return {"resourceType": "Bundle", "language": LANGUAGE, "type": "collection", "entry": [first, *entries]}


def _patient() -> Resource:
    """Whom it is about: nothing. The referrer's own system knows."""
    absent = {"extension": [{"url": ABSENT, "valueCode": NOT_ASKED}]}
    return {"resourceType": "Patient", "language": LANGUAGE, "name": [absent], "_birthDate": absent}


def _request(
    referred: Referred, subject: Resource, scores: list[str], told: list[str], service: str | None
) -> Resource:
    words, said = referred.sitting.library.words, referred.sitting.said
    reference, role = said("reference"), said("role")
    identifier = {"system": REFERENCE_SYSTEM, "value": str(reference)}
    asked, used = need_labels(referred.sitting), substance_labels(referred.sitting)
    notes = [
        words.text("referral_summary.intro"),
        *risk_notes(referred.sitting),
        words.text("referral_summary.closing"),
    ]
    return {
        "resourceType": "ServiceRequest",
        "language": LANGUAGE,
        **({"identifier": [identifier]} if reference else {}),
        "status": "draft",
        "intent": "proposal",
        "code": {"text": words.text("referral_summary.fhir.request")},
        **({"orderDetail": [{"text": need} for need in asked]} if asked else {}),
        "subject": subject,
        "authoredOn": referred.day.isoformat(),
        **({"requester": {"display": words.label("who.role", str(role))}} if role else {}),
        **({"performer": [{"reference": service}]} if service else {}),
        **({"reasonCode": [{"text": each} for each in used]} if used else {}),
        **({"reasonReference": [{"reference": each} for each in scores]} if scores else {}),
        "supportingInfo": [{"reference": each} for each in told],
        "note": [{"text": note} for note in notes],
    }


def _scores(referred: Referred, subject: Resource, add: Callable[[Resource], str]) -> Iterator[Resource]:
    """Checks that were done here, with their answers; then the totals that were typed."""
    for filled, month in _filled(referred):
        answers = questionnaire_response(referred.codes, filled, referred.base)
        response = add({**answers, "authored": month, "subject": subject})
        yield {**observation(referred.codes, filled, response), "effectiveDateTime": month, "subject": subject}
    for score in reported(referred.sitting).values():
        yield _typed(referred, subject, score)


def _filled(referred: Referred) -> Iterator[tuple[Filled, str]]:
    """The FAST or AUDIT and the DUDIT that were gone through here, with the month, for no more of the day is kept."""
    sitting, counted = referred.sitting, referred.state.counted
    forms = []
    if "audit" in counted and sitting.said(DOOR):
        forms.append(("audit", counted_form(sitting, counted["audit"].instrument)))
    if "dudit" in counted:
        forms.append(("dudit", sitting.library.instrument("dudit")))
    for prefix, form in forms:
        answers = {item: points for item, points in sitting.items(prefix).items() if item in form.by_id}
        yield Filled(form, answers, referred.day, sitting.person), counted[prefix].month


def _typed(referred: Referred, subject: Resource, score: Kept) -> Resource:
    """A total whose answers were never seen here: preliminary, with its month where one was given."""
    sitting = referred.sitting
    instrument = sitting.library.instrument(score.instrument)
    values = {"score": score_line(sitting, score), "month": score_month(sitting, score)}
    return {
        "resourceType": "Observation",
        "language": LANGUAGE,
        "status": "preliminary",
        "category": [{"coding": [{"system": CATEGORIES, "code": "survey", "display": "Survey"}]}],
        "code": {"coding": codings_of_total(referred.codes, instrument), "text": instrument.name},
        "subject": subject,
        **({"effectiveDateTime": score.month} if score.month else {}),
        "valueInteger": score.total,
        "note": [{"text": sitting.library.words.text("referral_summary.reported", values)}],
    }


def _facts(referred: Referred, subject: Resource) -> Iterator[Resource]:
    """Age band and home area, as text: no code says only "40 to 49"."""
    sitting = referred.sitting
    for name, value in (("age", age_label(sitting)), ("area", area_name(sitting, referred.facts))):
        yield {
            "resourceType": "Observation",
            "language": LANGUAGE,
            "status": "final",
            "code": {"text": sitting.library.words.text(f"referral_summary.fhir.{name}")},
            "subject": subject,
            "effectiveDateTime": referred.day.isoformat(),
            "valueString": value,
        }


def _flags(referred: Referred, subject: Resource) -> Iterator[Resource]:
    """A Flag for each risk that was ticked."""
    words = referred.sitting.library.words
    for risk in risk_lines(referred.sitting):
        yield {
            "resourceType": "Flag",
            "language": LANGUAGE,
            "status": "active",
            "category": [{"coding": [{"system": FLAGS, "code": "safety", "display": "Safety"}]}],
            "code": {"text": words.text("referral_summary.fhir.risk", {"risk": risk})},
            "subject": subject,
        }


def _service(referred: Referred, add: Callable[[Resource], str]) -> str | None:
    """The chosen service and who runs it; None where none was chosen."""
    chosen = chosen_offer(referred.sitting, referred.facts)
    if chosen is None:
        return None
    provider: Mapping[str, object] = {}
    if chosen.provider:
        organization = add({"resourceType": "Organization", "language": LANGUAGE, "name": chosen.provider})
        provider = {"providedBy": {"reference": organization}}
    contact = "\n".join(offer_lines(referred.sitting, chosen.contact))
    return add(
        {
            "resourceType": "HealthcareService",
            "language": LANGUAGE,
            **provider,
            "name": chosen.name,
            "comment": chosen.description,
            "extraDetails": contact,
        }
    )
