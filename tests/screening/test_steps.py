"""How far a talk came is counted step by step, each once, and what is counted of one client is never another's."""

from kit import ADULT_SERVICE, Chat, SmallWorld, adult, checking, newcomer

from screening.state import Forget, Stepped


def steps(chat: Chat) -> list[str]:
    return [effect.step for effect in chat.effects if isinstance(effect, Stepped)]


def test_a_talk_a_journey_and_each_question_reached_and_answered_are_steps() -> None:
    chat = checking()
    assert chat.where == "check_alcohol.audit.q1"
    assert steps(chat)[0] == "talk"
    assert steps(chat)[-1] == "reached:check_alcohol.audit.q1"
    chat.taps(1)
    assert steps(chat)[-2:] == ["answered:check_alcohol.audit.q1", "reached:check_alcohol.audit.q2"]
    assert {"started:who", "reached:who.audience", "answered:who.audience", "started:check_alcohol"} <= set(steps(chat))


def test_steps_are_counted_in_the_month_they_are_taken() -> None:
    chat = newcomer()
    assert {effect.month for effect in chat.effects if isinstance(effect, Stepped)} == {f"{chat.facts.now:%Y-%m}"}


def test_a_step_counts_once_however_often_it_is_taken() -> None:
    chat = checking().taps(1).says("back").taps(2).says("back").taps(1, 1)
    assert len(steps(chat)) == len(set(steps(chat)))
    assert steps(chat).count("answered:check_alcohol.audit.q1") == 1


def test_a_question_that_nobody_answered_is_reached_and_not_answered() -> None:
    chat = checking().taps(1).says("stop")
    assert "reached:check_alcohol.audit.q2" in steps(chat)
    assert "answered:check_alcohol.audit.q2" not in steps(chat)


def test_advice_offers_and_referrals_are_steps() -> None:
    chat = checking().taps(3, 1, 2, 0, 0, 0, 1, 1, 0, 0, "no")
    while chat.where.startswith("check_alcohol"):
        chat.says("skip")
    assert "advice" not in steps(chat)
    chat.taps("yes")
    assert steps(chat).count("advice") == 1


def test_finding_help_offers_and_then_records() -> None:
    chat = adult().taps("find").taps("alcohol").says("Margate")
    assert "offered" in steps(chat)
    assert "recorded" not in steps(chat)
    chat.taps(ADULT_SERVICE)
    assert steps(chat).count("offered") == steps(chat).count("recorded") == 1
    assert chat.referrals[0].subject == chat.state.subject  # type: ignore[union-attr]


def test_another_person_is_another_subject_with_steps_of_their_own() -> None:
    chat = adult()
    first = chat.state.subject  # type: ignore[union-attr]
    chat.taps("change")
    assert chat.state.subject == first + 1  # type: ignore[union-attr]
    assert steps(chat).count("talk") == 1
    assert steps(chat).count("reached:who.audience") == 2


def test_forgetting_names_every_check_and_person_that_may_be_counted() -> None:
    chat = Chat(SmallWorld()).start().taps("me", "30_39").says("forget me")
    (forget,) = [effect for effect in chat.effects if isinstance(effect, Forget)]
    assert {"audit", "dudit"} <= set(forget.checks)
    assert forget.subjects >= 1
