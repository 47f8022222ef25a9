"""Brings up replicas of `signpost serve` quickly: content is read once, and each replica is a fork of this process.

A replica is a process of its own in every other way: settings, migration, database connections, socket, Telegram. Two
things differ from the command: leases and back-off are short, so that a kill holds a reply up for seconds and not for
many; and Telegram's replies end in their number (`#12`), so that the auditor can tell a repeat from two replies alike.

Reads lines of JSON from standard input, `{"settings": {…}, "log": "file"}`; answers each with the replica's number.
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from bot import outbox, turn
from bot.channels import telegram
from bot.commands.serve import serve
from bot.logs import configure_logs
from bot.settings import Settings
from directory.snapshot import load_snapshot
from screening.library import load_library

LEASE, ATTEMPT, PAUSE = 3.0, 2.0, 0.2


def hurry() -> None:
    """Reads the content and shortens the waits, for every replica to come."""
    library, snapshot = load_library(values={"talk_days": "3", "complain_to": "the council"}), load_snapshot()
    turn.load_library = lambda **_: library  # type: ignore[attr-defined]
    turn.load_snapshot = lambda: snapshot  # type: ignore[attr-defined]
    outbox.LEASE, outbox.ATTEMPT, outbox.SHORTEST_WAIT, outbox.LONGEST_WAIT = LEASE, ATTEMPT, PAUSE, 1.0
    telegram.PAUSE, telegram.LONGEST_PAUSE, telegram.LOOK_AT_WEBHOOK = PAUSE, 1.0, 1.0
    shown = telegram.shown
    telegram.shown = lambda reply: f"{shown(reply)}\n#{reply.seq}"


def live(settings: dict[str, Any], log: str) -> None:
    """Serves until killed or asked to stop."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(file, stream)
    configure_logs("WARNING", "json")
    os._exit(asyncio.run(serve(Settings(_env_file=None, **settings))))


def main() -> None:
    """Until standard input ends; then every replica ends too."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries them
    os.setpgid(0, 0)
    hurry()
    print("ready", flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        number = os.fork()
        if number == 0:
            sys.stdin.close()
            live(asked["settings"], str(Path(asked["log"])))
        print(number, flush=True)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
