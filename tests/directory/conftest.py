"""The shipped data, read once for all tests of the directory, on a fixed day; and a fresh store with a clock to set."""

from collections.abc import AsyncIterator
from datetime import date

import pytest
from storekit import Clock, open_store

from directory.areas import AreaIndex, load_areas
from directory.services import load_catalogue
from directory.snapshot import Snapshot
from directory.store import Store

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="session")
def area_index() -> AreaIndex:
    return load_areas()


@pytest.fixture(scope="session")
def snapshot(area_index: AreaIndex) -> Snapshot:
    return Snapshot(area_index, load_catalogue(), lambda: TODAY)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store(database: str, clock: Clock) -> AsyncIterator[Store]:
    async with open_store(database, clock) as store:
        yield store
