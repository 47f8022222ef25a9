"""Young people's own talks, someone worried, and what comes after a referral."""

import pytest
from kit import Chat, SmallWorld, adult, library, newcomer

from screening.reminding import resting
from screening.state import Event, Remind, Surveyed, Unremind


def telegram() -> SmallWorld:
    return SmallWorld(channel="telegram")


def young(age: str = "13_15", facts: SmallWorld | None = None) -> Chat:
    return newcomer(facts).taps("me", age)


def weighing(pregnancy: str, shakes: str) -> Chat:
    """Someone of 16 or 17 who has weighed up their drinking and answered what it is safe to know."""
    chat = young("16_17").taps("mine", "alcohol", "fun", "done", "money", "done")
    return chat.taps(pregnancy, shakes)


def referred(facts: SmallWorld | None = None) -> Chat:
    return adult(facts).taps("find", "alcohol").says("margate").taps("adult-service")


def rung(chat: Chat) -> Chat:
    """Three weeks on: the talk was deleted, and only the promise is left."""
    assert chat.state is not None and chat.state.reminder is not None
    kept = Chat(chat.facts, resting(library(), chat.state.reminder))
    return kept.send(Event(kind="timer", reminder=chat.state.reminder))


# Young people


@pytest.mark.parametrize("age", ["13_15", "skip"])
def test_under_16_nothing_that_scores_or_weighs_is_offered(age: str) -> None:
    chat = young(age)
    assert chat.values == ["going_on", "service", "going", "told", "facts", "talk", "nothing"]


TOPICS = ["friend", "tried", "often", "home", "pressure", "low", "other", "skip"]


@pytest.mark.parametrize("topic", TOPICS)
def test_the_talk_is_short_and_ends_in_a_person(topic: str) -> None:
    chat = young().taps("going_on", topic)
    assert chat.where == "young_talk.safe"
    assert chat.taps("yes", "school").where == "young_talk.service"
    assert chat.tallies == [] and chat.referrals == []


@pytest.mark.parametrize("safe", ["not_sure", "no"])
def test_whoever_is_not_sure_of_being_safe_gets_the_numbers(safe: str) -> None:
    chat = young().taps("going_on", "home", safe)
    assert chat.keys == ["young_talk.unsafe", "young_talk.tell"]
    assert "0800 1111" in chat.text and "999" in chat.text


@pytest.mark.parametrize(
    ("pregnancy", "shakes", "where"),
    [
        ("no", "no", "young_weighing.step"),
        ("skip", "no", "young_weighing.step"),
        ("no", "yes", "young_weighing.do_not_stop"),
        ("no", "not_sure", "young_weighing.do_not_stop"),
        ("no", "skip", "young_weighing.do_not_stop"),
        ("yes", "no", "young_weighing.pregnant"),
        ("yes", "yes", "young_weighing.do_not_stop"),
    ],
)
def test_a_step_is_offered_only_where_it_is_safe(pregnancy: str, shakes: str, where: str) -> None:
    chat = weighing(pregnancy, shakes)
    assert chat.keys[0] == where
    assert ("days_off" in chat.values) == (where == "young_weighing.step")


def test_audit_answers_that_suggest_dependence_end_in_no_step() -> None:
    """AUDIT 7 at 16 to 17 (source E7), no shakes."""
    chat = young("16_17").says("menu").taps("check", "no", 2, 1, 1, 1, 1, 1, 0, 0, 0, 0, "no")
    chat.says("menu").taps("talk", "mine", "alcohol", "skip", "skip", "no", "no")
    assert chat.keys == ["young_weighing.do_not_stop", "young_weighing.service"]


def test_the_young_get_their_own_step_back_and_may_take_none() -> None:
    assert "Your step: tell one person I trust." in weighing("no", "no").taps("tell").text
    assert weighing("no", "no").taps("not_now").keys[0] == "young_weighing.not_now"


# Worried about someone


SITUATIONS = ["first_time", "denies", "promises", "while_drunk", "asks_me", "teenager"]


@pytest.mark.parametrize("situation", SITUATIONS)
def test_each_situation_has_words_to_say(situation: str) -> None:
    chat = newcomer().taps("family", "30_39", "say", situation)
    assert "You could say: " in chat.text
    assert chat.values == ["yes", "no"]


def test_a_label_that_begins_like_a_question_is_an_answer_when_it_is_typed() -> None:
    chat = newcomer().taps("family", "30_39").says("How to refer them")
    assert chat.keys == ["worried.refer", "worried.more"]


# After a referral


