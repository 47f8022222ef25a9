"""Telegram brings its messages to the site: who may, what it is told, and that nothing is lost or done twice.

The conversation, the database and both directions of HTTP are real; the far side is `telegramlike.py`.
"""

import asyncio
import itertools
import json
import os
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web
from telegramlike import GARBAGE, SERVER_ERROR, TOKEN, TelegramLike, eventually, refusal, telegram_like, too_many
from webkit import logs_as_they_were

from bot import turn as turn_module
from bot.app import make_app
from bot.channels import telegram as channel_module
from bot.channels import telegram_webhook as webhook_module
from bot.channels.base import Inbound
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_transport import Pace
from bot.channels.telegram_webhook import hook_of, secrets_of
from bot.door import Door
from bot.logs import configure_logs
from bot.settings import REMEDIES, Settings
from bot.turn import Turns, open_turns
from screening.library import Library, load_library

ANN, CARA = 501, 9_876_543_210
KEY, OLDER_KEY = "a-secret-of-at-least-thirty-two-characters", "another-secret-of-at-least-32-characters"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@dataclass
class Replica:
    """One running process' worth of Signpost that Telegram delivers to."""

    url: str
    turns: Turns
    database: Path
    channel: TelegramChannel

    async def deliver(self, body: Any, secret: str | None = None) -> tuple[int, str]:
        """POST as Telegram does, or as someone who would like to be; the status and the answer's text."""
        headers = {HEADER: secret} if secret is not None else {}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with ClientSession() as session, session.post(self.url, data=data, headers=headers) as response:
            return response.status, await response.text()

    def rows(self, query: str) -> list[Any]:
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return connection.execute(query).fetchall()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def replica(
    server: TelegramLike, folder: Path, key: str = KEY, port: int = 0, public: int = 0
) -> AsyncIterator[Replica]:
    """A site with Telegram by webhook. `public`: the port people know, where that is another one's."""
    port = port or free_port()
    settings = Settings(
        _env_file=None,
        database_url=f"sqlite:///{folder}/webhook.sqlite3",
        secret_keys=key,
        public_url=f"http://127.0.0.1:{public or port}",
        telegram_bot_token=TOKEN,
        telegram_api_url=server.url,
        telegram_webhook=True,
    )
    turns = await open_turns(settings)
    channel = TelegramChannel(TOKEN, server.url, turns, hook_of(settings))
    door = Door(make_app(settings, turns, channel))
    await door.open("127.0.0.1", port)
    task = asyncio.create_task(channel.run())
    try:
        url = f"http://127.0.0.1:{port}/telegram/webhook"
        yield Replica(url, turns, folder / "webhook.sqlite3", channel)
    finally:
        await door.close()
        task.cancel()
        await asyncio.wait([task], timeout=20)
        await turns.close()


@cache
def library() -> Library:
    """The content, read once for all the sites here."""
    return load_library(values={"talk_days": "3", "complain_to": "the council"})


@pytest.fixture(autouse=True)
def in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """People who answer at once would wait for their burst; `test_telegram.py` tests the pace."""
    monkeypatch.setattr("bot.turn.load_library", lambda **_: library())
    monkeypatch.setattr(Pace, "BURST", 1000)
    monkeypatch.setattr(channel_module, "PAUSE", 0.02)
    monkeypatch.setattr(turn_module, "MOMENT", 0.02)


@pytest.fixture
def server() -> Iterator[TelegramLike]:
    with telegram_like() as running:
        yield running


@pytest.fixture
async def site(server: TelegramLike, tmp_path: Path) -> AsyncIterator[Replica]:
    async with replica(server, tmp_path) as running:
        await eventually(lambda: server.webhook)
        yield running


def update(text: str = "hello", chat: int = ANN, number: int = 5000) -> dict[str, Any]:
    """A text message as Telegram writes it."""
    person = {"id": chat, "is_bot": False, "first_name": "Someone"}
    head = {"message_id": 1, "date": 1, "chat": {"id": chat, "type": "private", "first_name": "Someone"}}
    return {"update_id": number, "message": {**head, "from": person, "text": text}}


