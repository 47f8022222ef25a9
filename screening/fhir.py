"""Instruments and sittings as FHIR R4 resources: plain dictionaries, ready for JSON.

Nothing here says who answered: `subject` is left out, which FHIR allows for the resources made here (a display such as
"not recorded" would be a reference to nobody), and dates are whole days. Shapes follow HL7 FHIR 4.0.1; the codes, and
what may be given out of them, are those of `codes.py`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from screening.codes import Code, Codes
from screening.cutoffs import UNKNOWN, Person
from screening.orders import Answers
from screening.questionnaire import Instrument, Item
from screening.scoring import Score, score_form

Resource = dict[str, Any]

ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
ABSENT_CODES = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
CATEGORIES = "http://terminology.hl7.org/CodeSystem/observation-category"
LEAST, MOST = "http://hl7.org/fhir/StructureDefinition/minValue", "http://hl7.org/fhir/StructureDefinition/maxValue"
DECLINED, NOT_ASKED = "asked-declined", "not-asked"
TOTAL = "total"
LANGUAGE = "en-GB"


class WordsWithheld(ValueError):
    """The items of this instrument may not be shown. Says what to do."""

    def __init__(self, instrument: Instrument) -> None:
        super().__init__(
            f"{instrument.name}: its words need a permission, so there is no FHIR Questionnaire of it. "
            "Supply them: content/licensed/README.md"
        )


@dataclass(frozen=True)
class Filled:
    """One sitting: the answers to an instrument, the day, and whose cut-offs apply."""

    instrument: Instrument
    answers: Answers
    on: date
    person: Person = UNKNOWN

    @cached_property
    def score(self) -> Score:
        """As of a paper form: an AUDIT that ended after three items has no total of the AUDIT, it is an AUDIT-C.

        Raises WrongAge where the instrument has no cut-off for this person.
        """
        return score_form(self.instrument, self.answers, self.person)


def resource_id(instrument: Instrument) -> str:
    """`audit-c` for audit_c: FHIR ids have no underscore."""
    return instrument.id.replace("_", "-")


def canonical(instrument: Instrument, base: str) -> str:
    """The address of an instrument's Questionnaire. `base` is the site's, without a trailing slash."""
    return f"{base}/fhir/Questionnaire/{resource_id(instrument)}"


def questionnaire(codes: Codes, instrument: Instrument, base: str) -> Resource:
    """The instrument as a Questionnaire, each answer with its points. Raises WordsWithheld.

    It carries no formula for the total: one that sums the answers there are would take a missing one for 0. Nor does it
    carry the official skips: a form on which every item was asked is a whole form.
    """
    if not instrument.shown:
        raise WordsWithheld(instrument)
    panel = [_coding(codes, code) for code in _same(codes.of(instrument).panel)]
    items = [_item(codes, instrument, item) for item in instrument.items]
    if _adds_up(instrument):
        items.append(_total_item(codes, instrument))
    return {
        "resourceType": "Questionnaire",
        "id": resource_id(instrument),
        "language": LANGUAGE,
        "url": canonical(instrument, base),
        "version": str(instrument.revision),
        "name": "".join(part.capitalize() for part in instrument.id.split("_")),
        "title": instrument.name,
        "status": "active",
        "subjectType": ["Patient"],
        "description": _description(instrument),
        "copyright": "\n\n".join([instrument.attribution, instrument.rights, *_notices(codes, instrument)]),
        **({"code": panel} if panel else {}),
        "item": items,
    }


def _description(instrument: Instrument) -> str:
    doubts = dict.fromkeys(f"Not verified: {reason}" for _, reason in instrument.claims_to_check())
    return "\n\n".join([f"{instrument.edition}. Asks about: {instrument.recall}.", *doubts])


def _notices(codes: Codes, instrument: Instrument) -> Iterator[str]:
    """The notices of the code systems that the instrument's codes come from."""
    used = {code.system for code in codes.all_of(instrument) if code.verified}
    yield from (system.notice for name, system in codes.systems.items() if name in used)


def _adds_up(instrument: Instrument) -> bool:
    return instrument.combine == "sum"


