"""After a whole run, every test that the clinical safety file names has run and passed."""

import os

import pytest
from proofs import unproven

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
