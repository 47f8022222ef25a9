"""`signpost report`: the figures of closed months in every format, or what is wrong and nothing written."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook
from reportkit import keep, two_years

from bot.cli import main
from bot.settings import REMEDIES
from directory.database import migrate

NOW = datetime(2027, 4, 2, 12, tzinfo=ZoneInfo("Europe/London"))
RELEASES = two_years(first="2026-01")
Answer = tuple[int, str, str]
Command = Callable[..., Answer]


@pytest.fixture
async def signpost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs `signpost report …` in a folder whose database has fifteen closed months: code, output, complaint."""
    monkeypatch.chdir(tmp_path)
    for name in REMEDIES:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr("bot.commands.report.uk_now", lambda: NOW)
    database = f"sqlite+aiosqlite:///{tmp_path / 'signpost.sqlite3'}"
    await migrate(database)
    for releases in RELEASES.values():
        await keep(database, releases)

    def run(*words: str) -> Answer:
        try:
            code = main(["report", *words])
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


def test_the_figures_of_a_closed_month_are_read_in_the_terminal(signpost: Command) -> None:
    code, said, _ = signpost("--period", "2026-09", "--area", "Thanet")
    assert code == 0
    assert said.startswith("Signpost figures: Thanet, September 2026")
    assert "Referrals by age" in said
    assert "Each count is within 9 of the true one." in said


@pytest.mark.parametrize("form", ["html", "csv", "json", "fhir", "text"])
def test_a_file_has_what_the_terminal_shows(signpost: Command, tmp_path: Path, form: str) -> None:
    _, said, _ = signpost("--period", "2026-27-Q3", "--format", form)
    assert signpost("--period", "2026-27-Q3", "--format", form, "-o", "made") == (0, "", "")
    assert (tmp_path / "made").read_bytes() == said.encode()


def test_a_csv_file_comes_with_its_metadata(signpost: Command, tmp_path: Path) -> None:
    signpost("--period", "2026-27-Q3", "--format", "csv", "-o", "made.csv")
    assert json.loads((tmp_path / "made.csv-metadata.json").read_text("utf-8"))["url"] == "made.csv"


def test_a_workbook_is_written_to_a_file_and_never_to_the_terminal(signpost: Command, tmp_path: Path) -> None:
    code, said, complaint = signpost("--period", "2026-27", "--format", "xlsx")
    assert (code, said, complaint) == (1, "", "xlsx is no text for a terminal: give a file with -o.\n")
    assert signpost("--period", "2026-27", "--format", "xlsx", "-o", "year.xlsx")[0] == 0
    assert load_workbook(tmp_path / "year.xlsx").sheetnames[0] == "Cover"


def test_all_formats_at_once_make_a_folder_with_a_manifest(signpost: Command, tmp_path: Path) -> None:
    code, said, _ = signpost("--period", "2026-27-Q3", "--area", "east kent", "--format", "all")
    assert (code, said) == (0, "signpost-2026-27-q3-east-kent\n")
    folder = tmp_path / said.strip()
    endings = {"".join(path.suffixes) for path in folder.iterdir()}
    assert {".html", ".xlsx", ".ods", ".csv", ".csv-metadata.json", ".json", ".fhir.json", ".txt", ".svg"} <= endings
    listed = {each["name"] for each in json.loads((folder / "manifest.json").read_text("utf-8"))["files"]}
    assert listed == {path.name for path in folder.iterdir()} - {"manifest.json"}
    code, _, complaint = signpost("--period", "2026-27-Q3", "--area", "east kent", "--format", "all")
    assert code == 1
    assert "is there already: give another name, or empty it first" in complaint


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ([], "Give a period: --period 2026-09"),
        (["--period", "2026-13"], "2026-13 is neither a month nor a financial year such as 2026-27."),
        (["--period", "2099-01"], "2099-01 has not begun. The newest month with figures is March 2027"),
        (["--period", "2027-04"], "2027-04 is not over: April 2027 is still open"),
        (["--period", "2025-12"], "2025-12 begins before the first figures, which are those of January 2026"),
        (["--period", "2026-09", "--area", "Thannet"], "Thannet is no area of these figures. Did you mean Thanet?"),
        (["--period", "2026-09", "--audience", "gp"], "gp is counted in 'Health services and social care'"),
        (
            ["--period", "2026-09", "--area", "Thanet", "--substance", "alcohol", "--audience", "other"],
            "There is nothing",
        ),
        (["--period", "2026-09", "-o", "missing/report.txt"], "missing/report.txt cannot be written"),
    ],
)
def test_a_report_that_cannot_be_made_says_why_in_one_line_and_writes_nothing(
    signpost: Command, tmp_path: Path, words: list[str], why: str
) -> None:
    before = sorted(tmp_path.iterdir())
    code, said, complaint = signpost(*words)
    assert (code, said) == (1, "")
    assert complaint.startswith(why)
    assert complaint.count("\n") == 1
    assert [path.name for path in sorted(tmp_path.iterdir()) if path not in before and "sqlite3" not in path.name] in (
        [], ["signpost.key"],
    )  # fmt: skip


def test_the_nhs_display_is_asked_for_by_name(signpost: Command) -> None:
    assert "[c] a small figure that is kept confidential" in signpost("--period", "2026-09", "--display", "nhs")[1]
    assert signpost("--period", "2026-09", "--display", "raw")[0] == 2
