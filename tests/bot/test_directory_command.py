"""`signpost directory`: an operator looks, confirms, imports, goes back; everybody sees it, and nobody is named."""

import asyncio
import json
import os
import sys
import time
from asyncio.subprocess import DEVNULL
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from databases import elsewhere
from webkit import running_site

from bot.cli import main
from bot.live import live_snapshot
from bot.settings import REMEDIES, Settings
from bot.turn import open_turns
from directory.services import load_catalogue

NUMBER = "01843 999 000"
Answer = tuple[int, str, str]
Command = Callable[..., Answer]


@pytest.fixture
def signpost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs `signpost directory …` in an empty folder without settings: the code, what is printed, what is told."""
    monkeypatch.chdir(tmp_path)
    for name in REMEDIES:
        monkeypatch.delenv(name, raising=False)

    def run(*words: str) -> Answer:
        code = main(["directory", *words])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def on_database(database: str, signpost: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The same on a migrated database, once for each kind."""
    monkeypatch.setenv("DATABASE_URL", database)
    monkeypatch.setenv("SECRET_KEY", "only-this-test-uses-this-key-0123456789")
    return signpost


def confirm(run: Command, *fields: str, service: str = "adult_east_kent") -> str:
    code, printed, told = run("confirm", service, *fields, "--by", "duty manager")
    assert (code, told) == (0, "")
    return printed


def test_looking_makes_no_database_and_no_key(signpost: Command, tmp_path: Path) -> None:
    for words in (("list",), ("list", "--open", "--json"), ("show", "aa"), ("history", "aa"), ("export",)):
        assert signpost(*words)[0] == 0
    assert list(tmp_path.iterdir()) == []


def test_the_list_begins_with_what_is_open(signpost: Command) -> None:
    listed = json.loads(signpost("list", "--json")[1])
    assert len(listed) == 98
    assert [each["id"] for each in listed[:2]] == ["adult_east_kent", "bridge_house"]
    assert (listed[0]["unreachable"], listed[0]["waiting"], listed[0]["since"]) == (
        True, ["sites.0.phone"], "2024-10-21",
    )  # fmt: skip
    assert not listed[-1]["unreachable"] and not listed[-1]["review_due"]


def test_a_confirmed_number_is_found_and_one_thing_less_stands_before_launch(on_database: Command) -> None:
    assert "adult_east_kent" not in live_snapshot().contacts
    assert f"The public now sees: phone {NUMBER}." in confirm(on_database, f"phone={NUMBER}")
    assert live_snapshot().contacts["adult_east_kent"] == NUMBER
    shown = json.loads(on_database("show", "adult_east_kent", "--json")[1])
    assert (shown["version"], shown["service"]["confirmed"]["by"]) == (1, "duty manager")


def test_launch_waits_for_one_contact_fewer(on_database: Command, capsys: pytest.CaptureFixture[str]) -> None:
    def contacts() -> list[str]:
        main(["check", "--launch", "--json"])
        waiting = json.loads(capsys.readouterr().out)["launch"]
        return [each["what"].partition(":")[0] for each in waiting if each["kind"] == "contact"]

    before = contacts()
    confirm(on_database, f"phone={NUMBER}")
    assert set(before) - set(contacts()) == {"adult_east_kent"}


def test_a_person_hears_the_confirmed_number(on_database: Command, database: str) -> None:
    async def offered() -> list[str]:
        turns = await open_turns(Settings(_env_file=None, database_url=database, secret_keys=("k" * 40,)))
        try:
            offers = turns.directory.offers(
                area="E07000114", age_band="30_39", audience="self", substances=("alcohol",), needs=("alcohol",)
            )
        finally:
            await turns.close()
        return [value for line in offers[0].contact for value in line.values.values()]

    confirm(on_database, f"phone={NUMBER}")
    assert NUMBER in elsewhere(offered())


async def test_a_running_site_follows_another_process_within_three_seconds(database: str) -> None:
    env = {**os.environ, "DATABASE_URL": database, "PYTHONPATH": str(Path(__file__).parents[2])}
    words = ("-m", "bot", "directory", "confirm", "adult_east_kent", f"phone={NUMBER}", "--by", "duty manager")
    async with running_site(database) as site:
        assert "adult_east_kent" not in site.turns.directory.contacts
        other = await asyncio.create_subprocess_exec(sys.executable, *words, env=env, stdout=DEVNULL)
        assert await other.wait() == 0
        saved = time.monotonic()
        while site.turns.directory.contacts.get("adult_east_kent") != NUMBER:
            assert time.monotonic() - saved < 3
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    ("by", "told"),
    [
        ("Jane Smith", "By looks as if a person's name is in it; say the post or team, such as `duty manager`."),
        ("jane@example.org", "By looks as if an e-mail address is in it"),
        ("07700 900123", "By looks as if a telephone number is in it"),
        (" ", "Say by; it is kept with the change."),
    ],
)
def test_who_confirms_is_a_post_and_never_a_person(by: str, told: str, signpost: Command) -> None:
    code, printed, said = signpost("confirm", "aa", "--by", by)
    assert (code, printed) == (1, "")
    assert told in said and said.count("\n") == 1


def test_a_reason_may_hold_a_number_but_nobody(signpost: Command) -> None:
    confirm(signpost, "phone=0800 9177 650", service="aa")
    reason = "rang 0800 9177 650 and asked"
    assert signpost("withdraw", "aa", "--by", "admin", "--reason", reason)[0] == 0
    code, _, told = signpost("undo", "aa", "0", "--by", "admin", "--reason", "Jane Smith said so")
    assert code == 1 and "The reason looks as if a person's name is in it" in told


