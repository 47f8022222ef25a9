"""Writing to somebody later: only who asked for it, only where it is safe, beside whatever they do, never unasked."""

from datetime import timedelta

import pytest
from kit import NOW, Chat, SmallWorld, adult, library

from screening.reminding import resting
from screening.state import Event, Remind, Unremind

INCREASING = (3, 1, 2, 0, 0, 0, 1, 1, 0, 0)
HIGHER = (4, 2, 3, 1, 1, 0, 2, 2, 0, 2)
ABOUT_DRINKING = ("drink", "alcohol", "goal", "check", "beer", "wine", "units")
HELLO = "check_in.hello"


TO_THE_GOAL = ("yes", "skip", "skip", "skip", "free_days", "skip")
"""Yes to the advice, its questions skipped, and a goal without a number."""


def telegram() -> SmallWorld:
    return SmallWorld(channel="telegram")


def advised(chat: Chat, points: tuple[int, ...] = INCREASING, pregnancy: str = "no") -> Chat:
    """The check and the advice, up to the choice of a goal and its start."""
    return chat.taps("check", pregnancy, *points, "no").says("3", "5").taps(*TO_THE_GOAL, "today", "enough")


def promised(points: tuple[int, ...] = INCREASING) -> Chat:
    """An adult on Telegram who has asked to be written to in 14 days."""
    return advised(adult(telegram()), points).taps("yes")


def rung(chat: Chat) -> Chat:
    """The reminder's time comes."""
    assert chat.state is not None
    return chat.send(Event(kind="timer", reminder=chat.state.reminder))


def quiet_since(chat: Chat) -> Chat:
    """The same person, long after: their talk was deleted and only the reminder is left."""
    assert chat.state is not None and chat.state.reminder is not None
    return Chat(chat.facts, resting(library(), chat.state.reminder))


def checked_in() -> Chat:
    """The day has come, and they said yes to the questions."""
    return rung(quiet_since(promised())).taps("go_on")


def reminders(chat: Chat) -> list[Remind | Unremind]:
    return [effect for effect in chat.turn.effects if isinstance(effect, Remind | Unremind)]


# Who is asked


@pytest.mark.parametrize("points", [INCREASING, HIGHER])
def test_after_a_goal_an_adult_is_asked_whether_to_write_in_14_days(points: tuple[int, ...]) -> None:
    chat = advised(adult(telegram()), points)
    assert chat.where == "check_in_offer.ask"
    assert "14 days" in chat.text
    (effect,) = reminders(chat.taps("yes"))
    assert (effect.days, effect.reminder.journey) == (14, "check_in")
    assert 'type "stop"' in chat.text


@pytest.mark.parametrize("channel", ["web", "console"])
def test_where_nobody_can_be_written_to_first_there_is_a_code_to_come_back_with(channel: str) -> None:
    chat = advised(adult(SmallWorld(channel=channel)))
    assert "check_in_offer.code" in chat.keys
    code = next(say.values["code"] for say in chat.said if say.key == "check_in_offer.code")
    assert reminders(chat) == []
    chat.says("menu", code)
    assert "common.code_read" in chat.keys
    assert chat.answers["earlier"] == "audit:8:2026-11"


def test_nothing_is_offered_without_a_goal() -> None:
    chat = (
        adult(telegram())
        .taps("check", "no", *INCREASING, "no")
        .says("3", "5")
        .taps("yes", "skip", "skip", "skip", "not_now")
    )
    assert chat.where == "check_alcohol.extra"


def test_nothing_is_offered_to_somebody_whose_band_is_not_known() -> None:
    chat = adult(telegram()).taps("check", "no", *INCREASING[:9], "skip", "no").says("3", "5")
    chat.taps(*TO_THE_GOAL, "today", "enough")
    assert chat.where == "check_alcohol.extra"
    assert reminders(chat) == []


def test_what_is_kept_for_it_is_what_it_needs_and_no_more() -> None:
    chat = promised(HIGHER)
    assert chat.state is not None and chat.state.reminder is not None
    assert chat.state.reminder.answers == {
        "audience": "me",
        "age_band": "30_39",
        "goal": "free_days",
        "goal_start": "today",
        "earlier": "audit:17:2026-11",
    }


# When the time comes


def test_what_is_pushed_says_nothing_of_drinking() -> None:
    for chat in (rung(quiet_since(promised())), rung(promised()), rung(promised().says("menu"))):
        seen = " ".join([chat.text, *(choice.label for choice in chat.choices)]).lower()
        assert [word for word in ABOUT_DRINKING if word in seen] == []


