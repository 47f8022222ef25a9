"""`signpost instruments --fhir`: the same documents as the site gives out."""

import json
from pathlib import Path

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.questionnaire import Questionnaire

from bot.cli import main


@pytest.fixture(autouse=True)
def _an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PUBLIC_URL", "https://signpost.example.org")


def test_one_instrument(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["instruments", "audit_c", "--fhir"]) == 0
    document = json.loads(capsys.readouterr().out)
    Questionnaire.model_validate(document)
    assert document["url"] == "https://signpost.example.org/fhir/Questionnaire/audit-c"
    assert {code["code"] for code in document["item"][-1]["code"]} >= {"75626-2", "763256006"}


def test_all_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["instruments", "--fhir"]) == 0
    document = json.loads(capsys.readouterr().out)
    Bundle.model_validate(document)
    assert document["total"] == 7


def test_printing_leaves_nothing_behind(tmp_path: Path) -> None:
    assert main(["instruments", "fast", "--fhir"]) == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("sadq", "instruments: SADQ: its words need a permission"),
        ("cage", "CAGE is not built"),
        ("auditt", "there is no instrument auditt"),
    ],
)
def test_what_cannot_be_printed_is_said_in_one_sentence(
    name: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["instruments", name, "--fhir"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert says in printed.err and printed.err.count("\n") == 1


def test_a_setting_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PUBLIC_URL", "signpost")
    assert main(["instruments", "audit", "--fhir"]) == 1
    assert "PUBLIC_URL" in capsys.readouterr().err
