"""Staff on Telegram: a one-time code gives one chat its role, for a time, and leaves no trace of itself."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import select
from telegramlike import TOKEN, eventually, telegram_like
from webkit import logs_as_they_were

from bot import turn as turn_module
from bot.channels.base import Inbound
from bot.channels.telegram import TelegramChannel
from bot.logs import configure_logs
from bot.settings import Settings
from bot.turn import Turns, open_turns
from bot.world import World, uk_now
from directory.database import reading
from directory.staff import PROVIDER, ROLES
from directory.staff_chats import CHAT_ROLES
from directory.tables import metadata
from screening.state import Event

ANN, BOB = "501", "502"
SECRET = "a-secret-of-at-least-thirty-two-characters"
REFUSED = "does not work here"


class Late:
    """A clock that can be put forward."""

    def __init__(self) -> None:
        self.by = timedelta(0)

    def __call__(self) -> datetime:
        return uk_now() + self.by


class Chats:
    """The people's side: what each writes, and what they are told."""

    def __init__(self, turns: Turns, monkeypatch: pytest.MonkeyPatch) -> None:
        self.turns, self.numbers, self.clock = turns, count(1), Late()
        self.roles: list[str | None] = []
        make = turn_module.world

        def noted(*given: object) -> World:
            facts = make(*given)  # type: ignore[arg-type] # passed on as it came
            self.roles.append(facts.role)
            return facts

        monkeypatch.setattr(turn_module, "world", noted)
        monkeypatch.setattr(turns.store, "_clock", self.clock)
        monkeypatch.setattr(turns.store.staff, "_clock", self.clock)

    async def write(self, text: str, person: str = ANN, channel: str = "telegram", event_id: str | None = None) -> str:
        push_to = person if channel == "telegram" else None
        event = Event(kind="text", text=text)
        replies = await self.turns.take(
            Inbound(channel, event_id or str(next(self.numbers)), person, event, push_to=push_to)
        )
        return "\n".join(reply.text for reply in replies)

    async def role(self, person: str = ANN) -> str | None:
        """The role the engine is told of with this chat's next message."""
        await self.write("menu", person)
        return self.roles[-1]

    async def code(self, role: str = "oneyou") -> str:
        services = ("adult_east_kent",) if role == PROVIDER else ()
        return (await self.turns.store.staff.invite(role, None, None, services)).code


@pytest.fixture
async def chats(database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Chats]:
    turns = await open_turns(Settings(_env_file=None, database_url=database, secret_keys=(SECRET,)))
    yield Chats(turns, monkeypatch)
    await turns.close()


async def everything(turns: Turns) -> dict[str, str]:
    """All that the database holds, by table."""
    async with reading(turns.store._engine) as connection:
        return {
            name: str((await connection.execute(select(table))).mappings().all())
            for name, table in metadata.tables.items()
        }


@pytest.mark.parametrize("role", CHAT_ROLES)
async def test_a_code_gives_the_chat_its_role_and_staff_alone_takes_it_away(chats: Chats, role: str) -> None:
    told = await chats.write(f"/staff {await chats.code(role)}")
    assert {"professional": "Professional", "oneyou": "OneYou", "supervisor": "Supervisor"}[role] in told
    assert "Type /staff to sign out" in told
    assert await chats.role() == role
    assert await chats.role(BOB) is None
    assert "signed out" in await chats.write("/staff")
    assert await chats.role() is None
    assert "No staff are signed in" in await chats.write("/staff")


async def test_the_talk_goes_on_where_it_can(chats: Chats) -> None:
    assert "How old is the person" in await chats.write(f"/staff {await chats.code()}"), "somebody new is asked at once"
    assert "Welcome back" in await chats.write("/staff")


async def test_every_code_that_does_not_work_gets_the_same_words(chats: Chats) -> None:
    staff = chats.turns.store.staff
    used, ended, old = await chats.code(), await staff.invite("oneyou", None, None), await chats.code()
    await chats.write(f"/staff {used}", BOB)
    await staff.revoke(ended.member.id, None)
    chats.clock.by = timedelta(hours=72)
    wrong = ["AAAA-AAAA-AAAA-AAAA", "x", "é" * 300]
    told = [
        (await chats.write(f"/staff {code}", str(number))).partition("\n")[0]
        for number, code in enumerate([used, ended.code, old, *wrong])
    ]
    assert len(set(told)) == 1
    assert REFUSED in told[0]


@pytest.mark.parametrize("role", sorted(set(ROLES) - set(CHAT_ROLES)))
async def test_a_code_for_the_pages_does_nothing_here_and_still_works_there(chats: Chats, role: str) -> None:
    code = await chats.code(role)
    assert REFUSED in await chats.write(f"/staff {code}")
    assert await chats.role() is None
    assert await chats.turns.store.staff.redeem(code, "seven green kettles on the moor") is not None


async def test_a_chat_that_guesses_is_told_the_same_and_has_to_wait(chats: Chats) -> None:
    code = await chats.code()
    for _ in range(5):
        assert REFUSED in await chats.write("/staff AAAA-AAAA-AAAA-AAAA")
    assert REFUSED in await chats.write(f"/staff {code}"), "a right code too, for a minute"
    chats.clock.by = timedelta(minutes=1)
    assert "OneYou" in await chats.write(f"/staff {code}")


