"""The instruments as other systems fetch them, over real HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.operationoutcome import OperationOutcome
from fhir.resources.R4B.questionnaire import Questionnaire
from webkit import Site, running_site

pytestmark = pytest.mark.asyncio(loop_scope="module")

PUBLIC = "https://signpost.example.org"
SHOWN = ["audit", "audit-c", "audit-pc", "dast-10", "dudit", "fast", "m-sasq"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    folder: Path = tmp_path_factory.mktemp("fhir")
    async with running_site(folder, public_url=PUBLIC) as running:
        yield running


async def fetch(site: Site, path: str) -> tuple[int, dict[str, Any]]:
    """Status and document; every answer below /fhir is FHIR, and sets no cookie."""
    async with site.browser.get(site.url + path) as response:
        assert response.content_type == "application/fhir+json"
        assert response.charset == "utf-8"
        assert "Set-Cookie" not in response.headers
        return response.status, await response.json(content_type=None)


async def test_a_search_lists_every_instrument_that_may_be_shown(site: Site) -> None:
    status, document = await fetch(site, "/fhir/Questionnaire")
    Bundle.model_validate(document)
    assert (status, document["type"], document["total"]) == (200, "searchset", len(SHOWN))
    assert sorted(entry["resource"]["id"] for entry in document["entry"]) == SHOWN
    assert document["link"] == [{"relation": "self", "url": f"{PUBLIC}/fhir/Questionnaire"}]


@pytest.mark.parametrize("name", SHOWN)
async def test_each_is_found_at_the_address_it_gives_itself(site: Site, name: str) -> None:
    status, document = await fetch(site, f"/fhir/Questionnaire/{name}")
    Questionnaire.model_validate(document)
    assert (status, document["id"], document["url"]) == (200, name, f"{PUBLIC}/fhir/Questionnaire/{name}")
    assert document["item"][0]["text"]


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/fhir/Questionnaire/sadq", "need a permission"),
        ("/fhir/Questionnaire/crafft", "need a permission"),
        ("/fhir/Questionnaire/cage", "There are: audit, audit-c"),
        ("/fhir/Questionnaire/audit/_history", "only Questionnaire"),
        ("/fhir/Patient/1", "only Questionnaire"),
        ("/fhir/", "only Questionnaire"),
        ("/fhir", "only Questionnaire"),
    ],
)
async def test_what_is_not_there_is_said_in_fhir(site: Site, path: str, says: str) -> None:
    status, document = await fetch(site, path)
    OperationOutcome.model_validate(document)
    (issue,) = document["issue"]
    assert (status, issue["severity"], issue["code"]) == (404, "error", "not-found")
    assert says in issue["diagnostics"]


async def test_what_was_asked_for_is_not_repeated(site: Site) -> None:
    _, document = await fetch(site, "/fhir/Questionnaire/jane-smith-1980")
    assert "jane" not in str(document)