def _item(codes: Codes, instrument: Instrument, item: Item) -> Resource:
    known = codes.item(instrument, item.id).codes
    return {
        **_related(codes, [code for code in known if code.relation == "inexact"]),
        "linkId": item.id,
        "code": [
            {"system": codes.local.system, "code": _local(codes, instrument, item.id)},
            *(_coding(codes, code) for code in _same(known)),
        ],
        "prefix": str(instrument.items.index(item) + 1),
        "text": item.text,
        "required": _always_due(instrument, item),
        **(_days(item) if item.days else _choice(codes, instrument, item)),
    }


def _always_due(instrument: Instrument, item: Item) -> bool:
    """Whether every finished form answers it. Where a rule may skip, only the first item is sure to be asked."""
    never_skips = {instrument.order, instrument.blanks or instrument.order} == {"every_item"}
    return never_skips or item is instrument.items[0]


def _choice(codes: Codes, instrument: Instrument, item: Item) -> Resource:
    options = []
    for option in item.options:
        related = _related(codes, codes.item(instrument, item.id).options.get(option.points, ()))
        extensions = [_ordinal(option.points), *related.get("extension", ())]
        options.append({"extension": extensions, "valueCoding": _answer(codes, instrument, item, option.points)})
    return {"type": "choice", "answerOption": options}


def _days(item: Item) -> Resource:
    limits = ((LEAST, item.allowed[0]), (MOST, item.allowed[-1]))
    return {"type": "integer", "extension": [{"url": url, "valueInteger": limit} for url, limit in limits]}


def _total_item(codes: Codes, instrument: Instrument) -> Resource:
    return {
        "linkId": TOTAL,
        "code": total_codings(codes, instrument),
        "text": f"Total (0 to {instrument.most})",
        "type": "integer",
        "readOnly": True,
    }


def questionnaire_response(codes: Codes, filled: Filled, base: str) -> Resource:
    """The answers of one sitting. Raises WordsWithheld.

    An item that was skipped officially, or not reached, is left out; one that the person would rather not answer stands
    there without an answer and says so. Where an item is missing there is no total, and the status is `stopped`.
    """
    instrument = filled.instrument
    if not instrument.shown:
        raise WordsWithheld(instrument)
    score = filled.score
    items = [
        _answered(codes, instrument, instrument.item(name), filled.answers[name])
        for name in score.counted
        if name in filled.answers
    ]
    if score.total is not None and _adds_up(instrument):
        items.append({"linkId": TOTAL, "answer": [{"valueInteger": score.total}]})
    return {
        "resourceType": "QuestionnaireResponse",
        "language": LANGUAGE,
        "questionnaire": f"{canonical(instrument, base)}|{instrument.revision}",
        "status": "stopped" if score.missing else "completed",
        "authored": filled.on.isoformat(),
        **({"item": items} if items else {}),
    }


def _answered(codes: Codes, instrument: Instrument, item: Item, answer: int | None) -> Resource:
    if answer is None:
        return {"extension": [{"url": ABSENT, "valueCode": DECLINED}], "linkId": item.id, "text": item.text}
    if item.days:
        return {"linkId": item.id, "text": item.text, "answer": [{"valueInteger": answer}]}
    coding = {"extension": [_ordinal(answer)], **_answer(codes, instrument, item, answer)}
    return {"linkId": item.id, "text": item.text, "answer": [{"valueCoding": coding}]}


def observation(codes: Codes, filled: Filled, response: str | None = None) -> Resource:
    """The score of one sitting: its total and band; why there is none, where an item is missing.

    `response` is a reference to the answers. `method` tells the version of the instrument: a total of the UK version in
    units and one in standard drinks have the same LOINC code and are not the same.
    """
    instrument, score = filled.instrument, filled.score
    rules = [rule for rule in (score.age_rule, score.sex_rule) if rule]
    return {
        "resourceType": "Observation",
        "language": LANGUAGE,
        "status": "final",
        "category": [{"coding": [{"system": CATEGORIES, "code": "survey", "display": "Survey"}]}],
        "code": {"coding": total_codings(codes, instrument), "text": instrument.name},
        "effectiveDateTime": filled.on.isoformat(),
        **_value(codes, filled),
        "note": [{"text": f"Cut-offs used: {', '.join(rules)}. Screening is not a diagnosis."}],
        "method": {"text": f"{instrument.name}, {instrument.edition}, revision {instrument.revision}"},
        **({"derivedFrom": [{"reference": response}]} if response else {}),
    }


