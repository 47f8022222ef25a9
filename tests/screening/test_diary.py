"""The drink diary: units by day, never the words; what may be said beside it, and to whom."""

from datetime import datetime
from decimal import Decimal

import pytest
from kit import NOW, Chat, SmallWorld, adult, checking, library, newcomer

from screening.diary import diary_week, total
from screening.rules import Sitting
from screening.script import Ask

DEPENDENT = (4, 3, 3, 2, 1, 1, 2, 2, 0, 2)


def at_diary(channel: str = "web", now: datetime = NOW) -> Chat:
    """An adult who has opened the diary from the menu. The made-up now is a Saturday."""
    return adult(SmallWorld(channel=channel, now=now)).taps("diary")


def beside(diary: dict[str, str], **said: str | int) -> str:
    return diary_week(Sitting(library(), {"audience": "me", "age_band": "30_39", **said}, diary=diary))


@pytest.mark.parametrize("said", ["diary", "drink diary", "my week", "add a drink", "/diary"])
def test_it_is_reached_by_its_own_words(said: str) -> None:
    assert adult().says(said).where == "diary.what"


def test_typed_drinks_become_units_of_the_day() -> None:
    """2 pints (568 ml) at 4%: 4.54 units (source O49)."""
    chat = at_diary().taps("today").says("2 pints of lager", "yes")
    assert chat.state.diary == {"sat": "4.54"}
    assert "- Saturday: 4.5 units" in chat.text and "In all: 4.5 units." in chat.text


def test_only_numbers_are_kept_and_nothing_that_was_typed() -> None:
    chat = at_diary().taps("another", "fri").says("a bottle of zqxj wine with Brian", "yes")
    kept = chat.state.model_dump_json().lower()
    assert "zqxj" not in kept and "brian" not in kept and "wine" not in kept
    assert not [name for name in chat.answers if name.startswith("diary")]
    assert set(chat.state.diary) == {"fri"} and Decimal(chat.state.diary["fri"]) > 5


@pytest.mark.parametrize("said", ["2.5", "2.5 units", "about 2.5 units"])
def test_units_need_not_be_whole(said: str) -> None:
    chat = at_diary().taps("today").says(said)
    if chat.where == "diary.drinks" and chat.state.narrowed:
        chat.says("yes")
    assert chat.state.diary == {"sat": "2.5"}


def test_the_web_says_where_the_week_is_a_picture() -> None:
    assert 'In all: 3 units. To see it as a picture, choose "Keep a copy".' in at_diary().taps("today").says("3").text
    assert at_diary("telegram").taps("today").says("3").text.count("Keep a copy") == 0


def test_today_is_the_day_in_the_united_kingdom() -> None:
    chat = at_diary(now=NOW.replace(day=22)).taps("today").says("3")
    assert chat.state.diary == {"sun": "3"}


@pytest.mark.parametrize("said", ["nothing", "I didn't drink", "none"])
def test_a_day_without_a_drink_is_noted_too(said: str) -> None:
    assert at_diary().taps("today").says(said).state.diary == {"sat": "0"}


@pytest.mark.parametrize(("what", "units"), [("add", "7"), ("instead", "3"), ("leave", "4")])
def test_a_day_that_has_something_is_asked_about(what: str, units: str) -> None:
    chat = at_diary().taps("today").says("4").taps("today").says("3")
    assert chat.where == "diary.again" and chat.state.diary == {"sat": "4"}
    assert chat.taps(what).state.diary == {"sat": units}


def test_what_is_not_said_is_not_noted() -> None:
    chat = at_diary().taps("today", "skip")
    assert chat.state.diary == {} and "diary.empty" in chat.keys and chat.where == "diary.what"


def test_each_day_can_be_noted_and_the_week_adds_up() -> None:
    chat = at_diary()
    for units, day in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), start=1):
        chat.taps("another", day).says(str(units))
    assert total(chat.state.diary) == 28
    assert "In all: 28 units." in chat.text and "This is more." in chat.text


def test_telegram_draws_the_week_with_letters() -> None:
    """A block for every 2 units; the number stands before it, so that it reads well aloud."""
    assert "- Saturday: 5 units ■■■\n" in at_diary("telegram").taps("today").says("5").text
    assert "■" not in at_diary("web").taps("today").says("5").text
    assert "units " + "■" * 12 + "\n" in at_diary("telegram").taps("today").says("100").text


@pytest.mark.parametrize(("units", "expected"), [("14", "within"), ("14.01", "over"), ("0", "within")])
def test_the_guideline_is_fourteen(units: str, expected: str) -> None:
    """Not more than 14 a week (source O53), before any rounding."""
    assert beside({"mon": units}) == expected


def test_who_must_not_stop_suddenly_sees_no_limit_beside_it() -> None:
    chat = checking().taps(*DEPENDENT, "no", "yes", "yes")
    assert "diary.intro_service" in chat.keys and "do not stop suddenly" in chat.text
    chat.taps("today").says("9")
    assert "diary.show_service" in chat.keys and "14 units" not in chat.text
    assert "14 units" not in chat.says("diary").taps("week").text


def test_nor_does_who_is_pregnant() -> None:
    assert beside({"mon": "3"}, pregnancy="yes") == "pregnant"
    assert beside({"mon": "3"}, told_pregnant=1) == "pregnant"


@pytest.mark.parametrize(("units", "said"), [("15", False), ("16", True)])
def test_a_heavy_day_brings_the_warning_not_to_stop_suddenly(units: str, said: bool) -> None:
    """Over 15 units a day (source N4)."""
    assert ("diary.heavy_day" in at_diary().taps("today").says(units).keys) is said


def test_it_is_on_the_copy_to_keep() -> None:
    chat = at_diary().taps("today").says("5")
    assert "My drink diary, units by day:" in chat.says("summary").text


def test_it_goes_when_the_talk_is_about_somebody_else_and_when_all_is_forgotten() -> None:
    chat = at_diary().taps("today").says("5").says("menu").taps("change")
    assert chat.state.diary == {}
    assert at_diary().taps("today").says("5").says("forget me").state is None


def test_it_stays_over_the_menu_and_a_check() -> None:
    chat = at_diary().taps("today").says("5").says("menu").taps("check", "no").says("menu")
    assert chat.state.diary == {"sat": "5"}


def test_it_is_said_how_long_it_is_kept() -> None:
    assert "deleted with the rest of this chat, 3 days after your last message" in at_diary().text


def test_back_does_not_reach_behind_an_entry() -> None:
    chat = at_diary().taps("today").says("5").says("back")
    assert "common.no_further_back" in chat.keys and chat.state.diary == {"sat": "5"}


def test_young_people_are_not_offered_it() -> None:
    young = newcomer().taps("me", "16_17")
    assert "diary" not in young.values
    assert young.says("diary").where.startswith("menu.")


def test_the_units_of_the_buttons_are_those_of_the_check() -> None:
    steps = (library().latest["diary"].steps["drinks"], library().latest["check_alcohol"].steps["units_day"])
    diary, check = (dict(step.drinks) for step in steps if isinstance(step, Ask))
    assert {name: diary[name] for name in check} == check
