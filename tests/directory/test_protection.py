"""What every release keeps, whatever the counts: it adds up, is near the truth and says no more than it should."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from protectionkit import SECRET, YEAR, close_all, kent_year, years

from directory.protection.cube import CODE, Cell, Cube, Dimension, Level, MarginCell
from directory.protection.cubes import load_cubes
from directory.protection.release import BrokenChain, Closed, Release, check_chain, close
from directory.protection.rounding import LADDER, protect

Year = tuple[Cube, list[Counter[Cell]]]

LINE = Cube("line", (Dimension("a", {}, {}),), ((("a", CODE),),))
"""One dimension, its codes and their total published."""

a_year = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def figures(cube: Cube, counts: Mapping[Cell, int]) -> Counter[MarginCell]:
    """Every published figure above 0."""
    cells = sorted(counts)
    members = cube.members(cells)
    return Counter({name: sum(counts[cells[place]] for place in places) for name, places in members.items()})


def furthest(cube: Cube, one: Mapping[Cell, int], other: Mapping[Cell, int]) -> int:
    """The largest difference in a published figure."""
    left, right = figures(cube, one), figures(cube, other)
    return max((abs(left[name] - right[name]) for name in {*left, *right}), default=0)


def total(months: Sequence[Mapping[Cell, int]]) -> Counter[Cell]:
    added: Counter[Cell] = Counter()
    for month in months:
        added.update(month)
    return added


def released(closed: Sequence[Closed]) -> list[Release]:
    return [each.release for each in closed]


@a_year
@given(years())
def test_protected_counts_are_multiples_of_five_next_to_the_true_ones(year: Year) -> None:
    cube, months = year
    for counts, release in zip(months, released(close_all(cube, months)), strict=True):
        assert all(count > 0 and count % 5 == 0 for count in release.cells.values())
        assert all(abs(release.cells.get(cell, 0) - counts[cell]) < 5 for cell in {*counts, *release.cells})


@a_year
@given(years())
def test_a_month_and_the_year_so_far_are_within_the_printed_bound(year: Year) -> None:
    cube, months = year
    releases = released(close_all(cube, months))
    for number, release in enumerate(releases):
        assert furthest(cube, months[number], release.cells) <= release.bound
        so_far = total([each.cells for each in releases[: number + 1]])
        assert furthest(cube, total(months[: number + 1]), so_far) <= release.bound


@a_year
@given(years())
def test_the_bound_is_of_the_ladder_and_never_falls_within_a_year(year: Year) -> None:
    bounds = [release.bound for release in released(close_all(*year))]
    assert bounds == sorted(bounds)
    assert {*bounds} <= {*LADDER}


@a_year
@given(years(most_months=3))
def test_one_secret_gives_one_release(year: Year) -> None:
    assert close_all(*year) == close_all(*year)


@a_year
@given(years(most_months=3))
def test_the_order_of_the_counts_changes_nothing(year: Year) -> None:
    cube, months = year
    turned = [Counter(dict(reversed(counts.items()))) for counts in months]
    assert close_all(cube, turned) == close_all(cube, months)


def test_another_secret_gives_another_release() -> None:
    cube, months = kent_year(60, 1)
    one, other = (close_all(cube, months[:1], secret)[0].release for secret in (SECRET, b"another secret"))
    assert one.cells != other.cells


def test_an_empty_month_is_published_as_nothing_and_keeps_the_drift() -> None:
    first, empty = close_all(LINE, [Counter({("x",): 3}), Counter()])
    assert (empty.release.cells, empty.drift) == ({}, first.drift)


def test_a_single_record_may_be_published_as_none_or_as_five() -> None:
    seen = Counter(published({("x",): 1}, seed) for seed in range(200))
    assert 0.1 < seen[5] / 200 < 0.35, "facts 2.6: 1 is published as 5 about one time in five"
    assert seen[0] + seen[5] == 200


@pytest.mark.parametrize(("true", "may_be"), [(1, {0, 5}), (4, {0, 5}), (6, {5, 10}), (9, {5, 10}), (5, {5})])
def test_a_published_figure_is_what_anything_near_it_may_have_given(true: int, may_be: set[int]) -> None:
    assert {published({("x",): true}, seed) for seed in range(100)} == may_be


def published(counts: Mapping[Cell, int], seed: int) -> int:
    return sum(protect(LINE, counts, {}, f"{seed}".encode(), "2026-04").cells.values())


def test_nothing_tells_a_cell_published_as_none_from_an_empty_one() -> None:
    rounded = [protect(LINE, {("x",): 1}, {}, f"{seed}".encode(), "2026-04") for seed in range(20)]
    assert any(each.cells == {} for each in rounded)
    assert all(0 not in each.cells.values() for each in rounded)


def test_the_drift_is_forgotten_in_april() -> None:
    counts = Counter({("x",): 3})
    march = close(LINE, "2027-03", counts, None, {}, SECRET, date(2027, 4, 1))
    april = close(LINE, "2027-04", counts, march.release, march.drift, SECRET, date(2027, 5, 1))
    alone = close(LINE, "2027-04", counts, None, {}, SECRET, date(2027, 5, 1))
    assert (april.release.cells, april.drift) == (alone.release.cells, alone.drift)
    assert april.release.previous == march.release.digest


def test_a_bound_of_the_year_before_does_not_bind_april() -> None:
    wide = close(LINE, "2027-03", Counter({("x",): 3}), None, {}, SECRET, date(2027, 4, 1))
    wide = replace(wide, release=replace(wide.release, bound=15))
    assert close(LINE, "2027-04", Counter(), wide.release, {}, SECRET, date(2027, 5, 1)).release.bound == LADDER[0]


@pytest.mark.parametrize("month", ["2026-05", "2026-04"])
def test_a_closed_month_is_never_rounded_again(month: str) -> None:
    may = close(LINE, "2026-05", Counter({("x",): 3}), None, {}, SECRET, date(2026, 6, 1))
    with pytest.raises(ValueError, match="cannot be closed after 2026-05"):
        close(LINE, month, Counter({("x",): 3}), may.release, may.drift, SECRET, date(2026, 6, 2))


def test_a_code_that_first_appears_in_mid_year_counts_like_the_others() -> None:
    grouped = Dimension("a", {"side": Level({"x": "east", "y": "east"})}, {})
    cube = Cube("line", (grouped,), ((("a", CODE),),))
    months = [Counter({("x",): 12}), Counter({("x",): 8, ("new",): 7}), Counter({("new",): 11})]
    releases = released(close_all(cube, months))
    so_far = total([release.cells for release in releases])
    assert furthest(cube, total(months), so_far) <= releases[-1].bound
    assert abs(figures(cube, so_far)['[["a","side","new"]]'] - 18) <= releases[-1].bound


def test_a_year_of_small_months_stays_within_its_bound() -> None:
    cube, months = kent_year(5, 3)
    releases = released(close_all(cube, months))
    assert furthest(cube, total(months), total([each.cells for each in releases])) <= releases[-1].bound


def test_a_month_of_kent_is_rounded_within_nine() -> None:
    cube, months = kent_year(250, 2)
    release = close_all(cube, months[:1])[0].release
    assert release.bound <= 9
    assert furthest(cube, months[0], release.cells) <= release.bound


def test_a_month_thirty_times_kent_is_rounded_too() -> None:
    cube, _ = kent_year(1, 0)
    counts = {
        ("E07000106", f"{n}", "me", "alcohol", "start", "low", "pathway", "web", "-", "-"): 1 for n in range(7500)
    }
    release = close_all(cube, [Counter(counts)])[0].release
    assert furthest(cube, counts, release.cells) <= release.bound <= 9


class TestTheChain:
    releases = released(close_all(LINE, [Counter({("x",): n}) for n in (3, 0, 12)]))

    def test_holds_as_published(self) -> None:
        check_chain(self.releases)
        assert [release.month for release in self.releases] == list(YEAR[:3])

    @pytest.mark.parametrize("change", [{"bound": 5}, {"cells": {("x",): 15}}, {"closed_on": date(2027, 4, 3)}])
    def test_shows_a_change(self, change: dict[str, object]) -> None:
        with pytest.raises(BrokenChain, match=r"2026-05: is not what was published"):
            check_chain([self.releases[0], replace(self.releases[1], **change), self.releases[2]])

    @pytest.mark.parametrize(("kept", "month"), [([1, 2], "2026-05"), ([0, 2], "2026-06")])
    def test_shows_a_gap(self, kept: list[int], month: str) -> None:
        with pytest.raises(BrokenChain, match=month):
            check_chain([self.releases[number] for number in kept])


def test_the_shipped_cubes_know_every_district() -> None:
    area = load_cubes()["referrals"].dimension("area")
    found = Counter(area.at("side", code) for code in area.listed(CODE))
    assert found == {"east_kent": 6, "west_kent": 7, "unknown": 1}


def test_counts_are_reduced_to_the_codes_that_are_published() -> None:
    cube = load_cubes()["referrals"]
    row = dict.fromkeys(cube.names, "-") | {"need": "detox+housing", "substance": "alcohol+drugs"}
    assert cube.cell(row)[cube.names.index("need")] == "several"
    assert cube.cell(row)[cube.names.index("substance")] == "both"
    assert cube.cell(row | {"need": "detox+rehab"})[cube.names.index("need")] == "treatment"


def test_the_solver_is_loaded_only_by_a_close() -> None:
    asked = "import sys, directory.protection.release, directory.protection.views, directory.protection.cubes; "
    told = subprocess.run(
        [sys.executable, "-c", asked + "print('scipy' in sys.modules)"],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "False"


def test_another_process_with_one_processor_makes_the_same_release() -> None:
    """Neither the order of sets nor the number of threads of the solver decides anything."""
    cube, months = kent_year(250, 6)
    here = close_all(cube, months[:2])[-1].release.digest
    asked = """if True:
        from protectionkit import *
        cube, months = kent_year(250, 6)
        print(close_all(cube, months[:2])[-1].release.digest)"""
    places = os.pathsep.join([str(Path(__file__).parents[2]), str(Path(__file__).parent)])
    run = partial(subprocess.run, capture_output=True, text=True, check=True)
    alone = partial(os.sched_setaffinity, 0, {min(os.sched_getaffinity(0))})
    environment = {**os.environ, "PYTHONPATH": places, "PYTHONHASHSEED": "7"}
    assert run([sys.executable, "-c", asked], env=environment, preexec_fn=alone).stdout.strip() == here
