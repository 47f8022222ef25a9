"""FHIR R4: what other systems get is valid, carries only codes that were checked, and reads back to the same score.

`fhir.resources` validates shapes and lets illegal codes through (reporting_privacy.md 4.3), so `illegal` walks for
them. Codes, points and totals are those of screening.md 1.1 to 1.9 and its worked examples, section 2.
"""

import json
import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.observation import Observation
from fhir.resources.R4B.questionnaire import Questionnaire
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse
from fhirkit import every, illegal
from hypothesis import given
from hypothesis import strategies as st
from kit import library

from screening import fhir
from screening.codes import Codes, is_loinc, is_snomed, load_codes
from screening.cutoffs import Person
from screening.errors import ContentError
from screening.instruments import load_instruments
from screening.library import CONTENT
from screening.questionnaire import Instrument
from screening.scoring import score_form

BASE = "https://signpost.example.org"
LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
DAY = date(2026, 11, 21)
IDS = ("4b8f4f0e-7c0f-4a53-9a53-0d6c1f1d3f01", "b7a0c6c4-9a1c-4d39-8c0c-6a2c5f0e2d02")

ABSENT = {"unknown", "asked-declined", "not-asked", "not-applicable", "not-performed"}
"""Of FHIR R4 data-absent-reason."""


@cache
def codes() -> Codes:
    return load_codes(CONTENT / "codes.yaml", library().instruments, library().sources)


def instrument(name: str) -> Instrument:
    return library().instrument(name)


def questionnaire(name: str) -> dict[str, Any]:
    return fhir.questionnaire(codes(), instrument(name), BASE)


def filled(name: str, answers: Mapping[str, int | None], person: Person | None = None) -> fhir.Filled:
    return fhir.Filled(instrument(name), answers, DAY, person or Person())


def form(name: str, marks: str) -> dict[str, int]:
    """`0 - 2`: an answer for each item, `-` for one left blank."""
    pairs = zip(instrument(name).by_id, marks.split(), strict=True)
    return {item: int(mark) for item, mark in pairs if mark != "-"}


def codings(node: object, system: str) -> set[str]:
    return {each["code"] for each in every(node) if each.get("system") == system}


