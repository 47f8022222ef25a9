"""What operators see in `/metrics`: who may, what is counted, and that no label tells of a person."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from webkit import Site, logs_as_they_were, running_site

from bot.channels.base import Inbound
from bot.logs import configure_logs
from screening.state import Event

TOKEN = "a-token-for-the-tests-only"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with running_site(tmp_path, metrics_token=TOKEN) as running:
        yield running


async def scrape(site: Site) -> dict[str, float]:
    """Every sample of ours: `name{labels}` -> value."""
    async with site.browser.get(f"{site.url}/metrics", headers=BEARER) as response:
        assert response.status == 200
        assert response.content_type == "text/plain"
        lines = (await response.text()).splitlines()
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines if line.startswith("signpost_")}


class Change:
    """What the counts grew by since it was made: they are the process', and other tests count too."""

    def __init__(self, before: dict[str, float]) -> None:
        self._before = before

    async def of(self, site: Site, sample: str) -> float:
        return (await scrape(site)).get(sample, 0.0) - self._before.get(sample, 0.0)


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}, {"Authorization": "Bearer é"},
     {"Authorization": TOKEN}],
)  # fmt: skip
async def test_only_who_knows_the_token_sees_the_counts(site: Site, headers: dict[str, str]) -> None:
    async with site.browser.get(f"{site.url}/metrics", headers=headers) as response:
        assert response.status == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert await response.json() == {"error": "Give METRICS_TOKEN as a bearer token."}


async def test_without_a_token_there_is_no_such_page_not_even_for_this_machine(tmp_path: Path) -> None:
    async with running_site(tmp_path) as site, site.browser.get(f"{site.url}/metrics", headers=BEARER) as response:
        assert response.status == 404


async def test_messages_are_counted_by_channel_and_outcome_and_timed(site: Site) -> None:
    change = Change(await scrape(site))
    message = {"id": str(uuid4()), "text": "hello"}
    for _ in range(3):
        assert (await site.send(**message))[0] == 200
    assert await change.of(site, 'signpost_turns_total{channel="web",outcome="answered"}') == 1
    assert await change.of(site, 'signpost_turns_total{channel="web",outcome="duplicate"}') == 2
    assert await change.of(site, 'signpost_turn_seconds_count{channel="web"}') == 3
    assert await change.of(site, 'signpost_turn_seconds_bucket{channel="web",le="30.0"}') == 3
    assert await change.of(site, 'signpost_http_responses_total{route="/api/chat/messages",status="200"}') == 3


async def test_a_turn_that_fails_is_counted_and_what_it_would_have_done_is_not(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise OSError("disk full")

    change = Change(await scrape(site))
    monkeypatch.setattr("directory.store.Talk.note", broken)
    assert (await site.send(text="I want to kill myself"))[0] == 500
    tries = 3  # before a message is set aside
    assert await change.of(site, 'signpost_turns_total{channel="web",outcome="failed"}') == tries
    assert await change.of(site, 'signpost_safety_interruptions_total{category="suicide_self_harm"}') == 0


async def test_safety_interruptions_are_counted_by_category(site: Site) -> None:
    change = Change(await scrape(site))
    await site.say("I want to kill myself")
    assert await change.of(site, 'signpost_safety_interruptions_total{category="suicide_self_harm"}') == 1


async def test_journeys_are_counted_when_they_start_and_when_they_end(site: Site) -> None:
    started = 'signpost_journeys_total{journey="check_alcohol",mark="started"}'
    finished = 'signpost_journeys_total{journey="check_alcohol",mark="finished"}'
    change = Change(await scrape(site))
    for label in ["Me", "30 to 39", "Check my drinking"]:
        await site.tap(label)
    assert (await change.of(site, started), await change.of(site, finished)) == (1, 0)
    for label in ["No, or it doesn't apply to me", "Never", "No", "No"]:
        await site.tap(label)
    replies = await site.so_far()
    while (await change.of(site, finished)) == 0 and replies[-1]["choices"] and len(replies) < 60:
        await site.tap(replies[-1]["choices"][-1]["label"])
        replies = await site.so_far()
    assert (await change.of(site, started), await change.of(site, finished)) == (1, 1)


async def test_the_outbox_shows_what_waits_and_for_how_long(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await scrape(site))["signpost_outbox_waiting"] == 0
    assert (await scrape(site))["signpost_outbox_oldest_seconds"] == 0
    await site.turns.take(Inbound("telegram", "1", "501", Event(kind="start"), push_to="501"))
    waiting = (await scrape(site))["signpost_outbox_waiting"]
    assert waiting == site.rows("outbox") > 0
    oldest = (await scrape(site))["signpost_outbox_oldest_seconds"]
    assert 0 < oldest < 30


async def test_refusals_are_counted(site: Site) -> None:
    change = Change(await scrape(site))
    async with site.browser.get(f"{site.url}/metrics") as response:
        assert response.status == 401
    while (await site.send(text="hello"))[0] != 429:
        pass
    assert await change.of(site, 'signpost_refused_total{reason="metrics_token"}') == 1
    assert await change.of(site, 'signpost_refused_total{reason="session_pace"}') == 1


LABELS = {"channel", "outcome", "le", "category", "journey", "mark", "route", "status", "reason"}


async def test_no_label_tells_of_a_person_or_a_place(site: Site) -> None:
    for label in ["Me", "30 to 39", "Find help near me"]:
        await site.tap(label)
    await site.say("Margate")
    await site.browser.get(f"{site.url}/no/such/page/for/annabel")
    async with site.browser.get(f"{site.url}/metrics", headers=BEARER) as response:
        text = await response.text()
    ours = [line.rpartition(" ")[0] for line in text.splitlines() if line.startswith("signpost_")]
    assert {name for line in ours for name in re.findall(r'(\w+)="', line)} <= LABELS
    for private in ("Margate", "Thanet", "30_39", "annabel", "501"):
        assert private not in "".join(ours)


async def test_every_line_of_a_turn_carries_its_random_id(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    with logs_as_they_were():
        configure_logs("INFO", "json")
        await site.say("I want to kill myself")
        await site.say("hello")
        lines: list[dict[str, Any]] = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    interrupted = next(line for line in lines if line["event"] == "safety_interruption")
    first, second = [line for line in lines if line["event"] == "turn"]
    assert re.fullmatch(r"[0-9a-f]{16}", first["turn"])
    assert interrupted["turn"] == first["turn"] != second["turn"]