def test_an_unknown_service_is_told_with_what_is_near(signpost: Command) -> None:
    for words in (
        ("show", "adult_eest_kent"),
        ("history", "adult_eest_kent"),
        ("confirm", "adult_eest_kent", "--by", "x"),
    ):
        code, printed, told = signpost(*words)
        assert (code, printed) == (1, "")
        assert "There is no service adult_eest_kent; did you mean adult_" in told


def test_the_history_names_the_post_and_each_field_and_can_be_undone(on_database: Command) -> None:
    confirm(on_database, f"phone={NUMBER}", "sites.3.opening_hours=Mon to Fri, 9 to 5")
    confirm(on_database, "phone=01843 111 111")
    printed = on_database("history", "adult_east_kent")[1]
    assert "confirm by duty manager: phone=01843 999 000, sites.3.opening_hours=Mon to Fri, 9 to 5" in printed
    assert f"    phone: {NUMBER} -> 01843 111 111" in printed
    undone = on_database("undo", "adult_east_kent", "1", "--by", "admin", "--reason", "it was right")
    assert undone[:2] == (0, "adult_east_kent is at version 3, which says what version 1 said.\n")
    versions = json.loads(on_database("history", "adult_east_kent", "--json")[1])
    assert [each["action"] for each in versions] == ["confirm", "confirm", "undo"]
    assert {"field": "phone", "before": "01843 111 111", "after": NUMBER} in versions[-1]["changes"]
    assert live_snapshot().contacts["adult_east_kent"] == NUMBER


def exported(run: Command, path: Path) -> dict[str, Any]:
    assert run("export", "-o", str(path))[0] == 0
    document: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return document


def test_what_is_exported_can_be_changed_and_imported(on_database: Command, tmp_path: Path) -> None:
    path = tmp_path / "all.yaml"
    document = exported(on_database, path)
    document["services"][0]["description"] = "Help in East Kent."
    path.write_text(yaml.safe_dump(document), "utf-8")
    code, printed, _ = on_database("import", str(path), "--dry-run")
    assert code == 0 and "-> Help in East Kent." in printed
    assert "1 of 98 services would change; 0 that the file does not hold stay as they are." in printed
    code, _, told = on_database("import", str(path))
    assert code == 1 and "Nothing was saved: say --by (your post) and --reason" in told
    assert exported(on_database, tmp_path / "same.yaml")["services"][0]["description"] != "Help in East Kent."
    assert on_database("import", str(path), "--by", "admin", "--reason", "plain words")[0] == 0
    assert exported(on_database, tmp_path / "new.yaml")["services"][0]["description"] == "Help in East Kent."


def test_a_wrong_file_changes_nothing_and_is_told_line_by_line(on_database: Command, tmp_path: Path) -> None:
    path = tmp_path / "all.yaml"
    document = exported(on_database, path)
    document["services"][0]["description"] = "Help in East Kent."
    document["services"][1]["needs"] = ["juggling"]
    document["services"][2]["age_max"] = 130
    path.write_text(yaml.safe_dump(document, sort_keys=False), "utf-8")
    code, printed, told = on_database("import", str(path), "--by", "admin", "--reason", "a mistake")
    assert (code, printed) == (1, "")
    assert "all.yaml, line " in told and "service wk_open_access: age_max: Input should be less than" in told
    assert exported(on_database, path)["services"][0]["description"] != "Help in East Kent."


def test_a_confirmation_in_a_file_names_nobody_either(signpost: Command, tmp_path: Path) -> None:
    path = tmp_path / "all.yaml"
    document = exported(signpost, path)
    document["services"][0]["confirmed"] = {"by": "Jane Smith", "on": "2026-11-03"}
    path.write_text(yaml.safe_dump(document), "utf-8")
    code, _, told = signpost("import", str(path), "--by", "admin", "--reason", "confirmed")
    assert code == 1 and "By looks as if a person's name is in it" in told


def test_where_the_database_is_away_the_shipped_directory_is_shown_and_that_is_said(
    signpost: Command, tmp_path: Path
) -> None:
    (tmp_path / "signpost.sqlite3").write_text("This is a shopping list, not a database. " * 10)
    code, printed, told = signpost("show", "aa")
    assert code == 0 and printed.startswith("id: aa")
    assert told == (
        "signpost: the database cannot be read, so this is the directory as it was shipped, without any edits\n"
    )


def test_the_check_says_where_a_release_has_changed_a_record_under_an_edit(
    on_database: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm(on_database, "phone=0800 111 1111", service="aa")
    assert on_database("check")[2] == ""
    shipped = load_catalogue()
    changed = [
        service.model_copy(update={"description": "New words."}) if service.id == "aa" else service
        for service in shipped.services
    ]
    newer = shipped.model_copy(update={"services": tuple(changed)})
    monkeypatch.setattr("bot.live.load_catalogue", lambda: newer)
    code, _, told = on_database("check")
    assert code == 0
    assert told.startswith("aa: this release changed its record after somebody edited it; the edit holds")
    listed = {each["id"]: each["release_changed"] for each in json.loads(on_database("list", "--json")[1])}
    assert [name for name, is_so in listed.items() if is_so] == ["aa"]
    assert json.loads(on_database("show", "aa", "--json")[1])["service"]["phone"] == "0800 111 1111"


def test_there_is_nothing_to_undo_where_nobody_edited(signpost: Command) -> None:
    assert signpost("undo", "aa", "3", "--by", "admin", "--reason", "try")[2] == (
        "signpost: aa has no version 3 to go back to; nobody has edited it.\n"
    )
