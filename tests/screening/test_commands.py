"""The words that work everywhere work as a whole message only."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import screening
from screening.errors import ContentError
from screening.understanding.commands import COMMANDS, load_commands, read_command

FILE = Path(screening.__file__).parent / "content" / "commands.yaml"
LOADED = load_commands(FILE)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("menu", "menu"),
        ("Main menu please", "menu"),
        ("go back", "back"),
        ("Undo!", "back"),
        ("HELP", "help"),
        ("helppp", "help"),
        ("stop", "stop"),
        ("quit", "leave"),
        ("bye 👋", "leave"),
        ("stop asking", "stop"),
        ("unsubscribe", "stop"),
        ("stop messaging me", "stop"),
        ("is this confidential?", "privacy"),
        ("I want to complain", "complain"),
        ("delete my data", "forget"),
        ("forget me", "forget"),
        ("Delete everything about me.", "forget"),
        ("start again", "restart"),
        ("find a service", "find"),
        ("check my drinking", "check"),
        ("skip", "skip"),
        ("I'd rather not say", "skip"),
        ("prefer not to say", "skip"),
        ("pass", "skip"),
        ("show my summary", "summary"),
        ("/menu", "menu"),
        ("/check", "check"),
        ("/find", "find"),
        ("/back", "back"),
        ("/stop", "stop"),
        ("/forget", "forget"),
        ("/privacy", "privacy"),
        ("/complain", "complain"),
        ("/help", "help"),
        ("/start", "restart"),
        ("/check@SignpostKentBot", "check"),
    ],
)
def test_a_command_is_known_however_it_is_typed(text: str, command: str) -> None:
    assert read_command(LOADED, text) == command


@pytest.mark.parametrize(
    "text",
    [
        "i can't stop drinking",
        "i want to stop",
        "help my son",
        "how do i stop",
        "my back hurts",
        "i want to forget him",
        "i passed out",
        "find my brother",
        "",
        "/",
        "//",
        "/nonsense",
        "🙂",
        "weekly",
        "no",
    ],
)
def test_a_sentence_with_such_a_word_in_it_is_not_a_command(text: str) -> None:
    assert read_command(LOADED, text) is None


def test_every_command_has_its_own_name_as_a_phrase() -> None:
    assert {read_command(LOADED, command) for command in COMMANDS} == set(COMMANDS)


@given(st.text(max_size=60))
def test_anything_typed_is_a_command_or_not(text: str) -> None:
    assert read_command(LOADED, text) in (*COMMANDS, None)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("phrases: [back, ", "phrases: [menu, ", ["back", '"menu" already means menu', "one place"]),
        ("summary:\n", "sumary:\n", ["sumary"]),
        ("phrases: [skip, ", "phrases: [[skip], ", ["skip"]),
    ],
)
def test_a_mistake_in_the_file_says_where_and_what_to_do(tmp_path: Path, old: str, new: str, says: list[str]) -> None:
    (tmp_path / "commands.yaml").write_text(FILE.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError) as error:
        load_commands(tmp_path / "commands.yaml")
    assert all(words in str(error.value) for words in ["commands.yaml", *says])
