"""`signpost staff`: the operator's side of the accounts."""

import asyncio
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import main
from bot.settings import load_settings
from bot.world import uk_now
from directory.database import open_engine
from directory.sealing import Keyring
from directory.staff import ROLES, Member, Staff

GOOD = "seven green kettles on the moor"
CODE = r"[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def signpost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in an empty folder with no configuration: exit code, output, errors."""
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "SECRET_KEY", "HOST", "PUBLIC_URL", "TELEGRAM_BOT_TOKEN"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: str) -> tuple[int, str, str]:
        code = main(words)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def redeem(code: str) -> Member | None:
    """The member that a code makes, in the database of this folder."""

    async def work() -> Member | None:
        settings = load_settings()
        engine = open_engine(settings.database_url)
        try:
            return await Staff(engine, Keyring(settings.secret_keys), uk_now).redeem(code, GOOD)
        finally:
            await engine.dispose()

    return asyncio.run(work())


PROVIDER = ("--role", "provider", "--service", "adult_east_kent")


def invite(signpost: Run, *words: str) -> str:
    """The code printed."""
    exit_code, out, _ = signpost("staff", "invite", *words)
    assert exit_code == 0
    (code, *_) = re.findall(CODE, out)
    return str(code)


@pytest.mark.parametrize("role", ROLES)
def test_an_invitation_prints_a_code_and_a_link_that_work_once(signpost: Run, role: str) -> None:
    own = ("--service", "adult_east_kent") if role == "provider" else ()
    _, out, _ = signpost("staff", "invite", "--role", role, "--label", "Margate hub", *own)
    codes = re.findall(CODE, out)
    assert len(set(codes)) == 1
    assert f"http://localhost:8080/staff/join#{codes[0]}" in out
    member = redeem(codes[0])
    assert member is not None
    assert (member.role, member.label) == (role, "Margate hub")
    assert redeem(codes[0]) is None


def test_telegram_is_told_of_where_there_is_one_for_that_role(signpost: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123456789:made-up-token-for-tests-0123456789ab")
    assert "/staff " in signpost("staff", "invite", "--role", "oneyou")[1]
    assert "/staff " not in signpost("staff", "invite", "--role", "admin")[1]


def test_the_list_shows_every_account_and_no_code(signpost: Run) -> None:
    assert "no accounts" in signpost("staff", "list")[1]
    used, waiting = (
        invite(signpost, "--role", "admin"),
        invite(signpost, *PROVIDER, "--label", "Desk"),
    )
    member = redeem(used)
    assert member is not None
    _, out, _ = signpost("staff", "list", "--json")
    first, second = json.loads(out)
    assert set(first) == {"id", "name", "role", "label", "standing", "since", "services"}
    assert (first["services"], second["services"]) == ([], ["adult_east_kent"])
    assert (first["id"], first["name"], first["standing"]) == (member.id, member.name, "active")
    assert (second["role"], second["label"], second["standing"]) == ("provider", "Desk", "invited")
    assert waiting not in out
    lines = signpost("staff", "list")[1].splitlines()
    assert [line.split()[0] for line in lines] == [first["id"], second["id"]]


@pytest.mark.parametrize("by", ["id", "name"])
def test_revoking_ends_an_account_and_says_so(signpost: Run, by: str) -> None:
    code = invite(signpost, "--role", "admin")
    (account,) = json.loads(signpost("staff", "list", "--json")[1])
    assert signpost("staff", "revoke", account[by])[0] == 0
    assert redeem(code) is None
    assert json.loads(signpost("staff", "list", "--json")[1])[0]["standing"] == "revoked"
    assert signpost("staff", "revoke", account[by])[0] == 1


@pytest.mark.parametrize("words", [("revoke", "nobody"), ("invite", "--again", "nobody")])
def test_an_account_that_is_not_there_is_said_not_to_be_and_where_to_look(signpost: Run, words: tuple[str]) -> None:
    code, out, err = signpost("staff", *words)
    assert (code, out) == (1, "")
    assert "signpost staff list" in err
    assert len(err.splitlines()) == 1


def test_a_lost_passphrase_gets_a_new_code(signpost: Run) -> None:
    member = redeem(invite(signpost, "--role", "commissioner"))
    assert member is not None
    assert redeem(invite(signpost, "--again", member.name)) == member
    assert redeem(invite(signpost, "--again", member.id)) == member


@pytest.mark.parametrize("label", ["Sarah Jenkins", "s.jenkins@example.org", "07700 900123"])
def test_a_label_that_looks_like_a_person_is_refused_unless_insisted_on(signpost: Run, label: str) -> None:
    code, out, err = signpost("staff", "invite", "--role", "admin", "--label", label)
    assert (code, out) == (1, "")
    assert "a post or a team" in err
    assert label not in err
    assert "no accounts" in signpost("staff", "list")[1]
    assert invite(signpost, "--role", "admin", "--label", label, "--insist")


def test_a_role_and_an_account_are_not_asked_for_together(signpost: Run) -> None:
    for words in ((), ("--role", "public"), ("--role", "admin", "--again", "0" * 12)):
        with pytest.raises(SystemExit) as refused:
            signpost("staff", "invite", *words)
        assert refused.value.code == 2
