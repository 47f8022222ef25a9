"""People say what they want in their own words, at any point: it is told, done or offered, and no answer is lost."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from kit import Chat, library

from screening.errors import ContentError
from screening.library import CONTENT
from screening.state import Event
from screening.wishes import INTENTS, load_wishes

STARTS_THE_CHECK = ("me", "40_49", "check", "no")


def checking() -> Chat:
    """An adult at the first question of the AUDIT."""
    return Chat().start().taps(*STARTS_THE_CHECK)


@pytest.mark.parametrize(
    ("wish", "journey"),
    [
        ("find me a service near me", "find_help"),
        ("i want to check my drug use", "check_drugs"),
        ("where can i get help with my drinking round here", "find_help"),
    ],
)
def test_leaving_a_question_is_offered_and_every_answer_is_kept(wish: str, journey: str) -> None:
    chat = checking().taps(2).says(wish)
    assert (chat.values, chat.where) == (["do", "carry_on"], "check_alcohol.audit.q2")
    chat.taps("do")
    assert chat.where.startswith(journey)
    assert chat.answers["audit.q1"] == 2


def test_an_offer_turned_down_puts_the_same_question_again() -> None:
    chat = checking().taps(2).says("find me a service near me").taps("carry_on")
    assert (chat.where, chat.answers["audit.q1"]) == ("check_alcohol.audit.q2", 2)
    assert "skip" in chat.values


def test_an_answer_instead_of_a_yes_is_the_answer_to_the_question() -> None:
    chat = checking().says("find me a service near me").says("never")
    assert chat.answers["audit.q1"] == 0


def test_the_buttons_of_the_waiting_question_still_work_beside_an_offer() -> None:
    chat = checking()
    button = chat.button(1)
    chat.says("find me a service near me")
    chat.send(Event(kind="choice", choice=button))
    assert chat.answers["audit.q1"] == 1


def test_a_question_is_answered_and_the_waiting_one_returns() -> None:
    chat = checking().says("how many units are in a pint of beer?")
    assert chat.keys[0].startswith("knowledge.")
    chat.taps("carry_on")
    assert (chat.where, chat.answers) == ("check_alcohol.audit.q1", checking().answers)


def test_not_what_i_meant_gives_the_next_best_and_then_a_person_never_an_invention() -> None:
    chat, told = checking().says("is ketamine bad for you?"), []
    while "other" in chat.values and len(told) < 5:
        told.append(chat.keys[0])
        chat.taps("other")
    assert len(set(told)) == len(told) >= 1
    assert "FRANK" in chat.text
    assert chat.where == "check_alcohol.audit.q1"


def test_a_wish_before_it_is_known_who_it_is_for_waits_until_then() -> None:
    chat = Chat().says("i want to check my drinking").taps("me", "40_49")
    assert chat.where.startswith("check_alcohol")


def test_a_wish_that_does_not_fit_the_age_is_not_granted() -> None:
    chat = Chat().says("i want to check my drug use").taps("me", "13_15")
    assert not chat.where.startswith("check_drugs")


def test_a_child_who_asks_for_a_service_is_led_to_people() -> None:
    chat = Chat().start().taps("me", "under_13").says("find me some help near me")
    assert "Childline" in chat.text


def test_help_for_somebody_else_begins_anew_and_says_so_first() -> None:
    chat = checking().taps(2).says("my husband drinks too much and i need support")
    assert "start again" in chat.text
    assert chat.answers["audit.q1"] == 2
    chat.taps("do")
    assert (chat.where, chat.answers) == ("who.age_other", {"audience": "family"})


def test_deleting_in_other_words_than_the_command_is_asked_about_first() -> None:
    chat = checking().says("please can you get rid of all the stuff you have stored about me")
    assert chat.turn.state is not None
    chat.taps("do")
    assert chat.turn.state is None


def test_personal_data_is_not_wanted_and_the_rest_of_the_message_counts() -> None:
    chat = checking().says("my email is jo@example.org")
    assert chat.keys[0] == "common.personal"
    assert "jo@" not in chat.text and "jo@" not in chat.state.model_dump_json()


def test_a_postcode_is_no_personal_data_where_the_place_is_asked() -> None:
    chat = Chat().start().taps("me", "40_49", "find", "alcohol").says("CT9 1AA")
    assert "common.personal" not in chat.keys
    assert chat.answers["area"] == "E07000114"


def test_every_intent_leads_somewhere_that_is_written() -> None:
    assert set(library().wishes) == set(INTENTS)


@pytest.mark.parametrize(
    ("intent", "entry", "names"),
    [
        ("housing", {"menu": ["swim"]}, "swim"),
        ("housing", {"about": "no_such_article"}, "no_such_article"),
        ("housing", {"tell": True, "menu": ["find"], "command": "stop"}, "command"),
        ("housing", {}, "nowhere"),
    ],
)
def test_a_mistake_names_the_intent_and_what_is_wrong(
    tmp_path: Path, intent: str, entry: Mapping[str, object], names: str
) -> None:
    document = yaml.safe_load((CONTENT / "wishes.yaml").read_text("utf-8"))
    path = tmp_path / "wishes.yaml"
    path.write_text(yaml.safe_dump({**document, intent: entry}), "utf-8")
    content = library()
    with pytest.raises(ContentError, match=f"(?s){intent}.*{names}"):
        load_wishes(path, content.latest["menu"], content.knowledge, content.words)
