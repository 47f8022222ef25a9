"""Whole conversations, word for word: one YAML file each, to be read by a clinical lead as much as by pytest.

    about: One line: who this is and what it shows.
    channel: web                  # web (unless said otherwise), telegram or console
    talk:
    - start: true                 # the chat is opened
    - you: twice a week           # typed
    - press: Weekly               # a button of the last question, by its label
    - press_old: Weekly           # a button that was kept from an earlier question
    - sends: photo                # anything that is not words
    - days: 14                    # so many days pass without a word; a reminder that is due by then comes
      understood: Weekly          # the answer that was read from what was typed
      signpost: [...]             # every message of the reply
      buttons: [...]              # the choices under the last of them
      progress: 3 of 10
      records: [...]              # what was counted, recorded, interrupted or deleted, a line each
    ends: {band: increasing}      # the state at the end
    says: [...]                   # what has to be said somewhere in the talk, whatever the wording becomes
    never_says: [...]             # what must not be said anywhere in it

`pytest tests/transcripts --update-transcripts` rewrites what Signpost does (from `understood` to `records`) and
nothing else: `ends`, `says` and `never_says` are written by hand, from the screening facts and the issue.

The state is stored as JSON and read again between every turn, as it is in the database. The clock stands still but for
`days`; a talk that was quiet for longer than it is kept is then reduced to its reminder.
"""

import difflib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.channels.base import Reply
from bot.effects import render
from bot.world import UK, World
from directory.snapshot import Snapshot, load_snapshot
from screening.engine import advance
from screening.library import Library, load_library
from screening.reminding import resting
from screening.rules import Sitting, alcohol_score
from screening.state import (
    Effect,
    Event,
    Forget,
    Interrupted,
    Passed,
    Refer,
    Remind,
    Say,
    State,
    Stepped,
    Surveyed,
    Tally,
    Unmet,
    Unremind,
)

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.yaml"))
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UK)
REFERENCE = "otter-maple-river-42"
INPUTS = ("start", "you", "press", "press_old", "sends", "days")
KEPT_DAYS = 3
OUTPUTS = ("understood", "signpost", "buttons", "progress", "records")
BY_HAND = ("about", "channel", "ends", "says", "never_says")

Document = dict[str, Any]


@cache
def library() -> Library:
    return load_library()


@cache
def snapshot() -> Snapshot:
    return load_snapshot(today=lambda: date(2026, 11, 21))


class Conversation:
    """One person's talk: the state as it is stored, and the buttons they have been shown."""

    def __init__(self, channel: str, spoken: Library | None = None) -> None:
        self._library = spoken or library()
        self._facts = World(snapshot(), NOW, channel, REFERENCE)
        self._stored: str | None = None
        self._due: tuple[datetime, Event] | None = None
        self._shown: list[Mapping[str, str]] = []

    def take(self, turn: Mapping[str, Any]) -> Document:
        """What Signpost answers to one turn, in the form of the file."""
        event = self._pass(turn["days"]) if "days" in turn else self._event(turn)
        if event is None:
            return {}
        done = advance(self._library, self.state, event, self._facts)
        for effect in done.effects:
            if isinstance(effect, Remind):
                due = self._facts.now + timedelta(days=effect.days)
                self._due = (due, Event(kind="timer", reminder=effect.reminder))
        self._stored = None if done.state is None else done.state.model_dump_json()
        replies = [
            reply for effect in done.effects if isinstance(effect, Say) for reply in render(self._library, effect)
        ]
        self._shown.extend({choice.label: choice.id for choice in reply.choices} for reply in replies if reply.choices)
        kept = [effect for effect in done.effects if not isinstance(effect, Say | Passed | Stepped)]
        return answered("you" in turn, replies, [record(effect) for effect in kept])

    @property
    def state(self) -> State | None:
        """The state, read from what was stored."""
        return None if self._stored is None else State.model_validate_json(self._stored)

    def _pass(self, days: int) -> Event | None:
        """Days without a word: the talk is deleted when it has been kept long enough, but for its reminder."""
        self._facts = replace(self._facts, now=self._facts.now + timedelta(days=days))
        reminder = self.state.reminder if self.state else None
        if days > KEPT_DAYS:
            self._stored = None if reminder is None else resting(self._library, reminder).model_dump_json()
        return self._due[1] if self._due and self._due[0] <= self._facts.now else None

    def _event(self, turn: Mapping[str, Any]) -> Event:
        if "you" in turn:
            return Event(kind="text", text=turn["you"])
        if "press" in turn:
            return Event(kind="choice", choice=self._shown[-1][turn["press"]])
        if "press_old" in turn:
            kept = (buttons for buttons in reversed(self._shown[:-1]) if turn["press_old"] in buttons)
            return Event(kind="choice", choice=next(kept)[turn["press_old"]])
        return Event(kind="other" if "sends" in turn else "start")


def answered(typed: bool, replies: list[Reply], records: list[str]) -> Document:
    """Replies and records as one turn of the file; what is empty is left out."""
    last = replies[-1] if replies else Reply(0, "")
    found = {
        "understood": next((reply.answered for reply in replies if reply.answered), None) if typed else None,
        "signpost": [reply.text for reply in replies],
        "buttons": [choice.label for choice in last.choices],
        "progress": last.progress,
        "records": records,
    }
    return {name: value for name, value in found.items() if value}