def test_it_asks_how_the_goal_went_and_offers_one_idea_and_help() -> None:
    chat = checked_in()
    assert "Have more days with no drink" in chat.text
    assert chat.values == ["better", "same", "harder", "stop"]
    chat.taps("same")
    assert "Pick the days now" in chat.text
    assert chat.where == "check_in.help"
    chat.taps("yes").says("margate").taps("not_now")
    assert chat.where == "check_in.again"


@pytest.mark.parametrize(("answer", "says"), [("better", "good to hear"), ("same", "more than one try")])
def test_the_reply_matches_the_answer(answer: str, says: str) -> None:
    assert says in checked_in().taps(answer).text


def test_who_finds_it_harder_is_told_when_to_stop_cutting_down() -> None:
    said = checked_in().says("it was really hard").text
    assert "shaky, sweaty or sick" in said
    assert "stop cutting down and talk to your GP" in said


def test_after_three_months_the_check_is_done_again_and_compared() -> None:
    chat = checked_in().taps("better", "no", "yes")
    (effect,) = reminders(chat)
    assert (effect.days, effect.reminder.journey) == (90, "recheck")
    later = rung(quiet_since(chat))
    assert later.keys == [HELLO]
    later.taps("go_on", "yes", "no", 2, 1, 2, 0, 0, 0, 0, 0, 0, 0)
    assert later.where.startswith("check_alcohol.shakes")
    later.taps("no").says("2", "3")
    assert "the AUDIT score was 8, and now it is 5" in later.text


def test_each_goal_has_an_idea_of_its_own() -> None:
    goals = library().words.entry("brief_advice.goal").choices.keys() - {"not_now"}
    assert {f"check_in.ideas.{goal}" for goal in goals} <= library().words.entries().keys()


# Beside whatever goes on


def test_somebody_in_the_middle_of_something_stays_there_and_may_take_it_up_by_its_button() -> None:
    chat = promised().says("menu").taps("drugs", "yes", "no", "female", 1)
    waiting, asked = chat.where, chat.choices
    rung(chat)
    assert (chat.keys, chat.where) == (["check_in.hello_beside"], waiting)
    hello = chat.choices
    chat.send(Event(kind="choice", choice=asked[1].id))
    assert "common.old_button" not in chat.keys
    assert chat.answers["dudit.q2"] == 1
    chat.send(Event(kind="choice", choice=hello[0].id))
    assert chat.where == "check_in.how"
    assert chat.answers["dudit.q2"] == 1


def test_a_yes_typed_next_is_for_the_reminder_and_not_for_the_question_that_waits() -> None:
    chat = advised(adult(telegram())).taps("yes").says("menu", "check my drinking").taps("no", *INCREASING)
    assert chat.where == "check_alcohol.shakes"
    rung(chat).says("yes")
    assert chat.where == "check_in.how"
    assert "shakes" not in chat.answers


def test_about_somebody_else_it_is_said_that_their_answers_would_go() -> None:
    chat = promised().says("menu").taps("change", "family", "16_17")
    rung(chat)
    assert chat.keys == ["check_in.hello_anew"]
    chat.taps("go_on")
    assert chat.where == "check_in.how"
    assert (chat.answers["audience"], chat.answers["age_band"]) == ("me", "30_39")


def test_who_does_the_check_already_when_its_reminder_comes_is_not_asked_to() -> None:
    chat = quiet_since(checked_in().taps("better", "no", "yes")).says("hello").taps("check", "no", 3)
    answer = chat.button(INCREASING[1])
    rung(chat)
    assert (chat.said, chat.where) == ([], "check_alcohol.audit.q2")
    chat.send(Event(kind="choice", choice=answer))
    chat.taps(*INCREASING[2:], "no").says("3", "5")
    assert "the AUDIT score was 8, and now it is the same" in chat.text


def test_tomorrow_is_another_day() -> None:
    chat = rung(quiet_since(promised())).taps("tomorrow")
    (effect,) = reminders(chat)
    assert (effect.days, chat.keys) == (1, ["check_in.tomorrow"])
    assert rung(chat).keys == [HELLO]


def test_a_button_is_good_once() -> None:
    chat = rung(quiet_since(promised()))
    go_on = chat.button("go_on")
    chat.taps("go_on", "better")
    chat.send(Event(kind="choice", choice=go_on))
    assert chat.keys[0] == "common.old_button"
    assert chat.where == "check_in.help"


# Stopped


