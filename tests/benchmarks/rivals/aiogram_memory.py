"""A rival made with aiogram, states in memory: `python aiogram_memory.py memory URL TOKEN FOLDER`.

In an environment of its own: aiogram pins other versions of what Signpost uses.
"""

import asyncio
import sys

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from audit import items

ITEMS = items()


def question(number: int) -> tuple[str, InlineKeyboardMarkup]:
    text, options = ITEMS[number]
    rows = [[InlineKeyboardButton(text=label, callback_data=str(points))] for label, points in options]
    return f"Question {number + 1} of {len(ITEMS)}\n\n{text}", InlineKeyboardMarkup(inline_keyboard=rows)


async def begin(message: Message, state: FSMContext) -> None:
    await state.set_data({"points": []})
    text, markup = question(0)
    await message.answer(text, reply_markup=markup)


async def take(query: CallbackQuery, state: FSMContext) -> None:
    points = [*(await state.get_data())["points"], int(query.data or 0)]
    await state.set_data({"points": points})
    await query.answer()
    if not isinstance(query.message, Message):
        return
    if len(points) < len(ITEMS):
        text, markup = question(len(points))
        await query.message.edit_text(text, reply_markup=markup)
    else:
        await query.message.edit_text(f"Your score is {sum(points)} out of 40.")


async def main(url: str, token: str) -> None:
    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
    dispatcher = Dispatcher()
    dispatcher.message.register(begin, CommandStart())
    dispatcher.callback_query.register(take, F.data)
    await dispatcher.start_polling(bot)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[2], sys.argv[3]))
