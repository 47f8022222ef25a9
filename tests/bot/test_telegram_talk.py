"""The real conversation on Telegram: real engine, real database, a Telegram-like server over real HTTP."""

import asyncio
import os
import re
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from telegramlike import TOKEN, Message, TelegramLike, eventually, telegram_like

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_transport import Pace
from bot.settings import Settings
from bot.turn import Turns, open_turns

ANN, BOB = 501, 502
SECRET = "a-secret-of-at-least-thirty-two-characters"
SKIP = "Prefer not to say"


class Phone:
    """One person's Telegram: what they do, and what they then see."""

    def __init__(self, server: TelegramLike, database: Path, chat: int) -> None:
        self.server, self.database, self.chat = server, database, chat

    async def write(self, text: str) -> list[Message]:
        return await self._after(lambda: self.server.write(self.chat, text))

    async def press(self, label: str) -> list[Message]:
        return await self._after(lambda: self.server.press(self.chat, label))

    async def press_data(self, data: str) -> list[Message]:
        return await self._after(lambda: self.server.press_data(self.chat, data))

    async def send(self, **content: Any) -> list[Message]:
        return await self._after(lambda: self.server.message(self.chat, **content))

    async def edit(self, message: dict[str, Any]) -> list[Message]:
        return await self._after(lambda: self.server.deliver("edited_message", message))

    async def _after(self, do: Any) -> list[Message]:
        before = len(self.server.chats[self.chat])
        do()
        await settled(self.server, self.database)
        return self.server.chats[self.chat][before:]

    def buttons(self) -> dict[str, str]:
        return self.server.chats[self.chat][-1].buttons


def rows(database: Path, query: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query)]


async def settled(server: TelegramLike, database: Path) -> None:
    """Every update is confirmed and every reply sent."""
    await eventually(
        lambda: not server.pending and not rows(database, "SELECT 1 FROM outbox WHERE address IS NOT NULL"), 20
    )


def said(messages: Sequence[Message]) -> str:
    return "\n".join(message.text for message in messages)


@pytest.fixture(autouse=True)
def people_who_answer_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """They would use up their burst of messages, which `test_telegram.py` tests, and wait a second for each."""
    monkeypatch.setattr(Pace, "BURST", 1000)


@pytest.fixture
def server() -> Iterator[TelegramLike]:
    with telegram_like() as running:
        yield running


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "signpost.sqlite3"


@pytest.fixture
async def turns(database: Path) -> AsyncIterator[Turns]:
    made = await open_turns(Settings(database_url=f"sqlite:///{database}", secret_keys=SECRET))
    yield made
    await made.close()


@asynccontextmanager
async def serving(server: TelegramLike, turns: Turns) -> AsyncIterator[None]:
    task = asyncio.create_task(TelegramChannel(TOKEN, server.url, turns).run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task], timeout=20)


@pytest.fixture
async def ann(server: TelegramLike, turns: Turns, database: Path) -> AsyncIterator[Phone]:
    async with serving(server, turns):
        yield Phone(server, database, ANN)


async def to_the_check(phone: Phone) -> None:
    """From nothing to the first question of the AUDIT: an adult, for themselves, not pregnant."""
    await phone.write("/start")
    await phone.press("Me")
    await phone.press("40 to 49")
    await phone.press("Check my drinking")
    await phone.press("No, or it doesn't apply to me")


async def answer_highest(phone: Phone) -> list[Message]:
    """The last answer before "Prefer not to say": the most points."""
    return await phone.press([label for label in phone.buttons() if label != SKIP][-1])


