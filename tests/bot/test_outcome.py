"""A provider's word on a referral: by the command line and by the page, with the reference alone."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp import FormData
from staffkit import Desk, Seen, at_a_desk
from storekit import REFERRAL, rows
from webkit import form_token, running_site

from bot.cli import main
from bot.settings import load_settings
from bot.world import uk_now
from directory.database import migrate, open_engine
from directory.sealing import Keyring
from directory.store import Store

REFERENCE = REFERRAL["reference"]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def signpost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in an empty folder with no configuration, after one referral was made."""
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "SECRET_KEY", "HOST", "PUBLIC_URL", "TELEGRAM_BOT_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    asyncio.run(refer())

    def run(*words: str) -> tuple[int, str, str]:
        code = main(words)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


async def refer() -> None:
    settings = load_settings()
    await migrate(settings.database_url)
    engine = open_engine(settings.database_url)
    try:
        async with Store(engine, Keyring(settings.secret_keys), uk_now).turn("web", "somebody") as talk:
            talk.figures.refer(REFERRAL, 0)
    finally:
        await engine.dispose()


def test_an_outcome_is_told_once_and_known_the_second_time(signpost: Run) -> None:
    assert signpost("outcome", "Otter maple river 42", "attended") == (
        0,
        "Counted in this month: attended (adult_east_kent).\n",
        "",
    )
    code, out, _ = signpost("outcome", REFERENCE, "attended")
    assert (code, out) == (0, "This was known already: attended (adult_east_kent). Nothing was counted again.\n")


@pytest.mark.parametrize("reference", ["otter-maple-river-43", "", "'; drop table referral; --", "x" * 5000])
def test_a_reference_nobody_has_gets_one_clear_sentence(signpost: Run, reference: str) -> None:
    code, out, err = signpost("outcome", reference, "attended")
    assert (code, out) == (1, "")
    assert err.startswith("signpost: No referral has this reference. Check the words and the number")
    assert err.count("\n") == 1


