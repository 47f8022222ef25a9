"""Commissioners at the pages of reports: what they choose, see, fetch and check; and the trust page, for anybody."""

import io
import json
import re
import zipfile
from collections.abc import AsyncIterator
from datetime import date
from hashlib import sha256
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from reportkit import keep, months, report_of, two_years
from sqlalchemy import event, insert, update
from staffkit import Desk, at_a_desk
from storekit import opened, rows
from webkit import Site, running_site

from bot.pages.reports import KINDS
from directory.database import migrate, writing
from directory.demo_mark import read_mark
from directory.reports import files
from directory.tables import demo_mark, release
from directory.trust import load_trust

FIRST, LAST = "2024-10", "2026-10"
RELEASES = two_years(first=FIRST, last=LAST)
YEAR = "/reports/figures?period=2025-26"
REFUSED = "/reports/figures?period=2025-26&area=E07000114&audience=criminal_justice&substance=drugs"
"""Three filters at once: no table is published for them."""


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    database = f"sqlite+aiosqlite:///{tmp_path}/test.sqlite3"
    await migrate(database)
    await keep(database, [each for found in RELEASES.values() for each in found])
    async with running_site(tmp_path) as site:
        yield site


@pytest.fixture
async def desk(site: Site) -> AsyncIterator[Desk]:
    async with at_a_desk(site, "commissioner") as desk:
        yield desk


async def fetch(desk: Desk, path: str) -> tuple[int, str, bytes]:
    async with desk.site.browser.get(desk.site.url + path) as response:
        return response.status, response.headers.get("Content-Disposition", ""), await response.read()


def links(html: str) -> list[str]:
    return [unescape(each) for each in re.findall(r'href="(/reports[^"]*)"', html)]


# Choosing


async def test_a_commissioner_finds_the_reports_at_home_and_chooses_among_closed_months(desk: Desk) -> None:
    assert 'href="/reports"' in (await desk.get("/staff")).html
    form = await desk.get("/reports")
    assert form.status == 200 and "The newest month: October 2026." in form.words
    assert 'value="2025-26"' in form.html, "a year that is whole"
    assert 'value="2026-27"' not in form.html and 'value="2024-25"' not in form.html, "years that are not"
    assert 'value="2026-27-Q2"' in form.html and 'value="2026-27-Q3"' not in form.html
    assert all(f'value="{month}"' in form.html for month in months(FIRST, LAST))
    assert 'value="2026-11"' not in form.html
    for area in ("Thanet", "East Kent", "Dartford, Gravesham and Swanley", "Medway"):
        assert f">{area}</option>" in form.html


async def test_the_figures_are_those_of_the_report_with_charts_beside_tables(desk: Desk) -> None:
    seen = await desk.get(YEAR)
    report = report_of("2025-26", RELEASES, date(2026, 11, 22))
    assert seen.status == 200 and report.title in seen.words
    assert seen.html.count("<h1") == 1
    for table in report.tables:
        assert f'<h2 id="{table.id}">' in seen.html and f'href="#{table.id}"' in seen.html
    assert seen.html.count("<caption") == len(report.tables)
    assert seen.html.count('role="img"') >= 8 and "<desc" in seen.html
    assert "style=" not in seen.html and "<script>" not in seen.html, "the security policy would not let it be"
    assert 'href="/reports?period=2025-26"' in seen.html, "the way back keeps what was chosen"


async def test_any_run_of_closed_months_and_a_narrower_choice_can_be_typed_and_picked(desk: Desk) -> None:
    run = await desk.get("/reports/figures?period=2025-26&run=2026-02..2026-05&area=dgs")
    assert run.status == 200 and "Dartford, Gravesham and Swanley, February to May 2026" in run.words
    nhs = await desk.get("/reports/figures?period=2026-09&area=E07000114&display=nhs")
    assert "[c]" in nhs.words


async def test_reading_a_report_touches_nothing_but_closed_months(site: Site, desk: Desk) -> None:
    asked: list[str] = []
    engine = site.turns._following.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert (await desk.get(YEAR)).status == 200
    tables = {name for statement in asked for name in re.findall(r"FROM (\w+)", statement)}
    assert tables <= {"release", "external_figure", "demo_mark", "directory_edit", "staff_session", "staff_member"}


# What cannot be shown


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("period=2026-12", "2026-12 has not begun. The newest month with figures is October 2026"),
        ("run=2099-01", "2099-01 has not begun."),
        ("period=2023-24", "begins before the first figures, which are those of October 2024"),
        ("period=", "is not a period: give a month"),
        ("run=soon", "is not a period: give a month"),
        ("run=2026-05..2026-02", "ends before it begins"),
    ],
)
async def test_a_period_without_figures_is_refused_with_the_reason_and_keeps_what_was_chosen(
    desk: Desk, asked: str, said: str
) -> None:
    seen = await desk.get(f"/reports/figures?area=E07000114&{asked}")
    assert seen.status == 422 and "There is a problem" in seen.words and said in seen.words
    assert '<option value="E07000114" selected>' in seen.html
    assert re.search(r'<a href="#(run|period)">', seen.html), "the summary leads to the field"


async def test_a_choice_that_is_not_published_is_refused_with_the_nearest_that_is(desk: Desk) -> None:
    seen = await desk.get(REFUSED)
    assert seen.status == 422 and "There are figures for this:" in seen.words
    assert '<option value="criminal_justice" selected>' in seen.html
    nearest = next(link for link in links(seen.html) if link.startswith("/reports/figures?"))
    assert (await desk.get(nearest)).status == 200