def _value(codes: Codes, filled: Filled) -> Resource:
    """The total with its band; the band alone where answers are not added up; or the reason why there is neither."""
    instrument, score = filled.instrument, filled.score
    if score.band is None:
        declined = all(item in filled.answers for item in score.missing)
        return {"dataAbsentReason": {"coding": [{"system": ABSENT_CODES, "code": DECLINED if declined else NOT_ASKED}]}}
    name = score.band.replace("_", " ")
    band = {"system": codes.local.system, "code": f"{resource_id(instrument)}-{score.band}", "display": name}
    meaning = {"coding": [band], "text": name}
    if _adds_up(instrument):
        return {"valueInteger": score.total, "interpretation": [meaning]}
    return {"valueCodeableConcept": meaning}


def collection(codes: Codes, filled: Filled, base: str, ids: tuple[str, str]) -> Resource:
    """One sitting as a Bundle: the answers, and the score derived from them. Raises WordsWithheld.

    `ids` are two fresh UUIDs, used nowhere else: they tie the two together, not the sitting to a person.
    """
    response, score = (f"urn:uuid:{each}" for each in ids)
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"fullUrl": response, "resource": questionnaire_response(codes, filled, base)},
            {"fullUrl": score, "resource": observation(codes, filled, response)},
        ],
    }


def searchset(codes: Codes, instruments: Iterable[Instrument], base: str) -> Resource:
    """Every instrument that may be shown, as the Bundle that answers a search."""
    found = [questionnaire(codes, instrument, base) for instrument in instruments if instrument.shown]
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": len(found),
        "link": [{"relation": "self", "url": f"{base}/fhir/Questionnaire"}],
        "entry": [{"fullUrl": each["url"], "resource": each, "search": {"mode": "match"}} for each in found],
    }


def _same(known: Sequence[Code]) -> list[Code]:
    """The codes that may stand for the thing itself: verified, and exact."""
    return [code for code in known if code.verified and code.relation == "equivalent"]


def _coding(codes: Codes, code: Code) -> Resource:
    return {"system": codes.systems[code.system].url, "code": code.code, "display": code.display}


def _related(codes: Codes, known: Sequence[Code]) -> Resource:
    """Codes of other systems beside our own, each with how it relates (the words of FHIR's ConceptMapEquivalence)."""
    verified = [code for code in known if code.verified]
    return {"extension": [_relation(codes, code) for code in verified]} if verified else {}


def _relation(codes: Codes, code: Code) -> Resource:
    parts: list[Resource] = [
        {"url": "code", "valueCoding": _coding(codes, code)},
        {"url": "relation", "valueCode": code.relation},
    ]
    if code.note:
        parts.append({"url": "comment", "valueString": code.note})
    return {"url": codes.local.related, "extension": parts}


def total_codings(codes: Codes, instrument: Instrument) -> list[Resource]:
    """The codes of an instrument's total: those of other systems that are exact, and our own."""
    own = {
        "system": codes.local.system,
        "code": f"{resource_id(instrument)}-{TOTAL}",
        "display": f"{instrument.name} total",
    }
    return [*(_coding(codes, code) for code in _same(codes.of(instrument).total)), own]


def _local(codes: Codes, instrument: Instrument, item_id: str) -> str:
    """Our own code of an item: the same in every instrument that borrows it."""
    return f"{codes.owner(instrument).replace('_', '-')}-{item_id}"


def _answer(codes: Codes, instrument: Instrument, item: Item, points: int) -> Resource:
    return {
        "system": codes.local.system,
        "code": f"{_local(codes, instrument, item.id)}-{points}",
        "display": item.option(points).label,
    }


def _ordinal(points: int) -> Resource:
    return {"url": ORDINAL, "valueDecimal": points}
