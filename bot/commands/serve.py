"""`signpost serve`: the web chat, the pages, the API, and Telegram where a token is set."""

import argparse
import asyncio
import gc
import signal
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.app import make_app
from bot.channels.telegram_webhook import hook_of
from bot.closing import run_closing
from bot.door import Door
from bot.logs import configure_logs, get_logger
from bot.settings import Settings, SettingsError, load_settings
from bot.sweep import run_sweep
from bot.timers import Timers
from bot.turn import Turns, open_turns

if TYPE_CHECKING:
    from bot.channels.telegram import TelegramChannel

log = get_logger()


def add_parser(subparsers: Any) -> None:
    """Adds the command to the command line."""
    parser = subparsers.add_parser("serve", help="run the web chat, and Telegram when a token is set")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serves until asked to stop. Raises `SettingsError` for settings that cannot be used."""
    settings = load_settings()
    configure_logs(settings.log_level, settings.log_format)
    return asyncio.run(serve(settings))


async def serve(settings: Settings) -> int:
    """Starts every part, waits for a signal, stops them in the reverse order. Returns 1 if a part broke down.

    The door closes first, when the requests in hand are answered; then Telegram, when the replies are sent.
    """
    async with AsyncExitStack() as parts:
        stop = parts.enter_context(_asked_to_stop())
        turns = await open_turns(settings)
        parts.push_async_callback(turns.close)
        _must_suit(settings, turns)
        telegram = _telegram(settings, turns)
        jobs: list[asyncio.Task[None]] = []
        parts.push_async_callback(_cancel, jobs)
        door = Door(make_app(settings, turns, telegram))
        parts.push_async_callback(door.close)
        port = await _open(door, settings)
        _look_for_waste_less()
        jobs.append(asyncio.create_task(run_sweep(settings)))
        jobs.append(asyncio.create_task(run_closing(settings)))
        jobs.append(asyncio.create_task(Timers(turns).run()))
        if telegram is not None:
            jobs.append(asyncio.create_task(telegram.run()))
        print(f"Signpost is ready at {_address(settings, port)} (Ctrl+C stops it)", flush=True)
        return await _until(stop, jobs)


def _look_for_waste_less() -> None:
    """Content and directory stay as they are: looking through them for what can go was a tenth of a turn's work."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _must_suit(settings: Settings, turns: Turns) -> None:
    if turns.is_demo and settings.telegram_bot_token is not None:
        raise SettingsError(
            "TELEGRAM_BOT_TOKEN is set, but this database is a demo, which must not meet real people. Unset it, or "
            "give another DATABASE_URL."
        )


def _telegram(settings: Settings, turns: Turns) -> "TelegramChannel | None":
    """Telegram, where a token is set."""
    if settings.telegram_bot_token is None:
        return None
    from bot.channels.telegram import TelegramChannel  # noqa: PLC0415 - the library is loaded only where it is used

    token, api, pace = settings.telegram_bot_token, settings.telegram_api_url, settings.telegram_messages_a_second
    return TelegramChannel(token, api, turns, hook_of(settings), pace)


async def _open(door: Door, settings: Settings) -> int:
    try:
        return await door.open(settings.host, settings.port)
    except OSError as error:
        problem = f"HOST {settings.host} with PORT {settings.port} cannot be listened on ({error.strerror})"
        raise SettingsError(f"{problem}; stop what uses that port, or set PORT to another.") from None


def _address(settings: Settings, port: int) -> str:
    """The public address, with the real port where the system chose it."""
    chosen = urlsplit(settings.public_url)
    return settings.public_url if chosen.port != 0 else f"{chosen.scheme}://{chosen.hostname}:{port}"


@contextmanager
def _asked_to_stop() -> Iterator[asyncio.Event]:
    """Set by the first SIGINT or SIGTERM, which then have their usual effect again: a second one ends it at once."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def ask(number: signal.Signals) -> None:
        log.info("stopping", signal=number.name)
        stop.set()
        loop.remove_signal_handler(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ask, number)
    try:
        yield stop
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


async def _until(stop: asyncio.Event, jobs: Sequence[asyncio.Task[None]]) -> int:
    """Waits for the signal. A job that ends by itself broke down: then the whole process ends, to be restarted."""
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait([waiting, *jobs], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    broken = [error for job in jobs if job.done() and (error := job.exception()) is not None]
    for error in broken:
        log.error("a part broke down", exc_info=error)
    return 1 if broken else 0


async def _cancel(jobs: Sequence[asyncio.Task[None]]) -> None:
    for job in jobs:
        job.cancel()
    await asyncio.gather(*jobs, return_exceptions=True)