async def test_a_message_delivered_again_is_answered_as_before_and_uses_nothing_up(chats: Chats) -> None:
    code = await chats.code()
    assert "OneYou" in await chats.write(f"/staff {code}", event_id="again")
    await chats.write(f"/staff {code}", event_id="again")
    assert await chats.role() == "oneyou"
    kept = await everything(chats.turns)
    assert "'tries': " not in kept["staff_attempt"]


async def test_a_turn_that_fails_leaves_the_code_as_good_as_before(
    chats: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = await chats.code()
    with monkeypatch.context() as broken:
        broken.setattr(turn_module, "carry_out", None)
        with pytest.raises(TypeError):
            await chats.write(f"/staff {code}")
    assert await chats.role() is None
    assert "OneYou" in await chats.write(f"/staff {code}")


async def test_a_code_sent_from_two_chats_at_once_signs_in_one(chats: Chats) -> None:
    code = await chats.code()
    told = await asyncio.gather(*(chats.write(f"/staff {code}", person) for person in (ANN, BOB)))
    assert sorted(REFUSED in each for each in told) == [False, True]
    assert sorted([await chats.role(ANN), await chats.role(BOB)], key=str) == [None, "oneyou"]


async def test_it_ends_by_itself_when_unused_and_at_the_latest_after_90_days(chats: Chats) -> None:
    await chats.write(f"/staff {await chats.code()}")
    for day in range(13, 90, 13):
        chats.clock.by = timedelta(days=day)
        assert await chats.role() == "oneyou"
    chats.clock.by = timedelta(days=90)
    assert await chats.role() is None
    await chats.write(f"/staff {await chats.code()}")
    chats.clock.by = timedelta(days=104)
    assert await chats.role() is None


async def test_revoking_and_forgetting_end_it_at_once(chats: Chats) -> None:
    staff = chats.turns.store.staff
    for person in (ANN, BOB):
        await chats.write(f"/staff {await chats.code()}", person)
    ann, bob = [account.member.id for account in await staff.members()]
    assert {await chats.role(ANN), await chats.role(BOB)} == {"oneyou"}
    await staff.revoke(ann, None)
    await staff.revoke(bob, None)
    assert [await chats.role(ANN), await chats.role(BOB)] == [None, None]
    await chats.write(f"/staff {await chats.code()}")
    await chats.write("forget me")
    assert await chats.role() is None


async def test_a_second_code_takes_the_place_of_the_first(chats: Chats) -> None:
    await chats.write(f"/staff {await chats.code('oneyou')}")
    await chats.write(f"/staff {await chats.code('supervisor')}")
    assert await chats.role() == "supervisor"


async def test_danger_after_the_command_is_heard(chats: Chats) -> None:
    assert "999" in await chats.write("/staff I have taken an overdose")
    assert "AAAA" not in str(await everything(chats.turns))


async def test_in_a_browser_a_code_typed_into_the_chat_is_not_used_up(chats: Chats) -> None:
    code = await chats.code()
    await chats.write("hello", channel="web")
    assert "Your code works" not in await chats.write(f"/staff {code}", channel="web")
    assert "OneYou" in await chats.write(f"/staff {code}")


async def test_neither_code_nor_chat_is_kept_or_logged(chats: Chats, capsys: pytest.CaptureFixture[str]) -> None:
    good, wrong = await chats.code(), "7K3M-9QXP-2D4T-W8HN"
    with logs_as_they_were():
        configure_logs("DEBUG", "json")
        await chats.write(f"/staff {wrong}", "5550123987")
        await chats.write(f"/staff {good}", "5550123987")
    logged = "".join(capsys.readouterr())
    kept = await everything(chats.turns)
    assert '"turn"' in logged
    for secret in (good, wrong, "5550123987"):
        assert secret not in logged
        assert not [table for table, held in kept.items() if secret in held]
    assert "'joined_chat'" in kept["staff_audit"]


async def test_over_telegram_itself(chats: Chats) -> None:
    code = await chats.code("supervisor")
    with telegram_like() as server:
        task = asyncio.create_task(TelegramChannel(TOKEN, server.url, chats.turns).run())
        try:
            server.write(501, f"/staff@SignpostTestBot {code.lower()}")
            await eventually(lambda: any("Supervisor" in text for text in server.texts(501)), 20)
        finally:
            task.cancel()
            await asyncio.wait([task], timeout=20)
        assert "staff" not in [command["command"] for command in server.commands], (
            "the public's menu says nothing of it"
        )
    assert await chats.role() == "supervisor"


@pytest.mark.parametrize(
    ("role", "asked", "before"),
    [
        ("oneyou", "How old is", "What is your role?"),
        ("supervisor", "How old is", "What is your role?"),
        ("professional", "What is your role?", "Who is this for?"),
    ],
)
async def test_who_is_signed_in_is_not_asked_what_is_known_already(
    chats: Chats, role: str, asked: str, before: str
) -> None:
    told = await chats.write(f"/staff {await chats.code(role)}")
    assert asked in told
    assert "Who is this for?" not in told
    assert before in await chats.write("back"), "what is known can still be corrected"
    await chats.write("/staff")
    assert "Who is this for?" in await chats.write("start again")
