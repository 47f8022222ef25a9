"""What may be asked of closed months, what is answered, and what is refused and why."""

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from protectionkit import SECRET, YEAR, close_all, kent_year

from directory.protection.cube import CODE, Cube, Dimension, Level, Part
from directory.protection.cubes import CUBES, CubesError, load_cubes
from directory.protection.release import Release, close
from directory.protection.views import RefusedView, percentage, run_bound, shown, too_few, view

AREA = Dimension("area", {"side": Level({"a": "east", "b": "east", "c": "west"})}, {})
KIND = Dimension("kind", {}, {})
CUBE = Cube("visits", (AREA, KIND), ((("area", CODE),), (("area", "side"), ("kind", CODE))), fewest=30)
COUNTS = {("a", "x"): 20, ("b", "x"): 10, ("b", "y"): 15, ("c", "y"): 40}
"""Multiples of five, so that they are published as they are."""
SIDE: Part = ("area", "side")
PLACE: Part = ("area", CODE)
KINDS: Part = ("kind", CODE)


def releases(*months: str, counts: dict[tuple[str, ...], int] = COUNTS, cube: Cube = CUBE) -> list[Release]:
    closed: list[Release] = []
    for month in months:
        before = closed[-1] if closed else None
        closed.append(close(cube, month, counts, before, {}, SECRET, date(2027, 4, 2)).release)
    return closed


APRIL = releases("2026-04")


class TestATable:
    def test_adds_up_what_was_published(self) -> None:
        assert view(CUBE, APRIL, [SIDE]).rows == {("east",): 45, ("west",): 40}
        assert view(CUBE, APRIL, [SIDE, KINDS]).rows == {("east", "x"): 30, ("east", "y"): 15, ("west", "y"): 40}
        assert view(CUBE, APRIL, []).of() == 85

    def test_lets_through_what_was_asked_for(self) -> None:
        assert view(CUBE, APRIL, [KINDS], {SIDE: ["east"]}).rows == {("x",): 30, ("y",): 15}
        assert view(CUBE, APRIL, [PLACE], {SIDE: ["east"]}).rows == {("a",): 20, ("b",): 25}
        assert view(CUBE, APRIL, [], {PLACE: ["a", "c"]}).of() == 60

    def test_shows_nothing_for_what_was_never_counted(self) -> None:
        assert view(CUBE, APRIL, [SIDE]).of("north") == 0

    def test_adds_up_over_months(self) -> None:
        assert view(CUBE, releases("2026-04", "2026-05", "2026-06"), [SIDE]).of("west") == 120

    def test_rows_add_up_to_the_total_in_every_published_table(self) -> None:
        cube, months = kent_year(60, 8)
        run = [each.release for each in close_all(cube, months[:3])]
        total = view(cube, run, []).of()
        for margin in cube.published:
            assert sum(view(cube, run, margin).rows.values()) == total

    def test_is_within_the_bound_it_prints(self) -> None:
        cube, months = kent_year(60, 9)
        closed = [each.release for each in close_all(cube, months)]
        for first, last in [(0, 0), (4, 4), (0, 11), (3, 8), (6, 11)]:
            for by in [(("area", "district"), ("substance", CODE)), (("audience", "source"),), ()]:
                table = view(cube, closed[first : last + 1], by)
                true: Counter[tuple[str, ...]] = Counter()
                for counts in months[first : last + 1]:
                    for cell, count in counts.items():
                        true[cube.values(by, cell)] += count
                assert all(abs(table.of(*key) - true[key]) <= table.bound for key in {*true, *table.rows})


class TestTheBound:
    @pytest.mark.parametrize(
        ("bounds", "expected"),
        [
            ({"2026-06": 9}, 9),
            ({"2026-04": 6, "2026-05": 6, "2026-06": 9}, 9),
            ({"2026-05": 6, "2026-06": 9}, 18),
            ({"2027-02": 12, "2027-03": 12, "2027-04": 6, "2027-05": 7}, 31),
            ({"2027-03": 12, "2027-04": 6}, 18),
        ],
        ids=["a month", "from April", "within a year", "across April", "March and April"],
    )
    def test_of_a_run_of_months(self, bounds: dict[str, int], expected: int) -> None:
        """One month E; from April E; within a year 2 E; across April at most 3 E, here of each year's own."""
        assert run_bound([replace(APRIL[0], month=month, bound=bound) for month, bound in bounds.items()]) == expected

    def test_grows_with_the_published_figures_that_a_row_adds_up(self) -> None:
        assert view(CUBE, APRIL, [PLACE]).bound == 6
        assert view(CUBE, APRIL, [], {PLACE: ["a", "c"]}).bound == 12
        assert view(CUBE, APRIL, [SIDE], {PLACE: ["a", "b"]}).bound == 12
        assert view(CUBE, APRIL, [PLACE], {SIDE: ["east"]}).bound == 6

    def test_of_swanley_s_locality_is_that_of_one_figure(self) -> None:
        cube, months = kent_year(60, 8)
        run = [close_all(cube, months[:1])[0].release]
        assert view(cube, run, [("substance", CODE)], {("area", "dgs"): ["dgs"]}).bound == run[0].bound


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("by", "why"),
        [
            ([PLACE, KINDS], "not among the published tables"),
            ([("sex", CODE)], "not counted by sex: use area, kind"),
            ([("area", "region")], "no level region: use code, side"),
        ],
    )
    def test_a_table_outside_the_margins(self, by: list[Part], why: str) -> None:
        with pytest.raises(RefusedView, match=why):
            view(CUBE, APRIL, by)

    def test_a_filter_outside_the_margins(self) -> None:
        with pytest.raises(RefusedView, match="not among the published tables"):
            view(CUBE, APRIL, [KINDS], {PLACE: ["a"]})

    def test_months_that_do_not_follow_each_other(self) -> None:
        april, _, june = releases("2026-04", "2026-05", "2026-06")
        with pytest.raises(RefusedView, match="2026-06 does not follow 2026-04"):
            view(CUBE, [april, june], [])

    def test_no_month_at_all(self) -> None:
        with pytest.raises(RefusedView, match="No closed month"):
            view(CUBE, [], [])

    def test_a_release_of_another_cube_or_list_of_tables(self) -> None:
        with pytest.raises(RefusedView, match="of visits, not of referrals"):
            view(load_cubes()["referrals"], APRIL, [])
        with pytest.raises(RefusedView, match="another list of tables"):
            view(replace(CUBE, margins=CUBE.margins[:1]), APRIL, [])