async def test_from_hello_to_a_recorded_referral_with_buttons_alone_but_for_the_place(
    ann: Phone, server: TelegramLike, database: Path
) -> None:
    opening = said(await ann.write("/start"))
    assert "robot" in opening
    assert "not end-to-end encrypted" in opening
    assert set(ann.buttons()) == {"Me", "Someone I'm worried about", "I'm a professional"}
    await ann.press("Me")
    await ann.press("40 to 49")
    await ann.press("Check my drinking")
    first = await ann.press("No, or it doesn't apply to me")
    assert re.search(r"\b1 of \d+\b", said(first))
    for item in range(1, 10):
        shown = await answer_highest(ann)
        assert re.search(rf"\b{item + 1} of \d+\b", said(shown)), said(shown)
    result = said(await answer_highest(ann))
    assert "You scored 40 out of 40" in result  # AUDIT: ten items of at most four points
    assert "possible dependence" in result
    assert "do not stop suddenly" in result.lower() or "don't stop suddenly" in result.lower()
    await ann.press("Yes, find it")
    offers = await ann.write("Margate")
    assert "Thanet" in said(offers)
    service = next(label for label in ann.buttons() if label != "Not now")
    referred = said(await ann.press(service))
    assert "We have not contacted this service" in referred
    assert re.search(r"Your reference is [a-z]+-[a-z]+-[a-z]+-\d\d", referred)
    ledger = rows(database, "SELECT * FROM referral")
    assert len(ledger) == 1
    expected = {"area": "E07000114", "age_band": "40_49", "substance": "alcohol", "channel": "telegram"}
    assert {key: ledger[0][key] for key in expected} == expected
    assert ledger[0]["band"] == "possible_dependence"
    assert not server.unanswered()


async def test_every_button_of_the_check_is_a_button_telegram_accepts_and_says_what_was_chosen(ann: Phone) -> None:
    await to_the_check(ann)
    shown = await ann.press("Never")
    assert shown[0].text.startswith("✓ Never")


async def test_a_typed_answer_counts_as_much_as_a_button(ann: Phone) -> None:
    await to_the_check(ann)
    assert "2 of" in said(await ann.write("monthly or less"))


async def test_a_redelivered_press_is_one_answer(ann: Phone, server: TelegramLike, database: Path) -> None:
    await to_the_check(ann)
    label = next(iter(ann.buttons()))
    number = server.press(ANN, label)
    again = next(dict(update) for update in server.pending if update["update_id"] == number)
    await settled(server, database)
    before = list(server.texts(ANN))
    server.deliver_again(again)
    await settled(server, database)
    assert server.texts(ANN) == before


async def test_a_double_tap_is_one_answer_and_the_question_after_it_still_waits(
    ann: Phone, server: TelegramLike, database: Path
) -> None:
    await to_the_check(ann)
    label = [label for label in ann.buttons() if label != SKIP][-1]
    server.press(ANN, label)
    server.press(ANN, label)
    await settled(server, database)
    assert "2 of" in server.texts(ANN)[-2]
    assert "earlier question" in server.texts(ANN)[-1]
    assert "2 of" in server.texts(ANN)[-1]


async def test_a_button_of_an_earlier_question_is_answered_and_never_taken_as_the_answer_to_this_one(
    ann: Phone,
) -> None:
    await ann.write("/start")
    old = ann.buttons()["I'm a professional"]
    await ann.press("Me")
    question = ann.server.chats[ANN][-1]
    shown = await ann.press_data(old)
    assert "earlier question" in said(shown)
    assert shown[-1].text.endswith(question.text.removeprefix("✓ Me").strip())
    assert list(shown[-1].buttons) == list(question.buttons)


FILE: dict[str, Any] = {"file_id": "f", "file_unique_id": "u"}


@pytest.mark.parametrize(
    "content",
    [{"photo": [{**FILE, "width": 1, "height": 1}]}, {"voice": {**FILE, "duration": 2}}],
    ids=["photo", "voice"],
)
async def test_a_photo_or_a_voice_note_is_answered_kindly_and_the_question_still_waits(
    ann: Phone, content: dict[str, Any]
) -> None:
    await to_the_check(ann)
    question = ann.server.chats[ANN][-1]
    shown = await ann.send(**content)
    assert "only read words" in said(shown)
    assert shown[-1].buttons.keys() == question.buttons.keys()


async def test_danger_in_the_words_under_a_photo_is_not_missed(ann: Phone) -> None:
    await to_the_check(ann)
    shown = await ann.send(photo=[{**FILE, "width": 1, "height": 1}], caption="I want to kill myself")
    assert "116 123" in said(shown)


async def test_danger_in_the_new_words_of_an_edited_message_is_not_missed(ann: Phone) -> None:
    await to_the_check(ann)
    edit = {"message_id": 1, "date": 1, "edit_date": 2, "chat": {"id": ANN, "type": "private"}}
    shown = await ann.edit({**edit, "text": "I want to kill myself"})
    assert "116 123" in said(shown)


