"""`signpost find` answers as the page does: services with reasons, what was left out with reasons, or one sentence."""

import argparse
import json
from typing import Any

import pytest

from bot.commands import find


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    find.add_parser(parser.add_subparsers())
    args = parser.parse_args(["find", *words])
    status: int = args.run(args)
    return status


def found(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert run(*words, "--json") == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def test_json_says_area_offers_and_what_was_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    document = found(capsys, "--postcode", "CT9 1HL", "--age", "35", "--substance", "alcohol")
    assert document["area"] == {
        "outcome": "one", "areas": [{"code": "E07000114", "name": "Thanet"}], "how": "postcode"
    }  # fmt: skip
    first = document["offers"][0]
    assert (first["id"], first["provider"]) == ("adult_east_kent", "The Forward Trust")
    assert {"key": "directory.reason.age_from", "text": "It takes people aged 18 or over."} in first["reasons"]
    assert first["source"] == {
        "key": "d3_ek",
        "title": "Award notice SC240067 East Kent Drug and Alcohol Service",
        "date": "2024-10-21",
    }
    assert first["checked"] is None
    assert first["contact"]
    assert first["sites"][0]["name"] == "Margate hub"
    assert first["distance"] == first["sites"][0]["distance"] < 1
    left_out = {one["id"]: one["reason"] for one in document["withheld"]}
    assert left_out["adult_west_kent"] == {
        "key": "directory.withheld.covers_area",
        "text": "It does not cover this area.",
    }
    shown = [one["id"] for offer in document["offers"] for one in (offer, *offer["parts"])]
    assert len({*shown, *left_out}) == len(shown) + len(left_out) == 98


def test_a_gps_patient_of_17_in_swanley(capsys: pytest.CaptureFixture[str]) -> None:
    document = found(capsys, "--place", "Swanley", "--age", "17", "--for", "gp")
    assert document["offers"][0]["id"] == "young_people_kent"
    left_out = {one["id"]: one["reason"]["key"] for one in document["withheld"]}
    assert left_out["adult_west_kent"] == "directory.withheld.takes_age"


def test_for_a_person_the_same_in_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--place", "Swanley", "--age", "17", "--for", "gp") == 0
    said = capsys.readouterr().out
    assert "Aged 17, in Swanley (Sevenoaks). Asked as a GP." in said
    assert "Kent Young Person Drug and Alcohol Service\n" in said
    assert "- West Kent Drug and Alcohol Service: It does not take everyone of this age." in said


@pytest.mark.parametrize("who", ["self", "family", "gp", "probation", "oneyou", "police", "professional"])
def test_everyone_of_the_interface_may_ask(who: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert found(capsys, "--place", "Margate", "--age", "40", "--for", who)["area"]["outcome"] == "one"


def test_needs_and_substances_may_be_repeated_and_unmet_ones_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--place", "Rochester", "--age", "40", "--substance", "alcohol", "--substance", "opiates"]
    document = found(capsys, *words, "--need", "naloxone", "--need", "safe_storage", "--prefers", "phone")
    assert document["unmet_needs"] == ["safe_storage"]
    assert "Tell the service what they would like: phone." in document["offers"][0]["next"]


def test_after_elmley_the_home_area_decides_and_the_prison_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    document = found(
        capsys,
        "--place",
        "Tonbridge",
        "--age",
        "40",
        "--for",
        "probation",
        "--prison",
        "hmp_elmley",
        "--gender",
        "male",
    )
    first = document["offers"][0]
    assert first["id"] == "adult_west_kent"
    assert "The referral starts in prison, at HMP/YOI Elmley." in [line["text"] for line in first["reasons"]]
    left_out = {one["id"]: one["reason"]["key"] for one in document["withheld"]}
    assert left_out["crs_women"] == "directory.withheld.takes_gender"


def test_alcohol_detox_comes_with_its_warning(capsys: pytest.CaptureFixture[str]) -> None:
    document = found(capsys, "--place", "Maidstone", "--age", "40", "--need", "community_detox")
    assert document["notes"][0].startswith("Do not stop suddenly.")


def test_without_a_place_only_what_covers_everyone_is_listed_and_that_is_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    document = found(capsys, "--age", "40")
    assert document["area"] is None
    assert "We do not know the area" in document["notes"][0]
    assert {offer["sites"] == [] for offer in document["offers"]} == {True}


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["--postcode", "TN15"], 1, "That could be in Tonbridge and Malling or Sevenoaks or Gravesham."),
        (["--postcode", "ME99 9ZZ"], 1, "We cannot find that postcode."),
        (["--place", "Atlantis"], 1, "We do not know that place."),
        (["--place", "Deal and Margate"], 1, "That could be in Dover or Thanet."),
        (["--place", " "], 2, "the place is empty"),
        (["--place", "Deal", "--postcode", "CT14 6TB"], 2, "give --postcode or --place, not both"),
        (["--place", "Deal", "--age", "130"], 2, "Type an age from 0 to 120"),
        (["--place", "Deal", "--need", "tea"], 2, "--need 'tea' is not known; use one of advice, after_detox"),
        (["--place", "Deal", "--substance", "tea"], 2, "--substance 'tea' is not known; use one of alcohol"),
        (["--place", "Deal", "--for", "king"], 2, "--for 'king' is not known; use one of self, family"),
        (["--place", "Deal", "--gender", "x"], 2, "--gender 'x' is not known; use one of male, female"),
        (["--place", "Deal", "--prison", "hmp_tea"], 2, "--prison 'hmp_tea' is not known; use one of hmp_elmley"),
        (["--place", "Deal", "--prefers", "pigeon"], 2, "--prefers 'pigeon' is not known; use one of phone"),
    ],
)
def test_what_cannot_be_answered_gets_one_sentence_and_a_code(
    words: list[str], code: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"find: {sentence}")
    assert printed.err.count("\n") == 1


def test_a_place_that_is_not_one_area_is_still_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--postcode", "TN15", "--json") == 1
    document = json.loads(capsys.readouterr().out)
    assert document["area"]["outcome"] == "many"
    assert (document["offers"], document["withheld"]) == ([], [])
