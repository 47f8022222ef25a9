"""Telegram: updates in, messages with buttons out. An update is confirmed only after its turn is committed."""

import asyncio
import re
from collections.abc import Awaitable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from telegram import (
    BotCommand,
    MenuButtonCommands,
    Update,
)
from telegram.constants import ChatType, MessageLimit
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot import metrics
from bot.channels.base import Inbound, Reply
from bot.channels.telegram_transport import ALLOWED, Bot, Markup, Pace
from bot.channels.telegram_webhook import Hook
from bot.logs import get_logger
from bot.outbox import AT_ONCE, Gone, Later, Outbox, Unsendable
from bot.turn import SetAside, Turns
from directory.store import Parcel
from screening.state import Choice, Event

COMMANDS = ("start", "menu", "check", "find", "easy", "back", "stop", "forget", "privacy", "complain", "help")
KINDS = ["message", "edited_message", "callback_query", "channel_post"]
"""Kinds of update we ask Telegram for: no reactions, no joins."""

LONG_POLL = 25
"""Seconds Telegram holds a poll open when there is nothing new."""

TURNS_AT_ONCE = 16
"""Chats whose messages are handled at the same time."""

LOOK_AT_WEBHOOK = 60.0
"""Seconds between looks whether the webhook is still ours."""

PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds before a failed poll is made again, doubled up to the longest; and between looks for a database gone away."""

REFUSED = "Telegram does not know this bot: check TELEGRAM_BOT_TOKEN (from BotFather) and TELEGRAM_API_URL"

HOOK_REFUSED = "Telegram refuses the webhook: check that PUBLIC_URL can be reached from the internet over https"

log = get_logger()


class TelegramRefused(Exception):
    """Telegram does not accept the bot's token. The message names the setting, never the token."""


