"""From the first talk to contact: the funnel, and where people leave a check."""

import re
from collections.abc import Callable, Mapping

from directory.protection.views import View
from directory.reports.figures import Figures, NoFigures
from directory.reports.model import (
    NOT_APPLICABLE,
    Cell,
    Column,
    Display,
    Row,
    Table,
    as_shown,
    percent,
)
from directory.reports.specs import Stage, TableSpec, load_specs, part
from directory.reports.words import Words


def funnel(spec: TableSpec, figures: Figures, display: Display) -> Table | None:
    """The stages that are counted for this choice, each with its share of the stage before and of the first."""
    counts, labels = {}, {}
    for stage in load_specs().funnel:
        found = _stage(figures, stage)
        if found is not None:
            counts[stage.id], labels[stage.id] = found, stage.label
    if len(counts) < 2:
        return None
    shown = {stage: as_shown(count, display) for stage, (count, _) in counts.items()}
    say = figures.words.columns
    columns = (
        Column(id="count", title=say["count"], bound=max(bound for _, bound in counts.values())),
        Column(id="of", title=say["of"], unit="text"),
        Column(id="share", title=say["share_of_it"], unit="percent"),
        Column(id="share_of_first", title=say["of_first"], unit="percent"),
    )
    stages = {stage.id: stage for stage in load_specs().funnel}
    first = next(iter(shown))
    rows = []
    for name, cell in shown.items():
        of = _denominator(stages, name, shown)
        cells: tuple[Cell, ...] = (cell, NOT_APPLICABLE, NOT_APPLICABLE, NOT_APPLICABLE)
        if of is not None:
            cells = (cell, labels[of], percent(cell, shown[of]), percent(cell, shown[first]))
        rows.append(Row(code=name, label=labels[name], cells=cells))
    return spec.table(columns, tuple(rows))


def _denominator(stages: Mapping[str, Stage], name: str, shown: Mapping[str, Cell]) -> str | None:
    """The stage that this one is a share of: the one the file names, or the nearest before it that is counted here."""
    of = stages[name].of
    while of is not None and of not in shown:
        of = stages[of].of
    return of


def _stage(figures: Figures, stage: Stage) -> tuple[int, int] | None:
    try:
        found = figures.now(stage.cube, (), {part(written): codes for written, codes in stage.where.items()})
    except NoFigures:
        return None
    return found.of(), found.bound


def questions(spec: TableSpec, figures: Figures, display: Display) -> Table:
    """For each question how many came to it and how many answered, under its part of the talk. Raises NoFigures."""
    found = figures.now(spec.cube, [("step", "code")])
    columns = {
        name: Column(id=name, title=figures.words.columns[name], bound=found.bound) for name in ("reached", "answered")
    }
    columns["left"] = Column(id="left", title=figures.words.columns["left"], bound=2 * found.bound)
    share = Column(id="answered_share", title=figures.words.columns["answered_share"], unit="percent")
    rows: list[Row] = []
    for journey in figures.words.order("journey", _journeys(found, figures.words)):
        label = figures.words.label("journey", journey)
        rows.append(_row(journey, label, None, *_pair(found, "started", "finished", journey), display))
        rows += [
            _row(place, _question(figures.words, place), journey, *_pair(found, "reached", "answered", place), display)
            for place in _places(found, journey)
        ]
    if not rows:
        raise NoFigures(figures.words.refused["nothing_counted"])
    return spec.table((*columns.values(), share), tuple(rows))


def _row(code: str, label: str, within: str | None, came: int, answered: int, display: Display) -> Row:
    reached, stayed = as_shown(came, display), as_shown(answered, display)
    cells = (reached, stayed, as_shown(max(0, came - answered), display), percent(stayed, reached))
    return Row(code=code, label=label, within=within, cells=cells)


def _pair(found: View, came: str, answered: str, place: str) -> tuple[int, int]:
    return found.of(f"{came}:{place}"), found.of(f"{answered}:{place}")


def _journeys(found: View, words: Words) -> list[str]:
    """The parts of the talk that somebody began and that have a name."""
    begun = {code.partition(":")[2] for (code,) in found.rows if code.startswith("started:")}
    return sorted(begun & set(words.codes["journey"]))


def _places(found: View, journey: str) -> list[str]:
    """The questions of a journey, those first that most came to; the items of a questionnaire stay together."""
    places = [code.partition(":")[2] for (code,) in found.rows if code.startswith(f"reached:{journey}.")]
    most: dict[str, int] = {}
    for place in places:
        step = place.split(".")[1]
        most[step] = max(most.get(step, 0), found.of(f"reached:{place}"))

    def order(place: str) -> tuple[int, str, int]:
        step = place.split(".")[1]
        return -most[step], step, int(re.sub(r"\D", "", place.removeprefix(f"{journey}.{step}")) or 0)

    return sorted(places, key=order)


def _question(words: Words, place: str) -> str:
    """`check_alcohol.audit.q3` as `AUDIT, question 3`."""
    _, step, *item = place.split(".")
    called = words.label("step", step)
    return words.question.format(step=called, number=item[0].removeprefix("q")) if item else called


BUILDERS: Mapping[str, Callable[[TableSpec, Figures, Display], Table | None]] = {
    "funnel": funnel, "questions": questions,
}  # fmt: skip