@pytest.mark.parametrize("how", ["stop", "/stop", "unsubscribe", "Stop messaging me!"])
@pytest.mark.parametrize("quiet", [False, True])
def test_one_word_stops_it(how: str, quiet: bool) -> None:
    chat = quiet_since(promised()) if quiet else promised()
    waiting = chat.state and chat.state.reminder
    chat.says(how)
    assert reminders(chat) == [Unremind()]
    assert chat.keys[0] == "check_in.stopped"
    chat.send(Event(kind="timer", reminder=waiting))
    assert chat.turn.effects == ()


@pytest.mark.parametrize("said", ["please don't message me any more", "dont text me again", "not interested"])
@pytest.mark.parametrize("come", [False, True])
def test_so_does_saying_so_in_other_words(said: str, come: bool) -> None:
    chat = quiet_since(promised())
    (rung(chat) if come else chat).says(said)
    assert reminders(chat) == [Unremind()]
    assert chat.keys[0] == "check_in.stopped"


def test_the_button_stops_it_and_the_answer_does() -> None:
    chat = rung(quiet_since(promised())).taps("stop")
    assert (reminders(chat), chat.keys) == ([Unremind()], ["check_in.stopped"])
    chat = checked_in().taps("stop")
    assert "check_in.stopped" in chat.keys


def test_goodbye_is_no_stop() -> None:
    chat = promised().says("bye")
    assert reminders(chat) == []
    assert chat.keys == ["check_in.still", "common.goodbye"]


def test_forget_me_works_for_a_talk_of_which_only_the_reminder_is_left() -> None:
    chat = quiet_since(promised()).says("forget me")
    assert len(chat.forgotten) == 1
    assert chat.state is None


def test_who_comes_back_before_it_is_due_is_told_what_was_kept() -> None:
    chat = quiet_since(promised()).says("hello")
    assert chat.keys[0] == "check_in.welcome_back"
    assert chat.where == "menu.adult"
    assert chat.state is not None and chat.state.reminder is not None


@pytest.mark.parametrize(
    "then",
    [
        lambda chat: chat.says("back").taps("no"),
        lambda chat: chat.says("menu").taps("check", "yes"),
        lambda chat: chat.says("menu").taps("check", "no", 4, 4, 4),
        lambda chat: chat.says("menu").taps("check", "no", *INCREASING, "yes"),
        lambda chat: chat.says("menu").taps("check", "no", *INCREASING, "skip").says("3", "5"),
        lambda chat: chat.says("menu").taps("change", "me", "16_17"),
        lambda chat: chat.says("i get shakes and sweats when i stop drinking and see things"),
        lambda chat: chat.says("i'm pregnant and drinking every day"),
    ],
    ids=[
        "changed their mind",
        "pregnant",
        "heavy drinking",
        "shakes",
        "cannot tell",
        "under 18",
        "told",
        "told pregnant",
    ],
)
def test_it_is_taken_back_where_a_goal_must_not_be_asked_after(then) -> None:  # type: ignore[no-untyped-def]
    chat = promised()
    waiting = chat.state and chat.state.reminder
    then(chat)
    assert Unremind() in chat.effects
    chat.send(Event(kind="timer", reminder=waiting))
    assert chat.turn.effects == ()


def test_what_is_no_longer_wanted_is_answered_with_nothing_and_changes_nothing() -> None:
    first = promised()
    old = first.state and first.state.reminder
    first.says("menu").taps("check", "no", *HIGHER, "no").says("3", "5").taps(
        "yes", "skip", "skip", "skip", "swap", "today", "enough", "yes"
    )
    before = first.state
    first.send(Event(kind="timer", reminder=old))
    assert (first.turn.effects, first.state) == ((), before)


# Safety first


def test_somebody_in_danger_is_left_alone_with_it_until_the_day_after() -> None:
    chat = promised().says("I want to kill myself")
    rung(chat)
    assert chat.said == []
    (effect,) = reminders(chat)
    assert effect.days == 1
    assert chat.state is not None and chat.state.hold == "suicide_self_harm"


def test_danger_in_the_answer_to_it_comes_first() -> None:
    chat = rung(quiet_since(promised())).says("no, I want to kill myself")
    assert chat.keys[0].startswith("safety.suicide_self_harm")
    chat.taps("safe")
    assert chat.state is not None and chat.state.hold is None


def test_the_next_check_in_has_its_own_clock() -> None:
    """A later month is compared with the month of the first check."""
    chat = checked_in().taps("better", "no", "yes")
    later = quiet_since(chat)
    later.facts = SmallWorld(now=NOW + timedelta(days=104), channel="telegram")
    rung(later).taps("go_on", "yes", "no", *INCREASING, "no").says("3", "5")
    assert "In November 2026 the AUDIT score was 8, and now it is the same." in later.text
