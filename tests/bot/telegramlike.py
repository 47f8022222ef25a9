"""A Telegram-like Bot API server over real HTTP, in a thread of its own, with people who write to the bot.

It refuses what Telegram refuses (a wrong token, an empty or too long text, a button over 64 bytes, a second poller),
forgets an update only when a later offset is asked for, and can be told to fail. With a webhook set it delivers updates
there instead, several at a time and in no order, and again and again until it is answered 200.
"""

import asyncio
import json
import re
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, web

TOKEN = "123456789:made-up-token-for-tests-0123456789ab"
NESTED = ("reply_markup", "commands", "allowed_updates", "link_preview_options", "menu_button")
BOT = {"id": 123456789, "is_bot": True, "first_name": "Signpost", "username": "SignpostTestBot"}


@dataclass(frozen=True)
class Call:
    """One request the bot made: which method, with what, when (seconds of a steady clock)."""

    method: str
    params: dict[str, Any]
    at: float


@dataclass(frozen=True)
class Message:
    """What a person sees in the chat: a text, and the buttons under it as label -> data."""

    text: str
    buttons: dict[str, str]
    at: float


@dataclass(frozen=True)
class Fault:
    """An answer instead of the real one. `late`: seconds of silence before it."""

    status: int = 500
    body: str = '{"ok": false, "error_code": 500, "description": "Internal Server Error"}'
    late: float = 0.0


def refusal(code: int, description: str, **parameters: int) -> Fault:
    """The Bot API's way of saying no."""
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    return Fault(code, json.dumps({**body, "parameters": parameters} if parameters else body))


def too_many(seconds: int) -> Fault:
    return refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


SERVER_ERROR = Fault()
GARBAGE = Fault(200, "<html>welcome to this hotel's network</html>")
GARBAGE_403 = Fault(403, "<html>blocked by your company</html>")
BLOCKED = refusal(403, "Forbidden: bot was blocked by the user")


class Refused(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.body)
        self.fault = fault


