"""People say what they want in their own words, at any point: it is told, done or offered, and no answer is lost."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from kit import SWALE, Chat, Service, SmallWorld, library

from screening.errors import ContentError
from screening.library import CONTENT
from screening.rules import Sitting
from screening.state import Event, Unmet
from screening.values import fitting, wanted
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


def housing_in(place: str) -> Chat:
    """An adult without a home who asks for one, and is then asked where."""
    return Chat().start().taps("me", "40_49").says("i need somewhere to live").taps("do", "drugs").says(place)


def counted(chat: Chat) -> list[tuple[str, str, int]]:
    """What went into the figures as not met, and out of them again: need, area, by."""
    return [(e.missed.need, e.missed.area, e.by) for e in chat.effects if isinstance(e, Unmet)]


def test_what_was_asked_for_is_looked_for() -> None:
    chat = housing_in("margate")
    assert wanted(Sitting(library(), chat.answers)) == ("self", ("drugs",), ("other_drugs", "housing"))
    assert counted(chat) == [] and "find_help.not_met" not in chat.keys


def test_what_no_service_meets_is_said_and_counted_once() -> None:
    chat = homeless_in_swale()
    assert "find_help.not_met" in chat.keys and "a place to live" in chat.text
    assert counted(chat) == [("housing", SWALE.code, 1)]
    cell = next(effect.missed for effect in chat.effects if isinstance(effect, Unmet))
    assert (cell.month, cell.age_band, cell.audience) == ("2026-11", "40_49", "me")
    assert counted(chat.taps("not_now")) == [("housing", SWALE.code, 1)]


def homeless_in_swale() -> Chat:
    asking = Chat().start().taps("me", "40_49").says("i need somewhere to live")
    return asking.taps("do", "alcohol").says("sittingbourne")


def test_a_corrected_place_takes_the_count_out_again() -> None:
    chat = homeless_in_swale().says("back").says("margate")
    assert counted(chat) == [("housing", SWALE.code, 1), ("housing", SWALE.code, -1)]


def test_the_next_search_asks_for_nothing_of_the_last_one() -> None:
    chat = housing_in("margate").taps("not_now")
    assert "asked_for" not in chat.answers
    chat.taps("find", "alcohol").says("sittingbourne")
    assert counted(chat) == []


def test_somebody_else_is_counted_for_themselves() -> None:
    chat = homeless_in_swale().taps("not_now", "change", "me", "30_39")
    chat.says("i need somewhere to live").taps("do", "alcohol").says("sittingbourne")
    assert counted(chat) == [("housing", SWALE.code, 1)] * 2


def test_where_no_district_is_given_nothing_is_counted_as_missing() -> None:
    chat = Chat().start().taps("me", "40_49").says("i need somewhere to live").taps("do", "alcohol", "declined")
    assert counted(chat) == []


def test_a_wish_made_before_anything_was_asked_is_looked_for_too() -> None:
    chat = Chat().says("i need somewhere to live").taps("me", "40_49")
    assert chat.where.startswith("find_help") and chat.answers["asked_for"] == "housing"


def test_the_sex_an_instrument_asks_for_chooses_no_service_for_men_or_women() -> None:
    asked: list[str | None] = []

    class Listening(SmallWorld):
        def offers(self, *, gender: str | None = None, **sought: Any) -> list[Service]:
            asked.append(gender)
            return super().offers(gender=gender, **sought)

    fitting(Sitting(library(), {"age_band": "40_49", "area": "E07000114", "sex": "female"}), Listening())
    fitting(Sitting(library(), {"age_band": "40_49", "area": "E07000114", "gender": "female"}), Listening())
    assert asked == [None, "female"]


def test_every_intent_leads_somewhere_that_is_written() -> None:
    assert set(library().wishes) == set(INTENTS)


@pytest.mark.parametrize(
    ("intent", "entry", "names"),
    [
        ("housing", {"menu": ["swim"]}, "swim"),
        ("housing", {"about": "no_such_article"}, "no_such_article"),
        ("housing", {"tell": True, "menu": ["find"], "command": "stop"}, "command"),
        ("housing", {}, "nowhere"),
        ("housing", {"menu": ["find"], "needs": ["castle"]}, "castle has no label"),
        ("housing", {"tell": True, "needs": ["housing"]}, "needs and no menu"),
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
