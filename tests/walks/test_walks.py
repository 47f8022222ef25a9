"""Random walks through every journey: whatever people do, the promises of `walker.broken_promises` hold.

`WALKS` sets how many walks there are in each world (the long run of `.ci/long`).
"""

import os
from datetime import date

import pytest
from kit import ADULT_SERVICE, NOW, SmallWorld, library
from walker import Walker, watched

from bot.world import World
from directory.snapshot import Snapshot, load_snapshot

SMALL_WALKS = int(os.environ.get("WALKS", "1100"))
REAL_WALKS = int(os.environ.get("WALKS", "60"))
EVENTS = 60


def every_step() -> set[str]:
    return {f"{name}.{step}" for name, journey in library().latest.items() for step in journey.steps}


def test_anybody_can_do_anything_and_every_step_is_walked() -> None:
    visited: set[str] = set()
    content = watched(visited)
    for seed in range(SMALL_WALKS):
        channel = ("web", "telegram", "console")[seed % 3]
        Walker(seed, SmallWorld(channel=channel), content, lambda service: service == ADULT_SERVICE).walk(EVENTS)
    assert every_step() - visited == set()


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return load_snapshot(today=lambda: date(2026, 11, 21))


def test_the_same_with_the_real_directory_of_kent(snapshot: Snapshot) -> None:
    youngest = {service.id: service.age_min for service in snapshot.catalogue.services}
    for seed in range(REAL_WALKS):
        world = World(snapshot, NOW, "web", f"otter-maple-river-{seed:02}")
        Walker(10_000 + seed, world, library(), lambda service: (youngest.get(service) or 0) >= 18).walk(EVENTS)
