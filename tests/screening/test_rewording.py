"""Easy words: asked for by a word, kept with the talk, the same help in shorter sentences, and back again."""

import pytest
from kit import Chat, adult, checking, library, newcomer

from screening.reminding import remind, resting
from screening.state import Event, Remind
from screening.talk import Talk

EASY = "en-easy"


def spoken(chat: Chat) -> str:
    """The words of the last turn, in the language each was said in."""
    return "\n".join(chat.library.speaking(say.language).words.text(say.key, say.values) for say in chat.said)


@pytest.mark.parametrize("words", ["easy words", "Easy read please", "/easy", "make it simpler", "too hard to read"])
def test_easy_words_are_a_word_away_and_the_question_is_asked_again(words: str) -> None:
    chat = checking()
    where, answers = chat.where, chat.answers
    chat.says(words)
    assert chat.keys == ["common.reworded", "common.item"]
    assert (chat.where, chat.answers) == (where, answers), "nothing is lost"
    assert "I use easy words now" in spoken(chat)


def test_they_last_until_the_usual_words_are_wanted() -> None:
    chat = newcomer().says("easy words").taps("me")
    assert spoken(chat) == "How old are you? Then I can give advice that fits you."
    chat.taps("30_39").says("stop", "hello again")
    assert chat.state is not None
    assert chat.state.language == EASY
    chat.says("change", "me")
    assert chat.state.language == EASY, "another person's talk is held in easy words too"
    chat.says("usual words")
    assert spoken(chat) == (
        'OK, I\'m back to the usual words. For shorter sentences again, type "easy words".\n'
        "How old are you? This is so I give you advice that fits."
    )


def test_the_very_first_message_may_ask_for_them() -> None:
    chat = Chat().says("easy words")
    assert chat.keys == ["common.reworded", "welcome.hello", "who.audience"]
    assert {say.language for say in chat.said} == {EASY}


def test_they_may_be_asked_for_after_the_talk_was_stopped() -> None:
    chat = adult().says("stop", "easy words")
    assert chat.keys[:2] == ["common.reworded", "common.welcome_back"]
    assert chat.state is not None
    assert chat.state.language == EASY


def test_in_danger_they_take_nothing_away() -> None:
    chat = adult().says("easy words", "i want to kill myself")
    assert chat.keys == ["safety.suicide_self_harm.card", "safety.safe_now"]
    for needed in ("999", "111", "116 123", "0800 1111", "85258", "0800 068 4141"):
        assert needed in spoken(chat)
    chat.says("usual words")
    assert chat.keys == ["common.reworded", "safety.safe_now"]


def test_forgetting_forgets_them() -> None:
    chat = adult().says("easy words", "forget me")
    assert {say.language for say in chat.said} == {EASY}
    assert chat.state is None
    assert {say.language for say in chat.start().said} == {"en"}


def test_a_reminder_comes_in_the_words_it_was_asked_for_in() -> None:
    """The talk itself may be deleted by then."""
    chat = adult().says("easy words")
    assert chat.state is not None
    talk = Talk(library(), chat.facts, chat.state)
    remind(talk, "check_in", 14)
    (promised,) = [effect for effect in talk.effects if isinstance(effect, Remind)]
    left = Chat(state=resting(library(), promised.reminder))
    assert {say.language for say in left.send(Event(kind="timer", reminder=promised.reminder)).said} == {EASY}


@pytest.mark.parametrize("word", ["easy words", "usual words"])
def test_the_words_alone_are_no_answer_and_count_nothing(word: str) -> None:
    chat = checking().says(word)
    assert chat.tallies == []
    assert chat.answers == checking().answers
