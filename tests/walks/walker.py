"""Somebody who does anything at all in the chat, and what has to hold whatever they do."""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from kit import Chat, library

from screening.facts import Facts
from screening.library import Library
from screening.reminding import resting
from screening.rules import ADULT_BANDS, RULES, Sitting
from screening.script import Area, Ask, Offers, Screen, Step
from screening.state import Event, Forget, Reminder, State, Tally, Unmet

TELEGRAM_BUTTON = 64
TELEGRAM_MESSAGE = 4096
LARGEST_STATE = 20_000
CANARY = "zqxj"
"""Nothing that holds these letters may be kept or said back: they are only ever typed."""
COMMANDS = (
    "menu",
    "back",
    "back",
    "back",
    "help",
    "privacy",
    "complain",
    "skip",
    "summary",
    "check",
    "find",
    "start again",
)
PLACES = (
    "margate",
    "CT9 1AA",
    "ct9",
    "swanley",
    "minster",
    "magate",
    "London",
    "ME99 9ZZ",
    "Dover",
    "TN1",
    "Rochester",
)
STEADY = ("me", "30_39", "check")
"""The buttons that lead an adult to the check."""
KEEN = ("go_on",)
"""The button that takes up a reminder."""
CRISES = (
    "I want to kill myself",
    "she won't wake up after taking pills",
    "he hits me and I'm scared",
    "I get the shakes when I don't drink",
)
HOSTILE = (
    "", " ", "\x00\u202e\u200b", "🙂" * 50, "<script>alert(1)</script>", "{total} {nhs_111}", "' OR 1=1 --", "٣", "²",
    "½", "-1", "1e9", "9" * 60, "no " * 1300, "A" * 4000, "لا", "\ud7ff", "yes no yes no", "1 or 2", "never mind",
    "12:30", "%s %d",
)  # fmt: skip
ADULT_WORDS = ("low risk", "lower-risk", "increasing risk", "higher risk", "possible dependence", "You scored")
RESULT_KEYS = ("check_alcohol.result", "check_alcohol.past_result", "check_young.result", "check_drugs.result")
GOAL_KEYS = (
    "brief_advice.goal", "brief_advice.goal_days", "brief_advice.goal_limit", "brief_advice.limit_again",
    "brief_advice.goal_start", "brief_advice.goal_set", "brief_advice.plan_set",
)  # fmt: skip
GUIDELINE_KEYS = ("diary.over", "diary.within")


class Watched(dict):
    """The steps of a journey, noting each one that somebody stands at."""

    def __init__(self, journey: str, steps: dict, visited: set[str]) -> None:
        super().__init__(steps)
        self.journey, self.visited = journey, visited

    def __getitem__(self, step: str) -> object:
        self.visited.add(f"{self.journey}.{step}")
        return super().__getitem__(step)


def watched(visited: set[str]) -> Library:
    """The shipped content, noting every step that is visited."""
    journeys = {
        key: journey.model_copy(update={"steps": Watched(key[0], dict(journey.steps), visited)})
        for key, journey in library().journeys.items()
    }
    return replace(library(), journeys=journeys)


@dataclass(frozen=True)
class Mood:
    """How somebody answers: how much they drink and what harm it does (0 to 1), how shy they are, and how wild.

    `steady`: how surely they are an adult who came to check their own drinking.
    """

    drinking: float
    harm: float
    shy: float
    wild: float
    steady: float


AIMS = (
    (), (), ("me", "40_49", "check"), ("me", "16_17", "check"), ("me", "25_29", "drugs", "yes"),
    ("me", "30_39", "both"), ("professional",), ("family",), ("me", "13_15", "going_on"),
    ("me", "16_17", "mine", "done"), ("family", "40_49", "say"), ("me", "18_24", "after"),
)  # fmt: skip
"""What people came for, in turn, so that no journey is left to chance."""

ADVISED_AIMS = ((), ("limit", "another", "skip"), ("swap", "today", "skip", "no"))
"""What those want who begin in the middle of the advice."""

_KEPT = {"audience": "me", "age_band": "40_49", "goal": "swap", "goal_start": "today", "earlier": "audit:14:2026-08"}
_WHO = {"audience": "me", "age_band": "40_49"}
DUE = {
    0: Reminder(journey="check_in", answers=_KEPT),
    1: Reminder(journey="recheck", answers=_KEPT),
    2: Reminder(journey="survey", answers=_WHO),
}
"""Some begin where only a reminder is left of an earlier talk."""
STAFF = (
    ("professional", "gp", "50_64", "check"),
    ("professional", "oneyou", "25_29", "check", "single", "skip"),
    ("professional", "gp", "40_49", "details", "fast"),
    ("professional", "police", "16_17", "details", "prison", "done"),
    ("professional", "probation", "30_39", "details", "dudit", "done"),
)
"""What professionals came for, in turn."""


