"""Whatever is posted to Telegram's address, with the secret or without: a clear answer, never a 5xx, never a stop."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from fuzzkit import background, bounded
from hypothesis import example, given
from hypothesis import strategies as st
from telegramlike import TOKEN, TelegramLike, telegram_like
from webkit import KEY, running_site

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_webhook import BROUGHT_IN, PATH, secrets_of
from bot.turn import Turns

SECRET = secrets_of([KEY])[0]
WEBHOOK = {"telegram_bot_token": TOKEN, "telegram_webhook": True}

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
chats = st.fixed_dictionaries(
    {"id": st.integers(1, 2**52) | anything, "type": st.sampled_from(["private", "group", "channel"]) | anything}
)
people = st.fixed_dictionaries({"id": st.integers(1, 2**52), "is_bot": st.booleans(), "first_name": st.text()})
messages = st.fixed_dictionaries(
    {"message_id": st.integers() | anything, "date": st.integers() | anything, "chat": chats | anything},
    optional={
        "text": st.text() | anything,
        "caption": st.text() | anything,
        "from": people | anything,
        "photo": anything,
        "voice": anything,
        "sticker": anything,
        "location": anything,
        "contact": anything,
        "entities": anything,
        "reply_to_message": anything,
    },
)
queries = st.fixed_dictionaries(
    {"id": st.text() | anything, "from": people | anything, "chat_instance": st.text()},
    optional={"data": st.text() | anything, "message": messages | anything},
)
updates = st.fixed_dictionaries(
    {"update_id": st.integers() | anything},
    optional={
        "message": messages | anything,
        "edited_message": messages | anything,
        "callback_query": queries | anything,
        "channel_post": messages | anything,
        "something_new": anything,
    },
)


@pytest.fixture(scope="module")
def far_side() -> Iterator[TelegramLike]:
    with telegram_like() as server:
        yield server


@pytest.fixture(scope="module")
def url(far_side: TelegramLike, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where Telegram delivers to, on a running site."""

    def channel(turns: Turns) -> TelegramChannel:
        return TelegramChannel(TOKEN, far_side.url, turns)

    with background() as loop:
        settings = {**WEBHOOK, "telegram_api_url": far_side.url}
        context = running_site(tmp_path_factory.mktemp("fuzz"), telegram=channel, **settings)
        site = loop.run(context.__aenter__())
        try:
            yield site.url + PATH
        finally:
            loop.run(context.__aexit__(None, None, None))


def post(url: str, body: bytes, secret: str | None = SECRET) -> requests.Response:
    headers = {"Content-Type": "application/json"} | ({BROUGHT_IN: secret} if secret is not None else {})
    return requests.post(url, data=body, headers=headers, timeout=30)


@bounded
@given(st.binary(max_size=300) | anything.map(json.dumps).map(str.encode))
def test_bodies_that_are_no_update_are_refused(url: str, body: bytes) -> None:
    answer = post(url, body)
    assert answer.status_code == 400
    assert answer.json() == {"error": "The body must be one update as JSON."}


@bounded
@given(updates)
@example(
    {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "text": "\ud83d"}}
)
@example({"update_id": 2, "message": {"message_id": 1, "date": 1, "chat": {"id": "x", "type": "private"}, "text": "a"}})
@example(
    {"update_id": 3, "message": {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "text": "\x00"}}
)
@example({"update_id": 2**70, "callback_query": {"id": "1", "from": {"id": 5}, "data": "x"}})
def test_whatever_telegram_could_bring_is_dealt_with(url: str, update: dict[str, Any]) -> None:
    answer = post(url, json.dumps(update).encode())
    assert answer.status_code in (200, 400)
    assert answer.status_code == 200 or not isinstance(update["update_id"], int)


@bounded
@given(st.binary(max_size=300), st.none() | st.text(st.characters(min_codepoint=33, max_codepoint=126)))
def test_without_the_secret_nothing_is_read(url: str, body: bytes, secret: str | None) -> None:
    answer = post(url, body, secret)
    assert answer.status_code == 403
    assert answer.json() == {"error": "This address is for Telegram alone."}


def test_afterwards_people_are_still_answered(url: str, far_side: TelegramLike) -> None:
    far_side.chats[987_654] = []
    chat = {"id": 987_654, "type": "private"}
    hello = {"update_id": 4, "message": {"message_id": 1, "date": 1, "chat": chat, "text": "hello"}}
    assert post(url, json.dumps(hello).encode()).status_code == 200
