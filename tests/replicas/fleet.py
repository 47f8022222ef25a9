"""Several replicas on one database, and what kills them."""

import asyncio
import itertools
import json
import os
import random
import signal
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from telegramlike import TOKEN, TelegramLike

KEY = "a-key-that-only-the-tests-use-0123456789"
HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SECONDS_TO_START = 60


class Telegram(TelegramLike):
    """The Telegram-like server, which delivers to every replica in turn, as a balancer would."""

    doors: "itertools.cycle[str] | None" = None

    def door(self) -> str:
        return next(self.doors) if self.doors else self.webhook


@dataclass
class Fleet:
    """The replicas. `settings` are those of each, its port aside."""

    nursery: asyncio.subprocess.Process
    settings: list[dict[str, Any]]
    log: Path
    numbers: dict[int, int] = field(default_factory=dict)
    kills: int = 0
    errors: Counter[str] = field(default_factory=Counter)

    @property
    def urls(self) -> list[str]:
        return [f"http://127.0.0.1:{one['port']}" for one in self.settings]

    async def start(self, which: int) -> None:
        """Starts a replica; it takes messages a moment later."""
        assert self.nursery.stdin is not None
        self.nursery.stdin.write(json.dumps({"settings": self.settings[which], "log": str(self.log)}).encode() + b"\n")
        self.numbers[which] = int(await self._answer())

    async def kill(self, which: int) -> None:
        """`kill -9`, and a new one in its place."""
        with suppress(ProcessLookupError):  # it broke down by itself, which its log tells
            os.kill(self.numbers[which], signal.SIGKILL)
            self.kills += 1
        await self.start(which)

    async def _answer(self) -> str:
        assert self.nursery.stdout is not None
        async with asyncio.timeout(SECONDS_TO_START):
            line = (await self.nursery.stdout.readline()).decode().strip()
        assert line, "the nursery has died"
        return line

    async def ready(self) -> None:
        """Waits until every replica takes connections."""
        for one in self.settings:
            async with asyncio.timeout(SECONDS_TO_START):
                while True:
                    with suppress(OSError):
                        _, writer = await asyncio.open_connection("127.0.0.1", one["port"])
                        writer.close()
                        break
                    await asyncio.sleep(0.05)

    async def harass(self, kills: int, every: float, rng: random.Random) -> None:
        """Kills one after another at random, at any instant of whatever it does."""
        while self.kills < kills:
            await asyncio.sleep(rng.uniform(0, 2 * every))
            await self.kill(rng.randrange(len(self.settings)))

    def complaints(self) -> Counter[str]:
        """What the logs say of errors: event and kind, counted."""
        lines = (json.loads(line) for line in self.log.read_text("utf-8").splitlines() if line.startswith("{"))
        return Counter(f"{line['event']}: {line.get('error', '')}" for line in lines if line["level"] == "error")


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on just now."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


@asynccontextmanager
async def fleet(server: Telegram, database: str, replicas: int, way: str, folder: Path) -> AsyncIterator[Fleet]:
    """Running replicas. `way`: by "webhook" Telegram brings messages to all in turn, by "polling" the first asks."""
    ports = free_ports(replicas)
    common = {
        "database_url": database, "secret_keys": [KEY], "host": "127.0.0.1", "telegram_api_url": server.url,
        "public_url": f"http://127.0.0.1:{ports[0]}", "telegram_messages_a_second": 100_000,
    }  # fmt: skip
    takes_telegram = {"telegram_bot_token": TOKEN, "telegram_webhook": way == "webhook"}
    settings = [
        {**common, "port": port, **(takes_telegram if way == "webhook" or number == 0 else {})}
        for number, port in enumerate(ports)
    ]
    if way == "webhook":
        server.doors = itertools.cycle([f"http://127.0.0.1:{port}/telegram/webhook" for port in ports])
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    pipe = asyncio.subprocess.PIPE
    nursery = await asyncio.create_subprocess_exec(
        sys.executable, str(HERE / "nursery.py"), stdin=pipe, stdout=pipe, env=environment
    )
    made = Fleet(nursery, settings, folder / "replicas.log")
    made.log.touch()
    try:
        assert await made._answer() == "ready"
        for which in range(replicas):
            await made.start(which)
        await made.ready()
        yield made
    finally:
        assert nursery.stdin is not None
        nursery.stdin.close()
        await nursery.wait()