# Registered


async def test_it_is_registered_with_a_secret_and_only_the_kinds_of_update_we_read(
    site: Replica, server: TelegramLike
) -> None:
    """1-256 characters A-Z, a-z, 0-9, _ and -: core.telegram.org/bots/api#setwebhook"""
    (call,) = server.made("setWebhook")
    assert call.params["url"] == site.url
    assert call.params["secret_token"] == secrets_of([KEY])[0]
    assert len(call.params["secret_token"]) == 64
    assert KEY not in call.params["secret_token"]
    assert call.params["allowed_updates"] == ["message", "edited_message", "callback_query", "channel_post"]
    assert "drop_pending_updates" not in call.params
    assert server.made("getUpdates") == []


async def test_nothing_waiting_is_lost_when_a_bot_that_polled_gets_a_webhook(
    server: TelegramLike, tmp_path: Path
) -> None:
    server.write(ANN, "hello")
    async with replica(server, tmp_path):
        await eventually(lambda: server.texts(ANN))
        await eventually(lambda: not server.pending)


@pytest.mark.parametrize("fault", [SERVER_ERROR, too_many(1), GARBAGE, refusal(400, "Bad Request: bad webhook")])
async def test_a_registration_that_fails_is_made_again(server: TelegramLike, tmp_path: Path, fault: Any) -> None:
    server.fail("setWebhook", fault)
    server.write(ANN, "hello")
    async with replica(server, tmp_path):
        await eventually(lambda: server.texts(ANN))


async def test_a_webhook_that_someone_took_away_is_registered_again(
    server: TelegramLike, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_module, "LOOK_AT_WEBHOOK", 0.05)
    async with replica(server, tmp_path):
        await eventually(lambda: server.webhook)
        server.webhook = ""
        server.write(ANN, "hello")
        await eventually(lambda: server.texts(ANN))


async def test_a_stop_leaves_it_registered_for_the_next_process(server: TelegramLike, tmp_path: Path) -> None:
    port = free_port()
    async with replica(server, tmp_path, port=port):
        await eventually(lambda: server.webhook)
    assert server.webhook
    server.write(ANN, "hello")
    await eventually(lambda: server.deliveries and server.deliveries[-1][1] == 0)
    async with replica(server, tmp_path, port=port):
        await eventually(lambda: server.texts(ANN))


async def test_readiness_tells_of_telegram_and_does_not_depend_on_it(
    server: TelegramLike, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_module, "LOOK_AT_WEBHOOK", 0.05)
    server.fail("setWebhook", SERVER_ERROR)
    async with replica(server, tmp_path) as site, ClientSession() as session:

        async def ready() -> tuple[int, Any]:
            async with session.get(site.url.replace("/telegram/webhook", "/readyz")) as response:
                return response.status, await response.json()

        assert await ready() == (200, {"status": "ready", "telegram": "not receiving"})
        await eventually(lambda: site.channel.receiving)
        assert await ready() == (200, {"status": "ready", "telegram": "receiving"})
        server.fail("getWebhookInfo", *[SERVER_ERROR] * 5)
        await eventually(lambda: not site.channel.receiving)
        assert (await ready())[0] == 200
        await eventually(lambda: site.channel.receiving)


# Who may


@pytest.mark.parametrize("secret", [None, "", "wrong", "0" * 64, secrets_of([OLDER_KEY])[0], KEY, "é"])
async def test_who_does_not_bring_the_secret_is_refused_and_changes_nothing(site: Replica, secret: str | None) -> None:
    status, text = await site.deliver(update(), secret)
    assert (status, json.loads(text)) == (403, {"error": "This address is for Telegram alone."})
    assert site.rows("SELECT 1 FROM inbound") == site.rows("SELECT 1 FROM conversation") == []


