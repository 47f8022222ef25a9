"""Logs tell an operator what happened and where, and cannot tell anyone what a person said."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from webkit import logs_as_they_were

from bot.logs import ALLOWED, allowed_only, configure_logs, get_logger

SAID = "I drink two bottles and live at 4 Mill Lane"


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    with logs_as_they_were():
        yield


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    captured = capsys.readouterr()
    assert captured.out == ""
    return [json.loads(line) for line in captured.err.splitlines()]


def test_a_line_keeps_what_is_listed_and_drops_the_rest(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("INFO", "json")
    get_logger().info("turn taken", turn="t1", step="audit", ms=1.5, text=SAID, person="cookie", answers={"q1": 4})
    (line,) = lines(capsys)
    assert set(line) == {"timestamp", "level", "event", "turn", "step", "ms"}
    assert (line["event"], line["level"], line["turn"], line["ms"]) == ("turn taken", "info", "t1", 1.5)


def test_a_listed_key_cannot_smuggle_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("INFO", "json")
    get_logger().info("turn taken", step={"said": SAID}, outcome=[SAID], count=3)
    (line,) = lines(capsys)
    assert set(line) == {"timestamp", "level", "event", "count"}


def test_an_exception_is_named_and_placed_but_not_quoted(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("INFO", "json")
    try:
        raise ValueError(SAID)
    except ValueError:
        get_logger().exception("turn failed", turn="t1")
    (line,) = lines(capsys)
    assert line["error"] == "ValueError"
    assert line["at"].startswith("bot/test_logs.py:")
    assert SAID not in json.dumps(line)


def test_a_library_may_say_its_template_and_nothing_put_into_it(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("INFO", "json")
    library = logging.getLogger("aiohttp.server")
    library.warning("cannot handle %s", SAID)
    library.warning(f"cannot handle {SAID}")
    try:
        raise KeyError(SAID)
    except KeyError:
        library.exception("failed for %s", SAID)
    first, second, third = lines(capsys)
    assert (first["event"], first["logger"]) == ("cannot handle %s", "aiohttp.server")
    assert second["event"] == "a library's message"
    assert second["where"].startswith("test_logs:")
    assert third["error"] == "KeyError"
    assert SAID not in json.dumps([first, second, third])


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_line_stays_one_line(form: Any, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("INFO", form)
    get_logger().info("turn taken", step="a\nlevel=error event=forged\r\nb")
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_the_level_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("WARNING", "json")
    get_logger().info("turn taken")
    get_logger().warning("database is slow")
    assert [line["event"] for line in lines(capsys)] == ["database is slow"]


def test_before_any_command_has_chosen_a_failure_shows_no_variable() -> None:
    """As a program that uses our modules without `serve` would have it, `rich` installed or not."""
    program = f"""
import bot.turn, structlog
said = {SAID!r}
try:
    raise ValueError(said)
except ValueError:
    structlog.get_logger().exception("turn failed", said=said)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert "turn failed" in done.stderr
    assert "ValueError" in done.stderr
    assert SAID not in done.stderr


values = st.none() | st.integers() | st.floats() | st.text() | st.binary() | st.lists(st.text())


@given(st.dictionaries(st.sampled_from(ALLOWED) | st.text(max_size=12), values, max_size=8))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_logged_only_short_plain_values_under_listed_keys_remain(line: dict[str, Any]) -> None:
    kept = allowed_only(None, "info", dict(line))
    assert set(kept) <= set(ALLOWED)
    assert all(isinstance(value, str | int | float) for value in kept.values())
    assert all(len(value) <= 200 for value in kept.values() if isinstance(value, str))
