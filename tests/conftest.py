"""For all tests: fresh databases of each kind, and after a whole run, that what the safety file names has passed."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest
from databases import KINDS, Maker, migrated_postgresql, new_postgresql, server, signpost_url, sqlite_url
from proofs import unproven

from bot import logs, turn  # noqa: F401 - from here on no log of any test shows the variables of a failure
from screening.hazards import load_hazards


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or exitstatus != pytest.ExitCode.OK or not _is_whole(session.config, reporter.stats):
        return
    passed, skipped = ([report.nodeid for report in reporter.stats.get(kind, ())] for kind in ("passed", "skipped"))
    missing = unproven(load_hazards(), passed, skipped, may_skip="CI" not in os.environ)
    for line in missing:
        reporter.write_line(f"hazards.yaml names a test that did not run and pass: {line}", red=True)
    if missing:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _is_whole(config: pytest.Config, stats: dict[str, list[object]]) -> bool:
    """No files were named, nothing was deselected."""
    chosen = config.args_source is not pytest.Config.ArgsSource.TESTPATHS
    return not (chosen or stats.get("deselected") or config.getoption("lf") or config.getoption("collectonly"))


@pytest.fixture(scope="session")
def pattern() -> Iterator[str]:
    """A migrated PostgreSQL database to copy."""
    with migrated_postgresql() as name:
        yield name


def fresh(kind: str, folder: Path, made: ExitStack, pattern: str | None = None) -> str:
    """The `DATABASE_URL` of a new database: a file not yet made, or one on the server."""
    if kind == "sqlite":
        return sqlite_url(folder / f"{uuid4().hex}.sqlite3")
    return signpost_url(server(), made.enter_context(new_postgresql(pattern)))


@pytest.fixture(params=KINDS)
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Maker]:
    """Makes the `DATABASE_URL` of a fresh database each time it is called. The test runs once for each kind."""
    pattern = request.getfixturevalue("pattern") if request.param == "postgresql" else None
    with ExitStack() as made:
        yield lambda: fresh(request.param, tmp_path, made, pattern)


@pytest.fixture
def database(new_database: Maker) -> str:
    """The `DATABASE_URL` of a fresh database, once for each kind."""
    return new_database()


@pytest.fixture(params=KINDS)
def new_empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The `DATABASE_URL` of a database without any tables, once for each kind."""
    with ExitStack() as made:
        yield fresh(request.param, tmp_path, made)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A SQLite file not yet made, where only SQLite will do."""
    return tmp_path / "signpost.sqlite3"


@pytest.fixture(scope="session", autouse=True)
def read_once() -> Iterator[None]:
    """What a process reads when it starts never changes and takes half a second: here it is read once for all tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("load_library", "load_snapshot"):
            patch.setattr(turn, name, _once(getattr(turn, name)))
        yield


def _once(load: Callable[..., object]) -> Callable[..., object]:
    kept: dict[str, object] = {}

    def loaded(*given: object, **named: object) -> object:
        key = repr((given, sorted(named.items())))
        if key not in kept:
            kept[key] = load(*given, **named)
        return kept[key]

    return loaded