async def test_while_a_key_is_rotated_the_older_secret_is_good_and_the_newest_is_registered(
    server: TelegramLike, tmp_path: Path
) -> None:
    async with replica(server, tmp_path, key=f"{KEY},{OLDER_KEY}") as site:
        await eventually(lambda: server.webhook)
        assert server.secret == secrets_of([KEY])[0]
        server.chats[ANN] = []
        assert (await site.deliver(update(), secrets_of([OLDER_KEY])[0]))[0] == 200


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b"{}", b'{"update_id": "5"}', b"[" * 100_000]
)
async def test_what_is_no_update_is_refused_in_one_sentence(site: Replica, body: bytes) -> None:
    status, text = await site.deliver(body, secrets_of([KEY])[0])
    assert (status, json.loads(text)) == (400, {"error": "The body must be one update as JSON."})


async def test_the_longest_message_telegram_allows_is_taken_and_a_flood_is_not(
    site: Replica, server: TelegramLike
) -> None:
    """4,096 characters that JSON writes as six bytes each, in answer to as many."""
    server.chats[ANN] = []
    long = update("م" * 4096)
    long["message"]["reply_to_message"] = update("م" * 4096)["message"]
    long["message"]["entities"] = [{"type": "bold", "offset": n, "length": 1} for n in range(1000)]
    assert len(json.dumps(long)) > 64 * 1024
    assert (await site.deliver(long, server.secret))[0] == 200
    status, text = await site.deliver(update("x" * 1024 * 1024), server.secret)
    assert (status, json.loads(text)) == (413, {"error": "The update is too long."})


