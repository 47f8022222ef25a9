"""Who is offered something for which need, and where: the matching asked for every area, need, audience and age.

Commissioners see the gaps. A cell counts services for the people of that district apart from those that take people
from anywhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from directory.eligibility import Ages, Request
from directory.matching import ANYWHERE, find
from directory.services import Catalogue, Service

AGES: Mapping[str, Ages] = {"adult": (30, 39), "young_person": (16, 17)}
"""Whom the coverage is looked at for: an adult beyond the years in which both kinds of service take them, and a young
person to whom youth cut-offs apply."""


@dataclass(frozen=True, slots=True)
class Cell:
    """How many services fit: for the district, and for anyone anywhere."""

    local: int
    anywhere: int

    @property
    def is_gap(self) -> bool:
        """Nobody is offered anything."""
        return not self.local and not self.anywhere


Place = tuple[str, str, str, str]
"""Age, area (GSS code), need, audience."""


@dataclass(frozen=True)
class Coverage:
    """Every cell, and the names of its sides in order. `areas`: GSS code -> name; `audiences`: name -> words."""

    areas: Mapping[str, str]
    needs: Sequence[str]
    audiences: Mapping[str, str]
    cells: Mapping[Place, Cell]

    def cell(self, age: str, area: str, need: str, audience: str) -> Cell:
        """One cell. Raises KeyError for a side that is not there."""
        return self.cells[age, area, need, audience]

    @property
    def letters(self) -> Mapping[str, str]:
        """One letter for each audience: the first of its name that is still free."""
        taken: dict[str, str] = {}
        for audience in self.audiences:
            taken[audience] = next(letter for letter in audience if letter not in taken.values())
        return taken

    def gaps(self, age: str, need: str) -> Iterator[tuple[str, list[str]]]:
        """Audiences that are offered nothing for a need, with the areas where that is so."""
        for audience in self.audiences:
            areas = [area for area in self.areas if self.cell(age, area, need, audience).is_gap]
            if areas:
                yield audience, areas

    def document(self) -> dict[str, dict[str, dict[str, dict[str, list[int]]]]]:
        """As JSON-safe data: age -> need -> area -> audience -> [local, anywhere]."""
        found: dict[str, dict[str, dict[str, dict[str, list[int]]]]] = {}
        for (age, area, need, audience), cell in self.cells.items():
            found.setdefault(age, {}).setdefault(need, {}).setdefault(area, {})[audience] = [cell.local, cell.anywhere]
        return found


def coverage(catalogue: Catalogue, today: date) -> Coverage:
    """The coverage of a catalogue on a day, each cell as `matching.find` answers."""
    cells: dict[Place, Cell] = {}
    for need in catalogue.need_tags:
        possible = catalogue.model_copy(update={"services": tuple(_possible(catalogue, need))})
        anywhere = {service.id for service in possible.services if service.coverage in ANYWHERE}
        for age, ages in AGES.items():
            for area in catalogue.districts:
                for audience in catalogue.audiences:
                    request = Request(area, ages, audience, needs=(need,))
                    fitting = _fitting(possible, request, today)
                    cells[age, area, need, audience] = Cell(len(fitting - anywhere), len(fitting & anywhere))
    return Coverage(catalogue.districts, catalogue.need_tags, catalogue.audiences, cells)


def _possible(catalogue: Catalogue, need: str) -> Iterator[Service]:
    """Services that name the need, and what they are part of: no other can be an answer to it."""
    parents = {service.id: service.parent for service in catalogue.services}
    wanted: set[str] = set()
    for service in catalogue.services:
        above: str | None = service.id if need in service.needs else None
        while above is not None and above not in wanted:
            wanted.add(above)
            above = parents[above]
    return (service for service in catalogue.services if service.id in wanted)


def _fitting(catalogue: Catalogue, request: Request, today: date) -> set[str]:
    left_out = {withheld.service_id for withheld in find(catalogue, request, today, limit=0).withheld}
    return {service.id for service in catalogue.services} - left_out