@cache
def advised() -> State:
    """Somebody who has begun the advice: 15 points, 5 days a week, 6 units a day, no sign of dependence."""
    chat = Chat().start().taps("me", "30_39", "check", "no", 4, 2, 3, 1, 1, 0, 2, 2, 0, 0, "no").says("5", "6")
    assert chat.taps("yes").state is not None and chat.where == "brief_advice.gains"
    return chat.state


class Walker:
    """One person at random. `script` is what they did, to be read when something breaks."""

    def __init__(self, seed: int, facts: Facts, content: Library, adult_only: Callable[[str], bool]) -> None:
        self.random = random.Random(seed)
        self.mood = Mood(
            drinking=self.random.choice((0.0, 0.25, 0.5, 0.5, 0.5, 0.75, 1.0)),
            harm=self.random.choice((0.0, 0.0, 0.0, 0.25, 0.35, 0.35, 1.0)),
            shy=self.random.choice((0.0, 0.05, 0.3)),
            wild=self.random.choice((0.02, 0.02, 0.1, 0.4)),
            steady=self.random.choice((0.0, 0.9)),
        )
        aim = AIMS[seed % len(AIMS)]
        self.aim = STAFF[seed // len(AIMS) % len(STAFF)] if aim == ("professional",) else aim
        promised = DUE.get(seed % 11)
        if seed % 7 == 5 and promised is None:
            self.aim = ADVISED_AIMS[seed // 7 % len(ADVISED_AIMS)]
        begun = advised() if seed % 7 == 5 else None
        self.chat = Chat(facts, resting(content, promised) if promised else begun, content)
        self.adult_only = adult_only
        self.script: list[Event] = []
        self.old_buttons: list[str] = []
        self.going_back = 0

    def walk(self, events: int) -> None:
        """Do this many things, checking after each."""
        for _ in range(events):
            event = self._next()
            self.script.append(event)
            before = self.chat.state
            self.chat.send(event)
            self.old_buttons = [*self.old_buttons[-30:], *(choice.id for choice in self.chat.choices)]
            self._check(before, event)

    def _next(self) -> Event:
        if (waiting := self.chat.state and self.chat.state.reminder) and self.random.random() < 0.2:
            return self._time_passes(waiting)
        if self.going_back or self.random.random() < 0.03:
            return self._back()
        if self.random.random() < self.mood.wild or not self.chat.choices:
            return self._anything()
        state = self.chat.state
        if state and not state.hold and not state.narrowed and self.random.random() < 0.7:
            step = standing_at(self.chat, state)
            if isinstance(step, Area):
                return self._place()
            if isinstance(step, Ask) and step.number:
                return self._number()
        return Event(kind="choice", choice=self._leaning())

    def _time_passes(self, waiting: Reminder) -> Event:
        """The reminder's time comes; mostly they were quiet for so long that nothing else was kept."""
        if self.random.random() < 0.7:
            self.chat.state = resting(self.chat.library, waiting)
        return Event(kind="timer", reminder=waiting)

    def _back(self) -> Event:
        """Second thoughts: some steps back, then another answer."""
        answered = len(self.chat.state.trail) if self.chat.state else 0
        self.going_back = self.going_back or 1 + self.random.randint(1, max(1, answered))
        self.going_back -= 1
        if self.going_back == 0 and self.chat.choices:
            return Event(kind="choice", choice=self.random.choice(self.chat.choices).id)
        return Event(kind="text", text="back")

    def _anything(self) -> Event:
        return self.random.choice(
            (self._number, self._words, self._old_button, self._command, self._place, self._hostile, self._danger,
             self._leave, self._other)
        )()  # fmt: skip

    def _leaning(self) -> str:
        """A button of the newest question: of an AUDIT item one that suits their mood, of others any."""
        choices, item = self.chat.choices, self.chat.state and self.chat.state.item
        if item and self.random.random() > self.mood.shy:
            lean = self.mood.drinking if item in ("q1", "q2", "q3") else self.mood.harm
            return choices[round(lean * (len(choices) - 2))].id
        for value in KEEN if self.random.random() < self.mood.steady else ():
            if value in self.chat.values:
                return self.chat.button(value)
        for value in self.aim if self.random.random() < 0.6 else ():
            if value in self.chat.values:
                return self.chat.button(value)
        if "not_sure" in self.chat.values and self.random.random() < self.mood.steady:
            return self.chat.button("no")
        for value in STEADY if self.random.random() < self.mood.steady else ():
            if value in self.chat.values:
                return self.chat.button(value)
        patient = (
            [choice for choice in choices if not choice.id.endswith("/enough")] if self.random.random() < 0.9 else []
        )
        return self.random.choice(patient or choices).id

    def _number(self) -> Event:
        return Event(kind="text", text=str(self.random.choice((0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 16, 40, 99))))

    def _words(self) -> Event:
        labels = [choice.label for choice in self.chat.choices] or ["yes"]
        return Event(kind="text", text=self.random.choice(labels))

    def _old_button(self) -> Event:
        return Event(kind="choice", choice=self.random.choice(self.old_buttons or ["gone/by/1/now"]))

    def _command(self) -> Event:
        return Event(kind="text", text=self.random.choice(COMMANDS))

    def _place(self) -> Event:
        return Event(kind="text", text=self.random.choice(PLACES))

    def _hostile(self) -> Event:
        return Event(kind="text", text=self.random.choice(HOSTILE) + self.random.choice(("", f" {CANARY}")))

    def _danger(self) -> Event:
        return Event(kind="text", text=self.random.choice(CRISES))

    def _leave(self) -> Event:
        return Event(kind="text", text=self.random.choice(("stop", "stop", "forget me")))

    def _other(self) -> Event:
        return Event(kind=self.random.choice(("other", "start", "stop")))

    def _check(self, before: State | None, event: Event) -> None:
        for broken in broken_promises(self, before, event):
            did = "\n".join(repr(each) for each in self.script[-25:])
            raise AssertionError(f"{broken}\nat {self.chat.state!r}\nafter\n{did}")


def broken_promises(walker: Walker, before: State | None, event: Event) -> Iterator[str]:
    """What ought to hold after every event, and does not."""
    chat = walker.chat
    if not chat.said and event.kind != "timer":
        yield "silence"
    yield from _reminder(chat, event)
    yield from _words_and_buttons(chat)
    yield from _score(chat)
    yield from _goals(chat)
    yield from _diary(chat)
    yield from _young_steps(chat)
    yield from _under_age(walker)
    yield from _referral(chat, before)
    yield from _count(chat, before)
    if chat.state is None:
        if not any(isinstance(effect, Forget) for effect in chat.turn.effects):
            yield "the talk is gone though nobody asked"
        return
    if (chat.said or event.kind != "timer") and not _waits(chat, chat.state):
        yield "a dead end"
    kept = chat.state.model_dump_json()
    if CANARY in kept or len(kept) > LARGEST_STATE:
        yield "the state keeps what was typed, or grows"


def standing_at(chat: Chat, state: State) -> Step | None:
    """The step that waits."""
    return chat.library.journeys[(state.journey, state.revision)].steps.get(state.step)


def _waits(chat: Chat, state: State) -> bool:
    """Something can be answered: a button, a number, a place; or they stopped, and any word brings the menu back."""
    step = standing_at(chat, state)
    if state.done:
        return True
    if state.hold is not None:
        return "safe" in chat.values
    open_answer = isinstance(step, Area) or (isinstance(step, Ask) and step.number is not None)
    return isinstance(step, Ask | Screen | Area | Offers) and (bool(chat.choices) or open_answer)


def _words_and_buttons(chat: Chat) -> Iterator[str]:
    for say in chat.said:
        for message in chat.library.words.messages(say.key, say.values):
            if not message.strip() or len(message) > TELEGRAM_MESSAGE or "{" in message:
                yield f"a bad message: {message!r}"
            if CANARY in message:
                yield "says back what was typed"
        ids = [choice.id for choice in say.choices]
        if len(set(ids)) != len(ids) or any(len(each.encode()) > TELEGRAM_BUTTON for each in ids):
            yield f"bad buttons: {ids}"


def _points(chat: Chat, instrument: str = "audit") -> dict[str, int | None]:
    return Sitting(chat.library, chat.answers).items(instrument)


def _score(chat: Chat) -> Iterator[str]:
    """The total shown is the sum of the answers; with one missing there is none."""
    for say in chat.said:
        points = _points(chat, "dudit" if say.key.startswith("check_drugs.") else "audit")
        if say.key in RESULT_KEYS and say.values["total"] != str(sum(value or 0 for value in points.values())):
            yield f"shows {say.values['total']} for {points}"
        if say.key in RESULT_KEYS and None in points.values():
            yield f"shows a total for {points}"
        if say.key.endswith(".no_result") and None not in points.values():
            yield f"shows no total for {points}"


def _young_steps(chat: Chat) -> Iterator[str]:
    """No small step at 16 and 17 where stopping could be dangerous, or in pregnancy (screening facts 4.1, 4.6)."""
    said = chat.answers
    offered = any(say.key in ("young_weighing.step", "young_weighing.step_set") for say in chat.said)
    if offered and (said.get("shakes") != "no" or said.get("pregnancy") == "yes"):
        yield "a small step where stopping could be dangerous"


def _goals(chat: Chat) -> Iterator[str]:
    """No goal where cutting down could be dangerous, or for somebody pregnant: said again in plain numbers.

    An unanswered item counts as many points as it could be (screening facts 0, 4.1, 4.6).
    """
    if not any(say.key in GOAL_KEYS for say in chat.said):
        return
    said, points = chat.answers, _points(chat)
    most = [4 if points[f"q{number}"] is None else int(str(points[f"q{number}"])) for number in range(1, 11)]
    possible_day = 16 if most[1] == 4 else 0
    heavy_day = possible_day if said.get("units_day") is None else said["units_day"]
    if (
        sum(most) >= 20
        or sum(most[:3]) >= 11
        or most[5] >= 2
        or float(str(heavy_day)) > 15
        or said.get("shakes") != "no"
        or said.get("pregnancy") == "yes"
    ):
        yield f"a goal for {points}"


def _diary(chat: Chat) -> Iterator[str]:
    """Units by day and nothing else; no limit beside them for who is pregnant or was told not to stop suddenly."""
    if chat.state is None:
        return
    if not all(re.fullmatch(r"[0-9.]+", units) for units in chat.state.diary.values()) or len(chat.state.diary) > 7:
        yield f"a diary of {chat.state.diary}"
    said, points = chat.answers, _points(chat)
    known = sum(value or 0 for value in points.values()) >= 20 or said.get("shakes") == "yes"
    if any(say.key in GUIDELINE_KEYS for say in chat.said) and (known or said.get("pregnancy") == "yes"):
        yield f"a limit beside the diary for {said}"


def _reminder(chat: Chat, event: Event) -> Iterator[str]:
    """A promise is made and kept only for adults who may have a goal; what is pushed says nothing of drinking."""
    promise = chat.state and (chat.state.reminder or chat.state.reminded)
    if promise and not (promise.answers["age_band"] in ADULT_BANDS and promise.answers["audience"] == "me"):
        yield f"promises {promise}"
    if event.kind == "timer" and re.search(r"drink|alcohol|goal|check|unit", chat.text):
        yield f"pushes {chat.text!r}"


def _under_age(walker: Walker) -> Iterator[str]:
    """Not known to be 18: no score, no adult band, no adult service."""
    chat = walker.chat
    if chat.state is None or RULES["age_group"].decide(Sitting(chat.library, chat.answers)) == "adult":
        return
    for words in ADULT_WORDS:
        if words in chat.text:
            yield f"says {words!r} to somebody under 18"
    if chat.answers.get("audience") != "me":
        return
    if chat.state.journey in ("check_alcohol", "brief_advice"):
        yield "screens somebody under 18"
    if isinstance(standing_at(chat, chat.state), Offers) and any(walker.adult_only(value) for value in chat.values):
        yield f"offers an adult service to somebody under 18: {chat.values}"


def _referral(chat: Chat, before: State | None) -> Iterator[str]:
    made = [effect for effect in chat.turn.effects if type(effect).__name__ == "Refer"]
    if not made:
        return
    if len(made) > 1:
        yield "two referrals in one event"
    if before is None or before.hold or before.done:
        yield "a referral nobody chose"
    elif not isinstance(standing_at(chat, before), Offers):
        yield f"a referral at {before.journey}.{before.step}"


def _count(chat: Chat, before: State | None) -> Iterator[str]:
    """A sitting is counted once, and so is a need that is not met: a new count takes the old one out."""
    screens = [(effect.screen, effect.by) for effect in chat.turn.effects if isinstance(effect, Tally)]
    needs = [(effect.missed, effect.by) for effect in chat.turn.effects if isinstance(effect, Unmet)]
    after = chat.state
    yield from _counted(screens, before.counted if before else {}, after.counted if after else {})
    yield from _counted(needs, before.missed if before else {}, after.missed if after else {})


def _counted(counts: list[tuple[Any, int]], before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    if not counts:
        return
    figures = Counter(before.values())
    for cell, by in counts:
        figures[cell] += by
        if figures[cell] < 0:
            yield f"takes out {cell}, which was never counted"
    if +figures != Counter(after.values()):
        yield f"counts {counts} after {before}"
