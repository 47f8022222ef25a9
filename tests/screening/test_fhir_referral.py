"""A referral as FHIR R4: every resource is valid, the Patient is nobody, and nothing is coded that nobody diagnosed."""

import json
from itertools import count
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class
from fhir.resources.R4B.bundle import Bundle
from fhirkit import every, illegal
from kit import ADULT_SERVICE, Chat, adult, library
from referralkit import at_risks, at_scores, in_kent, referring

from screening.codes import load_codes
from screening.fhir_referral import referral_bundle
from screening.library import CONTENT

BASE = "https://signpost.example.org"


def bundle(chat: Chat) -> dict[str, Any]:
    numbers = count(1)
    codes = load_codes(CONTENT / "codes.yaml", library().instruments, library().sources)
    assert chat.state is not None

    def new_id() -> str:
        return f"00000000-0000-4000-8000-{next(numbers):012}"

    found = referral_bundle(codes, library(), chat.state, chat.facts, BASE, new_id)
    assert found is not None
    return json.loads(json.dumps(found))  # type: ignore[no-any-return]


def resources(document: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    found = (entry["resource"] for entry in document["entry"])
    return [resource for resource in found if resource["resourceType"] == kind]


def whole() -> Chat:
    chat = referring(in_kent()).taps("alcohol", "opiates", "done").says("AUDIT 24 March 2026", "DUDIT 8")
    chat.taps("fast", "fast", 2, 1, 0, 0, "no", "detox", "housing", "done")
    return chat.taps("withdrawal", "prison", "done", "2026-12", "adult_east_kent")


CHATS = {
    "everything": whole,
    "route alone": lambda: referring(in_kent(), details=False).taps("adult_east_kent"),
    "nothing chosen": lambda: at_risks(in_kent()).taps("none", "not_now"),
    "dudit with a gap": lambda: at_scores().taps("dudit", "skip", "skip", *([0] * 10), "skip", "skip", ADULT_SERVICE),
    "whole audit": lambda: at_scores().taps("fast", "fast", 3, "yes", *([4] * 9), "skip", "skip", ADULT_SERVICE),
    "single question": lambda: at_scores().taps("fast", "single", 0, "skip", "skip", ADULT_SERVICE),
    "a declined item": lambda: at_scores().taps("fast", "fast", "skip", 0, 0, 0, "no", "skip", "skip", ADULT_SERVICE),
}


@pytest.mark.parametrize("name", CHATS)
def test_the_bundle_and_each_resource_are_valid(name: str) -> None:
    document = bundle(CHATS[name]())
    assert list(illegal(Bundle.model_validate(document))) == []
    for entry in document["entry"]:
        model = get_fhir_model_class(entry["resource"]["resourceType"])
        assert list(illegal(model.model_validate(entry["resource"]))) == []
    empty = [node for node in every(document) for value in node.values() if value in ([], {}, "")]
    assert empty == []


@pytest.mark.parametrize("name", CHATS)
def test_every_reference_is_inside_the_bundle_and_every_id_is_its_own(name: str) -> None:
    document = bundle(CHATS[name]())
    known = [entry["fullUrl"] for entry in document["entry"]]
    assert len(set(known)) == len(known)
    assert {node["reference"] for node in every(document) if isinstance(node.get("reference"), str)} <= set(known)


def test_the_patient_is_nobody() -> None:
    (patient,) = resources(bundle(whole()), "Patient")
    assert set(patient) == {"resourceType", "language", "name", "_birthDate"}
    assert [part["valueCode"] for part in patient["name"][0]["extension"]] == ["not-asked"]
    assert set(patient["name"][0]) == {"extension"}


def test_the_request_is_a_draft_and_a_proposal() -> None:
    document = bundle(whole())
    request = document["entry"][0]["resource"]
    assert (request["resourceType"], request["status"], request["intent"]) == ("ServiceRequest", "draft", "proposal")
    assert request["identifier"][0]["value"] == "otter-maple-river-42"
    assert [each["text"] for each in request["orderDetail"]] == ["Detox", "Housing"]
    assert [each["text"] for each in request["reasonCode"]] == ["Alcohol", "Heroin or other opioids"]
    (service,) = resources(document, "HealthcareService")
    (provider,) = resources(document, "Organization")
    assert service["name"] == "East Kent Drug and Alcohol Service"
    assert provider["name"] == "The Forward Trust"


def test_risks_are_flags_in_words_and_no_condition() -> None:
    document = bundle(whole())
    assert resources(document, "Condition") == []
    flags = resources(document, "Flag")
    assert [flag["code"] for flag in flags] == [
        {"text": "Told by the referrer: Withdrawal signs"},
        {"text": "Told by the referrer: Leaving prison: December 2026"},
    ]
    notes = " ".join(note["text"] for note in document["entry"][0]["resource"]["note"])
    assert "Asked about and not ticked: Suicidal thoughts" in notes


def test_risks_not_asked_about_are_said_not_to_be() -> None:
    notes = " ".join(note["text"] for note in bundle(CHATS["route alone"]())["entry"][0]["resource"]["note"])
    assert "This was not asked about, or the question was skipped." in notes


def test_a_typed_score_is_preliminary_and_a_score_made_here_has_its_answers() -> None:
    observations = resources(bundle(whole()), "Observation")
    fast, audit, dudit = observations[:3]
    assert (fast["status"], fast["valueInteger"], fast["effectiveDateTime"]) == ("final", 3, "2026-11")
    assert fast["derivedFrom"]
    assert (audit["status"], audit["valueInteger"], audit["effectiveDateTime"]) == ("preliminary", 24, "2026-03")
    assert "75624-7" in [coding["code"] for coding in audit["code"]["coding"]]
    assert "effectiveDateTime" not in dudit
    assert [each["valueString"] for each in observations[3:]] == ["30 to 39", "Thanet"]


def test_there_is_none_for_the_public() -> None:
    chat = adult().taps("find", "alcohol").says("margate").taps(ADULT_SERVICE)
    codes = load_codes(CONTENT / "codes.yaml", library().instruments, library().sources)
    assert chat.state is not None
    assert referral_bundle(codes, library(), chat.state, chat.facts, BASE, lambda: "") is None
