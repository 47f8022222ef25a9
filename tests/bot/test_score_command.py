"""`signpost score` and `signpost instruments`, as staff type them."""

import io
import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli import main
from screening.library import load_library


@pytest.fixture(autouse=True)
def content_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a running command; here for all the commands of these tests."""
    monkeypatch.setattr("bot.commands.score.load_library", loaded)
    monkeypatch.setattr("bot.commands.instruments.load_library", loaded)


loaded = cache(load_library)
A6 = ("audit", "3", "1", "2", "0", "0", "0", "1", "1", "0", "0")


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """The JSON document a command prints."""
    assert main([*words, "--json"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return json.loads(captured.out)


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The one sentence of a command that fails; nothing on standard output."""
    assert main(list(words)) == 1
    captured = capsys.readouterr()
    assert (captured.out, captured.err.count("\n")) == ("", 1)
    return captured.err


def test_json_has_the_promised_keys(capsys: pytest.CaptureFixture[str]) -> None:
    found = printed(capsys, "score", *A6)
    assert set(found) == {
        "instrument", "version", "edition", "age_rule", "sex_rule", "items", "total", "out_of", "band", "means",
        "action", "flags", "complete", "missing", "sources",
    }  # fmt: skip
    assert (found["total"], found["out_of"], found["band"], found["age_rule"]) == (8, 40, "increasing", "adult")
    assert found["items"][:2] == [{"id": "q1", "points": 3}, {"id": "q2", "points": 1}]
    assert (found["complete"], found["missing"], found["version"]) == (True, [], 1)
    assert "G1" in found["sources"]


