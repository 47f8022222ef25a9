"""CCR5 beside NHS England's rule and the ONS package cell_key_perturbation: the same made-up Kent data, one run.

    python tests/benchmarks/protection.py [--attacked 100] [--write]

Each protects every published table of referrals for a year of 250 a month: how long a processor takes, how many
figures are hidden, how far off the others are. Then an attacker reads district by substance for a year of 60 a month,
each month and the year so far, and looks for what single months hold: the same small counts for each. The ONS package
runs in an environment of its own. With --write the table goes where the trust page finds it.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
import venv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "directory")]

from attacking import Attacker, Known, suppressed  # noqa: E402 - found through the path set above
from protectionkit import KENT, YEAR, close_all, kent_year, nhs  # noqa: E402 - found through the line above

from directory.protection.cube import Cell, Cube, MarginCell, margin_cell  # noqa: E402 - found through the path set above

PACKAGE = ("cell_key_perturbation==3.1.0", "pandas")
WRITTEN = ROOT / "directory" / "data" / "protection_comparison.yaml"
COMMAND = "python tests/benchmarks/protection.py --write"
HEAD = "# What tests/benchmarks/protection.py measured, on made-up data of Kent's shape. The trust page shows it.\n"
SMALL = range(1, 8)
"""What NHS England's rule hides: the attacker looks for these."""

Months = Sequence[Mapping[Cell, int]]
Span = tuple[int, int]
Figure = tuple[Span, MarginCell]
Shown = Mapping[Figure, "int | str | None"]
MONTHLY = [(number, number) for number in range(len(YEAR))]
SO_FAR = [(0, number) for number in range(1, len(YEAR))]
PAIR = ((("area", "district"), ("substance", "code")),)


@dataclass(frozen=True)
class Answer:
    """What a method published, in how many seconds of a processor, and what a figure `says` of these places."""

    seconds: float
    shown: Shown
    says: Callable[[Figure, "int | str | None", tuple[int, ...]], Known]


Method = Callable[[Cube, Months, Sequence[Span]], Answer]


def true_figures(cube: Cube, months: Months, spans: Sequence[Span]) -> Counter[Figure]:
    """Every published figure above 0."""
    found: Counter[Figure] = Counter()
    for first, last in spans:
        total: Counter[Cell] = Counter()
        for counts in months[first : last + 1]:
            total.update(counts)
        cells = sorted(total)
        for name, places in cube.members(cells).items():
            found[(first, last), name] = sum(total[cells[place]] for place in places)
    return found


def ccr5(cube: Cube, months: Months, spans: Sequence[Span]) -> Answer:
    """Ours, by the releases of the whole cube, whatever is read of them."""
    whole, _ = kent_year(0, 0)
    started = time.process_time()
    releases = [closed.release for closed in close_all(whole, months)]
    seconds = time.process_time() - started
    shown = true_figures(cube, [release.cells for release in releases], spans)

    def says(figure: Figure, count: "int | str | None", places: tuple[int, ...]) -> Known:
        bound = releases[figure[0][1]].bound
        return Known(places, max(0, int(count or 0) - bound), int(count or 0) + bound)

    return Answer(seconds, shown, says)


def nhs_rule(cube: Cube, months: Months, spans: Sequence[Span]) -> Answer:
    """Figure by figure: 1 to 7 hidden, the rest to the nearest 5."""
    started = time.process_time()
    shown = {figure: nhs(count) for figure, count in true_figures(cube, months, spans).items()}
    seconds = time.process_time() - started
    return Answer(seconds, shown, lambda _, count, places: suppressed(0 if count is None else count, places))