def record(effect: Effect) -> str:
    """An effect that is not a message, as one line."""
    match effect:
        case Tally(screen, by):
            about = (screen.instrument, screen.band, screen.area, screen.age_band, screen.audience)
            return f"screen {by:+d} {' '.join(about)}"
        case Unmet(missed, by):
            return f"unmet {by:+d} {missed.need} {missed.area} {missed.age_band} {missed.audience}"
        case Surveyed(_, question, answer):
            return f"survey {question} {answer}"
        case Refer():
            about = (effect.service, effect.area, effect.age_band, effect.audience, effect.substance, effect.band)
            return f"referral {' '.join(about)}"
        case Interrupted(category):
            return f"interrupted {category}"
        case Remind(days, reminder):
            return f"reminder {reminder.journey} in {days} days"
        case Unremind():
            return "no reminder"
        case Forget(references):
            return " ".join(("forget", *references))
    raise TypeError(f"{effect} is not a record")


def ending(state: State | None) -> Document:
    """The facts about the end of a talk that `ends` may name."""
    if state is None:
        return {"forgotten": True}
    answers = state.answers
    score = alcohol_score(Sitting(library(), answers)) if "audit" in state.counted else None
    return {
        "forgotten": False,
        "done": state.done,
        "held": state.hold,
        "waiting": ".".join(part for part in (state.journey, state.step, state.item) if part),
        "score": score.total if score else None,
        "band": state.counted["audit"].band if "audit" in state.counted else None,
        "references": list(state.references),
        **{
            name: answers.get(name)
            for name in ("audience", "age_band", "area", "service", "goal", "pregnancy", "earlier")
        },
    }


def held(document: Document) -> tuple[Document, State | None]:
    """The document as the conversation goes now, and the state it ends in."""
    conversation = Conversation(document.get("channel", "web"))
    turns = []
    for turn in document["talk"]:
        said = {name: value for name, value in turn.items() if name not in OUTPUTS}
        turns.append({**said, **conversation.take(said)})
    return {**document, "talk": turns}, conversation.state


def words(document: Document) -> str:
    """Everything Signpost says in a talk, buttons included."""
    parts = (part for turn in document["talk"] for name in ("signpost", "buttons") for part in turn.get(name, ()))
    return " ".join("\n".join(parts).split()).lower()


class _Writer(yaml.SafeDumper):
    """Short lists on one line, messages of several lines as they are read."""


class _Row(list[str]):
    """A list that is written on one line."""


_Writer.add_representer(
    str,
    lambda writer, text: writer.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None),
)
_Writer.add_representer(
    _Row, lambda writer, row: writer.represent_sequence("tag:yaml.org,2002:seq", row, flow_style=True)
)


def written(document: Document) -> str:
    """The document as its file."""
    turns = [{**turn, **({"buttons": _Row(turn["buttons"])} if "buttons" in turn else {})} for turn in document["talk"]]
    whole = {**document, "talk": turns}
    return yaml.dump(whole, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=116)


def difference(kept: str, now: str) -> str:
    """Line by line, what is in the file (-) and what Signpost says now (+)."""
    lines = difflib.unified_diff(kept.splitlines(), now.splitlines(), "in the file", "said now", lineterm="", n=4)
    return "\n".join(lines)


def read(path: Path) -> Document:
    document: Document = yaml.safe_load(path.read_text(encoding="utf-8"))
    return document


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_conversation(path: Path, pytestconfig: pytest.Config) -> None:
    """Every message is as it was read and agreed, and the talk ends as the facts say it has to."""
    document = read(path)
    now, state = held(document)
    if pytestconfig.getoption("update_transcripts", default=False):
        path.write_text(written(now), encoding="utf-8")
    elif now != document:
        pytest.fail(difference(written(document), written(now)), pytrace=False)
    end, said = ending(state), words(now)
    assert {name: end.get(name) for name in document["ends"]} == document["ends"]
    assert [text for text in document.get("says", ()) if text.lower() not in said] == []
    assert [text for text in document.get("never_says", ()) if text.lower() in said] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file_has_the_agreed_form(path: Path) -> None:
    """A misspelt key would check nothing."""
    document = read(path)
    assert set(document) <= {*BY_HAND, "talk"}
    assert document["about"] and document["ends"]
    assert set(document["ends"]) <= set(ending(advance(library(), None, Event(kind="start"), _facts()).state))
    for turn in document["talk"]:
        assert len(set(turn) & set(INPUTS)) == 1
        assert set(turn) <= {*INPUTS, *OUTPUTS}


def _facts() -> World:
    return World(snapshot(), NOW, "web", REFERENCE)


def test_a_changed_word_is_shown() -> None:
    """The difference names the old words and the new ones."""
    document = {"about": "One word", "talk": [{"start": True}], "ends": {"forgotten": False}}
    now, _ = held(document)
    kept = {**now, "talk": [{**now["talk"][0], "signpost": ["Good day.", *now["talk"][0]["signpost"][1:]]}]}
    assert "-  - Good day." in difference(written(kept), written(now))
    assert "Hello" in difference(written(kept), written(now))