class TestAMonthWithFewRecords:
    """Fewer than 30 in the county: given with its whole quarter."""

    quarter = releases("2026-07", "2026-08", "2026-09", counts={("a", "x"): 25})

    def test_is_not_given_by_itself(self) -> None:
        assert too_few(CUBE, self.quarter[1])
        with pytest.raises(RefusedView, match=r"fewer than 30 records.*ask for 2026-07 to 2026-09"):
            view(CUBE, [self.quarter[1]], [])

    def test_is_given_with_its_quarter(self) -> None:
        assert view(CUBE, self.quarter, []).of() == 75

    def test_in_the_first_quarter_with_the_months_there_are(self) -> None:
        started = releases("2026-08", "2026-09", counts={("a", "x"): 25})
        assert view(CUBE, started, []).of() == 50
        with pytest.raises(RefusedView, match="2026-08 to 2026-09"):
            view(CUBE, started[:1], [])

    def test_beside_a_larger_one_is_still_part_of_the_quarter(self) -> None:
        assert not too_few(CUBE, APRIL[0])
        assert view(CUBE, APRIL, []).of() == 85


class TestWhatIsPrinted:
    @pytest.mark.parametrize(
        ("part", "whole", "expected"), [(25, 50, 50), (20, 45, "[low]"), (10, 80, 13), (0, 50, 0), (55, 55, 100)]
    )
    def test_percentages_are_whole_and_of_fifty_or_more(self, part: int, whole: int, expected: object) -> None:
        assert percentage(part, whole) == expected

    def test_the_display_of_the_nhs_hides_five(self) -> None:
        assert [shown(count, "nhs") for count in (0, 5, 10)] == [0, "[c]", 10]
        assert shown(5) == 5


class TestTheFileOfCubes:
    def test_publishes_every_roll_up_of_its_margins(self) -> None:
        published = load_cubes()["referrals"].published
        assert () in published
        assert (("area", "county"), ("substance", CODE)) in published
        assert (("area", "district"), ("age_band", CODE)) not in published

    def test_swanley_s_locality_is_no_roll_up_of_districts(self) -> None:
        area = load_cubes()["referrals"].dimension("area")
        assert area.finer(CODE, "dgs")
        assert not area.finer("district", "dgs")
        assert area.finer("district", "side")
        assert area.finer("side", "county")

    def test_single_services_are_counted_only_where_that_is_set(self, tmp_path: Path) -> None:
        assert "service" not in load_cubes()["referrals"].names
        agreed = written(tmp_path, "by_service: false", "by_service: true")
        assert load_cubes(agreed)["referrals"].names[-1] == "service"
        assert (("service", CODE),) in load_cubes(agreed)["referrals"].published

    @pytest.mark.parametrize(
        ("old", "new", "told"),
        [
            ("[area.side, need]", "[area.region, need]", "area.region is no level"),
            ("[area.side, need]", "[area.side, mood]", "mood is no dimension of the cube"),
            ("[area.side, need]", "[area.side, area]", "area is 2 times"),
            ("dimensions: [question, answer, channel]", "dimensions: [question, tone]", "tone is no dimension"),
            ("health_social_care: [gp, oneyou]", "health_social_care: [gp, probation]", "probation is in 2 groups"),
            ("fewest: 30", "fewest: many", "cubes.yaml, fewest: "),
        ],
    )
    def test_tells_what_is_wrong_with_it(self, tmp_path: Path, old: str, new: str, told: str) -> None:
        with pytest.raises(CubesError, match=told.replace(".", r"\.")):
            load_cubes(written(tmp_path, old, new))

    def test_a_change_of_the_margins_is_another_list(self, tmp_path: Path) -> None:
        fewer = load_cubes(written(tmp_path, "    - [area.side, need]\n", ""))
        assert fewer["unmet"].fingerprint != load_cubes()["unmet"].fingerprint
        assert fewer["screens"].fingerprint == load_cubes()["screens"].fingerprint


def written(folder: Path, old: str, new: str) -> Path:
    text = CUBES.read_text("utf-8")
    assert old in text
    path = folder / "cubes.yaml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    return path


def test_a_year_of_releases_is_a_run() -> None:
    assert view(CUBE, releases(*YEAR), []).of() == 12 * 85
