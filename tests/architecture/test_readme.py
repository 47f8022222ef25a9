"""The README's two commands: what `.ci/run` runs is what the README says, and a newcomer's first command works."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from tree import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
PATIENCE = 600
"""Seconds for a fresh environment on a slow machine."""


def command(heading: str) -> str:
    """The one fenced `sh` block under a heading."""
    section = re.split(r"^## ", README.partition(f"\n## {heading}\n")[2], flags=re.MULTILINE)[0]
    (found,) = re.findall(r"^```sh\n(.+?)\n```$", section, flags=re.MULTILINE | re.DOTALL)
    return str(found)


@pytest.mark.parametrize("heading", ["Run it", "Test it"])
def test_each_command_is_one_line_and_ci_reads_the_same(heading: str) -> None:
    assert "\n" not in command(heading)
    read = subprocess.run([ROOT / ".ci/readme-command", heading], capture_output=True, text=True, check=True).stdout
    assert read.strip() == command(heading)


def test_ci_runs_the_readmes_test_command_and_no_other() -> None:
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert '.ci/readme-command "Test it"' in script
    assert "pytest" not in script
    assert command("Test it").endswith("-m pytest")


def test_the_readme_says_where_to_find_the_chat() -> None:
    assert "http://localhost:8080" in README


@contextmanager
def started(line: str, folder: Path, port: int) -> Iterator[None]:
    """The command running in a folder, in a process group of its own."""
    env = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME")}
    process = subprocess.Popen(["bash", "-c", line], cwd=folder, env={**env, "PORT": str(port)}, start_new_session=True)
    try:
        yield
        assert process.poll() is None, "the command ended by itself"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str) -> str:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - an address on this machine
                return str(answer.read().decode())
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            assert time.monotonic() < deadline, f"nothing answered at {url}"
            time.sleep(0.5)


def post(url: str, document: dict[str, str]) -> dict[str, list[dict[str, object]]]:
    body = json.dumps(document).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310 - as above
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - as above
        return dict(json.load(answer))


@pytest.mark.skipif("SIGNPOST_README" not in os.environ, reason="makes a whole environment: .ci/run does it")
def test_a_newcomer_starts_signpost_with_the_first_command(tmp_path: Path) -> None:
    """A fresh clone, a fresh environment, the command as printed; then the chat page, and an answer."""
    clone, port = tmp_path / "signpost", free_port()
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", ROOT, clone], check=True)
    with started(command("Run it"), clone, port):
        assert "Signpost" in wait_for(f"http://localhost:{port}/")
        answer = post(f"http://localhost:{port}/api/chat/messages", {"id": str(uuid4()), "text": "me"})
        assert "How old are you?" in str(answer["replies"])
    assert (clone / "signpost.sqlite3").exists()
    shutil.rmtree(clone)
