"""`signpost demo` and `signpost report import`, as an operator uses them."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from webkit import logs_as_they_were

from bot.cli import main
from bot.commands import demo, report, report_close, report_import
from bot.world import UK

Run = Callable[..., tuple[int, str, str]]
NOW = datetime(2026, 5, 3, 12, tzinfo=UK)
LINES = "series,period,area,value,source,definition,published_on\n"
TREATED = "numbers_in_treatment,2025-26,Kent,4944,Committee slides,Adults treated in the year,2026-04-30\n"


@pytest.fixture
def signpost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Runs a command in an empty folder with no configuration, on 3 May 2026."""
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "SECRET_KEY", "HOST", "PUBLIC_URL", "TELEGRAM_BOT_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for module in (demo, report, report_close, report_import):
        monkeypatch.setattr(module, "uk_now", lambda: NOW)

    def run(*words: str) -> tuple[int, str, str]:
        code = main(words)
        said = capsys.readouterr()
        return code, said.out, said.err

    with logs_as_they_were():
        yield run


def test_a_demo_can_be_looked_at_at_once_and_every_file_says_what_it_is(signpost: Run, tmp_path: Path) -> None:
    code, out, _ = signpost("demo", "--referrals", "120", "--seed", "5")
    assert code == 0 and "Closed: April 2024." in out and "Closed: April 2026." in out
    assert "This database is a demo for ever" in out
    assert signpost("demo", "--referrals", "120", "--seed", "5")[0] == 0, "again: the same, nothing to do"
    code, text, _ = signpost("report", "--period", "2025-26")
    assert code == 0 and "DEMO: every figure here is made up." in text and "Figures of others" in text
    assert signpost("report", "--period", "2025-26", "--format", "all", "-o", "files")[0] == 0
    assert json.loads((tmp_path / "files/manifest.json").read_text())["watermark"]
    assert all("demo" in each.name for each in (tmp_path / "files").iterdir() if each.name.startswith("signpost"))
    code, _, err = signpost("demo", "--referrals", "7")
    assert code == 1 and "a demo already" in err and err.count("\n") == 1


def test_a_demo_is_not_made_where_somebody_works(signpost: Run) -> None:
    assert signpost("staff", "invite", "--role", "admin")[0] == 0
    code, out, err = signpost("demo")
    assert (code, out) == (1, "") and "give another database_url" in err.lower()


def test_a_demo_meets_nobody_on_telegram(signpost: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    signpost("demo", "--referrals", "1")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123456789:made-up-token-for-tests-0123456789ab")
    code, _, err = signpost("serve")
    assert code == 1 and "this database is a demo, which must not meet real people" in err


def test_figures_of_others_are_taken_in_and_told_apart(signpost: Run, tmp_path: Path) -> None:
    file = tmp_path / "treated.csv"
    file.write_text(LINES + TREATED)
    said = "External figures read: 1 (numbers_in_treatment); new or changed: 1.\n"
    assert signpost("report", "import", str(file)) == (0, said, "")
    file.write_text(LINES + TREATED + TREATED.replace("4944", "some"))
    code, out, err = signpost("report", "import", str(file))
    assert (code, out) == (1, "") and "was not taken in" in err and "line 3: write the value" in err
    assert "cannot be read" in signpost("report", "import", "nowhere.csv")[2]
