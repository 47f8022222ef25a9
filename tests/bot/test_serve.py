"""`signpost serve` as an operator meets it: one line when ready, clear refusals, a stop that loses nothing."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from bot.settings import REMEDIES

READY = re.compile(r"Signpost is ready at (http://localhost:\d+) \(Ctrl\+C stops it\)\n")


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """The real command in an empty folder."""
    bare = {name: value for name, value in os.environ.items() if name not in REMEDIES}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "serve"],
        cwd=folder,
        env={**bare, "PYTHONPATH": str(Path(__file__).parents[2]), "PORT": "0", **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def address(process: subprocess.Popen[str]) -> str:
    """Where it serves; waits until it says so."""
    assert process.stdout is not None
    line = process.stdout.readline()
    ready = READY.fullmatch(line)
    assert ready is not None, (line, process.stderr and process.stderr.read())
    return ready.group(1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_starts_with_nothing_set_and_stops_when_asked(tmp_path: Path, number: signal.Signals) -> None:
    with serving(tmp_path) as process:
        url = address(process)
        with urllib.request.urlopen(f"{url}/readyz") as response:  # noqa: S310 - our own server
            assert response.status == 200
        process.send_signal(number)
        assert process.wait(10) == 0
    assert {path.name for path in tmp_path.iterdir()} >= {"signpost.sqlite3", "signpost.key"}


def test_a_stop_in_the_middle_of_messages_keeps_what_it_answered(tmp_path: Path) -> None:
    with serving(tmp_path) as process:
        url = address(process)
        with ThreadPoolExecutor(8) as people:
            answers = [people.submit(send_one, url) for _ in range(80)]
            next(as_completed(answers)).result()
            process.send_signal(signal.SIGTERM)
            answered = sum(answer.result() for answer in answers)
        assert process.wait(15) == 0
    assert answered > 0
    with sqlite3.connect(tmp_path / "signpost.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM inbound").fetchone() == (answered,)


def send_one(url: str) -> bool:
    """One message of one new person; whether it was answered."""
    message = json.dumps({"id": str(uuid4()), "text": "hello"}).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/api/chat/messages", message, headers)  # noqa: S310 - our own server
    try:
        with urllib.request.urlopen(request) as response:  # noqa: S310 - our own server
            return bool(response.status == 200)
    except OSError:
        return False


def test_a_port_in_use_is_named_with_the_remedy(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with serving(tmp_path, PORT=str(port)) as process:
            output, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert output == ""
    assert f"PORT {port} cannot be listened on" in errors
    assert "set PORT to another" in errors
    assert "Traceback" not in errors


def test_a_half_written_configuration_is_refused_naming_the_variable(tmp_path: Path) -> None:
    with serving(tmp_path, HOST="0.0.0.0") as process:  # noqa: S104 - refused here
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "SECRET_KEY is needed because HOST is 0.0.0.0" in errors
    assert "Traceback" not in errors
    assert not (tmp_path / "signpost.sqlite3").exists()
