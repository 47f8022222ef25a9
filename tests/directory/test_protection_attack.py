"""Nobody who has every published figure finds out a count; and the attacker who tries is shown to work.

ATTACKED says how many figures of a Kent-size year are attacked (default none: `.ci/long` attacks 200).
"""

import os
import random
from collections import Counter
from collections.abc import Sequence
from itertools import product

import pytest
from attacking import Attacker, Found, Known, Published, attacker, suppressed
from hypothesis import HealthCheck, given, settings
from protectionkit import close_all, kent_year, nhs, years

from directory.protection.cube import CODE, Cell, Cube

NARROWEST = 5
"""Values that every published figure may still have."""
ATTACKED = int(os.environ.get("ATTACKED", "0"))


def everywhere(cube: Cube) -> list[Cell]:
    """Every cell there can be."""
    return list(product(*(sorted(each.listed(CODE)) for each in cube.dimensions)))


class TestTheAttacker:
    def test_subtracts(self) -> None:
        """One figure of a row left out, the total given: 10 - 7."""
        known = [Known((0, 1), 10, 10), Known((0,), 7, 7)]
        assert Attacker(2, known).find([1]) == Found(3, 3)

    def test_combines_what_no_single_table_tells(self) -> None:
        """a + b = 7, b + c = 9, a + c = 8: a is 3, b 4, c 5."""
        solver = Attacker(3, [Known((0, 1), 7, 7), Known((1, 2), 9, 9), Known((0, 2), 8, 8)])
        assert [solver.find([place]) for place in range(3)] == [Found(3, 3), Found(4, 4), Found(5, 5)]

    def test_finds_how_much_is_left_open(self) -> None:
        """Two unknowns that add up to 8, one of them 1 to 7."""
        assert Attacker(2, [Known((0, 1), 8, 8), Known((0,), 1, 7)]).find([1]) == Found(1, 7)

    def test_says_when_nothing_can_be_true(self) -> None:
        with pytest.raises(ValueError, match="cannot all be true"):
            Attacker(1, [Known((0,), 3, 3), Known((0,), 4, 4)]).find([0])


class TestTheRuleOfTheNHSAlone:
    """The control: protection cell by cell is seen through."""

    def test_gives_away_seven_districts_with_one_each(self) -> None:
        """Each is `*`, so 1 or more; their total is `*`, so 7 at most."""
        true = [1] * 7
        known = [suppressed(nhs(count), [place]) for place, count in enumerate(true)]
        solver = Attacker(7, [*known, suppressed(nhs(7), range(7))])
        assert [solver.find([place]) for place in range(7)] == [Found(1, 1)] * 7

    def test_gives_away_counts_of_a_small_year(self) -> None:
        """Twelve months of two tables and the year so far, as they would be published."""
        chance = random.Random(1)
        cells = list(product(["alcohol", "drugs", "both"], ["me", "family"]))
        months = [Counter(chance.choices(cells, k=8)) for _ in range(12)]
        known, hidden = [], []
        for number in range(len(months)):
            for start in {0, number}:
                for picked in (*([cell] for cell in cells), cells, *(_with(cells, code) for code in ("me", "alcohol"))):
                    span = range(start, number + 1)
                    count = sum(months[month][cell] for month in span for cell in picked)
                    places = [month * len(cells) + cells.index(cell) for month in span for cell in picked]
                    known.append(suppressed(nhs(count), places))
                    hidden += [(places, count)] * (len(picked) == 1 and start == number and nhs(count) == "*")
        solver = Attacker(len(months) * len(cells), known)
        found = [(solver.find(places), count) for places, count in hidden]
        assert sum(each == Found(count, count) for each, count in found) >= 3


def _with(cells: list[Cell], code: str) -> list[Cell]:
    return [cell for cell in cells if code in cell]


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(years(most_months=3))
def test_no_figure_of_any_table_or_month_is_narrowed_below_five_values(year: tuple[Cube, list[Counter[Cell]]]) -> None:
    cube, months = year
    published = Published(cube, [each.release for each in close_all(cube, months)], [everywhere(cube)] * len(months))
    solver = attacker(published)
    targets = {figure.places for figure in published.figures()} | {(place,) for place in range(len(published.counts))}
    assert min(solver.find(places).values for places in targets) >= NARROWEST


def test_the_truth_is_among_what_the_attacker_finds() -> None:
    published, months = kent(referrals=20, months=2)
    solver = attacker(published)
    for figure in random.Random(1).sample(list(published.figures()), 20):
        true = sum(months[number][cell] for number, cell in of(published, figure.places))
        found = solver.find(figure.places)
        assert found.least <= true <= found.most


def test_small_months_of_kent_keep_their_figures() -> None:
    published, _ = kent(referrals=20, months=3)
    assert narrowest(published, attacked=20) >= NARROWEST


if ATTACKED:  # set by .ci/long: it takes minutes

    def test_a_year_of_kent_keeps_its_figures() -> None:
        published, _ = kent(referrals=250, months=12)
        assert narrowest(published, attacked=ATTACKED) >= NARROWEST


def test_every_figure_of_a_year_may_be_four_more_or_four_less() -> None:
    """The reason why, checked on a whole year: what is published, with 4 more or fewer in one cell, fits it all."""
    published, _ = kent(referrals=30, months=12)
    for known in published.known():
        shown = sum(published.releases[number].cells.get(cell, 0) for number, cell in of(published, known.places))
        assert known.least <= max(0, shown - 4)
        assert known.most >= shown + 4


def of(published: Published, places: Sequence[int]) -> list[tuple[int, Cell]]:
    return [published.counts[place] for place in places]


def kent(referrals: int, months: int) -> tuple[Published, list[Counter[Cell]]]:
    """The attacker is told which cells hold anybody at all in which month, which nobody is."""
    cube, counts = kent_year(referrals, 7)
    releases = [each.release for each in close_all(cube, counts[:months])]
    return Published(cube, releases, [sorted(month) for month in counts[:months]]), counts


def narrowest(published: Published, attacked: int) -> int:
    """The fewest values left to any of so many published figures, half of them the smallest."""
    figures = sorted(published.figures(), key=lambda figure: (figure.shown, figure.places))
    some = figures[: attacked // 2] + random.Random(2).sample(figures, attacked - attacked // 2)
    solver = attacker(published)
    return min(solver.find(figure.places).values for figure in some)
