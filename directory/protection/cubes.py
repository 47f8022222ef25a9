"""Reads `data/cubes.yaml`. A wrong file is refused whole, with each place and its remedy."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from directory.documents import read_yaml
from directory.protection.cube import CODE, Cell, Cube, Dimension, Level, Margin, MarginCell

__all__ = ["CUBES", "Cell", "Cube", "CubesError", "MarginCell", "load_cubes"]

CUBES = Path(__file__).parents[1] / "data" / "cubes.yaml"
SERVICE = "service"
"""The dimension that tells single services, only where `by_service` is set."""


class CubesError(Exception):
    """The file cannot be used: one line for each thing that is wrong, with its place and what to do."""


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Level(_Entry):
    groups: Mapping[str, tuple[str, ...]]
    rest: str | None = None


class _Dimension(_Entry):
    codes: Mapping[str, tuple[str, ...]] = {}
    joined: str | None = None
    levels: Mapping[str, _Level] = {}


class _Cube(_Entry):
    dimensions: tuple[str, ...]
    margins: Annotated[tuple[tuple[str, ...], ...], Field(min_length=1)]
    by_service: tuple[tuple[str, ...], ...] = ()


class _File(_Entry):
    fewest: Annotated[int, Field(ge=0)]
    by_service: bool
    dimensions: Mapping[str, _Dimension]
    cubes: Mapping[str, _Cube]


def load_cubes(path: Path = CUBES) -> Mapping[str, Cube]:
    """The cubes of a file, by name. Raises CubesError listing all that is wrong with it."""
    try:
        file = _File.model_validate(read_yaml(path.read_text("utf-8")))
    except ValidationError as error:
        places = (f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise CubesError("\n".join(f"{path.name}, {place}; see the comment at its top" for place in places)) from error
    except (OSError, yaml.YAMLError) as error:
        raise CubesError(f"{path.name}: cannot be read ({type(error).__name__}); put it back as it was") from error
    if problems := "\n".join(f"{path.name}, {problem}" for problem in _problems(file)):
        raise CubesError(problems)
    dimensions = {name: _dimension(name, each) for name, each in file.dimensions.items()}
    return {name: _cube(name, each, file, dimensions) for name, each in file.cubes.items()}


def _dimension(name: str, entry: _Dimension) -> Dimension:
    levels = {level: Level(_turned(each.groups), each.rest) for level, each in entry.levels.items()}
    return Dimension(name, levels, _turned(entry.codes), entry.joined)


def _turned(groups: Mapping[str, tuple[str, ...]]) -> Mapping[str, str]:
    return {code: group for group, codes in groups.items() for code in codes}


def _cube(name: str, entry: _Cube, file: _File, dimensions: Mapping[str, Dimension]) -> Cube:
    more = (SERVICE,) if file.by_service and entry.by_service else ()
    names = (*entry.dimensions, *more)
    listed = (*entry.margins, *(entry.by_service if more else ()))
    margins = tuple(_margin(margin, names) for margin in listed)
    return Cube(name, tuple(dimensions[each] for each in names), margins, file.fewest)


def _margin(margin: tuple[str, ...], names: tuple[str, ...]) -> Margin:
    return tuple(sorted((_part(part) for part in margin), key=lambda part: names.index(part[0])))


def _part(written: str) -> tuple[str, str]:
    name, _, level = written.partition(".")
    return name, level or CODE


def _problems(file: _File) -> Iterator[str]:
    for name, dimension in file.dimensions.items():
        for level, each in dimension.levels.items():
            yield from _twice(f"dimensions.{name}.levels.{level}.groups", each.groups)
            if level == CODE:
                yield f"dimensions.{name}.levels.{level}: is the name of the finest level; give it another name"
        yield from _twice(f"dimensions.{name}.codes", dimension.codes)
    for name, cube in file.cubes.items():
        for unknown in sorted({*cube.dimensions} - {*file.dimensions}):
            yield f"cubes.{name}.dimensions: {unknown} is no dimension; add it under dimensions, or take it out"
        for margin in cube.margins:
            yield from _wrong_margin(f"cubes.{name}.margins", margin, cube.dimensions, file)
        for margin in cube.by_service:
            yield from _wrong_margin(f"cubes.{name}.by_service", margin, (*cube.dimensions, SERVICE), file)


def _twice(where: str, groups: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    times = Counter(code for codes in groups.values() for code in codes)
    for code in sorted(code for code, number in times.items() if number > 1):
        yield f"{where}: {code} is in {times[code]} groups; keep it in one"


def _wrong_margin(where: str, margin: tuple[str, ...], known: tuple[str, ...], file: _File) -> Iterator[str]:
    names = Counter(_part(written)[0] for written in margin)
    for name in sorted(name for name, number in names.items() if number > 1):
        yield f"{where}: {name} is {names[name]} times in {list(margin)}; keep one level of it"
    for written in margin:
        name, level = _part(written)
        if name not in known:
            yield f"{where}: {name} is no dimension of the cube; use one of {', '.join(known)}"
        elif level != CODE and level not in file.dimensions.get(name, _Dimension()).levels:
            yield f"{where}: {written} is no level; add it under dimensions.{name}.levels, or take it out"
