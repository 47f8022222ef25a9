"""The accessibility statement, what it says of our own tests, and what every page tells of itself."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from axe_playwright_python.base import AXE_SCRIPT
from webkit import Site, running_site

pytestmark = pytest.mark.asyncio(loop_scope="module")

PUBLIC = ["/", "/find", "/privacy", "/accessibility", "/summary", "/nothing-here", "/staff/sign-in", "/staff/join"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with running_site(tmp_path_factory.mktemp("site")) as running:
        yield running


async def text(site: Site, path: str) -> str:
    async with site.browser.get(site.url + path) as response:
        return await response.text()


@pytest.mark.parametrize("path", PUBLIC)
async def test_every_page_leads_to_the_statement(site: Site, path: str) -> None:
    assert 'href="/accessibility"' in await text(site, path)


async def test_the_statement_names_the_version_that_the_tests_run(site: Site) -> None:
    version = re.match(r"/\*! axe v(\d+\.\d+)", AXE_SCRIPT)
    assert version is not None
    assert f"axe-core (version {version.group(1)})" in await text(site, "/accessibility")


async def test_the_statement_claims_no_testing_by_people_and_says_who_takes_complaints(site: Site) -> None:
    shown = await text(site, "/accessibility")
    assert "No disabled person has tested Signpost for us yet" in shown
    assert "we do not say that it keeps all the rules" in shown
    assert site.turns.library.words.common["complain_to"] in shown
    assert 'href="https://www.equalityadvisoryservice.com/"' in shown


@pytest.mark.parametrize(("path", "title"), [
    ("/", "Signpost"),
    ("/find", "Find a service – Signpost"),
    ("/privacy", "Privacy – Signpost"),
    ("/accessibility", "Accessibility – Signpost"),
    ("/staff/sign-in", "Sign in as staff – Signpost staff"),
])  # fmt: skip
async def test_each_page_says_in_its_title_what_it_is(site: Site, path: str, title: str) -> None:
    """WCAG 2.2, 2.4.2. The chat's own title stays neutral, for whoever looks over a shoulder."""
    assert f"<title>{title}</title>" in await text(site, path)


async def test_a_form_with_a_mistake_says_so_first_in_its_title(site: Site) -> None:
    async with site.browser.post(f"{site.url}/find", data={"place": "", "age": ""}) as response:
        assert "<title>Please check: Find a service – Signpost</title>" in await response.text()
