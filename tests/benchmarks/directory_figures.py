"""The directory beside plain rivals, in one run: look-ups, matches, loading and memory, as ratios.

    python tests/benchmarks/directory_figures.py [--rounds 5]

The rivals do less: a dict of the postcode file's rows (what a postcode library keeps; it reads only what is typed
exactly), the same rows in a list that is searched from the start, and a filter of the services' records by area, age
and audience, without needs, reasons, order or what was left out. Of each call the best of the rounds counts, so that
other work on the machine does not; percentiles are over the calls. Leaves with 1 where a limit is broken.
"""

import argparse
import csv
import gzip
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any

import yaml

from directory.areas import DATA, load_areas
from directory.eligibility import AGE_BANDS, Request
from directory.services import SERVICES
from directory.snapshot import Snapshot, load_snapshot

MATCH_MS, LOOKUP_US, LOAD_S = 5.0, 20.0, 1.0
"""Limits of the p99 of a match and of a look-up, and of the start."""

Rows = list[dict[str, str]]
Action = Callable[[], object]


@dataclass(frozen=True)
class Times:
    """Of one kind of call, in seconds."""

    p50: float
    p99: float


def timed(calls: Sequence[Action], rounds: int) -> Times:
    """Each call timed on its own, once a round; its best time counts."""
    best = [float("inf")] * len(calls)
    for _ in range(rounds):
        for at, call in enumerate(calls):
            began = time.perf_counter()
            call()
            best[at] = min(best[at], time.perf_counter() - began)
    cut = statistics.quantiles(best, n=100)
    return Times(cut[49], cut[98])


def loading(load: Action, rounds: int) -> tuple[float, float]:
    """Seconds to load, and megabytes that stay."""
    seconds = []
    for _ in range(rounds):
        began = time.perf_counter()
        load()
        seconds.append(time.perf_counter() - began)
    tracemalloc.start()
    kept = load()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del kept
    return min(seconds), size / 1e6


def postcode_rows() -> Rows:
    """The rival's list."""
    with gzip.open(DATA / "kent_postcodes.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def by_postcode() -> dict[str, dict[str, str]]:
    """The rival's dict."""
    return {row["postcode"]: row for row in postcode_rows()}


def searched(rows: Rows, typed: str) -> dict[str, str] | None:
    """The row of a postcode, from the start of the list."""
    return next((row for row in rows if row["postcode"] == typed), None)


def records() -> list[dict[str, Any]]:
    """The rival's services."""
    services: list[dict[str, Any]] = yaml.load(SERVICES.read_text("utf-8"), yaml.CSafeLoader)["services"]
    return services


def filtered(services: Iterable[dict[str, Any]], request: Request) -> list[str]:
    """What the rival finds."""
    return [
        record["name"]
        for record in services
        if request.area in (record["districts"] or ())
        and request.audience in (record["audiences"] or ())
        and (record["age_min"] or 0) <= request.ages[0]
        and (record["age_max"] or 120) >= request.ages[1]
    ]


def asked(snapshot: Snapshot) -> list[Request]:
    """Every district, audience and band with some of the needs, and for one in seven all of them: 1,000 and more."""
    needs = snapshot.catalogue.need_tags
    found = product(snapshot.catalogue.districts, snapshot.catalogue.audiences, AGE_BANDS.values())
    return [
        Request(area, ages, audience, ("alcohol", "drugs"), needs if number % 7 == 0 else (needs[number % len(needs)],))
        for number, (area, audience, ages) in enumerate(found)
    ]


def lookups(rounds: int) -> dict[str, Times]:
    """Every fourth postcode of the file, by each way."""
    areas, rows, rival = load_areas(), postcode_rows(), by_postcode()
    postcodes = [row["postcode"] for row in rows[::4]]
    few = postcodes[::150]
    return {
        "Signpost": timed([partial(areas.find, typed) for typed in postcodes], rounds),
        "a dict of the rows": timed([partial(rival.get, typed) for typed in postcodes], rounds),
        "a search of the list": timed([partial(searched, rows, typed) for typed in few], rounds),
    }


def matches(rounds: int) -> dict[str, Times]:
    """The same requests of both: six offers with reasons, and beside them everything that fits, as the chat asks."""
    snapshot, services = load_snapshot(), records()
    requests, everything = asked(snapshot), len(snapshot.catalogue.services)
    return {
        "Signpost, six offers": timed([partial(snapshot.find, one) for one in requests], rounds),
        "Signpost, all offers": timed([partial(snapshot.find, one, everything) for one in requests], rounds),
        "a filter of the records": timed([partial(filtered, services, one) for one in requests], rounds),
    }


def report(
    looked_up: dict[str, Times], matched: dict[str, Times], loaded: dict[str, tuple[float, float]]
) -> Iterator[str]:
    """The three tables; ratios are to Signpost, the first of each: 2 means twice its time or memory."""
    for title, unit, scale, times in (("Look-up", "µs", 1e6, looked_up), ("Match", "ms", 1e3, matched)):
        first = next(iter(times.values()))
        yield f"\n| {title} | p50 {unit} | p99 {unit} | p99, ratio |\n|---|---|---|---|"
        for name, one in times.items():
            yield f"| {name} | {one.p50 * scale:.3f} | {one.p99 * scale:.3f} | {one.p99 / first.p99:.2f} |"
    yield "\n| Loading | seconds | ratio | MB kept | ratio |\n|---|---|---|---|---|"
    seconds, size = next(iter(loaded.values()))
    for name, (took, kept) in loaded.items():
        yield f"| {name} | {took:.2f} | {took / seconds:.2f} | {kept:.1f} | {kept / size:.2f} |"


def main() -> int:
    """Measure, print, and hold the limits."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    looked_up, matched = lookups(rounds), matches(rounds)
    loaded = {
        "Signpost: areas": loading(load_areas, min(rounds, 3)),
        "Signpost: areas and services": loading(load_snapshot, min(rounds, 3)),
        "a dict of the rows": loading(by_postcode, min(rounds, 3)),
    }
    print("\n".join(report(looked_up, matched, loaded)))
    held = {
        f"p99 of a look-up under {LOOKUP_US:.0f} µs": looked_up["Signpost"].p99 * 1e6 < LOOKUP_US,
        f"p99 of a match under {MATCH_MS:.0f} ms": matched["Signpost, all offers"].p99 * 1e3 < MATCH_MS,
        f"start under {LOAD_S:.0f} s": loaded["Signpost: areas and services"][0] < LOAD_S,
    }
    print("\n" + "\n".join(f"{'held' if kept else 'BROKEN'}: {limit}" for limit, kept in held.items()))
    return 0 if all(held.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
