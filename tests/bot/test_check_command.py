"""`signpost check` says what is wrong with the content, prints the hazard log, and lists what launch waits for."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli import main
from bot.launch import claims, codes, contacts, hazards, licences, numbers, settings
from bot.safety_table import table
from bot.settings import REMEDIES
from directory.services import Catalogue, Confirmation, load_catalogue
from screening.codes import load_codes
from screening.drinks import load_drinks
from screening.hazards import Signature, load_hazards
from screening.library import CONTENT, Library, load_library
from screening.questionnaire import Permission

TODAY = date(2026, 11, 21)
COMPLETE = {
    "COMPLAINTS_TO": "complaints@example.org",
    "PUBLIC_URL": "https://chat.example.org",
    "SECRET_KEY": "only-this-test-uses-this-key-0123456789",
}


@pytest.fixture(autouse=True)
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty working directory and none of our variables."""
    monkeypatch.chdir(tmp_path)
    for name in REMEDIES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def document(capsys: pytest.CaptureFixture[str]) -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = json.loads(capsys.readouterr().out)
    return loaded


# The check


def test_sound_content_passes_and_the_log_is_printed_to_sign(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    printed = capsys.readouterr().out
    assert "nothing found" in printed
    for hazard in load_hazards():
        assert f"\n{hazard.id}  " in printed
    assert printed.count("____________________") == len(load_hazards())


def test_json_is_one_document_with_the_whole_log(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--json"]) == 0
    found = document(capsys)
    assert set(found) == {"findings", "hazards"}
    assert found["findings"] == []
    first = found["hazards"][0]
    assert (first["id"], first["initial"], first["signed_by"]) == (
        "H01", {"severity": "major", "likelihood": "medium"}, None,
    )  # fmt: skip


def test_the_table_shows_the_control_the_risks_and_who_signed() -> None:
    hazard = load_hazards()[0].model_copy(
        update={
            "signed_by": Signature(by="CSO, NMC 00A0000B", day=date(2026, 12, 1)),
            "controls": ("Points are data.",),
        }
    )
    heading, _, row, *_ = table([hazard])
    assert heading.split()[:4] == ["Hazard", "Risk", "before", "Controls"]
    for part in ("H01", "The total is wrong.", "Points are data.", f" {len(hazard.tests)} ", "controlled"):
        assert part in row
    assert "2026-12-01" in " ".join(table([hazard]))


def test_no_line_of_the_table_is_wider_than_a_page_on_its_side() -> None:
    assert max(len(line) for line in table(load_hazards())) <= 160


def test_the_drawings_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--draw", "drawn", "--json"]) == 0
    assert (tmp_path / "drawn" / "check_alcohol.mmd").read_text(encoding="utf-8").startswith("flowchart")
    assert set(document(capsys)) == {"findings", "hazards"}


# What launch waits for


def test_launch_is_refused_while_anything_is_open(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--launch"]) == 1
    printed = capsys.readouterr().out
    for heading in ("Settings to decide (3)", "Claims that nobody", "Services without", "Hazards that nobody"):
        assert heading in printed
    assert list(tmp_path.iterdir()) == [], "looking makes no key and no database"


def test_launch_as_json_has_each_open_thing_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--launch", "--json"]) == 1
    waiting = document(capsys)["launch"]
    assert {each["kind"] for each in waiting} >= {"setting", "claim", "licence", "contact", "hazard"}
    assert all(each["what"] and each["remedy"] for each in waiting)


@pytest.mark.parametrize("missing", COMPLETE)
def test_a_setting_that_the_operator_did_not_decide_is_listed(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in COMPLETE.items():
        monkeypatch.setenv(name, value)
    assert list(settings()) == []
    monkeypatch.delenv(missing)
    (waiting,) = settings()
    assert waiting.what.startswith(missing)


def test_an_address_without_https_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**COMPLETE, "PUBLIC_URL": "http://chat.example.org"}.items():
        monkeypatch.setenv(name, value)
    (waiting,) = settings()
    assert waiting.what == "PUBLIC_URL is not an https address"


def test_a_setting_that_cannot_be_used_is_listed_without_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "hunter2")
    (waiting,) = settings()
    assert waiting.what == "SECRET_KEY cannot be used"
    assert "hunter2" not in waiting.remedy


def test_launch_lists_what_nobody_verified(library: Library) -> None:
    """The print of AUDIT item 2 (facts 1.1), labels of DUDIT 4 to 9 (facts 1.8), estimated strengths of drinks."""
    waiting = [each.what for each in claims(library, load_drinks())]
    assert any(what.startswith("audit: ") and "item 2" in what for what in waiting)
    assert {f"dudit.q{number}" for number in range(4, 10)} <= {what.partition(":")[0] for what in waiting}
    assert any(what.startswith("shandy: ") for what in waiting)


def test_launch_lists_the_codes_nobody_verified(library: Library) -> None:
    """Screening facts 1.9: the LOINC panel of the DAST-10 is unverified, its total is not."""
    known = load_codes(CONTENT / "codes.yaml", library.instruments, library.sources)
    waiting = " ".join(each.what for each in codes(known))
    assert "82666-9" in waiting
    assert "82667-7" not in waiting


def test_launch_lists_each_instrument_that_has_no_permission(library: Library) -> None:
    """Facts 1.6 SADQ, 1.7 ASSIST-Lite, 1.10 SDS, 1.11 CRAFFT and 1.12 CUDIT-R; AUDIT and its family are free."""
    waiting = {each.what.partition(":")[0] for each in licences(library)}
    assert {"sadq", "sds", "crafft", "cudit_r", "assist_lite_alcohol"} <= waiting
    assert not waiting & {"audit", "audit_c", "audit_pc", "fast", "m_sasq", "dast_10"}


def test_a_permission_takes_an_instrument_off_the_list(library: Library) -> None:
    permission = Permission(granted_by="The author", reference="letter of 1 December", date="2026-12-01")
    allowed = library.instrument("sadq").model_copy(update={"permission": permission})
    instruments = {**library.instruments, "sadq": allowed}
    waiting = {each.what.partition(":")[0] for each in licences(replace(library, instruments=instruments))}
    assert "sadq" not in waiting
    assert "sds" in waiting


def test_the_operators_licensed_words_are_read(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sds = library.instrument("sds")
    words = {
        "instrument": "sds",
        "permission": {"granted_by": "The authors", "reference": "a letter", "date": "2026-12-01"},
        "items": {
            item.id: {"text": item.id, "options": {option.points: "an answer" for option in item.options}}
            for item in sds.items
        },
    }
    folder = tmp_path / "licensed"
    folder.mkdir()
    (folder / "sds.yaml").write_text(yaml.safe_dump(words), encoding="utf-8")
    monkeypatch.setenv("SIGNPOST_LICENSED_DIR", str(folder))
    main(["check", "--launch", "--json"])
    waiting = {each["what"].partition(":")[0] for each in document(capsys)["launch"] if each["kind"] == "licence"}
    assert "sds" not in waiting
    assert "sadq" in waiting


@pytest.mark.parametrize(("today", "waiting"), [("2026-11-21", 0), ("2027-02-21", 0), ("2027-02-22", 1)])
def test_a_number_not_checked_for_three_months_is_listed(today: str, waiting: int) -> None:
    line = {"samaritans": {"name": "Samaritans", "number": "116 123", "checked": "2026-11-21"}}
    found = list(numbers(line, date.fromisoformat(today)))
    assert len(found) == waiting
    assert all("Samaritans was last checked on 2026-11-21" in each.what for each in found)


def test_services_nobody_can_reach_are_listed_and_those_with_a_number_are_not(catalogue: Catalogue) -> None:
    waiting = {each.what.partition(":")[0]: each.what for each in contacts(catalogue, TODAY)}
    assert waiting["adult_east_kent"].endswith("no number, e-mail or web address is known")
    assert waiting["na"].endswith("its number and web address must be confirmed")
    assert not set(waiting) & {"emergency_999", "frank", "aa", "roar_kent", "panel_marac", "hmp_elmley"}


def test_a_confirmed_contact_takes_a_service_off_the_list(catalogue: Catalogue) -> None:
    services = {service.id: service for service in catalogue.services}
    services["na"] = services["na"].model_copy(update={"confirmed": Confirmation(by="operator", on=TODAY)})
    confirmed = catalogue.model_copy(update={"services": tuple(services.values())})
    assert "na" not in {each.what.partition(":")[0] for each in contacts(confirmed, TODAY)}


def test_a_signed_hazard_is_off_the_list_and_an_open_one_says_what_it_needs() -> None:
    log = load_hazards()
    signed = log[0].model_copy(update={"signed_by": Signature(by="CSO", day=TODAY)})
    waiting = {each.what.partition(":")[0]: each.remedy for each in hazards([signed, *log[1:]])}
    assert set(waiting) == {hazard.id for hazard in log[1:]}
    assert all(hazard.needed in waiting[hazard.id] for hazard in log[1:])
