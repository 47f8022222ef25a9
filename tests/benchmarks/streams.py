"""What open chat pages cost: many pages wait on their streams while a few people talk.

    python tests/benchmarks/streams.py [--open 500] [--seconds 20] [--talkers 10]

One process on a SQLite file, as `signpost serve` starts it. Half of the pages have a talk, half were only opened.
Memory is what the process holds with all pages open, less what it held before the first of them; processor time is that
of the waiting alone. A reply's time runs from a talker's message to its arrival on the stream of that person's page.
"""

import argparse
import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from uuid import uuid4

from aiohttp import ClientSession, ClientTimeout, CookieJar, TCPConnector
from rivalry import ROOT, cpu_seconds, memory_mb

WARM = 20
SLOWEST = 60.0
"""Seconds after which the run counts as broken."""


@contextmanager
def serving() -> Iterator[tuple[str, int]]:
    """The real command on a fresh database: its address and its process."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {"PORT": "0", "LOG_LEVEL": "ERROR", "PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
        command = [sys.executable, "-m", "bot", "serve"]
        process = subprocess.Popen(command, cwd=folder, env=settings, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        ready = re.search(r"http://localhost:(\d+)", process.stdout.readline())
        assert ready is not None
        yield f"http://127.0.0.1:{ready.group(1)}", process.pid
        process.terminate()
        process.wait(SLOWEST)


class Browser:
    """One browser: its cookie, its talk and an open page's stream."""

    def __init__(self, site: str, session: ClientSession) -> None:
        self.site, self.session = site, session
        self.arrived: asyncio.Queue[tuple[int, float]] = asyncio.Queue()

    async def say(self, text: str) -> int:
        """Sends a message; the number of its last reply."""
        message = {"id": str(uuid4()), "text": text}
        async with self.session.post(f"{self.site}/api/chat/messages", json=message) as response:
            replies = (await response.json())["replies"]
            return int(replies[-1]["seq"])

    async def wait(self) -> None:
        """Holds the stream open and notes what arrives."""
        async with self.session.get(f"{self.site}/api/chat/stream") as response:
            assert response.status == 200, response.status
            async for line in response.content:
                if line.startswith(b"data: "):
                    await self.arrived.put((json.loads(line[6:])["seq"], time.perf_counter()))

    async def time_reply(self, text: str) -> float:
        """Seconds from a message to its last reply's arrival on the stream."""
        start = time.perf_counter()
        last = await self.say(text)
        while True:
            seq, at = await asyncio.wait_for(self.arrived.get(), SLOWEST)
            if seq == last:
                return at - start


async def measure(site: str, pid: int, pages: int, seconds: float, talkers: int) -> None:
    async with AsyncExitStack() as stack:
        before, browsers = memory_mb(pid), []
        for number in range(pages):
            jar = CookieJar(unsafe=True)
            session = ClientSession(cookie_jar=jar, timeout=ClientTimeout(total=None), connector=TCPConnector(limit=4))
            browsers.append(Browser(site, await stack.enter_async_context(session)))
            async with session.get(site) as response:
                assert response.status == 200
            if number % 2 == 0:
                await browsers[-1].say("for me")
        streams = [asyncio.create_task(browser.wait()) for browser in browsers]
        stack.push_async_callback(_end, streams)
        await asyncio.sleep(5)
        assert not any(stream.done() for stream in streams), "a stream was refused or ended"
        used, start = cpu_seconds(pid), time.perf_counter()
        await asyncio.sleep(seconds)
        busy = (cpu_seconds(pid) - used) / (time.perf_counter() - start)
        held = memory_mb(pid) - before
        times = sorted([await browser.time_reply("35") for browser in browsers[: 2 * talkers : 2] for _ in range(3)])
        print(f"{pages} open pages: {held:.1f} MB more, {held * 1024 / pages:.0f} kB a page; {before:.0f} MB before")
        print(f"waiting alone: {busy:.1%} of one core")
        median, worst = statistics.median(times) * 1000, times[-1] * 1000
        print(f"{len(times)} replies meanwhile: median {median:.0f} ms, worst {worst:.0f} ms")


async def _end(streams: list[asyncio.Task[None]]) -> None:
    for stream in streams:
        stream.cancel()
    await asyncio.gather(*streams, return_exceptions=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--open", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--talkers", type=int, default=10)
    args = parser.parse_args()
    with serving() as (site, pid):
        asyncio.run(measure(site, pid, WARM, 1.0, 1))  # what the first pages load stays loaded
        asyncio.run(measure(site, pid, args.open, args.seconds, args.talkers))


if __name__ == "__main__":
    main()