async def test_an_edited_answer_is_not_taken_and_the_person_is_told(ann: Phone) -> None:
    await to_the_check(ann)
    question = ann.server.chats[ANN][-1]
    edit = {"message_id": 1, "date": 1, "edit_date": 2, "chat": {"id": ANN, "type": "private"}}
    shown = await ann.edit({**edit, "text": "Never"})
    assert "or see changes to an old message" in said(shown)
    assert shown[-1].buttons.keys() == question.buttons.keys()


async def test_danger_interrupts_with_help_first(ann: Phone) -> None:
    await to_the_check(ann)
    shown = await ann.write("I want to kill myself")
    assert "999" in said(shown)
    assert "116 123" in said(shown)
    assert any("safe" in message.text for message in shown)


async def test_a_group_gets_one_line_and_leaves_nothing_in_the_database(
    ann: Phone, server: TelegramLike, database: Path
) -> None:
    server.message(-700, kind="supergroup", text="/start")
    await eventually(lambda: server.left == [-700])
    assert len(server.texts(-700)) == 1
    for table in ("conversation", "inbound", "outbox"):
        assert rows(database, f"SELECT 1 FROM {table}") == []  # noqa: S608 - the names are just above


async def test_forget_me_deletes_the_talk_and_says_so(ann: Phone, database: Path) -> None:
    await to_the_check(ann)
    shown = await ann.write("/forget")
    assert "deleted" in said(shown)
    for table in ("conversation", "outbox"):
        assert rows(database, f"SELECT 1 FROM {table}") == []  # noqa: S608 - the names are just above


@pytest.mark.parametrize("command", ["/menu", "/back", "/privacy", "/complain", "/help", "/stop", "/check", "/find"])
async def test_every_command_of_the_menu_is_answered(ann: Phone, command: str) -> None:
    await to_the_check(ann)
    shown = said(await ann.write(command))
    assert shown
    assert "didn't understand" not in shown


async def test_two_people_at_once_do_not_get_each_others_answers(ann: Phone, server: TelegramLike) -> None:
    bob = Phone(server, ann.database, BOB)
    await asyncio.gather(ann.write("/start"), bob.write("/start"))
    await ann.press("Me")
    await bob.press("I'm a professional")
    assert "40 to 49" in ann.buttons()
    assert "Probation" in bob.buttons()


SERVE = """
import asyncio
import bot.outbox
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_transport import Pace
from bot.settings import load_settings
from bot.turn import open_turns

bot.outbox.LEASE, bot.outbox.ATTEMPT = 2.0, 1.5  # or the test would wait for the lease of the process that died

async def main():
    settings = load_settings()
    turns = await open_turns(settings)
    await TelegramChannel(settings.telegram_bot_token, settings.telegram_api_url, turns).run()

asyncio.run(main())
"""


@asynccontextmanager
async def process(server: TelegramLike, database: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process of its own that serves Telegram on this database; killed at the end."""
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{database}",
        "SECRET_KEY": SECRET,
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": server.url,
    }
    running = await asyncio.create_subprocess_exec(sys.executable, "-c", SERVE, env=environment)
    try:
        yield running
    finally:
        if running.returncode is None:
            running.send_signal(signal.SIGKILL)
            await running.wait()


async def test_killed_while_sending_everything_said_arrives_after_the_restart(
    server: TelegramLike, database: Path
) -> None:
    server.delay = 0.2
    async with process(server, database):
        server.write(ANN, "/start")
        await eventually(lambda: server.texts(ANN), 30)
    first = list(server.texts(ANN))
    server.delay = 0.0
    async with process(server, database):
        await eventually(lambda: server.chats[ANN][-1].buttons, 60)
    texts = server.texts(ANN)
    assert texts[: len(first)] == first
    once = list(dict.fromkeys(texts))
    assert len(texts) - len(once) <= 1  # at most the one that was on its way is repeated
    assert once[-1].endswith("Who is this for?")
    assert server.pending == []


async def test_easy_words_come_one_idea_a_message(ann: Phone) -> None:
    await ann.write("/start")
    assert len(await ann.write("/start")) < 3
    await ann.write("easy words")
    told = await ann.write("start again")
    assert len(told) > 2
    assert all("\n\n" not in message.text for message in told)