@pytest.mark.parametrize("area", ["Atlantis", "<script>alert(1)</script>", "x" * 5000])
async def test_an_area_nobody_knows_is_told_with_those_there_are(desk: Desk, area: str) -> None:
    seen = await desk.get(f"/reports/figures?{urlencode({'period': '2025-26', 'area': area})}")
    assert seen.status == 422 and "Choose one of: Kent, East Kent" in seen.words and "<script>alert" not in seen.html


async def test_before_the_first_close_there_is_nothing_and_it_is_said_when_there_will_be(tmp_path: Path) -> None:
    async with running_site(tmp_path) as empty, at_a_desk(empty, "commissioner") as desk:
        assert "There are no figures yet." in (await desk.get("/reports")).words
        assert (await desk.get("/reports/figures?period=2025-26")).status == 422
        assert (await desk.get("/reports/releases")).status == 200


# Files


async def test_every_file_has_the_figures_of_the_page_and_the_trail_says_who_fetched_it(desk: Desk) -> None:
    seen = await desk.get("/reports/figures?period=2026-09&area=dgs")
    found = {link.split("?")[0].rpartition("/")[2]: link for link in links(seen.html) if "/reports/file/" in link}
    assert list(found) == list(KINDS)
    report = report_of("2026-09", RELEASES, date(2026, 11, 22), area="dgs")
    for form in files.FORMATS:
        status, disposition, inside = await fetch(desk, found[form])
        assert status == 200 and files.file_name(report, form) in disposition
        assert inside == files.content(report, form, desk.site.settings.public_url), form
    _, _, packed = await fetch(desk, found["all"])
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        listed = json.loads(archive.read("manifest.json"))["files"]
        assert {each["name"] for each in listed} == set(archive.namelist()) - {"manifest.json"}
        assert all(sha256(archive.read(each["name"])).hexdigest() == each["sha256"] for each in listed)
    assert packed == (await fetch(desk, found["all"]))[2], "the same again, to the byte"
    trail = [line for line in await rows(desk.site.settings.database_url, "staff_audit") if "report" in line["action"]]
    assert len(trail) == len(files.FORMATS) + 2 and trail[0]["member"] == desk.id
    assert trail[0]["subject"] == "signpost-2026-09-dartford-gravesham-and-swanley.txt"


async def test_a_file_that_cannot_be_made_leads_back_to_the_reason(desk: Desk) -> None:
    wrong = await desk.get("/reports/file/xlsx?period=2026-12")
    assert wrong.status == 422 and "has not begun" in wrong.words
    assert (await desk.get("/reports/file/exe?period=2025-26")).status == 404


# The chain


async def test_the_chain_of_releases_is_shown_and_a_changed_figure_is_noticed(site: Site, desk: Desk) -> None:
    whole = await desk.get("/reports/releases")
    assert whole.words.count("Checked just now: all 25 releases are as they were published.") == 7
    assert RELEASES["referrals"][-1].digest in whole.words
    async with opened(site.settings.database_url) as engine, writing(engine) as connection:
        here = (release.c.cube == "ebi", release.c.month == "2025-05")
        await connection.execute(update(release).where(*here).values(bound=5))
    broken = await desk.get("/reports/releases")
    assert broken.words.count("Checked just now") == 6
    assert "Something is wrong: ebi, 2025-05: is not what was published" in broken.words


# Who may


@pytest.mark.parametrize("path", ["/reports", YEAR, "/reports/file/csv?period=2025-26", "/reports/releases"])
async def test_reports_are_for_commissioners(site: Site, path: str) -> None:
    async with at_a_desk(site) as stranger:
        assert (await stranger.get(path)).path == "/staff/sign-in"
    async with at_a_desk(site, "provider") as other:
        assert (await other.get(path)).status == 403


async def test_anybody_may_read_how_figures_are_protected_and_gets_no_cookie(site: Site) -> None:
    async with at_a_desk(site) as stranger:
        seen = await stranger.get("/reports/trust")
        assert seen.status == 200 and "Set-Cookie" not in seen.response.headers
    assert "Every number you see is a multiple of 5." in seen.words, "for a councillor"
    assert "This is not differential privacy." in seen.words, "for a statistician"
    assert "What we do not promise" in seen.words


# A demo


async def test_a_demo_says_so_on_every_page_and_in_every_file(site: Site) -> None:
    async with opened(site.settings.database_url) as engine, writing(engine) as connection:
        await connection.execute(insert(demo_mark).values(made_on=date(2026, 11, 22), referrals=10, seed=1))
        assert await read_mark(connection) is not None
    await site.turns.follow()
    async with at_a_desk(site, "commissioner") as desk:
        for path in ("/", "/find", "/staff", "/reports", YEAR, "/reports/releases", "/reports/trust", "/nowhere"):
            assert "every figure here is made up." in (await desk.get(path)).words, path
        for form in ("text", "csv", "html", "json", "fhir", "csv-metadata"):
            _, name, inside = await fetch(desk, f"/reports/file/{form}?period=2026-09")
            assert "demo" in name and b"demo" in inside.lower(), form


def test_every_attack_on_the_trust_page_names_a_test_that_is_there() -> None:
    for each in load_trust().attacks:
        path, *_, name = each.test.split("::")
        assert f"def {name}(" in (Path(__file__).parents[2] / path).read_text("utf-8"), each.test