@dataclass
class TelegramLike:
    """`url` is the base to give to the bot. The people's side may be used from any thread."""

    port: int = 0
    delay: float = 0.0
    first_update: int = 1000
    calls: list[Call] = field(default_factory=list)
    chats: dict[int, list[Message]] = field(default_factory=lambda: defaultdict(list))
    pending: list[dict[str, Any]] = field(default_factory=list)
    blocked: set[int] = field(default_factory=set)
    left: list[int] = field(default_factory=list)
    commands: list[dict[str, str]] = field(default_factory=list)
    webhook: str = ""
    secret: str = ""
    patience: float = 0.05
    at_once: int = 40
    deliveries: list[tuple[int, int]] = field(default_factory=list)
    profile: dict[str, Any] = field(default_factory=dict)
    shown: Callable[[int], None] | None = None
    """Called with the chat in which a message has just been shown, in the server's thread."""

    def __post_init__(self) -> None:
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._open_queries: set[str] = set()
        self._numbers = 0
        self._polls = 0
        self._lock = threading.RLock()
        self._loop = asyncio.new_event_loop()
        self._news: asyncio.Event | None = None
        self._under_way: set[int] = set()
        self._allowed: list[str] | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    # The server

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("the Telegram-like server did not start")

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        runner = web.AppRunner(self._app(), shutdown_timeout=0.1, handler_cancellation=True)
        self._loop.run_until_complete(self._open(runner))
        self._ready.set()
        self._loop.run_forever()
        self._deliverer.cancel()
        self._loop.run_until_complete(asyncio.wait([self._deliverer]))
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    def _app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        return app

    async def _open(self, runner: web.AppRunner) -> None:
        self._news = asyncio.Event()
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self.port)
        await site.start()
        self.port = runner.addresses[0][1]
        self._deliverer = asyncio.create_task(self._deliver_to_webhook())

    async def _deliver_to_webhook(self) -> None:
        """As Telegram does: up to `at_once` updates at the same time; one that is not answered 200 comes again."""
        assert self._news is not None
        async with ClientSession(timeout=ClientTimeout(10)) as session, asyncio.TaskGroup() as tasks:
            while True:
                with self._lock:
                    for update in self.pending if self.webhook else []:
                        number = update["update_id"]
                        if len(self._under_way) < self.at_once and number not in self._under_way:
                            self._under_way.add(number)
                            tasks.create_task(self._deliver_one(session, update))
                await asyncio.sleep(0.01)

    def door(self) -> str:
        """Where the next update is delivered to."""
        return self.webhook

    async def _deliver_one(self, session: ClientSession, update: dict[str, Any]) -> None:
        number, status = update["update_id"], 0
        if _allowed(update, self._allowed):
            headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}
            try:
                async with session.post(self.door(), json=update, headers=headers) as response:
                    status = response.status
            except (ClientError, TimeoutError):
                pass
            self.deliveries.append((number, status))
        with self._lock:
            if status == 200 or not _allowed(update, self._allowed):
                self.pending = [one for one in self.pending if one is not update]
        await asyncio.sleep(0 if status == 200 else self.patience)
        self._under_way.discard(number)

    async def _answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        params = await _params(request)
        with self._lock:
            self.calls.append(Call(method, params, time.monotonic()))
            fault = self._faults[method].popleft() if self._faults[method] else None
        await asyncio.sleep(self.delay)
        try:
            if fault:
                raise Refused(fault)
            if request.match_info["token"] != TOKEN:
                raise Refused(refusal(401, "Unauthorized"))
            handler: Callable[[dict[str, Any]], Any] | None = getattr(self, f"_do_{method.lower()}", None)
            if handler is None:
                raise Refused(refusal(404, "Not Found: method not found"))
            result = handler(params)
            result = await result if asyncio.iscoroutine(result) else result
        except Refused as refused:
            await asyncio.sleep(refused.fault.late)
            return web.Response(status=refused.fault.status, text=refused.fault.body)
        return web.json_response({"ok": True, "result": result})

    # The methods

    def _do_getme(self, params: dict[str, Any]) -> Any:
        return BOT

    def _do_deletewebhook(self, params: dict[str, Any]) -> bool:
        self.webhook = ""
        return True

    def _do_setwebhook(self, params: dict[str, Any]) -> bool:
        if not params["url"].startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise Refused(refusal(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"))
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", params.get("secret_token", "none")):
            raise Refused(refusal(400, "Bad Request: secret token contains unallowed characters"))
        with self._lock:
            self.webhook, self.secret = params["url"], params.get("secret_token", "")
            self._allowed = params.get("allowed_updates")
        return True

    def _do_getwebhookinfo(self, params: dict[str, Any]) -> dict[str, Any]:
        waiting = len(self.pending)
        return {"url": self.webhook, "has_custom_certificate": False, "pending_update_count": waiting}

    def _do_setmydescription(self, params: dict[str, Any]) -> bool:
        return self._set("description", params["description"], 512)

    def _do_setmyshortdescription(self, params: dict[str, Any]) -> bool:
        return self._set("short_description", params["short_description"], 120)

    def _set(self, name: str, words: str, longest: int) -> bool:
        if len(words) > longest:
            raise Refused(refusal(400, f"Bad Request: {name} is too long"))
        self.profile[name] = words
        return True

    def _do_setchatmenubutton(self, params: dict[str, Any]) -> bool:
        self.profile["menu_button"] = params["menu_button"]["type"]
        return True

    def _do_setmycommands(self, params: dict[str, Any]) -> bool:
        self.commands = params["commands"]
        for command in self.commands:
            if not 1 <= len(command["description"]) <= 256:
                raise Refused(refusal(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID"))
        return True

    async def _do_getupdates(self, params: dict[str, Any]) -> list[dict[str, Any]]:
        if self.webhook or self._polls:
            raise Refused(refusal(409, "Conflict: terminated by other getUpdates request"))
        self._polls += 1
        try:
            return await self._updates(params)
        finally:
            self._polls -= 1

    async def _updates(self, params: dict[str, Any]) -> list[dict[str, Any]]:
        assert self._news is not None
        deadline = self._loop.time() + min(float(params.get("timeout", 0)), 50)
        with self._lock:
            self.pending = [one for one in self.pending if one["update_id"] >= int(params.get("offset", 0))]
        while True:
            self._news.clear()
            with self._lock:
                wanted = [one for one in self.pending if _allowed(one, params.get("allowed_updates"))]
            if wanted or self._loop.time() >= deadline:
                return wanted[: int(params.get("limit", 100))]
            try:
                await asyncio.wait_for(self._news.wait(), deadline - self._loop.time())
            except TimeoutError:
                continue

    def _do_sendmessage(self, params: dict[str, Any]) -> dict[str, Any]:
        chat, text = int(params["chat_id"]), str(params.get("text", ""))
        if chat in self.blocked:
            raise Refused(BLOCKED)
        if chat not in self.chats:
            raise Refused(refusal(400, "Bad Request: chat not found"))
        if not text.strip():
            raise Refused(refusal(400, "Bad Request: message text is empty"))
        if len(text) > 4096:
            raise Refused(refusal(400, "Bad Request: message is too long"))
        message = Message(text, _buttons(params.get("reply_markup")), time.monotonic())
        with self._lock:
            self.chats[chat].append(message)
        if self.shown:
            self.shown(chat)
        return {"message_id": self._number(), "date": int(time.time()), "chat": _chat(chat), "text": text}

    def _do_answercallbackquery(self, params: dict[str, Any]) -> bool:
        if params["callback_query_id"] not in self._open_queries:
            raise Refused(refusal(400, "Bad Request: query is too old and response timeout expired"))
        self._open_queries.discard(params["callback_query_id"])
        return True

    def _do_editmessagereplymarkup(self, params: dict[str, Any]) -> bool:
        return True

    def _do_leavechat(self, params: dict[str, Any]) -> bool:
        self.left.append(int(params["chat_id"]))
        return True

    # The people

    def write(self, chat: int, text: str) -> int:
        """A private text message. Gives the update's number."""
        return self.message(chat, text=text)

    def message(self, chat: int, kind: str = "private", **content: Any) -> int:
        """Any message: `photo=[…]`, `voice={…}`, a group's text with `kind="group"`."""
        return self.deliver("message", self._message(chat, kind, content))

    def press(self, chat: int, label: str) -> int:
        """The newest button with this label in the chat."""
        for shown in reversed(self.chats[chat]):
            if label in shown.buttons:
                return self.press_data(chat, shown.buttons[label])
        raise LookupError(f"no button {label!r} in this chat: {[list(shown.buttons) for shown in self.chats[chat]]}")

    def press_data(self, chat: int, data: str) -> int:
        query = str(self._number())
        self._open_queries.add(query)
        message = self._message(chat, "private", {"text": "the question"})
        return self.deliver(
            "callback_query",
            {"id": query, "from": _person(chat), "chat_instance": "1", "data": data, "message": message},
        )

    def deliver(self, kind: str, content: Any, number: int | None = None) -> int:
        """An update as it is; with the `number` of an earlier one, a redelivery."""
        with self._lock:
            update = {"update_id": number or self.first_update + self._number(), kind: content}
            self.pending.append(update)
        self._wake()
        return int(update["update_id"])

    def deliver_again(self, update: dict[str, Any]) -> None:
        with self._lock:
            self.pending.append(update)
        self._wake()

    def unanswered(self) -> set[str]:
        """Presses whose spinner still turns."""
        return set(self._open_queries)

    def fail(self, method: str, *faults: Fault) -> None:
        """The next calls of this method get these answers, one each."""
        with self._lock:
            self._faults[method].extend(faults)

    def made(self, method: str) -> list[Call]:
        with self._lock:
            return [call for call in self.calls if call.method == method]

    def texts(self, chat: int) -> list[str]:
        with self._lock:
            return [message.text for message in self.chats[chat]]

    def _message(self, chat: int, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        self.chats[chat] = self.chats[chat]
        head = {"message_id": self._number(), "date": int(time.time()), "chat": _chat(chat, kind)}
        return {**head, "from": _person(chat), **content}

    def _number(self) -> int:
        with self._lock:
            self._numbers += 1
            return self._numbers

    def _wake(self) -> None:
        if self._news is not None:
            self._loop.call_soon_threadsafe(self._news.set)


@contextmanager
def telegram_like(**options: Any) -> Iterator[TelegramLike]:
    """A running server, stopped at the end."""
    server = TelegramLike(**options)
    server.start()
    try:
        yield server
    finally:
        server.stop()


async def eventually(holds: Callable[[], Any], seconds: float = 10.0) -> Any:
    """The first true value of `holds()`; fails with AssertionError when there is none in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := holds():
            return value
        await asyncio.sleep(0.01)
    raise AssertionError(f"did not happen within {seconds:g} seconds")


async def _params(request: web.Request) -> dict[str, Any]:
    """Parameters of a form, a query or a JSON body; nested values come as JSON within strings."""
    fields: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        fields |= await request.json()
    else:
        fields |= dict(await request.post())
    for name in NESTED:
        if isinstance(fields.get(name), str):
            fields[name] = json.loads(fields[name])
    return fields


def _allowed(update: dict[str, Any], kinds: list[str] | None) -> bool:
    return not kinds or any(kind in update for kind in kinds)


def _buttons(markup: Any) -> dict[str, str]:
    buttons = [button for row in (markup or {}).get("inline_keyboard", []) for button in row]
    for button in buttons:
        if not 1 <= len(button["callback_data"].encode()) <= 64:
            raise Refused(refusal(400, "Bad Request: BUTTON_DATA_INVALID"))
    return {button["text"]: button["callback_data"] for button in buttons}


def _chat(chat: int, kind: str = "private") -> dict[str, Any]:
    return {"id": chat, "type": kind, "first_name": "Someone"}


def _person(chat: int) -> dict[str, Any]:
    return {"id": abs(chat), "is_bot": False, "first_name": "Someone"}