def test_i_have_not_heard_gives_the_way_in_again() -> None:
    chat = referred().says("I haven't heard back")
    assert chat.keys[:2] == ["after_referral.your_way_in", "after_referral.chase"]
    assert "I have contacted nobody" in chat.text and "Kent Help" in chat.text
    assert "blue-otter-1" in chat.text


def test_i_have_not_heard_without_a_referral_gives_the_general_way() -> None:
    chat = adult().says("nobody has called me")
    assert chat.keys[:2] == ["after_referral.way_in", "after_referral.chase"]


def test_what_was_picked_is_still_known_when_the_menu_leads_there() -> None:
    chat = referred().taps("after", "not_heard")
    assert chat.keys[0] == "after_referral.your_way_in"


def test_no_adult_line_is_named_to_the_young_who_have_not_heard() -> None:
    chat = young().says("i haven't heard back")
    assert "Drinkline" not in chat.text and "Childline" in chat.text


def test_a_professional_who_has_not_heard_is_not_spoken_to_as_a_client() -> None:
    chat = newcomer().taps("professional", "gp", "30_39").says("i haven't heard back")
    assert not [key for key in chat.keys if key.startswith("after_referral")]


# How it went


@pytest.mark.parametrize(
    ("facts", "who", "asked"),
    [
        (telegram(), ("me", "30_39"), True),
        (SmallWorld(), ("me", "30_39"), False),
        (telegram(), ("family", "30_39"), False),
    ],
)
def test_who_may_be_asked_how_it_went(facts: SmallWorld, who: tuple[str, str], asked: bool) -> None:
    chat = newcomer(facts).taps(*who).taps("find")
    chat.taps("alcohol").says("margate").taps("adult-service")
    assert (chat.where == "survey_offer.ask") == asked


def test_the_young_are_never_asked_how_it_went() -> None:
    chat = young("16_17", telegram()).taps("service", "alcohol").says("margate").taps("young-service")
    assert chat.where == "menu.sixteen"


def test_nobody_is_asked_who_is_promised_something_already() -> None:
    chat = referred(telegram()).taps("yes").taps("find")
    chat.taps("alcohol").says("margate").taps("adult-service")
    assert chat.where == "menu.adult"
    assert chat.state is not None and chat.state.reminder is not None


def test_whoever_must_not_stop_suddenly_is_still_asked_and_only_what_is_needed_is_kept() -> None:
    chat = adult(telegram()).taps("check", "no", 4, 4, 4, 0, 0, 4, 0, 0, 0, 0, "yes")
    chat.says("find").taps("alcohol") if chat.where == "find_help.substance" else chat.says("menu").taps("find")
    while chat.where != "find_help.offers":
        chat.says("margate") if chat.where == "find_help.place" else chat.taps("alcohol")
    chat.taps("adult-service", "yes")
    (promise,) = [effect for effect in chat.turn.effects if isinstance(effect, Remind)]
    assert (promise.days, promise.reminder.journey) == (21, "survey")
    assert promise.reminder.answers == {"audience": "me", "age_band": "30_39"}
    chat.says("menu")
    assert not [effect for effect in chat.effects if isinstance(effect, Unremind)]


def test_the_first_words_of_the_survey_say_nothing_of_drinking() -> None:
    text = rung(referred(telegram()).taps("yes")).text.lower()
    assert not [word for word in ("drink", "alcohol", "drug", "service", "help", "referr") if word in text]


def test_each_answer_is_counted_once_and_one_that_is_declined_is_not() -> None:
    chat = rung(referred(telegram()).taps("yes")).taps("go_on", "yes", "skip", "maybe")
    counted = [effect for effect in chat.effects if isinstance(effect, Surveyed)]
    assert counted == [
        Surveyed("2026-11", "survey_touch", "yes"),
        Surveyed("2026-11", "survey_again", "maybe"),
    ]
    chat.says("back", "back")
    assert len([effect for effect in chat.effects if isinstance(effect, Surveyed)]) == 2
    assert chat.state is not None and chat.state.reminder is None


def test_whoever_comes_back_before_is_told_what_was_kept() -> None:
    chat = referred(telegram()).taps("yes")
    assert chat.state is not None and chat.state.reminder is not None
    later = Chat(chat.facts, resting(library(), chat.state.reminder)).says("hello")
    assert later.keys[0] == "survey.welcome_back"


def test_an_age_corrected_after_the_first_question_asks_again_what_this_age_is_offered() -> None:
    chat = Chat().start().taps("me", "16_17", "mine", "alcohol").says("back", "back", "back")
    assert chat.where == "who.age"
    assert chat.taps("13_15").where == "young_person.help"