def test_a_reader_sees_total_band_meaning_next_step_flags_and_what_it_is_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["score", "audit", "4", "3", "3", "2", "1", "1", "2", "2", "0", "2"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("AUDIT: 20 out of 40, possible dependence (cut-offs: adult)\n")
    for words in ("Answers: q1 = 4", "What it means:", "Next: Do not give brief advice", "Look at: Above 0 in item 4",
                  "Form: revision 1, UK version in units", "Sources: G1", "not a diagnosis"):  # fmt: skip
        assert words in text


def test_skipped_is_not_zero(capsys: pytest.CaptureFixture[str]) -> None:
    found = printed(capsys, "score", "audit", "0", *"-------", "0", "0")
    assert found["total"] == 0
    assert [item["points"] for item in found["items"]] == [0, *[None] * 7, 0, 0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("audit", *"3120001110"), "item 9 allows 0, 2 or 4"),
        (("audit", *"312000110"), "has 10 items, not 9"),
        (("audit", *"31200011000"), "has 10 items, not 11"),
        (("audit", *"312-000000"), "item 4 is missing"),
        (("audit", *"444444-444"), "already 20 or more: treat as possible dependence"),
        (("audit_c", *"111", "--age", "12"), "under 13"),
        (("dudit", *"00000000000", "--age", "17"), "no cut-off that was checked for age 17"),
        (("sds_cannabis", *"11110"), "give the age"),
        (("cage", *"1111"), "CAGE is not built."),
        (("tarot", "1"), "there is no instrument tarot: use "),
        (("assist_lite", "alcohol=5"), "allows 0 to 4, not 5"),
        (("assist_lite", "alcohol"), "is not a group and its points"),
    ],
)
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_form_that_cannot_be_scored_gets_one_sentence_and_no_score(
    words: tuple[str, ...], said: str, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    sentence = refused(capsys, "score", *words, *options)
    assert said in sentence
    assert "band" not in sentence
    assert "total" not in sentence


def test_sex_changes_a_cutoff_only_where_one_is_published(capsys: pytest.CaptureFixture[str]) -> None:
    sheet = ("dudit", *"20000000000")
    assert printed(capsys, "score", *sheet, "--sex", "male")["band"] == "below"
    assert printed(capsys, "score", *sheet, "--sex", "female")["band"] == "probable_problems"
    unsaid = printed(capsys, "score", *sheet)
    assert (unsaid["band"], unsaid["sex_rule"]) == ("probable_problems", "sensitive")
    assert printed(capsys, "score", *A6, "--sex", "male")["sex_rule"] is None


def test_age_chooses_the_youth_cutoffs(capsys: pytest.CaptureFixture[str]) -> None:
    found = printed(capsys, "score", "audit_c", *"111", "--age", "16")
    assert (found["band"], found["age_rule"]) == ("positive", "youth")


def test_groups_are_never_added_up(capsys: pytest.CaptureFixture[str]) -> None:
    found = printed(capsys, "score", "assist_lite", "alcohol=2", "cannabis=3")
    assert found["total"] is None
    assert [(group["instrument"], group["band"]) for group in found["groups"]] == [
        ("assist_lite_alcohol", "moderate"),
        ("assist_lite_cannabis", "high"),
    ]


def test_lines_in_lines_out(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("3 1 1\n1,1,1\n\n0 - -\n3 1\n9 9 9\n"))
    assert main(["score", "audit_c", "--lines"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line.get("total") for line in lines] == [5, 3, None, 0, None, None]
    assert [set(line) == {"error"} for line in lines] == [False, False, True, False, True, True]
    assert "item 1 allows 0, 1, 2, 3 or 4, not '9'" in lines[5]["error"]


@pytest.mark.parametrize("words", [("score", "audit"), ("score", "audit", "1", "--lines")])
def test_nothing_to_score_is_said_in_one_sentence(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(list(words)) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err.count("\n")) == ("", 1)


@pytest.mark.parametrize("age", ["-1", "121", "ten", "1.5", "9" * 5000])
def test_an_age_that_is_none_is_refused(age: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["score", "audit_c", "1", "1", "1", f"--age={age}"])
    assert stopped.value.code == 2
    assert "give whole years from 0 to 120" in capsys.readouterr().err


def test_the_list_tells_for_whom_how_far_under_which_licence_and_what_is_not_built(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = printed(capsys, "instruments")
    by_id = {entry["id"]: entry for entry in found["instruments"]}
    assert (by_id["audit"]["range"], by_id["audit"]["shown"], by_id["m_sasq"]["range"]) == ([0, 40], True, None)
    assert [table["for"] for table in by_id["audit"]["cutoffs"]] == ["ages 18 and over", "ages 13 to 17"]
    assert (by_id["sadq"]["shown"], by_id["sadq"]["asked_by"]) == (False, "clinician")
    for entry in by_id.values():
        assert entry["purpose"] and entry["who"] and entry["licence"] and entry["sources"], entry["id"]
    assert "AUDIT-C" in {entry["id"]: entry["reason"] for entry in found["not_built"]}["cage"]


def test_the_list_can_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["instruments"]) == 0
    text = capsys.readouterr().out
    assert "ages 18 and over: 0 to 7 low risk, 8 to 15 increasing risk, 16 to 19 higher risk, 20 to 40" in text
    assert "- CAGE: Not among the alcohol tests GOV.UK names" in text


def test_one_instrument_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    found = printed(capsys, "instruments", "dudit")
    assert len(found["items"]) == 11
    assert found["items"][9]["options"] == [
        {"points": 0, "label": "No"},
        {"points": 2, "label": "Yes, but not over the past year"},
        {"points": 4, "label": "Yes, over the past year"},
    ]
    assert {claim["where"] for claim in found["unverified"]} >= {"dudit.q4", "dudit.q9"}


def test_a_licensed_instrument_shows_points_and_no_words(capsys: pytest.CaptureFixture[str]) -> None:
    item = printed(capsys, "instruments", "cudit_r")["items"][7]
    assert (item["text"], item["allows"]) == (None, "0, 2 or 4")
    assert main(["instruments", "cudit_r"]) == 0
    assert "8. (the words need a permission) allows 0, 2 or 4" in capsys.readouterr().out


def test_staff_are_told_what_to_say_before_the_question_about_the_law(capsys: pytest.CaptureFixture[str]) -> None:
    """DAST-10 item 8 asks someone to tell on themselves (facts 1.9)."""
    assert main(["instruments", "dast_10"]) == 0
    before, _, after = capsys.readouterr().out.partition("8. Have you engaged in illegal activities")
    assert "Before you ask:" in before.splitlines()[-1]
    assert "who will see it" in before.splitlines()[-1]
    assert "Before you ask:" not in after


def test_an_operator_checks_the_words_they_may_show(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = {"options": {n: f"Answer {n}" for n in range(4)}}
    items = {f"q{number}": {"text": f"Question {number}?", **row} for number in range(1, 6)}
    permission = {"granted_by": "The owners", "reference": "letter 12", "date": "2026-11-21"}
    document = {"instrument": "sds_heroin", "permission": permission, "items": items}
    (tmp_path / "sds_heroin.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    assert main(["instruments", "sds_heroin", "--licensed", str(tmp_path)]) == 0
    assert "3. Question 3?\n   0  Answer 0" in capsys.readouterr().out
    loaded.cache_clear()
    del document["permission"]
    (tmp_path / "sds_heroin.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    assert "Give instrument, permission, items" in refused(capsys, "instruments", "--licensed", str(tmp_path))


@pytest.mark.parametrize(("name", "said"), [("cage", "CAGE is not built."), ("tarot", "there is no instrument tarot")])
def test_an_instrument_there_is_not(name: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert said in refused(capsys, "instruments", name)


def test_a_form_as_fhir_names_nobody_and_carries_the_total(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", *A6, "--fhir"]) == 0
    bundle = json.loads(capsys.readouterr().out)
    response, observation = (entry["resource"] for entry in bundle["entry"])
    assert (response["resourceType"], observation["resourceType"]) == ("QuestionnaireResponse", "Observation")
    assert observation["valueInteger"] == 8
    assert "75624-7" in json.dumps(observation["code"])
    assert "subject" not in response
    assert "subject" not in observation
