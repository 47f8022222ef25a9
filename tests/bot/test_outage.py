"""The database goes away while people talk: they are told, nothing is lost or doubled, and it goes on afterwards."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import pytest
from cable import Cable, cable
from databases import new_postgresql, server, signpost_url
from webkit import Site, running_site

from directory import postgres
from directory.tables import metadata

SOON = 5.0
"""Seconds in which a person is told that something is wrong."""


@dataclass
class Place:
    site: Site
    cable: Cable


@pytest.fixture
async def place(pattern: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    """A site whose database is a PostgreSQL server at the end of a cable; silence is taken for an outage early."""
    monkeypatch.setattr(postgres, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(postgres, "CONNECT_SECONDS", 0.5)
    monkeypatch.setitem(postgres.POOL, "pool_timeout", 0.5)
    with new_postgresql(pattern) as name:
        straight = signpost_url(server(), name)
        url = urlsplit(straight)
        async with cable(url.hostname or "", url.port or 5432) as laid:
            near = urlunsplit(url._replace(netloc=f"{url.username}@127.0.0.1:{laid.port}"))
            async with running_site(near) as site:
                looking = site.settings.model_copy(update={"database_url": straight})
                yield Place(replace(site, settings=looking), laid)
                laid.mend()


async def readiness(site: Site) -> int:
    async with site.browser.get(f"{site.url}/readyz") as response:
        return response.status


@pytest.mark.parametrize("how", ["cut", "die"])
async def test_whoever_writes_meanwhile_is_told_in_time_and_sends_the_same_message_again_later(
    place: Place, how: str
) -> None:
    await place.site.say("hello")
    before = await place.site.so_far()
    getattr(place.cable, how)()
    message = {"id": str(uuid4()), "text": "me"}
    async with asyncio.timeout(SOON):
        status, answer = await place.site.send(**message)
    assert status == 500
    assert "may not have been saved" in answer["error"]
    assert await readiness(place.site) == 503
    place.cable.mend()
    status, answer = await place.site.send(**message)
    assert status == 200
    status, again = await place.site.send(**message)
    assert (status, again) == (200, answer)
    assert await place.site.so_far() == [*before, *answer["replies"]]
    assert await readiness(place.site) == 200
    assert place.site.rows(metadata.tables["set_aside"].name) == 0


async def test_the_page_itself_says_what_is_wrong_and_whom_to_ring(place: Place) -> None:
    await place.site.say("hello")
    place.cable.cut()
    async with place.site.browser.get(place.site.url) as response:
        assert response.status == 500
        assert "999" in await response.text()
