"""The referral summary over real HTTP: three files for the browser that made it, and for nobody else."""

import re
import zlib
from collections.abc import AsyncIterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import ClientSession
from fhir.resources.R4B.bundle import Bundle
from webkit import Site, new_browser, running_site

from bot.pages.referral_pdf import LABEL, MARGIN, referral_pdf
from screening.referral_summary import ReferralSummary, Section

pytestmark = pytest.mark.asyncio(loop_scope="module")

FILES = ("pdf", "txt", "json")
SHORT = ["I'm a professional", "GP or practice staff", "30 to 39", "Margate", "Show the route now",
         "East Kent Drug and Alcohol Service"]  # fmt: skip
POINTS = 72 / 25.4


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with running_site(tmp_path_factory.mktemp("referral")) as running:
        yield running


async def refer(site: Site) -> None:
    for text in SHORT:
        await site.say(text)


async def got(browser: ClientSession, site: Site, ending: str) -> tuple[int, bytes, dict[str, str]]:
    async with browser.get(f"{site.url}/summary/referral.{ending}") as response:
        return response.status, await response.read(), dict(response.headers)


async def test_nothing_before_a_referral_and_three_files_after_it(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site:
        await site.say("I'm a professional")
        assert [(await got(site.browser, site, ending))[0] for ending in FILES] == [404, 404, 404]
        for text in SHORT[1:]:
            await site.say(text)
        for ending in FILES:
            status, _, headers = await got(site.browser, site, ending)
            assert status == 200
            assert headers["Cache-Control"] == "no-store"
            assert headers["Content-Disposition"] == f'attachment; filename="notes.{ending}"'
        assert site.rows("referral") == 1
        await site.say("forget me")
        assert [(await got(site.browser, site, ending))[0] for ending in FILES] == [404, 404, 404]


@pytest.mark.parametrize("ending", FILES)
async def test_another_browser_gets_nothing(site: Site, ending: str) -> None:
    await refer(site)
    async with new_browser() as stranger:
        assert (await got(stranger, site, ending))[0] == 404
        async with stranger.get(site.url) as page:
            await page.text()
        assert (await got(stranger, site, ending))[0] == 404
    assert (await got(site.browser, site, ending))[0] == 200


async def test_the_three_say_the_same(site: Site) -> None:
    await refer(site)
    _, text, _ = await got(site.browser, site, "txt")
    _, pdf, _ = await got(site.browser, site, "pdf")
    _, fhir, headers = await got(site.browser, site, "json")
    reference = re.search(r"Signpost reference: (\S+)", text.decode())
    assert reference is not None
    assert reference.group(1) in drawn(pdf)
    assert Bundle.model_validate_json(fhir).entry[0].resource.identifier[0].value == reference.group(1)
    assert headers["Content-Type"].startswith("application/fhir+json")


async def test_the_copy_page_leads_to_them_for_a_professional_only(site: Site) -> None:
    await refer(site)
    html = await site.page("/summary")
    assert [ending for ending in FILES if f'href="/summary/referral.{ending}"' not in html] == []
    assert "<li>Home area: Thanet</li>" in html
    async with new_browser() as other:
        public = Site(site.url, site.settings, site.turns, other)
        for text in ("Me", "30 to 39", "find", "Alcohol", "Margate", "East Kent Drug and Alcohol Service"):
            await public.say(text)
        html = await public.page("/summary")
    assert "/summary/referral" not in html
    assert 'href="/summary.txt"' in html


# The paper


def streams(pdf: bytes) -> list[str]:
    """What is drawn on each page, as PDF operators."""
    found = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    return [zlib.decompress(each).decode("cp1252", "replace") for each in found]


def drawn(pdf: bytes) -> str:
    """The words in the order in which they stand in the file."""
    strings = re.findall(r"\(((?:\\.|[^\\)])*)\)", "\n".join(streams(pdf)))
    return " ".join(re.sub(r"\\(.)", r"\1", " ".join(strings)).split())


def paper(*sections: Section) -> ReferralSummary:
    return ReferralSummary("Referral summary", "21 November 2026", "Made with Signpost.", sections, "Ask first.")


def written(*sections: Section) -> bytes:
    return referral_pdf(paper(*sections), lambda page, pages: f"Page {page} of {pages}", date(2026, 11, 21))


PERSON = Section("To fill in", ("Name", "Date of birth", "NHS number"), blank=True)


async def test_it_is_a4_with_title_language_and_headings_and_no_more_of_the_day() -> None:
    pdf = written(PERSON, Section("Scores", ("AUDIT: 24 out of 40",)))
    assert b"/MediaBox [0 0 595.28 841.89]" in pdf
    assert b"/Lang (en-GB)" in pdf
    assert b"/Title (Referral summary)" in pdf
    assert b"/CreationDate (D:20261121000000Z)" in pdf
    assert pdf.count(b"/Type /Outlines") == 1
    assert b"Author" not in pdf


async def test_the_words_stand_in_reading_order_on_numbered_pages() -> None:
    text = drawn(written(PERSON, Section("Scores", ("AUDIT: 24 out of 40",)), Section("Safety", ("Pregnant",))))
    order = ["Referral summary", "21 November", "To fill in", "Name", "NHS number", "Scores", "AUDIT: 24", "Safety",
             "Pregnant", "Ask first.", "Page 1 of 1"]  # fmt: skip
    places = [text.index(words) for words in order]
    assert places == sorted(places)


async def test_the_lines_to_write_on_are_long_enough() -> None:
    rules = re.findall(r"([\d.]+) ([\d.]+) m ([\d.]+) ([\d.]+) l S", "\n".join(streams(written(PERSON))))
    assert len(rules) == 3
    for start, height, end, other in rules:
        assert height == other
        assert float(end) - float(start) >= 90 * POINTS
        assert float(start) == pytest.approx((MARGIN + LABEL) * POINTS, abs=0.1)
    gaps = [float(a[1]) - float(b[1]) for a, b in pairwise(rules)]
    assert min(gaps) >= 8 * POINTS


async def test_letters_the_font_lacks_do_no_harm() -> None:
    text = drawn(written(Section("Where", ("Siân’s Ŵell – 漢 \u200b",))))
    assert "Siân’s Well – ?" in text


async def test_two_pages_are_enough_when_everything_is_told(site: Site) -> None:
    async with new_browser() as browser:
        busy = Site(site.url, site.settings, site.turns, browser)
        for text in (
            "I'm a professional", "Probation", "30 to 39", "Tonbridge", "Add details first",
            "alcohol, heroin, cocaine, cannabis, benzos, ketamine", "that's all",
            "AUDIT 24 March 2026, DUDIT 30, SADQ 35", "that's all",
            "atr, drr, rar, detox, prescribing, rehab, needles, groups, mental health, housing, family",
            "that's all", "suicidal, withdrawal, pregnant, injecting, dv, children, psychosis, homeless, prison",
            "that's all", "December", "West Kent Drug and Alcohol Service",
        ):  # fmt: skip
            await busy.say(text)
        status, pdf, _ = await got(browser, busy, "pdf")
    assert status == 200
    assert pdf.count(b"/Type /Page\n") == 2
