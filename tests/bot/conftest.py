"""Tests that configure no logs write short ones: the library would show every variable of a failure, slowly."""

import pytest
import structlog


@pytest.fixture(scope="session", autouse=True)
def short_logs() -> None:
    renderer = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], renderer])
