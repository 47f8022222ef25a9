"""The words of the trust page, and the measured comparison that it shows."""

from pathlib import Path

import pytest

from directory.reports.words import ReportFileError
from directory.trust import Method, load_comparison, load_trust

MEASURED = """
measured_on: 2026-11-22
command: python tests/benchmarks/protection.py --write
methods:
- {name: ccr5, figures: 7303, processor_seconds: 44.5, hidden_percent: 0, mean_error: 2.4, largest_error: 9,
   attacked: 100, exact: 0, three_or_fewer: 0, narrowest: 7}
"""


def test_each_paragraph_and_each_item_is_one_line_however_the_file_wraps_it() -> None:
    for part in (*load_trust().short, *load_trust().detail):
        for block in part.text.split("\n\n"):
            lines = block.split("\n")
            assert len(lines) == 1 or all(line.startswith("- ") for line in lines[1:]), part.heading


def test_every_column_of_the_comparison_is_one_that_is_measured() -> None:
    assert set(load_trust().comparison_columns) <= set(Method.model_fields)


def test_the_comparison_is_what_was_measured_or_nothing(tmp_path: Path) -> None:
    file = tmp_path / "comparison.yaml"
    assert load_comparison(file) is None
    load_comparison.cache_clear()
    file.write_text(MEASURED)
    comparison = load_comparison(file)
    assert comparison is not None and comparison.methods[0].narrowest == 7


def test_a_wrong_file_is_named_with_the_place(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(MEASURED.replace("exact: 0", "exact: many"))
    with pytest.raises(ReportFileError, match=r"wrong\.yaml, methods\.0\.exact"):
        load_comparison(file)
