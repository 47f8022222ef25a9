"""The commands an operator runs on the data: migrate, report, purge."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.commands import migrate, purge, report
from bot.settings import load_settings
from directory.database import newest_revision

Command = Callable[..., int]


@pytest.fixture
def signpost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs a command in an empty folder with no configuration."""
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "SECRET_KEY", "HOST"):
        monkeypatch.delenv(name, raising=False)
    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers()
    for command in (migrate, purge, report):
        command.add_parser(subparsers)

    def run(*words: str) -> int:
        args = parser.parse_args(words)
        return int(args.run(args))

    return run


def test_migrate_makes_the_database_and_may_be_run_again(
    signpost: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert signpost("migrate") == 0
    assert signpost("migrate") == 0
    assert capsys.readouterr().out == f"The database is at revision {newest_revision()}.\n" * 2
    assert (tmp_path / "signpost.sqlite3").exists()


def test_a_report_of_nothing_is_a_report(signpost: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert signpost("report", "--period", "2024-10") == 0
    shown = capsys.readouterr().out
    assert "October 2024" in shown
    assert "DRAFT, not for publication" in shown


@pytest.mark.parametrize("form", ["text", "html", "csv", "json"])
def test_a_report_can_be_written_to_a_file(
    signpost: Command, tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert signpost("report", "--period", "2024-10", "--format", form, "-o", "made") == 0
    assert signpost("report", "--period", "2024-10", "--format", form) == 0
    assert (tmp_path / "made").read_text("utf-8") == capsys.readouterr().out


def test_the_json_report_is_one_document(signpost: Command, capsys: pytest.CaptureFixture[str]) -> None:
    signpost("report", "--period", "2024-10", "--format", "json")
    document = json.loads(capsys.readouterr().out)
    assert document["status"] == "DRAFT, not for publication"
    assert document["period"] == "2024-10"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--period", "2026-13"], "2026-13 is neither a month nor a financial year such as 2026-27."),
        (["--period", "2999-01"], "2999-01 is not a period"),
        (["--period", "2099-01"], "2099-01 has not begun"),
        (["--period", "2024-10", "-o", "missing/report.txt"], "missing/report.txt cannot be written"),
    ],
)
def test_a_report_that_cannot_be_made_says_why_in_one_line(
    signpost: Command, words: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert signpost("report", *words) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(why)
    assert shown.err.count("\n") == 1


def test_purge_says_what_it_did(signpost: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert signpost("purge", "--dry-run") == 0
    assert signpost("purge") == 0
    kinds = (
        "replies, talks, events, references, failures, reduced, timers, sessions, invitations, tries, audited, "
        "accounts, codes"
    )
    nothing = ", ".join(f"0 {kind}" for kind in kinds.split(", ")) + ".\n"
    assert capsys.readouterr().out == f"Would delete: {nothing}Deleted: {nothing}"


def test_purge_keeps_things_as_long_as_the_operator_decided(signpost: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, kind in enumerate(("TALK", "EVENT", "OUTBOX", "REFERENCE"), start=1):
        monkeypatch.setenv(f"RETENTION_{kind}_DAYS", str(number))
    limits = purge.limits(load_settings())
    assert (limits.talk_days, limits.event_days, limits.outbox_days, limits.reference_days) == (1, 2, 3, 4)
