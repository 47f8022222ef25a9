"""The commands an operator runs on the data: migrate and purge."""

import argparse
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.commands import migrate, purge
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
    for command in (migrate, purge):
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


def test_purge_says_what_it_did(signpost: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert signpost("purge", "--dry-run") == 0
    assert signpost("purge") == 0
    kinds = (
        "replies, talks, events, references, failures, reduced, timers, sessions, invitations, tries, audited, "
        "accounts, salts, once, figures"
    )
    nothing = ", ".join(f"0 {kind}" for kind in kinds.split(", ")) + ".\n"
    assert capsys.readouterr().out == f"Would delete: {nothing}Deleted: {nothing}"


def test_purge_keeps_things_as_long_as_the_operator_decided(signpost: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, kind in enumerate(("TALK", "EVENT", "OUTBOX", "REFERENCE"), start=1):
        monkeypatch.setenv(f"RETENTION_{kind}_DAYS", str(number))
    limits = purge.limits(load_settings())
    assert (limits.talk_days, limits.event_days, limits.outbox_days, limits.reference_days) == (1, 2, 3, 4)
