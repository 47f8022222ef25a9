"""How we reach the Bot API: python-telegram-bot's typed client over aiohttp.

The library's own transport (httpx) costs seven to nine times the CPU (encode/httpx#3215, python-telegram-bot#4560).
"""

import json
import os
from typing import Any, cast
from urllib.parse import urlencode

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import BaseRequest, RequestData

os.environ.setdefault("PTB_TIMEDELTA", "true")  # `RetryAfter.retry_after` as a timedelta, as the library is moving to

CONNECT, ANSWER = 5.0, 10.0
"""Seconds to connect, and to answer a request that is not a long poll."""


_FORM = {"Content-Type": "application/x-www-form-urlencoded"}

Markup = dict[str, Any]
"""`reply_markup`, as the Bot API takes it."""

ALLOWED = 30
"""Messages a second that Telegram takes from one bot (core.telegram.org/bots/faq)."""


class AiohttpRequest(BaseRequest):
    """The Bot API over one aiohttp session. Sends parameters only: files are not used here."""

    def __init__(self, connections: int) -> None:
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return ANSWER

    async def initialize(self) -> None:
        """Open the session, on the running loop."""
        connector = aiohttp.TCPConnector(limit=self._connections)
        self._session = aiohttp.ClientSession(connector=connector, headers={"User-Agent": self.USER_AGENT})

    async def shutdown(self) -> None:
        """Close the session and its connections."""
        if self._session:
            await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One request. Raises `TimedOut` or `NetworkError`, whose words never hold the URL: the token is in it."""
        if self._session is None:
            raise NetworkError("the transport is not initialised")
        seconds = ANSWER if read_timeout is BaseRequest.DEFAULT_NONE else read_timeout
        timeout = aiohttp.ClientTimeout(sock_connect=CONNECT, sock_read=seconds, total=seconds + CONNECT)
        fields = urlencode(request_data.json_parameters if request_data else {})
        try:
            async with self._session.request(
                method, url, data=fields, headers=_FORM, timeout=timeout, allow_redirects=False
            ) as response:
                status, payload = response.status, await response.read()
        except TimeoutError:
            raise TimedOut from None
        except aiohttp.ClientError as error:
            raise NetworkError(type(error).__name__) from None
        _must_be_bot_api(status, payload)
        return status, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer as JSON. Unlike the library's, a bad one is not logged: it could hold someone's words."""
        try:
            return cast(dict[str, Any], json.loads(payload))
        except ValueError:
            raise NetworkError("the answer is not JSON") from None


def _must_be_bot_api(status: int, payload: bytes) -> None:
    """Raise `NetworkError` for an answer no Bot API gives, so that a proxy's 403 is not taken for a block."""
    try:
        answer = json.loads(payload)
    except ValueError:
        answer = None
    proof = "result" if 200 <= status < 300 else "ok"
    if not isinstance(answer, dict) or proof not in answer:
        raise NetworkError(f"not the Bot API's answer ({status})")


class Pace:
    """One message a second to a chat, after a short burst, as Telegram asks (core.telegram.org/bots/faq).

    The burst lets one turn show a list of services at once. Where Telegram finds it too much, it says how long to wait.
    Where more than `ALLOWED` may be sent in all, a chat may have more in the same measure.
    """

    EVERY, BURST = 1.0, 8

    def __init__(self, overall: int = ALLOWED) -> None:
        self._every = self.EVERY * min(1.0, ALLOWED / overall)
        self._paid_until: dict[str, float] = {}

    def wait(self, chat: str, now: float) -> float:
        """Seconds to wait before the next message to this chat, which counts from this call."""
        self._paid_until = {busy: until for busy, until in self._paid_until.items() if until > now}
        until = self._paid_until.get(chat, now)
        self._paid_until[chat] = until + self._every
        return max(0.0, until - (self.BURST - 1) * self._every - now)


class Bot(ExtBot[int]):
    """The typed client, except that updates come unread, for one that cannot be read must spoil no other; and that what
    is sent is not read back: nothing in Telegram's copy of our words is news, and reading it was a tenth of all work.
    """

    def __init__(self, token: str, api_url: str, connections: int, pace: int) -> None:
        """Raises `telegram.error.InvalidToken` for an empty token. At most `pace` messages a second leave it."""
        super().__init__(
            token,
            base_url=f"{api_url.rstrip('/')}/bot",
            request=AiohttpRequest(connections),
            get_updates_request=AiohttpRequest(1),
            rate_limiter=AIORateLimiter(overall_max_rate=pace, overall_time_period=1),
        )

    async def raw_updates(self, offset: int | None, seconds: int, kinds: list[str]) -> list[dict[str, Any]]:
        """Updates from `offset` on, as Telegram wrote them; waits up to `seconds` for one. Confirms all before it."""
        answer = await self._post(
            "getUpdates",
            {"offset": offset, "timeout": seconds, "allowed_updates": kinds},
            read_timeout=seconds + ANSWER,
        )
        if not isinstance(answer, list):
            raise NetworkError("the updates are not a list")
        return [update for update in answer if isinstance(update, dict) and isinstance(update.get("update_id"), int)]

    async def tell(self, chat: int, text: str, markup: Markup | None) -> None:
        """One message, at most 4,096 characters, with buttons. Raises the library's errors."""
        message: dict[str, Any] = {"chat_id": chat, "text": text, "link_preview_options": {"is_disabled": True}}
        await self._post("sendMessage", message if markup is None else {**message, "reply_markup": markup})

    async def heard(self, press: str) -> None:
        """The press of a button has arrived: Telegram need not show that it waits. Raises the library's errors."""
        await self._post("answerCallbackQuery", {"callback_query_id": press})