async def test_a_body_that_never_arrives_is_given_up(
    site: Replica, server: TelegramLike, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_module, "BODY_SECONDS", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", int(site.url.split(":")[2].split("/")[0]))
    head = f"POST /telegram/webhook HTTP/1.1\r\nHost: localhost\r\n{HEADER}: {server.secret}\r\n"
    writer.write(f'{head}Content-Length: 100\r\n\r\n{{"update'.encode())
    assert b"408" in await asyncio.wait_for(reader.readline(), 5)
    writer.close()


async def test_other_methods_are_refused_and_without_a_webhook_there_is_no_such_address(
    site: Replica, server: TelegramLike, tmp_path: Path
) -> None:
    async with ClientSession() as session:
        async with session.get(site.url) as response:
            assert response.status == 405
            assert set(await response.json()) == {"error"}
        settings = Settings(_env_file=None, database_url=f"sqlite:///{tmp_path}/webhook.sqlite3", secret_keys=KEY)
        door = Door(make_app(settings, site.turns))
        port = await door.open("127.0.0.1", 0)
        async with session.post(f"http://127.0.0.1:{port}/telegram/webhook", json=update()) as response:
            assert response.status == 404
        await door.close()


async def test_the_log_holds_neither_the_secret_nor_anything_anyone_said(
    server: TelegramLike, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with logs_as_they_were():
        configure_logs("DEBUG", "json")
        server.fail("setWebhook", refusal(400, "Bad Request: bad webhook"))
        async with replica(server, tmp_path) as site:
            await eventually(lambda: server.webhook)
            server.chats[CARA] = []
            await site.deliver(update("my secret words", CARA), server.secret)
            await site.deliver(update("my secret words", CARA), "wrong-secret")
            await site.deliver({"update_id": 1, "message": {"text": "my secret words"}}, server.secret)
            await eventually(lambda: server.texts(CARA))
        lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    written = json.dumps(lines)
    assert "check that PUBLIC_URL can be reached" in written
    for private in ("secret words", "wrong-secret", server.secret, str(CARA), TOKEN, KEY):
        assert private not in written
    (turn,) = [line for line in lines if line["event"] == "turn"]
    assert len(turn["turn"]) == 16


# Nothing lost, nothing twice


async def test_telegram_is_answered_only_after_the_commit(
    site: Replica, server: TelegramLike, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.chats[ANN] = []
    take, gate = site.turns.take, asyncio.Event()

    async def slowly(inbound: Inbound) -> Any:
        replies = await take(inbound)
        await gate.wait()
        return replies

    monkeypatch.setattr(site.turns, "take", slowly)
    delivering = asyncio.create_task(site.deliver(update(), server.secret))
    await eventually(lambda: site.rows("SELECT 1 FROM inbound"))
    assert not delivering.done()
    gate.set()
    assert (await delivering)[0] == 200


@pytest.mark.parametrize("together", [True, False], ids=["at once", "later"])
async def test_the_same_update_again_changes_and_says_nothing(
    site: Replica, server: TelegramLike, together: bool
) -> None:
    server.chats[ANN] = []
    deliveries = [site.deliver(update(), server.secret) for _ in range(5)]
    if together:
        answers = await asyncio.gather(*deliveries)
    else:
        answers = [await delivery for delivery in deliveries]
    assert [status for status, _ in answers] == [200] * 5
    await eventually(lambda: not site.rows("SELECT 1 FROM outbox WHERE address IS NOT NULL"))
    assert len(site.rows("SELECT 1 FROM inbound")) == 1
    texts = server.texts(ANN)
    assert len(texts) == len(set(texts)) > 0


@pytest.mark.parametrize("kind", ["message", "callback_query", "channel_post", "something_new"])
async def test_an_update_nobody_can_read_need_not_come_again(site: Replica, server: TelegramLike, kind: str) -> None:
    assert (await site.deliver({"update_id": 7, kind: {"chat": 5}}, server.secret))[0] == 200
    assert site.rows("SELECT 1 FROM inbound") == []


async def test_while_the_database_is_away_telegram_keeps_the_message_and_brings_it_again(
    site: Replica, server: TelegramLike, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = [True]
    take = site.turns.take

    async def ready() -> bool:
        return not away

    async def taken(inbound: Inbound) -> Any:
        if away:
            raise OSError("no database")
        return await take(inbound)

    monkeypatch.setattr(site.turns.store, "ready", ready)
    monkeypatch.setattr(site.turns, "take", taken)
    number = server.write(ANN, "hello")
    await eventually(lambda: [status for _, status in server.deliveries].count(503) >= 4)
    assert server.texts(ANN) == []
    away.clear()
    await eventually(lambda: server.texts(ANN))
    assert server.deliveries[-1] == (number, 200)


async def test_a_message_that_always_fails_is_set_aside_after_three_tries_and_the_person_told(
    site: Replica, server: TelegramLike, monkeypatch: pytest.MonkeyPatch
) -> None:
    take, tries = site.turns.take, []

    async def broken(inbound: Inbound) -> Any:
        if inbound.event.text == "poison":
            tries.append(inbound)
            raise ValueError("broken")
        return await take(inbound)

    monkeypatch.setattr(site.turns, "take", broken)
    poison = server.write(ANN, "poison")
    await eventually(lambda: server.texts(ANN))
    assert len(tries) == 3
    assert "Something went wrong and I may have lost your last message" in server.texts(ANN)[0]
    assert "999" in server.texts(ANN)[0]
    server.write(ANN, "hello")
    await eventually(lambda: "Who is this for?" in server.texts(ANN)[-1])
    server.deliver_again({**update("poison"), "update_id": poison})
    await eventually(lambda: not server.pending)
    assert len(server.deliveries) == 3
    assert len(site.rows("SELECT 1 FROM set_aside")) == 1
    assert sum("Something went wrong" in text for text in server.texts(ANN)) == 1


async def test_a_stop_finishes_the_turn_in_hand_and_sends_its_reply(server: TelegramLike, tmp_path: Path) -> None:
    async with replica(server, tmp_path) as site:
        await eventually(lambda: server.webhook)
        take = site.turns.take

        async def slowly(inbound: Inbound) -> Any:
            await asyncio.sleep(0.5)
            return await take(inbound)

        site.turns.take = slowly  # type: ignore[method-assign]
        number = server.write(ANN, "hello")
        await eventually(lambda: number in server._under_way)
        await asyncio.sleep(0.1)
    assert (number, 200) in server.deliveries
    assert server.texts(ANN)


# Several replicas behind one address


@asynccontextmanager
async def balancer(port: int, ports: list[int]) -> AsyncIterator[None]:
    """One address in front of several replicas, which takes them in turn."""
    turn = itertools.cycle(ports)

    async def pass_on(request: web.Request) -> web.Response:
        body, url = await request.read(), f"http://127.0.0.1:{next(turn)}{request.path_qs}"
        headers = {HEADER: request.headers[HEADER]}
        async with ClientSession() as session, session.post(url, data=body, headers=headers) as response:
            return web.Response(status=response.status, body=await response.read())

    app = web.Application()
    app.router.add_post("/telegram/webhook", pass_on)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield
    await runner.cleanup()


CHECK = ["Me", "40 to 49", "Check my drinking", "No, or it doesn't apply to me", "Never"]


async def talk(server: TelegramLike, chat: int, settled: Callable[[], Awaitable[Any]]) -> None:
    server.write(chat, "/start")
    for label in CHECK:
        await eventually(lambda label=label: any(label in shown.buttons for shown in server.chats[chat][-1:]), 20)
        server.press(chat, label)
        server.press(chat, label)  # a double tap
    await settled()


async def test_two_replicas_take_any_message_and_each_answer_counts_once(server: TelegramLike, tmp_path: Path) -> None:
    public, ports = free_port(), [free_port(), free_port()]
    async with (
        balancer(public, ports),
        replica(server, tmp_path, port=ports[0], public=public) as first,
        replica(server, tmp_path, port=ports[1], public=public),
    ):

        async def settled() -> None:
            waiting = "SELECT 1 FROM outbox WHERE address IS NOT NULL"
            await eventually(lambda: not server.pending and not first.rows(waiting), 20)

        people = range(600, 606)
        await asyncio.gather(*(talk(server, chat, settled) for chat in people))
        await settled()
        assert {status for _, status in server.deliveries} == {200}
        for chat in people:
            document = await first.turns.store.document("telegram", str(chat))
            assert document is not None
            expected = {"audience": "me", "age_band": "40_49", "pregnancy": "no", "audit.q1": 0}
            assert expected.items() <= document["answers"].items()
            texts = server.texts(chat)
            assert sum("✓ Never" in text for text in texts) == 1
            assert not server.unanswered()


# The real command


@asynccontextmanager
async def serving(server: TelegramLike, folder: Path, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """`signpost serve` as an operator starts it; killed at the end if it still runs."""
    bare = {name: value for name, value in os.environ.items() if name not in REMEDIES}
    environment = {
        **bare,
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": server.url,
        "TELEGRAM_WEBHOOK": "1",
    }
    command = [sys.executable, "-m", "bot", "serve"]
    process = await asyncio.create_subprocess_exec(*command, cwd=folder, env=environment)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_killed_at_any_moment_everyone_is_answered_after_the_restart(
    server: TelegramLike, tmp_path: Path
) -> None:
    port, people = free_port(), range(800, 812)
    for kill_after in (0.05, 0.2):
        async with serving(server, tmp_path, port):
            await eventually(lambda: server.webhook, 30)
            for chat in people:
                server.write(chat, "hello")
            await asyncio.sleep(kill_after)
    async with serving(server, tmp_path, port) as process:
        await eventually(lambda: not server.pending, 30)
        await eventually(lambda: all("Who is this for?" in "".join(server.texts(chat)) for chat in people), 60)
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 20) == 0
    assert server.webhook


async def test_a_webhook_that_cannot_work_is_refused_at_the_start_naming_the_variable(
    server: TelegramLike, tmp_path: Path
) -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2]), "TELEGRAM_WEBHOOK": "1"}
    for more in ({}, {"TELEGRAM_BOT_TOKEN": TOKEN, "PUBLIC_URL": "http://chat.example.org"}):
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "serve",
            cwd=tmp_path,
            env={**environment, **more},
            stderr=asyncio.subprocess.PIPE,
        )
        _, errors = await asyncio.wait_for(process.communicate(), 20)
        assert process.returncode == 1
        assert errors.startswith(b"signpost: TELEGRAM_WEBHOOK is set")
        assert errors.count(b"\n") == 1
        assert TOKEN.encode() not in errors
