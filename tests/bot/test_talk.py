"""`signpost talk`: the whole program in a terminal, run as people run it, on a database of its own."""

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

Talk = Callable[..., subprocess.CompletedProcess[str]]

CHECK = ("me", "30-39", "check my drinking", "no", "2 to 4 times a month", "1 to 2", "never")
"""AUDIT-C of 2 by the screening facts (2 + 0 + 0): low risk."""
FIND = ("me", "40-49", "find help", "alcohol", "CT9 1AA", "East Kent Drug and Alcohol Service")


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    """Runs the command in an empty folder; `lines` are typed, or put in the script file."""
    clean = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "SECRET_KEY", "HOST")}

    def run(*words: str, typed: str = "", script: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        if script:
            (tmp_path / "script.txt").write_text("\n".join(script) + "\n", encoding="utf-8")
            words = ("--script", "script.txt", *words)
        return subprocess.run(
            [sys.executable, "-m", "bot", "talk", *words],
            check=False, input=typed, capture_output=True, text=True, encoding="utf-8",
            timeout=60, cwd=tmp_path, env=clean,
        )  # fmt: skip

    return run


def test_a_script_is_talked_through(talk: Talk) -> None:
    done = talk(script=CHECK)
    assert (done.returncode, done.stderr) == (0, "")
    assert "> 2 to 4 times a month" in done.stdout
    assert "Question 1 of 10" in done.stdout
    assert "  1. Never" in done.stdout
    assert "You scored 2 out of 12." in done.stdout
    assert "low risk" in done.stdout


def test_lines_are_read_until_they_end(talk: Talk) -> None:
    done = talk(typed="someone I'm worried about\n")
    assert done.returncode == 0
    assert "How old is the person you're worried about?" in done.stdout


def test_every_line_fits_a_terminal(talk: Talk) -> None:
    assert max(map(len, talk(script=FIND).stdout.splitlines())) <= 80


def test_the_talk_is_saved_as_a_transcript(talk: Talk, tmp_path: Path) -> None:
    """What was typed in order, with every word that was answered."""
    shown = talk("--save", "saved.yaml", script=CHECK).stdout
    saved = yaml.safe_load((tmp_path / "saved.yaml").read_text(encoding="utf-8"))
    assert saved["about"]
    assert [turn.get("you") for turn in saved["talk"]] == [None, *CHECK]
    assert saved["talk"][0]["signpost"][0].startswith("Hello")
    messages = [message for turn in saved["talk"] for message in turn["signpost"]]
    assert [message for message in messages if _plain(message) not in _plain(shown)] == []
    assert any("You scored 2 out of 12." in message for message in saved["talk"][-1]["signpost"])


def test_a_choice_of_service_is_one_row_without_the_postcode(talk: Talk, tmp_path: Path) -> None:
    done = talk(script=FIND)
    assert "We have not contacted this service; you need to." in _plain(done.stdout)
    database = tmp_path / "signpost.sqlite3"
    with sqlite3.connect(database) as connection:
        rows = connection.execute("SELECT service, area, age_band, audience FROM referral").fetchall()
    connection.close()
    assert rows == [("adult_east_kent", "E07000114", "40_49", "me")]
    assert b"CT9" not in b"".join(path.read_bytes() for path in tmp_path.glob("signpost.sqlite3*"))


def test_nothing_of_one_talk_is_known_to_the_next(talk: Talk) -> None:
    talk(script=CHECK)
    again = talk(script=("summary",))
    assert "You scored" not in again.stdout
    assert "Who is this for?" in again.stdout


def test_danger_is_answered_first(talk: Talk) -> None:
    done = talk(script=("me", "i want to kill myself"))
    assert "116 123" in done.stdout
    assert "Are you safe right now?" in done.stdout


def test_a_professional_begins_with_the_referral_and_copies_its_summary(talk: Talk) -> None:
    done = talk("--journey", "refer_client", "--as", "professional", script=("gp", "45", "CT9 1AA", "now", "1", "copy"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "> I'm a professional" in done.stdout
    assert "Where does the client live?" in _plain(done.stdout)
    assert "Date of birth: ____" in done.stdout
    assert "Home area: Thanet" in done.stdout


@pytest.mark.parametrize(
    ("whom", "asked"),
    [("public", "How old are you?"), ("professional", "What is your role?"), ("oneyou", "How old is the person")],
)
def test_who_is_talking_can_be_said_at_once(talk: Talk, whom: str, asked: str) -> None:
    assert asked in talk("--as", whom).stdout


def test_a_journey_of_the_menu_is_begun_as_soon_as_it_can_be(talk: Talk) -> None:
    done = talk("--journey", "check_alcohol", script=("me", "30-39"))
    assert "changes the advice. You don't have to say." in _plain(done.stdout)


def test_a_journey_that_nobody_can_begin_with_is_one_clear_sentence(talk: Talk) -> None:
    done = talk("--journey", "red_flags")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(
        "signpost: a talk cannot begin with red_flags; use one of after_referral, check_alcohol,"
    )


def test_a_script_that_is_not_there_is_one_clear_sentence(talk: Talk) -> None:
    done = talk("--script", "nowhere.txt")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == "signpost: there is no file nowhere.txt; give --script a text file\n"


def _plain(text: str) -> str:
    """The words alone, however the lines are broken."""
    return re.sub(r"\s+", " ", text).strip()
