"""What somebody asks for in particular is read from their words, and looked for where services are looked for."""

from pathlib import Path

import pytest
from kit import Chat, library

from screening.errors import ContentError
from screening.needs import load_needs, read_needs


@pytest.mark.parametrize(
    ("said", "needs"),
    [
        ("can i get a peer mentor near me", ("peer_support",)),
        ("is there a group after detox round here?", ("after_detox", "groups")),
        ("I've finished my detox, what now", ("after_detox",)),
        ("i want to go to rehab", ("residential_rehab",)),
        ("where's the detox unit", ("inpatient_detox",)),
        ("can i do a home detox", ("community_detox",)),
        ("i need methadone", ("prescribing",)),
        ("help with my mental health and the drink", ("mental_health",)),
        ("sleeping rough in Dover", ("homelessness",)),
        ("i need somewhere to live", ("housing",)),
        ("hep c test near me", ("bbv",)),
        ("just got out of prison", ("prison_release",)),
        ("find me some help", ()),
        ("a detox drink", ()),
        ("my mate is in a group chat", ()),
        ("", ()),
    ],
)
def test_what_is_asked_for_is_read_from_the_words(said: str, needs: tuple[str, ...]) -> None:
    assert read_needs(library().needs, said) == needs


def test_what_is_named_with_a_wish_is_looked_for() -> None:
    chat = Chat().start().taps("me", "40_49").says("i want to go to rehab")
    assert (chat.where, chat.answers["asked_for"]) == ("find_help.substance", "residential_rehab")


def test_what_is_named_before_anything_was_asked_is_looked_for_too() -> None:
    chat = Chat().says("i want to go to rehab").taps("me", "40_49")
    assert chat.answers["asked_for"] == "residential_rehab"


def test_a_wish_turned_down_is_looked_for_no_longer() -> None:
    chat = Chat().start().taps("me", "40_49", "check", "no").says("i want to go to rehab").taps("carry_on")
    chat.says("menu").taps("find", "alcohol")
    assert "asked_for" not in chat.answers


def test_a_word_about_something_else_does_not_lose_what_was_asked_for() -> None:
    chat = Chat().says("i want to go to rehab").says("hello").taps("me", "40_49")
    assert chat.answers["asked_for"] == "residential_rehab"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("castle: [castle]", "castle: has no label"),
        ("housing: a home", "housing: is not a list of phrases"),
        ("housing: [1]", "housing: is not a list of phrases"),
        ('housing: ["(home"]', "housing: a bracket is not closed"),
    ],
)
def test_a_mistake_names_the_need_and_what_is_wrong(text: str, names: str, tmp_path: Path) -> None:
    path = tmp_path / "needs.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(ContentError, match=names):
        load_needs(path, library().words)
