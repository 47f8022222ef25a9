"""The open data as another organisation's program fetches it, over real HTTP."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from webkit import Site, running_site

from bot.pages import open_referral as pages
from directory.open_referral import to_feed
from directory.services import load_catalogue
from directory.snapshot import today_in_the_uk

pytestmark = pytest.mark.asyncio(loop_scope="module")

PUBLIC = "https://signpost.example.org"
ENVELOPE = {"total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty", "contents"}
FEED = to_feed(load_catalogue(), today_in_the_uk(), instead=f"{PUBLIC}/find")
ALL = len(FEED)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    folder: Path = tmp_path_factory.mktemp("openreferral")
    async with running_site(folder, public_url=PUBLIC) as running:
        yield running


async def fetch(site: Site, path: str, **query: Any) -> tuple[int, dict[str, Any]]:
    """Status and document; every answer is JSON that any site may read, and sets no cookie."""
    async with site.browser.get(site.url + path, params=query) as response:
        assert response.content_type == "application/json"
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Set-Cookie" not in response.headers
        return response.status, await response.json()


@pytest.mark.parametrize("path", ["/openreferral", "/openreferral/"])
async def test_it_says_which_standard_it_follows(site: Site, path: str) -> None:
    assert await fetch(site, path) == (
        200,
        {
            "version": "HSDS-UK-3.0",
            "profile": "https://github.com/OpenReferralUK/uk-profile",
            "openapi_url": f"{PUBLIC}/api/openapi.json",
        },
    )


async def test_a_list_is_a_page_of_services_without_what_is_nested(site: Site) -> None:
    status, page = await fetch(site, "/openreferral/services")
    assert (status, set(page)) == (200, ENVELOPE)
    assert (page["total_items"], page["size"], page["page_number"]) == (ALL, 50, 1)
    assert (page["first_page"], page["last_page"], page["empty"]) == (True, False, False)
    first = page["contents"][0]
    assert first["organization"]["name"] == "The Forward Trust"
    assert not {"attributes", "service_areas", "contacts"} & set(first)


@pytest.mark.parametrize("per_page", [1, 7, 50, 76, 77, 78, 100])
async def test_the_pages_together_hold_every_service_once(site: Site, per_page: int) -> None:
    pages_expected = -(-ALL // per_page)
    found: list[str] = []
    for number in range(1, min(pages_expected, 12) + 1):
        _, page = await fetch(site, "/openreferral/services", page=number, per_page=per_page)
        assert (page["total_pages"], page["page_number"]) == (pages_expected, number)
        assert (page["first_page"], page["last_page"]) == (number == 1, number == pages_expected)
        assert page["size"] == len(page["contents"]) <= per_page
        found += [service["id"] for service in page["contents"]]
    assert found == [service["id"] for service in FEED][: per_page * 12]


async def test_every_service_has_a_web_address_as_the_uk_profile_asks(site: Site) -> None:
    """Its own where that may be shown, else of the page where people find it."""
    _, page = await fetch(site, "/openreferral/services", per_page=100)
    own = {service["name"]: service["url"] for service in page["contents"] if service["url"] != f"{PUBLIC}/find"}
    assert own == {
        "ROAR Kent (Lived Experience Recovery Organisation)": "https://www.roarkent.com",
        "Lower My Drinking": "https://www.lowermydrinking.com",
    }


async def test_past_the_last_page_there_is_nothing(site: Site) -> None:
    status, page = await fetch(site, "/openreferral/services", page=1000)
    assert (status, page["contents"], page["empty"], page["last_page"], page["size"]) == (200, [], True, True, 0)


async def test_each_service_in_full_is_found_at_its_id(site: Site) -> None:
    for service in FEED:
        assert await fetch(site, f"/openreferral/services/{service['id']}") == (200, service)
    assert (await fetch(site, f"/openreferral/services/{FEED[0]['id'].upper()}"))[0] == 200


@pytest.mark.parametrize(
    ("path", "query", "says"),
    [
        ("services", {"page": "0"}, "page must be a whole number from 1 to 1000000."),
        ("services", {"page": "-1"}, "page must be"),
        ("services", {"page": "two"}, "page must be"),
        ("services", {"page": "1.5"}, "page must be"),
        ("services", {"page": ""}, "page must be"),
        ("services", {"page": "٣"}, "page must be"),
        ("services", {"per_page": "0"}, "per_page must be a whole number from 1 to 100."),
        ("services", {"per_page": "101"}, "per_page must be"),
        ("services", {"proximity": "5"}, "There is no such query parameter here; use full, "),
        ("services", {"full": "yes"}, "full must be true or false."),
        ("services", {"minimum_age": "old"}, "minimum_age must be a whole number of years."),
        ("services", {"modified_after": "yesterday"}, "modified_after must be a date such as 2026-01-31."),
        ("services", {"search": "x" * 201}, "search is too long; use up to 200 characters."),
        ("taxonomies", {"search": "x"}, "There is no such query parameter here; use page, per_page."),
    ],
)
async def test_a_wrong_query_is_told_what_is_right(site: Site, path: str, query: dict[str, str], says: str) -> None:
    status, document = await fetch(site, f"/openreferral/{path}", **query)
    assert status == 400
    assert document["error"].startswith(says)


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("services/jane-smith", "There is none of this id; /openreferral/services lists them."),
        ("services/00000000-0000-0000-0000-000000000000", "There is none of this id"),
        ("taxonomy_terms/1", "There is none of this id; /openreferral/taxonomy_terms lists them."),
        ("organizations", "Here are services, taxonomies and taxonomy_terms."),
        ("services/1/2", "Here are services"),
    ],
)
async def test_what_is_not_there_is_said(site: Site, path: str, says: str) -> None:
    status, document = await fetch(site, f"/openreferral/{path}")
    assert (status, document["error"].startswith(says)) == (404, True)
    assert "jane" not in str(document)


async def test_a_panel_is_not_found_even_by_who_knows_its_id(site: Site) -> None:
    hidden = {service["id"] for service in to_feed(load_catalogue(), today_in_the_uk(), everything=True)}
    for each in sorted(hidden - {service["id"] for service in FEED}):
        assert (await fetch(site, f"/openreferral/services/{each}"))[0] == 404


async def names(site: Site, **query: Any) -> set[str]:
    status, page = await fetch(site, "/openreferral/services", per_page=100, **query)
    assert status == 200
    return {service["name"] for service in page["contents"]}


async def test_filters_combine(site: Site) -> None:
    naloxone = await term_of(site, "need:naloxone")
    both = await names(site, taxonomy_term_id=naloxone)
    assert {"East Kent Drug and Alcohol Service", "West Kent Drug and Alcohol Service"} <= both
    assert await names(site, taxonomy_term_id=naloxone, search="EAST kent") == {"East Kent Drug and Alcohol Service"}
    forward = next(service["organization_id"] for service in FEED if service["name"].startswith("East Kent"))
    assert await names(site, taxonomy_term_id=naloxone, organization_id=forward) == {
        "East Kent Drug and Alcohol Service"
    }
    assert await names(site, taxonomy_term_id="nothing") == set()


async def test_ages_dates_and_taxonomies_filter(site: Site) -> None:
    assert "West Kent Drug and Alcohol Service" in await names(site, minimum_age=18)
    assert "FRANK" not in await names(site, minimum_age=18)  # no age is stated
    young = {service["name"] for service in FEED if service.get("maximum_age", 200) <= 24}
    assert await names(site, maximum_age=24) == young != set()
    assert "East Kent Drug and Alcohol Service" in await names(site, modified_after="2024-10-21")
    assert "East Kent Drug and Alcohol Service" not in await names(site, modified_after="2024-10-22T00:00:00Z")
    _, page = await fetch(site, "/openreferral/taxonomies")
    assert len(await names(site, taxonomy_id=page["contents"][0]["id"])) == ALL


async def term_of(site: Site, code: str) -> str:
    _, page = await fetch(site, "/openreferral/taxonomy_terms", per_page=100)
    return str(next(term["id"] for term in page["contents"] if term["code"] == code))


async def test_full_lists_hold_what_is_nested(site: Site) -> None:
    _, page = await fetch(site, "/openreferral/services", full="true", per_page=3)
    assert page["contents"] == list(FEED[:3])


async def test_who_has_it_already_is_not_sent_it_again(site: Site) -> None:
    async with site.browser.get(f"{site.url}/openreferral/services") as response:
        tag = response.headers["ETag"]
        assert response.headers["Cache-Control"] == "public, max-age=300"
    for held in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        async with site.browser.get(f"{site.url}/openreferral/services", headers={"If-None-Match": held}) as response:
            assert (response.status, await response.read(), response.headers["ETag"]) == (304, b"", tag)
    async with site.browser.get(f"{site.url}/openreferral/services", headers={"If-None-Match": '"old"'}) as response:
        assert response.status == 200


async def test_it_is_only_read(site: Site) -> None:
    async with site.browser.post(f"{site.url}/openreferral/services", json={}) as response:
        assert (response.status, response.content_type) == (405, "application/json")
        assert "GET" in response.headers["Allow"]


async def test_the_feed_is_made_again_when_the_directory_changes() -> None:
    catalogue, today = load_catalogue(), today_in_the_uk()
    feed = pages.Feed()
    feed.refresh(catalogue, today, "https://example.org")
    made = feed.services
    feed.refresh(catalogue, today, "https://example.org")
    assert feed.services is made
    feed.refresh(catalogue.model_copy(update={"services": catalogue.services[:3]}), today, "https://example.org")
    assert len(feed.services) == 3
    feed.refresh(catalogue, today + timedelta(days=1100), "https://example.org")
    assert len(feed.services) == len(made)
    assert feed.services != made  # sources have grown old