def test_a_status_that_is_none_is_refused_with_those_that_are(
    signpost: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        signpost("outcome", REFERENCE, "cured")
    assert "not_reached" in capsys.readouterr().err


async def test_a_provider_tells_it_on_a_page_and_the_trail_does_not_know_whose_it_was(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site:
        async with site.turns.store.turn("web", "somebody") as talk:
            talk.figures.refer(REFERRAL, 0)
        async with at_a_desk(site, "provider") as desk:
            assert "What became of a referral" in (await desk.get("/staff")).words
            wrong = await desk.post("/staff/outcome", reference="otter maple river 41", status="attended")
            assert wrong.status == 422 and "We know of no one sent to your services" in wrong.words
            assert 'value="otter maple river 41"' in wrong.html
            assert re.search(r'value="attended" selected', wrong.html)
            unsaid = await desk.post("/staff/outcome", reference=REFERENCE, status="cured")
            assert unsaid.status == 422 and "Choose what happened" in unsaid.words
            done = await desk.post("/staff/outcome", reference=REFERENCE.upper(), status="attended")
            assert done.status == 200 and "Counted: They came" in done.words
            assert REFERENCE not in done.html.lower().replace("such as otter-maple-river-42", "")
            again = await desk.post("/staff/outcome", reference=REFERENCE, status="attended")
            assert "We knew this already" in again.words
        (counted,) = await rows(site.settings.database_url, "outcome_count")
        told = [line for line in await rows(site.settings.database_url, "staff_audit") if line["action"] == "outcome"]
        assert (counted["outcome"], counted["count"], counted["service"]) == ("attended", 1, "adult_east_kent")
        assert [line["subject"] for line in told] == ["adult_east_kent"]
        assert "otter" not in str(told)


async def test_the_page_is_not_for_other_roles(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site, at_a_desk(site, "commissioner") as desk:
        assert (await desk.get("/staff/outcome")).status == 403
        assert (await desk.post("/staff/outcome", form_token="x", reference=REFERENCE, status="attended")).status == 403


async def send_file(desk: Desk, content: bytes, **fields: str) -> Seen:
    form = FormData()
    form.add_field("form_token", fields.get("form_token") or form_token((await desk.get("/staff/outcome")).html))
    form.add_field("file", content, filename="outcomes.csv", content_type="text/csv")
    headers = {"Origin": "null"}  # as browsers send it with the forms of pages that tell no referrer
    async with desk.site.browser.post(f"{desk.site.url}/staff/outcome/file", data=form, headers=headers) as response:
        return Seen(response.status, response.url.path, await response.text(), response)


async def test_a_provider_sends_a_file_and_each_line_is_answered(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site:
        for person, reference, service in [("1", REFERENCE, "adult_east_kent"), ("2", "west-01", "adult_west_kent")]:
            async with site.turns.store.turn("web", person) as talk:
                talk.figures.refer(REFERRAL | {"reference": reference, "service": service}, 0)
        async with at_a_desk(site, "provider") as desk:
            shown = await desk.get("/staff/outcome")
            assert "You can tell us about people who were sent to: East Kent Drug and Alcohol Service" in shown.words
            assert "West Kent Drug" not in shown.words
            lines = f"reference,status\n{REFERENCE},attended\nwest 01,attended\nno-such-reference-00,attended\n"
            sent = await send_file(desk, lines.encode())
            assert sent.status == 200 and "Counted: 1. Not counted: 2." in sent.words
            unknown = "We know of no one sent to your services with this reference."
            assert re.search(rf"2 {REFERENCE} They came Counted", sent.words)
            assert re.search(rf"3 west-01 They came Not counted. {unknown}", sent.words)
            assert re.search(rf"4 no-such-reference-00 They came Not counted. {unknown}", sent.words)
            again = await send_file(desk, lines.encode())
            assert "Counted: 0. Not counted: 3." in again.words and "We knew this already" in again.words
            one = await desk.post("/staff/outcome", reference="west 01", status="attended")
            other = await desk.post("/staff/outcome", reference="west 99", status="attended")
            assert one.words.replace("west 01", "") == other.words.replace("west 99", "")
        assert [(row["count"], row["service"]) for row in await rows(site.settings.database_url, "outcome_count")] == [
            (1, "adult_east_kent")
        ]


async def test_of_a_wrong_file_nothing_is_counted_and_every_line_that_is_wrong_is_named(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site:
        async with site.turns.store.turn("web", "somebody") as talk:
            talk.figures.refer(REFERRAL, 0)
        async with at_a_desk(site, "provider") as desk:
            wrong = await send_file(desk, f"{REFERENCE},attended\notter,cured\nlemon,attended,soon\n".encode())
            assert wrong.status == 422 and "Nothing was counted" in wrong.words
            assert "Line 2: we do not know this word for what happened. Use one of these: contacted," in wrong.words
            assert "Line 3: we cannot read the day. Write it like 2026-11-05" in wrong.words
            assert (await send_file(desk, b"")).status == 422
            large = await send_file(desk, b"otter,attended\n" * 6000)
            assert large.status == 413 and "The file is too big. Nothing was counted." in large.words
            forged = await send_file(desk, f"{REFERENCE},attended".encode(), form_token="0" * 64)
            assert forged.status == 403
        assert site.rows("outcome_count") == 0


async def test_who_is_not_a_provider_sends_no_file(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site, at_a_desk(site, "commissioner") as desk:
        assert (await send_file(desk, b"otter,attended", form_token="0" * 64)).status == 403


async def test_an_admin_invites_a_provider_for_its_services_and_nobody_else(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site, at_a_desk(site, "admin") as admin:
        none = await admin.post("/staff/people", role="provider", label="Hub")
        assert none.status == 422 and "A provider needs at least one service of their own." in none.words
        service = {"service.adult_west_kent": "yes"}
        assert (await admin.post("/staff/people", role="commissioner", label="", **service)).status == 422
        assert (await admin.post("/staff/people", role="provider", label="Hub", **service)).status == 200
        assert "West Kent Drug and Alcohol Service" in (await admin.get("/staff/people")).words
        account = next(each for each in await admin.staff.members() if each.member.role == "provider")
        assert account.services == ("adult_west_kent",)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--role", "provider"), "name them with --service"),
        (("--role", "provider", "--service", "adult_est_kent"), "There is no service adult_est_kent"),
        (("--role", "admin", "--service", "adult_east_kent"), "Only the account of a provider"),
    ],
)
def test_a_provider_is_invited_for_services_that_there_are(signpost: Run, words: tuple[str, ...], said: str) -> None:
    code, out, err = signpost("staff", "invite", *words)
    assert (code, out) == (1, "") and said in err and err.count("\n") == 1