def cell_key(python: str, cube: Cube, months: Months, spans: Sequence[Span]) -> Answer:
    """The ONS package, with the rule that comes with it."""
    margins = sorted(cube.published)
    columns = ["person", "period", *sorted({f"{name}.{level}" for margin in margins for name, level in margin})]
    asked = {
        "columns": columns,
        "records": list(_records(cube, months, spans, columns[2:])),
        "tables": [["period", *(f"{name}.{level}" for name, level in margin)] for margin in margins],
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "asked.json"
        file.write_text(json.dumps(asked), "utf-8")
        script = str(Path(__file__).parent / "rivals" / "cell_key.py")
        printed = subprocess.run([python, script, str(file)], check=True, capture_output=True, text=True).stdout
    told = json.loads(printed.splitlines()[-1])  # after what the package says itself
    shown = {
        (spans[int(values[0])], margin_cell(margins[table], values[1:])): "*" if count is None else count
        for table, values, count in told["figures"]
    }

    def says(_: Figure, count: "int | str | None", places: tuple[int, ...]) -> Known:
        if not isinstance(count, int):
            return Known(places, 0, 9)
        return Known(places, max(10, count - 2), count + 2)

    return Answer(told["seconds"], shown, says)


def _records(cube: Cube, months: Months, spans: Sequence[Span], columns: Sequence[str]) -> Iterator[list[str]]:
    parts = tuple((name, level) for name, _, level in (column.partition(".") for column in columns))
    for period, (first, last) in enumerate(spans):
        for number in range(first, last + 1):
            for place, cell in enumerate(sorted(months[number])):
                for each in range(months[number][cell]):
                    yield [f"{number}-{place}-{each}", str(period), *cube.values(parts, cell)]


def attack(cube: Cube, months: Months, answer: Answer, attacked: int) -> Mapping[str, int]:
    """What the attacker finds of the same small counts of single months: how many exactly, how many nearly."""
    spans = [*MONTHLY, *SO_FAR]
    areas, substances = sorted(KENT["area"]), sorted({cube.cell(_row(cube, each))[3] for each in KENT["substance"]})
    cells = [cube.cell(_row(cube, substance, area)) for area, substance in product(areas, substances)]
    known, small = [], []
    for name, members in cube.members(cells).items():
        for first, last in spans:
            places = tuple(number * len(cells) + member for number in range(first, last + 1) for member in members)
            known.append(answer.says(((first, last), name), answer.shown.get(((first, last), name)), places))
    by_pair = [Counter({cell: 0 for cell in cells}) for _ in months]
    for number, counts in enumerate(months):
        for cell, count in counts.items():
            by_pair[number][cells[[each[0] + each[3] for each in cells].index(cell[0] + cell[3])]] += count
        small += [(number * len(cells) + place,) for place, cell in enumerate(cells) if by_pair[number][cell] in SMALL]
    solver = Attacker(len(months) * len(cells), known)
    left = [solver.find(places).values for places in random.Random(1).sample(small, min(attacked, len(small)))]
    return {
        "attacked": len(left),
        "exact": sum(values == 1 for values in left),
        "three_or_fewer": sum(values <= 3 for values in left),
        "narrowest": min(left),
    }


def _row(cube: Cube, substance: str, area: str = "") -> Mapping[str, str]:
    return dict.fromkeys(cube.names, "-") | {"substance": substance, "area": area}


def measure(name: str, method: Method, attacked: int) -> Mapping[str, object]:
    """A row of the table."""
    cube, months = kent_year(250, 7)
    answer, true = method(cube, months, MONTHLY), true_figures(cube, months, MONTHLY)
    given = [(answer.shown.get(figure, 0), count) for figure, count in true.items()]
    errors = [abs(int(shown) - count) for shown, count in given if shown not in ("*", None)]
    pilot, few = kent_year(60, 11)
    pair = Cube(pilot.name, pilot.dimensions, PAIR)
    found = attack(pair, few, method(pair, few, [*MONTHLY, *SO_FAR]), attacked)
    return {
        "name": name,
        "figures": len(given),
        "processor_seconds": round(answer.seconds, 1),
        "hidden_percent": round(100 * (1 - len(errors) / len(given))),
        "mean_error": round(sum(errors) / len(errors), 1),
        "largest_error": max(errors),
        **found,
    }


def table(rows: Sequence[Mapping[str, object]]) -> Iterator[str]:
    """In Markdown."""
    names = list(rows[0])
    yield "| " + " | ".join(name.replace("_", " ") for name in names) + " |"
    yield "|" + "---|" * len(names)
    for row in rows:
        yield "| " + " | ".join(str(row[name]) for name in names) + " |"


def _environment(folder: Path) -> str:
    venv.create(folder / "ons", with_pip=True)
    python = str(folder / "ons" / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "-qq", *PACKAGE], check=True)
    return python


def main() -> None:
    """Measures all three and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attacked", type=int, default=100, help="small counts to look for")
    parser.add_argument("--write", action="store_true", help=f"write {WRITTEN.name}")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        python = _environment(Path(folder))
        methods: Mapping[str, Method] = {
            "ccr5": ccr5,
            "nhs_1_to_7": nhs_rule,
            "ons_cell_key_3_1_0": lambda *asked: cell_key(python, *asked),
        }
        rows = [measure(name, method, args.attacked) for name, method in methods.items()]
    print("\n".join(table(rows)))
    if args.write:
        about = {"measured_on": datetime.now(UTC).date(), "command": COMMAND, "methods": rows}
        WRITTEN.write_text(HEAD + yaml.safe_dump(about, sort_keys=False), "utf-8")


if __name__ == "__main__":
    main()
