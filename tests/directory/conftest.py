"""The shipped data, read once for all tests of the directory, on a fixed day."""

from datetime import date

import pytest

from directory.areas import AreaIndex, load_areas
from directory.services import load_catalogue
from directory.snapshot import Snapshot

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="session")
def area_index() -> AreaIndex:
    return load_areas()


@pytest.fixture(scope="session")
def snapshot(area_index: AreaIndex) -> Snapshot:
    return Snapshot(area_index, load_catalogue(), lambda: TODAY)