class TelegramChannel:
    """Gets Telegram's messages, takes each as a turn, and runs the outbox that sends the replies.

    With a `hook`, Telegram brings them (to `receive`); without, they are asked for. `receiving`: whether they reach us.
    `pace`: the most messages a second we send.
    """

    def __init__(self, token: str, api_url: str, turns: Turns, hook: Hook | None = None, pace: int = ALLOWED) -> None:
        self._hook = hook
        self.receiving = False
        self._bot = Bot(token, api_url, connections=2 * AT_ONCE, pace=pace)
        self._turns = turns
        self._outbox = Outbox(turns.store, self._send)
        self._pace = Pace(pace)
        self._gate = asyncio.Semaphore(TURNS_AT_ONCE)
        self._asides: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def run(self) -> None:
        """Serve until cancelled; then finish the turns in hand and send what they said.

        Raises `TelegramRefused` if Telegram does not know the token; whatever else is wrong out there is waited out.
        """
        try:
            await self._introduce()
            sending = asyncio.create_task(self._outbox.run())
            try:
                await (self._poll() if self._hook is None else self._watch(self._hook))
            finally:
                sending.cancel()
                await asyncio.wait([sending, *self._asides])
        finally:
            await self._bot.shutdown()

    async def _introduce(self) -> None:
        failures = 0
        while True:
            try:
                await self._bot.initialize()
                await self._choose_way()
                break
            except InvalidToken:
                log.error(REFUSED, channel="telegram")
                raise TelegramRefused(REFUSED) from None
            except Exception as error:
                failures += 1
                await self._wait_out("telegram cannot be reached", error, failures)
        await self._describe()
        log.info("telegram ready", channel="telegram", outcome="polling" if self._hook is None else "webhook")

    async def _choose_way(self) -> None:
        """Tell Telegram how we get updates. Either way it keeps what we have not got yet."""
        if self._hook is None:
            await self._bot.delete_webhook()
            return
        try:
            await self._bot.set_webhook(self._hook.url, secret_token=self._hook.secret, allowed_updates=KINDS)
        except BadRequest:
            log.error(HOOK_REFUSED, channel="telegram")
            raise
        self._is_receiving(True)

    def _is_receiving(self, receiving: bool) -> None:
        self.receiving = receiving
        metrics.TELEGRAM_RECEIVING.set(receiving)

    async def _describe(self) -> None:
        """What people see before they write: what this is, and the menu of commands."""
        await self._quietly(self._bot.set_my_commands([self._command(name) for name in COMMANDS]))
        await self._quietly(self._bot.set_chat_menu_button(menu_button=MenuButtonCommands()))
        await self._quietly(self._bot.set_my_description(self._words("telegram.description")))
        await self._quietly(self._bot.set_my_short_description(self._words("telegram.short_description")))

    def _command(self, name: str) -> BotCommand:
        return BotCommand(name, self._words(f"telegram.command_{name}"))

    def _words(self, key: str) -> str:
        return "\n\n".join(self._turns.words(key))

    # Receiving

    async def _poll(self) -> None:
        offset: int | None = None
        failures = 0
        while True:
            try:
                updates = await self._bot.raw_updates(offset, LONG_POLL, KINDS)
            except Exception as error:
                failures += 1
                self._is_receiving(False)
                await self._wait_out("telegram cannot be polled", error, failures)
                if isinstance(error, Conflict):  # where a webhook was set since, nobody can poll
                    await self._quietly(self._bot.delete_webhook())
                continue
            failures = 0
            self._is_receiving(True)
            if updates:
                await self._unbroken(self._handle(updates))
                offset = max(update["update_id"] for update in updates) + 1

    async def _wait_out(self, what: str, error: Exception, failures: int) -> None:
        seconds = min(PAUSE * 2.0 ** min(failures - 1, 10), LONGEST_PAUSE)
        if isinstance(error, RetryAfter):
            seconds = _told(error)
        if isinstance(error, Conflict):
            what = "another process gets the messages of this TELEGRAM_BOT_TOKEN: stop one of them"
        log.warning(what, channel="telegram", error=type(error).__name__, attempt=failures, seconds=seconds)
        await asyncio.sleep(seconds)

    async def _watch(self, hook: Hook) -> None:
        """See to it that Telegram goes on delivering here, whatever another process or person set since."""
        while True:
            await asyncio.sleep(LOOK_AT_WEBHOOK)
            try:
                found = await self._bot.get_webhook_info()
                metrics.TELEGRAM_PENDING.set(found.pending_update_count)
                if found.url != hook.url:
                    log.warning("the webhook was taken away: registering it again", channel="telegram")
                    await self._choose_way()
                self._is_receiving(True)
            except Exception as error:
                self._is_receiving(False)
                log.warning("telegram cannot be reached", channel="telegram", error=type(error).__name__)

    async def receive(self, update: Mapping[str, Any]) -> bool:
        """One update that Telegram brought. False: it could not be kept, and must come again."""
        inbound = self._read(update)
        if inbound is None:
            return True
        async with self._gate:
            return await self._take(inbound)

    async def _unbroken(self, work: Awaitable[None]) -> None:
        """Do this to its end even when we are asked to stop meanwhile: what is not begun by then is left."""
        task = asyncio.ensure_future(work)
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            self._stopping = True
            await task
            raise

    async def _handle(self, updates: Sequence[Mapping[str, Any]]) -> None:
        """All of a batch: one chat's messages in order, different chats side by side."""
        queues: dict[str, list[Inbound]] = {}
        for raw in updates:
            if inbound := self._read(raw):
                queues.setdefault(inbound.person, []).append(inbound)
        await asyncio.gather(*map(self._take_all, queues.values()))

    def _read(self, raw: Mapping[str, Any]) -> Inbound | None:
        try:
            update = Update.de_json(dict(raw), self._bot)
            chat, event = update.effective_chat, event_of(update)
        except Exception:
            log.exception("update cannot be read and is skipped", channel="telegram")
            return None
        if update.callback_query:
            self._aside(self._bot.answer_callback_query(update.callback_query.id))
        if chat is None or not isinstance(chat.id, int):
            return None
        if chat.type != ChatType.PRIVATE:
            self._aside(self._refuse(chat.id))
        elif event is not None:
            person = str(chat.id)
            return Inbound("telegram", str(update.update_id), person, event, push_to=person)
        return None

    async def _take_all(self, queue: Sequence[Inbound]) -> None:
        async with self._gate:
            for inbound in queue:
                while not self._stopping and not await self._take(inbound):
                    await self._database_back()

    async def _take(self, inbound: Inbound) -> bool:
        """Whether the message is dealt with: answered, or set aside after three tries."""
        try:
            await self._turns.insist(inbound)
        except SetAside as given_up:
            if not given_up.told:
                self._aside(self._tell(inbound.person, self._words("common.trouble")))
        except Exception:
            return False
        self._outbox.nudge()
        return True

    async def _database_back(self) -> None:
        """As long as the database is away: that is nobody's message's fault."""
        while True:
            if self._stopping or await self._turns.store.ready():
                return
            await asyncio.sleep(PAUSE)

    # Sending

    async def _send(self, parcel: Parcel) -> None:
        """One reply, as the outbox asks. Raises `Later`, `Gone` or `Unsendable`, or the library's error: try again."""
        reply = Reply.read(parcel.reply)
        *most, last = parts(shown(reply))
        for part in most:
            await self._message(parcel.address, part)
        await self._message(parcel.address, last, keyboard(reply.choices))

    async def _message(self, chat: str, text: str, markup: Markup | None = None) -> None:
        await asyncio.sleep(self._pace.wait(chat, asyncio.get_running_loop().time()))
        try:
            await self._tell(chat, text, markup)
        except TelegramError as error:
            raise meaning(error) from error

    async def _tell(self, chat: str | int, text: str, markup: Markup | None = None) -> None:
        await self._bot.tell(int(chat), text, markup)

    async def _refuse(self, chat: int) -> None:
        """A group is no place for this talk: say so in one line and leave, so that nothing more of it reaches us."""
        try:
            await self._tell(chat, self._words("telegram.group"))
        finally:
            await self._bot.leave_chat(chat)

    def _aside(self, call: Awaitable[Any]) -> None:
        """Do this beside the turns; it may fail."""
        task = asyncio.ensure_future(self._quietly(call))
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)

    async def _quietly(self, call: Awaitable[Any]) -> None:
        try:
            await call
        except Exception as error:
            log.info("telegram call failed", channel="telegram", error=type(error).__name__)


