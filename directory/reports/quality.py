"""How complete the figures are, and what people said of Signpost when they were asked."""

from collections.abc import Callable, Mapping

from directory.reports.figures import Figures, NoFigures
from directory.reports.model import Cell, Column, Display, Row, Table, as_shown, percent
from directory.reports.specs import TableSpec, part

QUESTION, ANSWER = ("question", "code"), ("answer", "code")


def completeness(spec: TableSpec, figures: Figures, display: Display) -> Table | None:
    """For each thing that is recorded, how many records have it and how many do not. None where none can be told."""
    say, rows, bounds = figures.words, [], [0]
    for name in spec.of:
        missing = [code for code in say.codes[name] if code in say.unknown]
        try:
            found = figures.now(spec.cube, [part(name)])
        except NoFigures:
            continue
        without = sum(found.of(code) for code in missing)
        whole = sum(found.rows.values())
        cells: tuple[Cell, ...] = (as_shown(whole - without, display), as_shown(without, display))
        label = say.dimensions[name]
        share = percent(cells[0], as_shown(whole, display))
        rows.append(Row(code=name, label=label[:1].upper() + label[1:], cells=(*cells, share)))
        bounds.append(found.bound * (len(missing) + 1))
    if not rows:
        return None
    columns = (
        Column(id="known", title=say.columns["known"], bound=max(bounds)),
        Column(id="unknown", title=say.columns["unknown"], bound=max(bounds)),
        Column(id="known_share", title=say.columns["known_share"], unit="percent"),
    )
    return spec.table(columns, tuple(rows))


def survey(spec: TableSpec, figures: Figures, display: Display) -> Table:
    """Each answer under its question, with its share of all who answered that question. Raises NoFigures."""
    found = figures.now("survey", [QUESTION, ANSWER])
    say, rows = figures.words, list[Row]()
    for question in say.order("question", sorted({question for question, _ in found.rows} | {*say.codes["question"]})):
        answers = say.order("answer", [answer for asked, answer in found.rows if asked == question])
        whole = as_shown(sum(found.of(question, answer) for answer in answers), display)
        rows.append(Row(code=question, label=say.label("question", question), cells=(whole, percent(whole, whole))))
        for answer in answers:
            count = as_shown(found.of(question, answer), display)
            cells = (count, percent(count, whole))
            rows.append(
                Row(code=f"{question}.{answer}", label=say.label("answer", answer), within=question, cells=cells)
            )
    columns = (
        Column(id="count", title=say.columns["count"], bound=found.bound),
        Column(id="share", title=say.columns["share_of_question"], unit="percent"),
    )
    return spec.table(columns, tuple(rows))


BUILDERS: Mapping[str, Callable[[TableSpec, Figures, Display], Table | None]] = {
    "completeness": completeness, "survey": survey,
}  # fmt: skip