def related(element: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The codes of other systems named beside our own, with how they relate."""
    found = []
    for extension in element.get("extension", ()):
        if extension["url"] == codes().local.related:
            parts = {part["url"]: part for part in extension["extension"]}
            found.append((parts["code"]["valueCoding"]["code"], parts["relation"]["valueCode"]))
    return found


def ordinals(item: Mapping[str, Any]) -> dict[str, int]:
    """Code -> points of the options of an item, as another system reads them."""
    return {
        option["valueCoding"]["code"]: extension["valueDecimal"]
        for option in item["answerOption"]
        for extension in option["extension"]
        if extension["url"] == "http://hl7.org/fhir/StructureDefinition/ordinalValue"
    }


FOUR, EVER, YES = [0, 1, 2, 3, 4], [0, 2, 4], [0, 1]

SHAPES: list[tuple[str, list[list[int]], set[str], set[str]]] = [
    ("audit", [FOUR] * 8 + [EVER] * 2, {"75624-7"}, {"443280005"}),
    ("audit_c", [FOUR] * 3, {"75626-2"}, {"763256006"}),
    ("audit_pc", [FOUR] * 4 + [EVER], set(), set()),
    ("fast", [FOUR] * 3 + [EVER], set(), set()),
    ("m_sasq", [FOUR], set(), set()),
    ("dudit", [FOUR] * 9 + [EVER] * 2, set(), set()),
    ("dast_10", [YES] * 10, {"82667-7"}, set()),
]
NAMES = [name for name, *_ in SHAPES]


@pytest.mark.parametrize(("name", "points", "loinc", "snomed"), SHAPES, ids=NAMES)
def test_every_item_has_its_options_with_their_points(
    name: str, points: list[list[int]], loinc: set[str], snomed: set[str]
) -> None:
    document = questionnaire(name)
    assert list(illegal(Questionnaire.model_validate(document))) == []
    items = [item for item in document["item"] if item["linkId"] != "total"]
    total = next((item for item in document["item"] if item["linkId"] == "total"), None)
    assert [sorted(ordinals(item).values()) for item in items] == points
    assert {item["type"] for item in items} == {"choice"}
    assert (total is None) == (name == "m_sasq"), "the single question is never added up"
    if total is not None:
        assert (total["type"], total["readOnly"]) == ("integer", True)
        assert (codings(total, LOINC), codings(total, SNOMED)) == (loinc, snomed)


def test_the_codes_of_the_two_totals_are_not_swapped() -> None:
    audit, audit_c = (json.dumps(questionnaire(name)) for name in ("audit", "audit_c"))
    assert "75624-7" in audit and "75626-2" not in audit
    assert "75626-2" in audit_c and "75624-7" not in audit_c
    assert questionnaire("audit_c")["code"] == [
        {
            "system": LOINC,
            "code": "72109-2",
            "display": "Alcohol Use Disorder Identification Test - Consumption [AUDIT-C]",
        }
    ]


@pytest.mark.parametrize("name", ["audit", "audit_c"])
def test_items_in_units_are_not_passed_off_as_items_in_standard_drinks(name: str) -> None:
    first, second, third, *_ = questionnaire(name)["item"]
    assert codings(first["code"], LOINC) == {"68518-0"}
    assert (codings(second["code"], LOINC), related(second)) == (set(), [("68519-8", "inexact")])
    assert (codings(third["code"], LOINC), related(third)) == (set(), [("68520-6", "inexact")])


ANSWERS = {
    "q1": ["LA6270-8", "LA18926-8", "LA18927-6", "LA18928-4", "LA18929-2"],
    "q2": ["LA15694-5", "LA15695-2", "LA18930-0", "LA18931-8", "LA18932-6"],
    "q3": ["LA6270-8", "LA18933-4", "LA18876-5", "LA18891-4", "LA18934-2"],
}


@pytest.mark.parametrize("item", ANSWERS)
def test_answers_name_those_of_loinc_in_the_order_of_their_points(item: str) -> None:
    (found,) = [each for each in questionnaire("audit_c")["item"] if each["linkId"] == item]
    relation = "inexact" if item == "q2" else "equivalent"
    assert [related(option) for option in found["answerOption"]] == [[(code, relation)] for code in ANSWERS[item]]
    assert codings([option["valueCoding"] for option in found["answerOption"]], LOINC) == set()


def test_the_words_are_those_of_the_uk_form() -> None:
    third = questionnaire("audit")["item"][2]
    assert third["text"] == (
        "How often have you had 6 or more units if female, or 8 or more if male, on a single occasion in the last year?"
    )
    assert [option["valueCoding"]["display"] for option in third["answerOption"]] == [
        "Never", "Less than monthly", "Monthly", "Weekly", "Daily or almost daily",
    ]  # fmt: skip


def test_item_3_of_the_dast_10_scores_no() -> None:
    third, ninth = (questionnaire("dast_10")["item"][place] for place in (2, 8))
    for item, points_of_yes in ((third, 0), (ninth, 1)):
        points = ordinals(item)
        said = {option["valueCoding"]["display"]: option["valueCoding"]["code"] for option in item["answerOption"]}
        assert (points[said["Yes"]], points[said["No"]]) == (points_of_yes, 1 - points_of_yes)


def test_a_borrowed_item_has_the_same_code_everywhere() -> None:
    own = {item["linkId"]: item["code"] for item in questionnaire("audit")["item"]}
    for name in ("audit_c", "audit_pc", "fast", "m_sasq"):
        for item in questionnaire(name)["item"]:
            assert item["linkId"] == "total" or item["code"] == own[item["linkId"]]


@pytest.mark.parametrize("name", NAMES)
def test_a_questionnaire_says_what_it_is_and_whose(name: str) -> None:
    document, made_of = questionnaire(name), instrument(name)
    assert re.fullmatch(r"[A-Za-z0-9.-]{1,64}", document["id"])
    assert re.fullmatch(r"[A-Z][A-Za-z0-9_]{0,254}", document["name"])
    assert document["url"] == f"{BASE}/fhir/Questionnaire/{document['id']}"
    assert document["version"] == str(made_of.revision)
    assert (document["status"], document["subjectType"], document["title"]) == ("active", ["Patient"], made_of.name)
    assert made_of.rights in document["copyright"] and made_of.attribution in document["copyright"]
    for system, notice in ((LOINC, "LOINC is copyright ©"), (SNOMED, "SNOMED CT®")):
        assert bool(codings(document, system)) == (notice in document["copyright"])


def test_doubts_travel_with_the_questionnaire() -> None:
    assert 'Not verified: The current GOV.UK print may say "0 to 2"' in questionnaire("audit")["description"]
    assert questionnaire("dudit")["description"].count("exact answer labels of items 4 to 9") == 1


ALWAYS = {
    "audit": {"q1"},
    "audit_c": {"q1"},
    "audit_pc": {"q1"},
    "fast": {"q3"},
    "m_sasq": {"q3"},
    "dudit": {f"q{number}" for number in range(1, 12)},
    "dast_10": {f"q{number}" for number in range(1, 11)},
}


@pytest.mark.parametrize("name", NAMES)
def test_only_what_no_official_skip_leaves_out_is_required(name: str) -> None:
    assert {item["linkId"] for item in questionnaire(name)["item"] if item.get("required")} == ALWAYS[name]


LICENSED = [name for name, each in library().instruments.items() if each.wording == "licensed"]


@pytest.mark.parametrize("name", LICENSED)
def test_words_that_need_a_permission_are_not_given_out(name: str) -> None:
    with pytest.raises(fhir.WordsWithheld, match=r"need a permission.*content/licensed/README\.md"):
        questionnaire(name)
    with pytest.raises(fhir.WordsWithheld):
        fhir.questionnaire_response(codes(), filled(name, {}), BASE)


def test_a_search_finds_what_may_be_shown() -> None:
    document = fhir.searchset(codes(), library().instruments.values(), BASE)
    assert list(illegal(Bundle.model_validate(document))) == []
    assert {entry["resource"]["id"].replace("-", "_") for entry in document["entry"]} == set(NAMES)
    assert document["total"] == len(NAMES)


def with_words(name: str, folder: Path) -> Instrument:
    """As an operator supplies the words, with a permission."""
    words = {
        item.id: {"text": f"Item {item.id}", "options": {option.points: f"{option.points}" for option in item.options}}
        for item in instrument(name).items
    }
    permission = {"granted_by": "The authors", "reference": "Letter 1", "date": "2026-11-21"}
    document = {"instrument": name, "permission": permission, "items": words}
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(document), "utf-8")
    return load_instruments(CONTENT / "instruments", folder)[name]


def test_days_of_use_are_a_number_of_days(tmp_path: Path) -> None:
    crafft = with_words("crafft", tmp_path)
    document = fhir.questionnaire(codes(), crafft, BASE)
    assert list(illegal(Questionnaire.model_validate(document))) == []
    first = document["item"][0]
    assert (first["type"], [each["valueInteger"] for each in first["extension"]]) == ("integer", [0, 365])
    answers = {"a1": 0, "a2": 0, "a3": 0, "c1": 1}
    response = fhir.questionnaire_response(codes(), fhir.Filled(crafft, answers, DAY, Person(age=15)), BASE)
    assert list(illegal(QuestionnaireResponse.model_validate(response))) == []
    assert response["item"][0]["answer"] == [{"valueInteger": 0}]
    assert response["item"][-1] == {"linkId": "total", "answer": [{"valueInteger": 1}]}


def test_unverified_codes_are_never_given_out() -> None:
    unverified = {code for made_of in codes().instruments.values() for _, code in made_of.each() if not code.verified}
    assert {code.code for code in unverified} >= {"72110-0", "82666-9"}
    documents = [fhir.searchset(codes(), library().instruments.values(), BASE)]
    documents += [observation_of_nothing(name) for name in library().instruments]
    text = json.dumps(documents)
    assert [code.code for code in unverified if f'"{code.code}"' in text] == []
    assert dict(codes().claims_to_check()).keys() == {
        "audit.panel 72110-0", "dast_10.panel 82666-9", "crafft.total 71942-7",
    }  # fmt: skip


def observation_of_nothing(name: str) -> dict[str, Any]:
    """The score of a form that nobody filled in: it has codes, and no value."""
    made_of = instrument(name)
    document = fhir.observation(codes(), fhir.Filled(made_of, {}, DAY, Person(age=made_of.ages[0])))
    assert list(illegal(Observation.model_validate(document))) == []
    assert document["dataAbsentReason"]["coding"][0]["code"] == "not-asked"
    return document


def test_every_code_of_another_system_given_out_is_in_the_list_and_well_formed() -> None:
    document = fhir.searchset(codes(), library().instruments.values(), BASE)
    verified = {code.code for each in codes().instruments.values() for _, code in each.each() if code.verified}
    assert codings(document, LOINC) | codings(document, SNOMED) <= verified
    assert all(is_loinc(code) for code in codings(document, LOINC))
    assert all(is_snomed(code) for code in codings(document, SNOMED))


MALE, FEMALE = Person(sex="male"), Person(sex="female")

SITTINGS: list[tuple[str, str, int | None, str, Person]] = [
    ("audit", "0 - - - - - - - 0 0", 0, "low", Person()),
    ("audit", "0 - - - - - - - 2 4", 6, "low", Person()),
    ("audit", "0 - - - - - - - 4 4", 8, "increasing", Person()),
    ("audit", "2 0 0 - - - - - 0 0", 2, "low", Person()),
    ("audit", "3 1 2 0 0 0 1 0 0 0", 7, "low", Person()),
    ("audit", "3 1 2 0 0 0 1 1 0 0", 8, "increasing", Person()),
    ("audit", "4 2 3 1 1 0 2 2 0 0", 15, "increasing", Person()),
    ("audit", "4 2 3 1 1 0 2 1 0 2", 16, "higher", Person()),
    ("audit", "4 3 3 2 1 0 2 2 0 2", 19, "higher", Person()),
    ("audit", "4 3 3 2 1 1 2 2 0 2", 20, "possible_dependence", Person()),
    ("audit", "4 4 4 4 4 4 4 4 4 4", 40, "possible_dependence", Person()),
    ("audit_c", "0 - -", 0, "low", Person()),
    ("audit_c", "1 1 1", 3, "low", Person()),
    ("audit_c", "1 1 1", 3, "positive", Person(age=16)),
    ("audit_c", "3 1 1", 5, "increasing", Person()),
    ("audit_c", "4 2 2", 8, "higher", Person()),
    ("audit_c", "4 3 4", 11, "possible_dependence", Person()),
    ("audit_pc", "3 1 0 0 0", 4, "negative", Person()),
    ("audit_pc", "2 0 1 0 2", 5, "positive", Person()),
    ("audit_pc", "4 4 4 4 4", 20, "positive", Person()),
    ("fast", "1 1 0 0", 2, "negative", Person()),
    ("fast", "1 1 1 0", 3, "positive", Person()),
    ("fast", "3 - - -", 3, "positive", Person()),
    ("fast", "0 0 0 4", 4, "positive", Person()),
    ("m_sasq", "1", None, "negative", Person()),
    ("m_sasq", "2", None, "positive", Person()),
    ("dudit", "2 1 1 0 0 0 1 0 1 0 2", 8, "probable_problems", MALE),
    ("dudit", "2 1 1 0 0 0 1 0 0 0 0", 5, "below", MALE),
    ("dudit", "2 1 1 0 0 0 1 0 0 0 0", 5, "probable_problems", FEMALE),
    ("dudit", "4 4 4 4 4 4 4 4 4 4 4", 44, "dependence_probable", MALE),
    ("dast_10", "0 0 0 0 0 0 0 0 0 0", 0, "none_reported", Person()),
    ("dast_10", "1 0 0 0 0 0 0 0 0 0", 1, "low", Person()),
    ("dast_10", "1 0 1 0 1 0 0 0 0 0", 3, "moderate", Person()),
    ("dast_10", "1 1 1 1 1 1 1 1 1 1", 10, "severe", Person()),
]


def read_back(asked: Mapping[str, Any], response: Mapping[str, Any]) -> dict[str, int | None]:
    """The answers as another system understands them: codes looked up among the options of the Questionnaire."""
    options = {item["linkId"]: ordinals(item) for item in asked["item"] if item["type"] == "choice"}
    answers: dict[str, int | None] = {}
    for item in response.get("item", ()):
        if item["linkId"] in options:
            given_ = [answer["valueCoding"]["code"] for answer in item.get("answer", ())]
            answers[item["linkId"]] = options[item["linkId"]][given_[0]] if given_ else None
    return answers


@pytest.mark.parametrize(("name", "marks", "total", "band", "person"), SITTINGS)
def test_a_sitting_is_valid_and_reads_back_to_the_same_score(
    name: str, marks: str, total: int | None, band: str, person: Person
) -> None:
    answers = form(name, marks)
    document = fhir.collection(codes(), filled(name, answers, person), BASE, IDS)
    assert list(illegal(Bundle.model_validate(document))) == []
    response, score = (entry["resource"] for entry in document["entry"])
    assert response["questionnaire"] == f"{questionnaire(name)['url']}|{questionnaire(name)['version']}"
    assert response["status"] == "completed"
    assert read_back(questionnaire(name), response) == answers
    shown = [item["answer"][0]["valueInteger"] for item in response["item"] if item["linkId"] == "total"]
    assert shown == ([] if total is None else [total])
    assert score.get("valueInteger") == total
    (meaning,) = [score["valueCodeableConcept"]] if total is None else score["interpretation"]
    assert meaning["coding"][0]["code"] == f"{name.replace('_', '-')}-{band}"
    assert score["derivedFrom"] == [{"reference": document["entry"][0]["fullUrl"]}]


@st.composite
def forms(draw: st.DrawFn) -> tuple[str, dict[str, int | None]]:
    """Any of the seven forms with any answers, some declined, some left out."""
    name = draw(st.sampled_from(NAMES))
    answers: dict[str, int | None] = {}
    for item in instrument(name).items:
        answer = draw(st.sampled_from([*item.allowed, *item.allowed, None, "left out"]))
        if answer != "left out":
            answers[item.id] = answer
    return name, answers


@given(forms())
def test_any_sitting_reads_back_to_the_same_score(drawn: tuple[str, dict[str, int | None]]) -> None:
    """A receiver that scores what it read gets what was sent, and no total where none was."""
    name, answers = drawn
    document = fhir.collection(codes(), filled(name, answers), BASE, IDS)
    assert list(illegal(Bundle.model_validate(document))) == []
    response, sent = (entry["resource"] for entry in document["entry"])
    again = score_form(instrument(name), read_back(questionnaire(name), response))
    assert again == score_form(instrument(name), answers)
    assert sent.get("valueInteger") == (again.total if name != "m_sasq" else None)
    assert (response["status"] == "completed") == (again.total is not None)
    required = {item["linkId"] for item in questionnaire(name)["item"] if item.get("required")}
    assert again.total is None or required <= {item["linkId"] for item in response["item"] if "answer" in item}


def test_an_answer_that_was_declined_is_neither_zero_nor_skipped() -> None:
    document = fhir.collection(codes(), filled("audit_c", {"q1": 2, "q2": None, "q3": 1}), BASE, IDS)
    response, score = (entry["resource"] for entry in document["entry"])
    declined = response["item"][1]
    assert (declined["linkId"], "answer" in declined) == ("q2", False)
    assert declined["extension"] == [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "asked-declined"}
    ]
    assert response["status"] == "stopped"
    assert "total" not in {item["linkId"] for item in response["item"]}
    assert "valueInteger" not in score and "interpretation" not in score
    assert score["dataAbsentReason"]["coding"][0]["code"] == "asked-declined"


def test_items_skipped_officially_are_left_out() -> None:
    response = fhir.questionnaire_response(codes(), filled("audit", form("audit", "0 - - - - - - - 0 0")), BASE)
    assert [item["linkId"] for item in response["item"]] == ["q1", "q9", "q10", "total"]


def test_an_audit_that_ended_after_three_items_is_an_audit_c_and_not_an_audit() -> None:
    answers = {"q1": 2, "q2": 1, "q3": 1}
    whole, short = (fhir.observation(codes(), filled(name, answers)) for name in ("audit", "audit_c"))
    assert "valueInteger" not in whole
    assert whole["dataAbsentReason"]["coding"][0]["code"] == "not-asked"
    assert short["valueInteger"] == 4


def test_a_score_says_which_version_and_which_cut_offs() -> None:
    score = fhir.observation(codes(), filled("dudit", form("dudit", "1 1 0 0 0 0 0 0 0 0 0")))
    assert "English version of 2003" in score["method"]["text"]
    assert "sensitive" in score["note"][0]["text"]
    assert (score["status"], codings(score["category"], fhir.CATEGORIES)) == ("final", {"survey"})


def test_a_paper_form_of_a_licensed_instrument_has_a_score_and_no_words() -> None:
    sds = filled("sds_heroin", {"q1": 1, "q2": 1, "q3": 1, "q4": 0, "q5": 0})
    score = fhir.observation(codes(), sds)
    assert list(illegal(Observation.model_validate(score))) == []
    assert (score["valueInteger"], score["interpretation"][0]["text"]) == (3, "at cutoff")


IDENTITY = {
    "subject",
    "author",
    "source",
    "performer",
    "patient",
    "identifier",
    "encounter",
    "device",
    "issued",
    "meta",
}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_says_who_answered_or_at_what_time(name: str) -> None:
    answers = {item.id: item.allowed[0] for item in instrument(name).items}
    document = fhir.collection(codes(), filled(name, answers), BASE, IDS)
    assert {key for each in every(document) for key in each} & IDENTITY == set()
    response, score = (entry["resource"] for entry in document["entry"])
    assert response["authored"] == score["effectiveDateTime"] == "2026-11-21"


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"resourceType": "QuestionnaireResponse", "status": "done"}, ".status"),
        (
            {
                "resourceType": "Questionnaire",
                "status": "active",
                "item": [{"linkId": "q1", "type": "group", "item": [{"linkId": "q1.1", "type": "banana"}]}],
            },
            ".item.item.type",
        ),
    ],
)
def test_the_walker_finds_what_the_validator_lets_through(wrong: dict[str, Any], where: str) -> None:
    bundle = Bundle.model_validate({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": wrong}]})
    assert [path for path, _ in illegal(bundle)] == [f".entry.resource{where}"]


def test_reasons_for_a_missing_answer_are_those_of_the_standard() -> None:
    assert {fhir.DECLINED, fhir.NOT_ASKED} <= ABSENT


@pytest.mark.parametrize("code", ["75624-7", "75626-2", "72109-2", "68518-0", "68519-8", "68520-6", "82667-7"])
@given(st.data())
def test_a_slip_in_a_loinc_number_is_noticed(code: str, data: st.DataObject) -> None:
    assert is_loinc(code)
    assert not is_loinc(slipped(code, data))


@pytest.mark.parametrize("code", ["443280005", "763256006"])
@given(st.data())
def test_a_slip_in_a_snomed_code_is_noticed(code: str, data: st.DataObject) -> None:
    assert is_snomed(code)
    assert not is_snomed(slipped(code, data))


def slipped(code: str, data: st.DataObject) -> str:
    """The code with one digit mistyped."""
    place = data.draw(st.sampled_from([place for place, sign in enumerate(code) if sign.isdigit()]))
    digit = data.draw(st.sampled_from([each for each in "0123456789" if each != code[place]]))
    return f"{code[:place]}{digit}{code[place + 1 :]}"


def total_of(document: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = document["instruments"][name]["total"][0]
    return found


def slip_a_digit(document: dict[str, Any]) -> None:
    total_of(document, "audit")["code"] = "75624-8"


def swap_for_the_other_total(document: dict[str, Any]) -> None:
    total_of(document, "audit")["code"] = "75626-2"


def invent_a_source(document: dict[str, Any]) -> None:
    total_of(document, "audit")["sources"] = ["Z9"]


def verify_without_a_source(document: dict[str, Any]) -> None:
    del total_of(document, "audit_c")["sources"]


def leave_a_difference_unexplained(document: dict[str, Any]) -> None:
    del document["instruments"]["audit"]["items"]["q2"]["codes"][0]["note"]


def code_an_item_there_is_not(document: dict[str, Any]) -> None:
    document["instruments"]["dast_10"]["items"] = {"q11": {}}


def code_an_option_there_is_not(document: dict[str, Any]) -> None:
    document["instruments"]["audit"]["items"]["q9"] = {"options": {1: []}}


def code_an_instrument_there_is_not(document: dict[str, Any]) -> None:
    document["instruments"]["cage"] = {}


def borrow_from_the_wrong_one(document: dict[str, Any]) -> None:
    document["instruments"]["fast"]["items_of"] = "dudit"


def code_borrowed_items_twice(document: dict[str, Any]) -> None:
    document["instruments"]["fast"]["items"] = {"q3": {}}


BROKEN = {
    slip_a_digit: "check digit",
    swap_for_the_other_total: "audit_c.*already the code of audit",
    invent_a_source: "audit.total.*source Z9",
    verify_without_a_source: "name the source",
    leave_a_difference_unexplained: "say in a note",
    code_an_item_there_is_not: "dast_10.items: there is no item q11",
    code_an_option_there_is_not: "audit.items.q9: no option scores 1",
    code_an_instrument_there_is_not: "cage: is not an instrument",
    borrow_from_the_wrong_one: "fast.items_of: dudit has not the same items",
    code_borrowed_items_twice: "fast.items: are given twice",
}


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.__name__)
def test_a_mistake_in_the_codes_is_found_when_they_are_loaded(broken: Any, tmp_path: Path) -> None:
    document = yaml.safe_load((CONTENT / "codes.yaml").read_text("utf-8"))
    broken(document)
    (tmp_path / "codes.yaml").write_text(yaml.safe_dump(document), "utf-8")
    with pytest.raises(ContentError, match=rf"codes\.yaml: .*{BROKEN[broken]}"):
        load_codes(tmp_path / "codes.yaml", library().instruments, library().sources)


def test_our_own_addresses_never_change() -> None:
    """Other systems keep what they were sent; a new address would make old answers unreadable to them."""
    assert codes().local.system == "urn:uuid:8252a497-7a16-40d3-9a86-d6dd0cac313d"
    assert codes().local.related == "urn:uuid:deb6e8f4-b7e0-4c74-9364-e85ee6948c37"
