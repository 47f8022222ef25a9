"""Which tables a report has: `data/report_tables.yaml`, checked against the cubes and the words when it is read."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from directory.protection.cube import CODE, Cube, Part
from directory.protection.cubes import SERVICE, load_cubes
from directory.reports.model import ChartKind, Column, Event, Row, Table
from directory.reports.words import DATA, ReportFileError, Words, read_file, report_words

Kind = Literal[
    "headline", "months", "events", "areas", "split", "cross", "funnel", "questions", "completeness", "survey",
    "external",
]  # fmt: skip


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TableSpec(_Entry):
    """One table, before its figures. The file's comment says what each field means."""

    id: str
    kind: Kind
    sheet: str
    title: str
    heading: str
    about: str
    notes: tuple[str, ...]
    chart: ChartKind | None = None
    cube: str = ""
    by: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    where: Mapping[str, tuple[str, ...]] = {}
    every: bool = False
    of: tuple[str, ...] = ()

    def table(
        self, columns: tuple[Column, ...], rows: tuple[Row, ...], events: tuple[Event, ...] = (), external: bool = False
    ) -> Table:
        """The table with its figures."""
        return Table(
            id=self.id, sheet=self.sheet, title=self.title, about=self.about, heading=self.heading, notes=self.notes,
            chart=self.chart, columns=columns, rows=rows, events=events, external=external,
        )  # fmt: skip


class Stage(_Entry):
    """One stage of the funnel: records of a cube, and the stage that it is a share of. `where`: `dimension.level`."""

    id: str
    label: str
    cube: str
    where: Mapping[str, tuple[str, ...]] = {}
    of: str | None = None


class _File(_Entry):
    tables: tuple[TableSpec, ...]
    funnel: tuple[Stage, ...]


@cache
def load_specs(path: Path = DATA / "report_tables.yaml") -> _File:
    """The tables of the file, in order. Raises ReportFileError listing all that is wrong."""
    file = read_file(path, _File)
    if problems := "\n".join(f"{path.name}, {problem}" for problem in _problems(file, load_cubes(), report_words())):
        raise ReportFileError(problems)
    return file


def part(written: str) -> Part:
    """`area.district` as a dimension and its level; no level means the codes themselves."""
    name, _, level = written.partition(".")
    return name, level or CODE


def parts(written: str) -> tuple[Part, ...]:
    """`instrument+band` as its parts."""
    return tuple(map(part, written.split("+")))


def _problems(file: _File, cubes: Mapping[str, Cube], words: Words) -> Iterator[str]:
    ids = [spec.id for spec in file.tables]
    for spec in file.tables:
        if ids.count(spec.id) > 1:
            yield f"{spec.id}: is there twice; give each table an id of its own"
        for note in sorted({*spec.notes} - {*words.notes}):
            yield f"{spec.id}.notes: {note} is no note; write it in report_words.yaml"
        if spec.cube and spec.cube not in cubes:
            yield f"{spec.id}.cube: {spec.cube} is no cube; use one of {', '.join(cubes)}"
        elif spec.cube:
            wanted = [each for written in (*spec.by, *spec.within, *spec.where, *spec.of) for each in parts(written)]
            yield from (f"{spec.id}: {problem}" for problem in _unknown(cubes[spec.cube], wanted))
    for stage in file.funnel:
        if stage.cube not in cubes:
            yield f"funnel.{stage.id}: {stage.cube} is no cube; use one of {', '.join(cubes)}"
        else:
            yield from (f"funnel.{stage.id}: {each}" for each in _unknown(cubes[stage.cube], map(part, stage.where)))
        if stage.of and stage.of not in {each.id for each in file.funnel}:
            yield f"funnel.{stage.id}.of: {stage.of} is no stage; use one of the file"


def _unknown(cube: Cube, wanted: Iterable[Part]) -> Iterator[str]:
    for name, level in wanted:
        if name == SERVICE and level == CODE:
            continue  # counted only where cubes.yaml says by_service
        if name not in cube.names:
            yield f"{cube.name} has no dimension {name}; use one of {', '.join(cube.names)}"
        elif level not in cube.dimension(name).all_levels:
            yield f"{name} has no level {level}; use one of {', '.join(cube.dimension(name).all_levels)}"
