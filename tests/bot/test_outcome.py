"""A provider's word on a referral: by the command line and by the page, with the reference alone."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from staffkit import at_a_desk
from storekit import REFERRAL, rows
from webkit import running_site

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
            assert wrong.status == 422 and "No referral has this reference" in wrong.words
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
