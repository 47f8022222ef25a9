"""Rivals made with python-telegram-bot: `python ptb.py KIND URL TOKEN FOLDER`, KIND one of KINDS.

`memory`, `pickle` and `sql` follow the library's documentation of `ConversationHandler`: one update at a time, its own
transport, answer the press and then edit the message. `tuned_memory` and `tuned_sql` are what its wiki and issues
advise: updates of different chats side by side and of one chat in order, an aiohttp transport, press answered and
message edited at once.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from audit import items
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    BaseUpdateProcessor,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    PicklePersistence,
)

sys.path.insert(0, str(Path(__file__).parents[3]))

KINDS = ("memory", "pickle", "sql", "tuned_memory", "tuned_sql")
ITEMS = items()
Keep = Callable[[int, int, int], Awaitable[None]]


async def keep_nothing(chat: int, item: int, points: int) -> None:
    """Answers live in `user_data` only."""


def keep_in(folder: str) -> tuple[Keep, Callable[[], Awaitable[None]]]:
    """One committed row for every answer, as durable as Signpost (`synchronous=FULL`); and how to make the table."""
    from sqlalchemy import Column, Integer, MetaData, Table, event  # noqa: PLC0415 - only where used: start-up is measured
    from sqlalchemy.dialects.sqlite import insert  # noqa: PLC0415 - only where used: start-up is measured
    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415 - only where used: start-up is measured

    engine = create_async_engine(f"sqlite+aiosqlite:///{folder}/rival.sqlite3", connect_args={"timeout": 30})
    metadata = MetaData()
    answer = Table(
        "answer",
        metadata,
        Column("chat", Integer, primary_key=True),
        Column("item", Integer, primary_key=True),
        Column("points", Integer),
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.close()

    async def keep(chat: int, item: int, points: int) -> None:
        row = insert(answer).values(chat=chat, item=item, points=points)
        async with engine.begin() as connection:
            await connection.execute(
                row.on_conflict_do_update(index_elements=["chat", "item"], set_={"points": points})
            )

    async def make() -> None:
        async with engine.begin() as connection:
            await connection.run_sync(metadata.create_all)

    return keep, make


def question(number: int) -> tuple[str, InlineKeyboardMarkup]:
    text, options = ITEMS[number]
    rows = [[InlineKeyboardButton(label, callback_data=str(points))] for label, points in options]
    return f"Question {number + 1} of {len(ITEMS)}\n\n{text}", InlineKeyboardMarkup(rows)


def conversation(keep: Keep, together: bool, persistent: bool) -> ConversationHandler[Any]:
    async def begin(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
        assert update.message and context.user_data is not None
        context.user_data["points"] = {}
        text, markup = question(0)
        await update.message.reply_text(text, reply_markup=markup)
        return 0

    def answered(number: int) -> Any:
        async def take(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
            query = update.callback_query
            assert query and query.data and update.effective_chat and context.user_data is not None
            context.user_data["points"][number] = int(query.data)
            await keep(update.effective_chat.id, number, int(query.data))
            if number + 1 < len(ITEMS):
                text, markup = question(number + 1)
                shown = query.edit_message_text(text, reply_markup=markup)
            else:
                shown = query.edit_message_text(f"Your score is {sum(context.user_data['points'].values())} out of 40.")
            if together:
                await asyncio.gather(query.answer(), shown)
            else:
                await query.answer()
                await shown
            return number + 1 if number + 1 < len(ITEMS) else ConversationHandler.END

        return take

    return ConversationHandler(
        entry_points=[CommandHandler("start", begin)],
        states={number: [CallbackQueryHandler(answered(number))] for number in range(len(ITEMS))},
        fallbacks=[CommandHandler("start", begin)],
        allow_reentry=True,
        **({"name": "audit", "persistent": True} if persistent else {}),
    )


class InOrder(BaseUpdateProcessor):
    """Updates of one chat one after the other, of different chats side by side."""

    def __init__(self) -> None:
        super().__init__(max_concurrent_updates=256)
        self._turns: dict[int, asyncio.Lock] = {}

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        assert isinstance(update, Update) and update.effective_chat
        async with self._turns.setdefault(update.effective_chat.id, asyncio.Lock()):
            await coroutine

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass


def build(kind: str, url: str, token: str, folder: str) -> Application[Any, Any, Any, Any, Any, Any]:
    builder: Any = ApplicationBuilder().token(token).base_url(f"{url}/bot")
    keep, make = keep_in(folder) if kind.endswith("sql") else (keep_nothing, None)
    if make is not None:

        async def prepare(application: Any) -> None:
            await make()

        builder = builder.post_init(prepare)
    if kind == "pickle":
        builder = builder.persistence(PicklePersistence(f"{folder}/rival.pickle"))
    if kind.startswith("tuned"):
        from bot.channels.telegram_transport import AiohttpRequest  # noqa: PLC0415 - only where used: start-up is measured

        builder = builder.concurrent_updates(InOrder())
        builder = builder.request(AiohttpRequest(64)).get_updates_request(AiohttpRequest(1))
    application = builder.build()
    application.add_handler(conversation(keep, kind.startswith("tuned"), kind == "pickle"))
    return application


if __name__ == "__main__":
    build(*sys.argv[1:5]).run_polling(timeout=20, poll_interval=0.0)