def event_of(update: Update) -> Event | None:
    """What the person did, or None for what is no message to us (a pinned message, a changed timer).

    An edited message is no answer any more, but danger in its new words must not be missed.
    """
    query, message, edited = update.callback_query, update.message, update.edited_message
    if query:
        return Event(kind="choice", choice=query.data) if query.data else None
    if edited:
        words = edited.text or edited.caption
        return Event(kind="other", text=words) if words else None
    if message is None:
        return None
    if message.text:
        return _spoken(message.text)
    return Event(kind="other", text=message.caption or "") if message.effective_attachment else None


def _spoken(text: str) -> Event:
    command = re.match(r"\s*/(\w+)(?:@\w+)?(?!\S)", text)
    if command is None:
        return Event(kind="text", text=text)
    if command[1].lower() == "start":
        return Event(kind="start")
    return Event(kind="text", text=f"/{command[1]}{text[command.end() :]}")


def shown(reply: Reply) -> str:
    """A reply as Telegram shows it: what was just chosen (buttons leave no trace in the chat), progress, words."""
    heading = [f"✓ {reply.answered}"] if reply.answered else []
    heading += [reply.progress] if reply.progress else []
    return "\n\n".join(["\n".join(heading), reply.text] if heading else [reply.text])


def parts(text: str, longest: int = MessageLimit.MAX_TEXT_LENGTH) -> list[str]:
    """The text in messages of at most `longest` characters, cut at line ends, else at spaces, else anywhere."""
    cut: list[str] = []
    rest = text.strip()
    while len(rest) > longest:
        head = rest[: longest + 1]
        at = max(head.rfind("\n"), 0) or max(head.rfind(" "), 0) or longest
        cut.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [*cut, rest]


def keyboard(choices: Sequence[Choice]) -> Markup | None:
    """One button a row, so that long answers stay readable on a phone."""
    rows = [[{"text": choice.label, "callback_data": choice.id}] for choice in choices]
    return {"inline_keyboard": rows} if rows else None


def meaning(error: TelegramError) -> Exception:
    """What a failed send means to the outbox. `BadRequest` is a `NetworkError` to the library, not to us."""
    if isinstance(error, RetryAfter):
        return Later(_told(error))
    if isinstance(error, Forbidden) or "chat not found" in error.message.lower():
        return Gone()
    if isinstance(error, BadRequest):
        return Unsendable()
    return error


def _told(error: RetryAfter) -> float:
    told = error.retry_after
    return told.total_seconds() if isinstance(told, timedelta) else float(told)
