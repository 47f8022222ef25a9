"""Charts show protected figures only, say the same in words, and need nothing that a strict policy forbids."""

import re
from collections.abc import Mapping
from xml.etree import ElementTree

import pytest
from reportkit import report_of, two_years

from directory.kent_map import load_map
from directory.reports.charts import CHARTS, lines
from directory.reports.district_map import district_map
from directory.reports.model import Column, Event, Row, Table, written
from directory.reports.page import pictures
from directory.reports.svg import FILL, INK, PALE, PAPER, QUIET, WIDTH, fold, scale_end

SVG = "{http://www.w3.org/2000/svg}"
RELEASES = two_years()
MADE = report_of("2026-27-Q3", RELEASES)
DRAWN: Mapping[str, tuple[Table, str]] = {
    name: (table, picture) for table in MADE.tables for name, picture in pictures(table).items()
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_chart_is_described_and_styled_by_attributes_alone(name: str) -> None:
    table, picture = DRAWN[name]
    drawn = ElementTree.fromstring(picture)  # noqa: S314 - our own
    assert drawn.get("role") == "img"
    named = {part.get("id"): part.text or "" for part in drawn if part.tag in (f"{SVG}title", f"{SVG}desc")}
    assert set(str(drawn.get("aria-labelledby")).split()) == set(named)
    assert all(named.values())
    for part in drawn.iter():
        assert part.tag.removeprefix(SVG) not in ("script", "style", "image", "foreignObject", "a")
        assert not [name for name in part.attrib if name == "style" or name.startswith("on") or "href" in name]
    (description,) = (text for each, text in named.items() if str(each).endswith("-desc"))
    for row in table.rows:
        assert row.label in description
        assert written(table.columns[0].unit, row.cells[0]) in description


@pytest.mark.parametrize("name", DRAWN)
def test_every_word_of_a_chart_lies_within_it(name: str) -> None:
    """Judged by 0.58 of the height for a letter, a wide one: where Arial is missing another font is used."""
    picture = ElementTree.fromstring(DRAWN[name][1])  # noqa: S314 - our own
    height = float(str(picture.get("height")))
    for text in picture.iter(f"{SVG}text"):
        size, x, y = (float(str(text.get(part))) for part in ("font-size", "x", "y"))
        wide = 0.58 * size * len(str(text.text))
        left = x - {"start": 0, "middle": 0.5, "end": 1}[str(text.get("text-anchor"))] * wide
        assert left >= -2, text.text
        assert left + wide <= WIDTH + 2, text.text
        assert size <= y <= height, text.text


def test_the_map_has_every_district_and_its_figure() -> None:
    table = MADE.table("areas")
    picture = district_map(table)
    figures = table.column("referrals")
    assert len(load_map().outlines) == 13
    assert picture.count("<path") == 13
    for code in load_map().outlines:
        assert f">{figures[code]:,}</text>" in picture


def test_the_longest_bar_is_the_largest_figure_and_symbols_are_written() -> None:
    picture = CHARTS["bars"](bars_of(("a", 100), ("b", 50), ("c", "[c]"), ("total", 150)))
    widths = [float(width) for width in re.findall(rf'width="([\d.]+)" height="18" fill="{FILL}"', picture)]
    assert len(widths) == 2, "neither a symbol nor the total is a bar"
    assert widths[0] == pytest.approx(2 * widths[1], rel=0.01)
    assert ">[c]</text>" in picture


def test_where_nothing_was_counted_a_chart_says_so_without_failing() -> None:
    for kind in ("bars", "funnel"):
        table = bars_of(("a", 0), ("b", 0))
        if kind == "funnel":
            columns = (
                *table.columns,
                Column(id="of", title="Of", unit="text"),
                Column(id="s", title="S", unit="percent"),
            )
            rows = tuple(row.model_copy(update={"cells": (*row.cells, "[z]", "[z]")}) for row in table.rows)
            table = table.model_copy(update={"columns": columns, "rows": rows})
        assert ">0</text>" in CHARTS[kind](table)  # type: ignore[index]


def test_a_line_has_a_gap_where_a_month_is_not_shown_and_a_number_at_an_event() -> None:
    months = [(f"2026-{month:02}", cell) for month, cell in enumerate((20, 30, "[c]", 40, 45), start=4)]
    event = Event(month="2026-05", what="A new service opened.", source="A notice")
    picture = lines(bars_of(*months).model_copy(update={"events": (event,)}))
    runs = [len(points.split()) for points in re.findall(r'<polyline points="([^"]+)"[^>]+stroke-width="2"', picture)]
    assert runs[-2:] == [2, 2]
    assert ">(1)</text>" in picture
    assert "(1) May 2026: A new service opened." in " ".join(re.findall(r">([^<]*)</text>", picture))


def bars_of(*figures: tuple[str, int | str]) -> Table:
    rows = tuple(Row(code=code, label=code, cells=(cell,)) for code, cell in figures)
    return Table(
        id="t", sheet="T", title="T", about="T", heading="T", rows=rows,
        columns=(Column(id="count", title="Number", bound=6),),
    )  # fmt: skip


def test_what_is_drawn_can_be_told_apart() -> None:
    """Contrast by WCAG 2.2: 4.5 for words, 3 for graphics."""
    assert min(contrast(INK, PAPER), contrast(QUIET, PAPER), contrast(FILL, PAPER)) >= 4.5
    assert contrast(FILL, PALE) >= 3


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("most", "end"), [(0, 20), (20, 20), (21, 40), (95, 100), (1000, 1000), (1001, 1200), (1105, 1200)]
)
def test_an_axis_ends_at_a_round_number_with_four_equal_steps(most: int, end: int) -> None:
    assert scale_end(most) == end
    assert end % 4 == 0


def test_long_labels_are_folded_between_words() -> None:
    assert fold("Self-help, advice and wellbeing", 120, 14) == ["Self-help,", "advice and", "wellbeing"]
    assert fold("", 120) == [""]
