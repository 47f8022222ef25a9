"""The Telegram channel over real HTTP and a real database; the conversation itself is a stand-in that repeats.

A whole conversation with the real engine is in `test_telegram_talk.py`.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from telegramlike import (
    BLOCKED,
    GARBAGE,
    GARBAGE_403,
    SERVER_ERROR,
    TOKEN,
    Fault,
    TelegramLike,
    eventually,
    refusal,
    telegram_like,
    too_many,
)

from bot import turn as turn_module
from bot.channels import telegram as channel_module
from bot.channels import telegram_transport as transport_module
from bot.channels.base import Inbound, Reply
from bot.channels.telegram import TelegramChannel, TelegramRefused, parts
from bot.channels.telegram_transport import ALLOWED, Pace
from bot.turn import Turns
from directory.database import migrate, open_engine, reading
from directory.sealing import Keyring
from directory.store import Store
from directory.tables import outbox
from screening.state import Choice, Event

ANN, BOB = 501, 502


class EchoTurns(Turns):
    """In place of the conversation: repeats what it was given, through the real store. Can fail and be slow."""

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        keyring = Keyring(["a-secret-of-at-least-thirty-two-characters"])
        store = Store(self.engine, keyring, lambda: datetime.now(ZoneInfo("Europe/London")))
        super().__init__(None, None, store, AsyncExitStack())  # type: ignore[arg-type] # not needed to repeat
        self.taken: list[Inbound] = []
        self.answers: dict[str, tuple[Reply, ...]] = {}
        self.failures: dict[str, int] = defaultdict(int)
        self.busy = self.most_busy = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def take(self, inbound: Inbound) -> tuple[Reply, ...]:
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)
        try:
            await self.gate.wait()
            return await self._repeat(inbound)
        finally:
            self.busy -= 1

    async def _repeat(self, inbound: Inbound) -> tuple[Reply, ...]:
        said = inbound.event.text or inbound.event.choice or inbound.event.kind
        if self.failures[said]:
            self.failures[said] -= 1
            raise ValueError("words of a person that must not be logged")
        async with self.store.turn("telegram", inbound.person) as talk:
            if await talk.earlier(inbound.event_id) is not None:
                return ()
            replies = self.answers.get(said, (Reply(0, f"you said {said}"),))
            seqs = [await talk.post(reply.document(), push_to=inbound.push_to) for reply in replies]
            await talk.note(inbound.event_id, seqs[0], seqs[-1])
        self.taken.append(inbound)
        return replies

    def words(self, key: str) -> tuple[str, ...]:
        return (f"words of {key}",)


class Place:
    """The far side, the conversation, and the channel between them."""

    def __init__(self, server: TelegramLike, url: str) -> None:
        self.server = server
        self.turns = EchoTurns(url)

    def channel(self, token: str = TOKEN, pace: int = ALLOWED) -> TelegramChannel:
        return TelegramChannel(token, self.server.url, self.turns, pace=pace)

    @asynccontextmanager
    async def running(self, pace: int = ALLOWED) -> AsyncIterator[asyncio.Task[None]]:
        task = asyncio.create_task(self.channel(pace=pace).run())
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.wait([task], timeout=20)

    async def unsent(self) -> int:
        """Replies that still wait to be sent."""
        async with reading(self.turns.engine) as connection:
            waiting = select(func.count()).select_from(outbox).where(outbox.c.address.is_not(None))
            return int((await connection.execute(waiting)).scalar_one())

    def events(self) -> list[tuple[str, str]]:
        return [(inbound.event.kind, inbound.event.text or inbound.event.choice) for inbound in self.turns.taken]


@pytest.fixture
def server() -> Iterator[TelegramLike]:
    with telegram_like() as running:
        yield running


@pytest.fixture
async def place(server: TelegramLike, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    monkeypatch.setattr(channel_module, "PAUSE", 0.02)
    monkeypatch.setattr(turn_module, "MOMENT", 0.02)
    url = f"sqlite+aiosqlite:///{tmp_path}/telegram.sqlite3"
    await migrate(url)
    made = Place(server, url)
    yield made
    await made.turns.engine.dispose()


# What people send


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("hello", ("text", "hello")),
        ("/start", ("start", "")),
        ("/start from-a-poster", ("start", "")),
        ("/start@SignpostTestBot", ("start", "")),
        ("/check", ("text", "/check")),
        ("/menu@SignpostTestBot", ("text", "/menu")),
        ("/staff@SignpostTestBot 1234", ("text", "/staff 1234")),
        ("/started drinking again", ("text", "/started drinking again")),
        ("about 1/2 a bottle", ("text", "about 1/2 a bottle")),
        ("/", ("text", "/")),
        ("🍺🍺", ("text", "🍺🍺")),
        ("مرحبا", ("text", "مرحبا")),
        ("<b>hi</b> & _you_", ("text", "<b>hi</b> & _you_")),
        ("x" * 4096, ("text", "x" * 4096)),
    ],
)
async def test_text_and_commands_reach_the_conversation(place: Place, text: str, event: tuple[str, str]) -> None:
    update = place.server.write(ANN, text)
    async with place.running():
        await eventually(lambda: place.server.texts(ANN))
    assert place.events() == [event]
    assert place.turns.taken[0].event_id == str(update)
    assert place.turns.taken[0].person == place.turns.taken[0].push_to == str(ANN)


FILE: dict[str, Any] = {"file_id": "f", "file_unique_id": "u"}


@pytest.mark.parametrize(
    "content",
    [
        {"photo": [{**FILE, "width": 1, "height": 1}]},
        {"voice": {**FILE, "duration": 2}},
        {"sticker": {**FILE, "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}},
        {"document": {**FILE}},
        {"contact": {"phone_number": "0", "first_name": "Someone"}},
        {"location": {"latitude": 51.2, "longitude": 1.3}},
        {"video_note": {**FILE, "length": 1, "duration": 1}},
        {"dice": {"emoji": "🎲", "value": 3}},
    ],
    ids=lambda content: next(iter(content)),
)
async def test_what_is_not_words_is_answered_as_such(place: Place, content: dict[str, Any]) -> None:
    place.server.message(ANN, **content)
    async with place.running():
        await eventually(lambda: place.server.texts(ANN))
    assert place.events() == [("other", "")]


async def test_the_words_under_a_photo_are_not_lost(place: Place) -> None:
    place.server.message(ANN, photo=[{**FILE, "width": 1, "height": 1}], caption="this is my letter")
    async with place.running():
        await eventually(lambda: place.server.texts(ANN))
    assert place.events() == [("other", "this is my letter")]


async def test_an_edited_message_is_not_an_answer_but_is_answered(place: Place) -> None:
    edit = {"message_id": 1, "date": 1, "edit_date": 2, "chat": {"id": ANN, "type": "private"}}
    place.server.chats[ANN] = []
    place.server.deliver("edited_message", {**edit, "text": "I meant 20"})
    async with place.running():
        await eventually(lambda: place.server.texts(ANN))
    assert place.events() == [("other", "I meant 20")]


async def test_what_changes_by_itself_in_a_chat_is_no_message(place: Place) -> None:
    moving = {"message_id": 1, "date": 1, "edit_date": 2, "chat": {"id": ANN, "type": "private"}}
    place.server.deliver("edited_message", {**moving, "location": {"latitude": 51.2, "longitude": 1.3}})
    place.server.message(ANN, message_auto_delete_timer_changed={"message_auto_delete_time": 86400})
    place.server.write(ANN, "hello")
    async with place.running():
        await eventually(lambda: place.server.texts(ANN))
    assert place.events() == [("text", "hello")]


async def test_a_press_is_the_choice_of_that_button_and_its_spinner_stops(place: Place) -> None:
    place.turns.answers["hello"] = (Reply(0, "How often?", (Choice("a1.q1.0", "Never"), Choice("a1.q1.1", "Monthly"))),)
    place.server.write(ANN, "hello")
    async with place.running():
        await eventually(lambda: place.server.texts(ANN))
        place.server.press(ANN, "Monthly")
        await eventually(lambda: len(place.server.texts(ANN)) == 2)
        await eventually(lambda: not place.server.unanswered())
    assert place.events() == [("text", "hello"), ("choice", "a1.q1.1")]


async def test_a_press_too_old_to_answer_is_still_a_choice(place: Place) -> None:
    place.server.fail("answerCallbackQuery", refusal(400, "Bad Request: query is too old"))
    place.server.chats[ANN] = []
    place.server.press_data(ANN, "a1.q1.0")
    async with place.running():
        await eventually(lambda: place.server.texts(ANN) == ["you said a1.q1.0"])


@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_a_group_is_refused_in_one_line_left_and_nothing_of_it_is_kept(place: Place, kind: str) -> None:
    place.server.message(-700, kind=kind, text="/start")
    async with place.running():
        await eventually(lambda: place.server.left == [-700])
    assert place.server.texts(-700) == ["words of telegram.group"]
    assert place.turns.taken == []


async def test_a_channel_post_is_refused_too(place: Place) -> None:
    place.server.chats[-900] = []
    chat = {"id": -900, "type": "channel", "title": "News"}
    place.server.deliver("channel_post", {"message_id": 1, "date": 1, "chat": chat, "text": "hi"})
    async with place.running():
        await eventually(lambda: place.server.left == [-900])
    assert place.turns.taken == []


# Order, redelivery, confirmation


async def test_one_chat_is_answered_in_order_and_all_chats_are_answered(place: Place) -> None:
    said = [f"message {number}" for number in range(4)]
    for text in said:
        for chat in range(600, 610):
            place.server.write(chat, text)
    async with place.running():
        await eventually(lambda: all(len(place.server.texts(chat)) == 4 for chat in range(600, 610)))
    for chat in range(600, 610):
        assert place.server.texts(chat) == [f"you said {text}" for text in said]


async def test_different_chats_are_handled_at_the_same_time_but_not_without_bound(place: Place) -> None:
    place.turns.gate.clear()
    for chat in range(600, 640):
        place.server.write(chat, "hello")
    async with place.running():
        await eventually(lambda: place.turns.busy == channel_module.TURNS_AT_ONCE)
        place.turns.gate.set()
        await eventually(lambda: all(place.server.texts(chat) for chat in range(600, 640)))
    assert place.turns.most_busy == channel_module.TURNS_AT_ONCE


async def test_telegram_is_told_of_an_update_only_after_its_turn_is_committed(place: Place) -> None:
    place.turns.gate.clear()
    update = place.server.write(ANN, "hello")
    async with place.running():
        await eventually(lambda: place.turns.busy == 1)
        await asyncio.sleep(0.2)
        assert [one["update_id"] for one in place.server.pending] == [update]
        place.turns.gate.set()
        await eventually(lambda: place.server.pending == [])
    assert place.server.made("getUpdates")[-1].params["offset"] == str(update + 1)


async def test_the_same_update_again_changes_and_says_nothing(place: Place) -> None:
    place.server.write(ANN, "hello")
    again = dict(place.server.pending[0])
    async with place.running():
        await eventually(lambda: place.server.texts(ANN))
        place.server.deliver_again(again)
        place.server.write(ANN, "goodbye")
        await eventually(lambda: "you said goodbye" in place.server.texts(ANN))
    assert place.server.texts(ANN) == ["you said hello", "you said goodbye"]


async def test_stopped_in_the_middle_of_a_turn_it_finishes_that_turn_and_sends_its_reply(place: Place) -> None:
    place.turns.gate.clear()
    place.server.write(ANN, "one")
    place.server.write(ANN, "two")
    async with place.running():
        await eventually(lambda: place.turns.busy == 1)
        asyncio.get_running_loop().call_later(0.2, place.turns.gate.set)
    assert place.events() == [("text", "one")]
    assert place.server.texts(ANN) == ["you said one"]
    async with place.running():
        await eventually(lambda: place.server.texts(ANN) == ["you said one", "you said two"])


async def test_killed_between_commit_and_sending_the_reply_comes_after_the_restart(place: Place) -> None:
    update = place.server.write(ANN, "hello")
    inbound = Inbound("telegram", str(update), str(ANN), Event(kind="text", text="hello"), str(ANN))
    await place.turns.take(inbound)  # committed, then the process died: nothing sent, nothing confirmed
    async with place.running():
        await eventually(lambda: place.server.texts(ANN))
        await eventually(lambda: place.server.pending == [])
    assert place.server.texts(ANN) == ["you said hello"]


# When something is wrong


@pytest.mark.parametrize("failures", [1, 2])
async def test_a_turn_that_fails_is_tried_again(place: Place, failures: int) -> None:
    place.turns.failures["hello"] = failures
    place.server.write(ANN, "hello")
    async with place.running():
        await eventually(lambda: place.server.texts(ANN) == ["you said hello"])


async def test_a_message_that_always_fails_is_skipped_the_person_told_and_the_next_one_answered(place: Place) -> None:
    place.turns.failures["poison"] = 99
    place.server.write(ANN, "poison")
    place.server.write(ANN, "hello")
    place.server.write(BOB, "hello")
    async with place.running():
        await eventually(lambda: len(place.server.texts(ANN)) == 2 and place.server.texts(BOB))
    assert place.server.texts(ANN) == ["words of common.trouble", "you said hello"]
    assert place.turns.failures["poison"] == 99 - turn_module.TRIES


async def test_an_outage_of_the_database_is_waited_out_and_costs_nobody_a_message(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = [True] * 10

    async def ready() -> bool:
        return not (away and away.pop())

    monkeypatch.setattr(place.turns.store, "ready", ready)
    place.turns.failures["hello"] = 2
    place.server.write(ANN, "hello")
    async with place.running():
        await eventually(lambda: place.server.texts(ANN) == ["you said hello"])
    assert away == []


@pytest.mark.parametrize(
    "content",
    [{"message_id": "x"}, {"chat": 5}, [], "text", 7, {"message_id": 1, "date": "yesterday", "chat": {"id": ANN}}],
    ids=repr,
)
async def test_an_update_nobody_can_read_spoils_no_other(place: Place, content: Any) -> None:
    place.server.deliver("message", content)
    place.server.write(ANN, "hello")
    async with place.running():
        await eventually(lambda: place.server.texts(ANN) == ["you said hello"])
        await eventually(lambda: place.server.pending == [])


@pytest.mark.parametrize(
    "fault", [SERVER_ERROR, too_many(1), GARBAGE, GARBAGE_403, refusal(409, "Conflict"), Fault(200, "[]")], ids=str
)
async def test_a_poll_that_fails_is_made_again(place: Place, fault: Fault) -> None:
    place.server.fail("getUpdates", fault, fault)
    place.server.write(ANN, "hello")
    async with place.running():
        await eventually(lambda: place.server.texts(ANN) == ["you said hello"])


@pytest.mark.parametrize(
    "fault", [SERVER_ERROR, too_many(1), GARBAGE, GARBAGE_403, Fault(200, '{"ok": true}')], ids=str
)
async def test_a_reply_that_fails_is_sent_again(place: Place, fault: Fault) -> None:
    place.server.fail("sendMessage", fault)
    place.server.write(ANN, "hello")
    async with place.running():
        await eventually(lambda: place.server.texts(ANN) == ["you said hello"])
    assert len(place.server.made("sendMessage")) == 2


async def test_told_to_wait_by_telegram_it_waits(place: Place) -> None:
    place.server.fail("sendMessage", too_many(2))
    place.server.write(ANN, "hello")
    async with place.running():
        await eventually(lambda: place.server.texts(ANN))
    first, second = place.server.made("sendMessage")
    assert second.at - first.at >= 2


async def test_who_blocked_the_bot_gets_no_more_tries_and_others_are_answered(place: Place) -> None:
    place.server.blocked.add(ANN)
    place.turns.answers["hello"] = (Reply(0, "one"), Reply(0, "two"))
    place.server.write(ANN, "hello")
    place.server.write(BOB, "hello")
    async with place.running():
        await eventually(lambda: place.server.texts(BOB) == ["one", "two"])
        await eventually(lambda: place.server.pending == [])
    assert await place.unsent() == 0
    assert len([call for call in place.server.made("sendMessage") if call.params["chat_id"] == str(ANN)]) == 1


async def test_telegram_being_down_at_the_start_is_waited_out(place: Place) -> None:
    place.server.fail("getMe", SERVER_ERROR, BLOCKED)
    place.server.fail("deleteWebhook", GARBAGE)
    place.server.webhook = "https://old.example.org/hook"
    place.server.write(ANN, "hello")
    async with place.running():
        await eventually(lambda: place.server.texts(ANN) == ["you said hello"])


async def test_a_token_telegram_does_not_know_is_refused_by_name_and_never_shown(place: Place) -> None:
    wrong = "999999999:another-made-up-token-0123456789abcde"
    with pytest.raises(TelegramRefused, match="TELEGRAM_BOT_TOKEN") as refused:
        await place.channel(wrong).run()
    assert "another-made-up" not in repr(refused.value)
    assert refused.value.__cause__ is None


async def test_the_menu_of_commands_is_set_and_a_refusal_of_it_stops_nothing(place: Place) -> None:
    async with place.running():
        await eventually(lambda: place.server.commands)
    assert [command["command"] for command in place.server.commands] == [
        "start", "menu", "check", "find", "easy", "back", "stop", "forget", "privacy", "complain", "help",
    ]  # fmt: skip
    place.server.fail("setMyCommands", refusal(400, "Bad Request: BOT_COMMAND_INVALID"))
    place.server.write(ANN, "hello")
    async with place.running():
        await eventually(lambda: place.server.texts(ANN) == ["you said hello"])


async def test_who_opens_the_chat_sees_what_it_is_before_writing(place: Place) -> None:
    async with place.running():
        await eventually(lambda: len(place.server.profile) == 3)
    assert place.server.profile == {
        "menu_button": "commands",
        "description": "words of telegram.description",
        "short_description": "words of telegram.short_description",
    }


async def test_a_webhook_that_another_process_set_meanwhile_gives_way_to_polling(place: Place) -> None:
    async with place.running():
        await eventually(lambda: place.server.made("getUpdates"))
        place.server.webhook = "http://127.0.0.1:9/telegram/webhook"
        place.server.write(ANN, "hello")
        await eventually(lambda: place.server.texts(ANN) == ["you said hello"] and place.server.webhook == "")


NEVER = Fault(late=60.0)


@pytest.mark.parametrize("method", ["getMe", "deleteWebhook", "setMyCommands", "getUpdates", "sendMessage"])
async def test_a_call_that_is_never_answered_is_given_up_and_made_again(
    place: Place, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport_module, "ANSWER", 0.3)
    monkeypatch.setattr(channel_module, "LONG_POLL", 0)
    place.server.fail(method, NEVER)
    place.server.write(ANN, "hello")
    async with place.running():
        await eventually(lambda: place.server.texts(ANN) == ["you said hello"])


async def test_a_crowd_is_answered_at_thirty_messages_a_second(place: Place) -> None:
    """core.telegram.org/bots/faq: about 30 a second to different chats. One burst of 30 may come first."""
    for chat in range(700, 790):
        place.server.write(chat, "hello")
    async with place.running():
        await eventually(lambda: all(place.server.texts(chat) for chat in range(700, 790)), 20)
    sent = sorted(call.at for call in place.server.made("sendMessage"))
    assert len(sent) == 90
    for number in range(90 - 61):
        assert sent[number + 61] - sent[number] > 0.95  # no second holds more than a burst and thirty


async def test_a_server_that_takes_more_gets_more(place: Place) -> None:
    for chat in range(700, 790):
        place.server.write(chat, "hello")
    async with place.running(pace=3000):
        await eventually(lambda: all(place.server.texts(chat) for chat in range(700, 790)), 20)
    sent = sorted(call.at for call in place.server.made("sendMessage"))
    assert sent[-1] - sent[0] < 1.5  # at thirty a second it is two at least


async def test_the_log_holds_nothing_anyone_said_no_address_and_no_token(
    place: Place, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG, logger="bot")
    place.turns.failures["secret words"] = 99
    place.server.fail("sendMessage", SERVER_ERROR, GARBAGE)
    place.server.fail("getUpdates", SERVER_ERROR, GARBAGE)
    place.server.write(ANN, "secret words")
    place.server.write(ANN, "more secret words")
    async with place.running():
        await eventually(lambda: len(place.server.texts(ANN)) == 1)
    written = "".join(capsys.readouterr()) + caplog.text
    assert "telegram cannot be polled" in written
    for private in ("secret", str(ANN), TOKEN, "hotel"):
        assert private not in written


# What people see


async def test_a_reply_shows_the_answer_taken_the_progress_and_one_button_a_row(place: Place) -> None:
    choices = (Choice("a.q2.0", "1 to 2"), Choice("a.q2.1", "3 to 4"))
    place.turns.answers["hello"] = (Reply(0, "How many units?", choices, progress="2 of 10", answered="Never"),)
    place.server.write(ANN, "hello")
    async with place.running():
        await eventually(lambda: place.server.texts(ANN))
    assert place.server.chats[ANN][0].text == "✓ Never\n2 of 10\n\nHow many units?"
    assert place.server.chats[ANN][0].buttons == {"1 to 2": "a.q2.0", "3 to 4": "a.q2.1"}
    sent = place.server.made("sendMessage")[0].params
    assert [len(row) for row in sent["reply_markup"]["inline_keyboard"]] == [1, 1]
    assert sent["link_preview_options"] == {"is_disabled": True}
    assert "parse_mode" not in sent


async def test_a_long_reply_comes_in_parts_with_the_buttons_under_the_last(place: Place) -> None:
    text = "\n".join(f"service {number} " + "x" * 90 for number in range(100))
    place.turns.answers["hello"] = (Reply(0, text, (Choice("m.1", "Menu"),)),)
    place.server.write(ANN, "hello")
    async with place.running():
        await eventually(lambda: len(place.server.texts(ANN)) == 3)
    shown = place.server.chats[ANN]
    assert "\n".join(message.text for message in shown) == text
    assert [bool(message.buttons) for message in shown] == [False, False, True]


@given(st.text(alphabet="ab \n😀", max_size=200), st.integers(min_value=5, max_value=40))
def test_parts_keep_every_word_in_order_and_are_never_too_long(text: str, longest: int) -> None:
    cut = parts(text, longest)
    assert "".join("".join(cut).split()) == "".join(text.split())
    assert all(len(part) <= longest for part in cut)
    assert len(cut) == 1 or all(part.strip() for part in cut)


def test_parts_are_cut_at_line_ends_then_at_spaces_then_anywhere() -> None:
    assert parts("one two\nthree", 9) == ["one two", "three"]
    assert parts("one two three", 9) == ["one two", "three"]
    assert parts("onetwothreefour", 9) == ["onetwothr", "eefour"]
    assert parts("exactly 9", 9) == ["exactly 9"]


def test_a_chat_gets_a_burst_of_eight_messages_then_one_a_second() -> None:
    pace = Pace()
    assert [pace.wait("7", 100.0) for _ in range(11)] == [0] * 8 + [1, 2, 3]
    assert pace.wait("8", 100.0) == 0
    assert pace.wait("7", 104.0) == 0


@pytest.mark.parametrize(("overall", "seconds"), [(10, 1.0), (30, 1.0), (60, 0.5), (3000, 0.01)])
def test_where_more_may_be_sent_in_all_a_chat_may_have_more_too(overall: int, seconds: float) -> None:
    pace = Pace(overall)
    assert [pace.wait("7", 100.0) for _ in range(10)] == pytest.approx([0] * 8 + [seconds, 2 * seconds])


def test_a_chat_that_has_been_quiet_gets_its_burst_again() -> None:
    pace = Pace()
    for _ in range(8):
        pace.wait("7", 100.0)
    assert [pace.wait("7", 108.0) for _ in range(9)] == [0] * 8 + [1]


def test_the_pace_remembers_no_chat_for_longer_than_it_needs_to() -> None:
    pace = Pace()
    pace.wait("7", 100.0)
    pace.wait("8", 102.0)
    assert "7" not in repr(vars(pace))
