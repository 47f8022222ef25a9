"""Releases made by hand: two financial years of plausible months, each cell a multiple of 5."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import product
from random import Random

from storekit import SECRET, opened

from directory.database import writing
from directory.protection import kept
from directory.protection.cube import Cell
from directory.protection.cubes import load_cubes
from directory.protection.release import Closed, Release, digest_of
from directory.protection.rounding import VERSION
from directory.reports.model import Report
from directory.reports.report import Asked, build
from directory.sealing import Keyring

FIRST, LAST = "2025-04", "2027-03"
TODAY = date(2027, 4, 2)
DISTRICTS = (
    "E07000105", "E07000106", "E07000107", "E07000108", "E07000109", "E07000110", "E07000111", "E07000111-swanley",
    "E07000112", "E07000113", "E07000114", "E07000115", "E07000116", "E06000035", "outside", "unknown",
)  # fmt: skip
AGES = ("16_17", "18_24", "25_29", "30_39", "40_49", "50_64", "65_plus", "declined")
VALUES: Mapping[str, Sequence[str]] = {
    "area": DISTRICTS,
    "age_band": AGES,
    "audience": ("me", "me", "me", "family", "gp", "probation", "oneyou", "any_professional"),
    "substance": ("alcohol", "alcohol", "drugs", "both", "unknown"),
    "need": ("alcohol", "treatment", "drugs", "several", "home"),
    "band": ("low", "increasing", "increasing", "higher", "possible_dependence", "not_screened", "incomplete"),
    "service_type": ("treatment_service", "treatment_service", "digital_tool", "mutual_aid", "housing"),
    "channel": ("web", "web", "telegram"),
    "contact_preference": ("not_asked",),
    "outcome": ("contacted", "attended", "attended", "waiting", "not_reached", "declined"),
    "instrument": ("audit", "audit_c", "dudit"),
    "minutes": ("under_10", "from_10", "from_20", "over_30"),
    "importance": ("up_3", "up_1", "same", "down", "not_asked"),
    "confidence": ("up_3", "up_1", "same", "down"),
    "goal": ("units_week", "free_days", "guideline", "stop", "none"),
    "next_step": ("follow_up", "treatment", "health", "nothing"),
    "fidelity": ("full", "most", "half", "less"),
    "wait": ("same_month", "same_month", "next_month", "later"),
}
MONTHLY = {"referrals": 60, "screens": 160, "ebi": 20, "unmet": 16, "outcomes": 30}
"""Fives in a month of each cube."""
QUESTIONS = {"survey_touch": ("yes", "tried", "not_yet"), "survey_easy": ("easy", "middling", "hard"),
             "survey_again": ("yes", "maybe", "no")}  # fmt: skip
STEPS = {
    "talk": 1200, "started:check_alcohol": 900, "finished:check_alcohol": 640, "advice": 240, "offered": 420,
    "recorded": 300, "started:find_help": 450, "finished:find_help": 400,
    **{f"reached:check_alcohol.audit.q{number}": 900 - 25 * number for number in range(1, 11)},
    **{f"answered:check_alcohol.audit.q{number}": 880 - 25 * number for number in range(1, 11)},
    "reached:check_alcohol.days": 500, "answered:check_alcohol.days": 485,
}  # fmt: skip


def months(first: str = FIRST, last: str = LAST) -> Iterator[str]:
    """Every month of a run."""
    year, month = int(first[:4]), int(first[5:])
    while f"{year}-{month:02}" <= last:
        yield f"{year}-{month:02}"
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def released(cube: str, month: str, cells: Mapping[Cell, int], previous: str = "", bound: int = 6) -> Release:
    """A release as it would have been closed on the second of the month after."""
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]), 12)
    closed_on = date(year, number + 1, 2)
    fingerprint = load_cubes()[cube].fingerprint
    fields = (cube, month, bound, cells, fingerprint, VERSION, previous)
    return Release(*fields, digest=digest_of(Release(*fields, digest="", closed_on=closed_on)), closed_on=closed_on)


def two_years(seed: int = 8, first: str = FIRST, last: str = LAST) -> Mapping[str, list[Release]]:
    """Every cube's releases from `first` to `last`."""
    found: dict[str, list[Release]] = {}
    for cube in load_cubes():
        random, previous = Random(f"{seed} {cube}"), ""
        found[cube] = []
        for at, month in enumerate(months(first, last)):
            release = released(cube, month, _cells(cube, random, at), previous, 6 if at % 12 < 5 else 9)
            previous = release.digest
            found[cube].append(release)
    return found


def _cells(cube: str, random: Random, at: int) -> Mapping[Cell, int]:
    cells: dict[Cell, int] = {}
    if cube == "steps":
        for step, most in STEPS.items():
            cells[(step, "web")] = 5 * ((most + 12 * at) // 5)
    elif cube == "survey":
        for question, answers in QUESTIONS.items():
            for answer, channel in product(answers, ("telegram",)):
                cells[(question, answer, channel)] = 5 * random.randint(0, 9)
    else:
        names = load_cubes()[cube].names
        for _ in range(MONTHLY[cube] + 2 * at):
            cell = tuple(_pick(random, name) for name in names)
            cells[cell] = cells.get(cell, 0) + 5
    return cells


def _pick(random: Random, name: str) -> str:
    values = VALUES[name]
    weights = [1 / (1 + 0.12 * place) for place in range(len(values))]
    return random.choices(values, weights)[0]


def report_of(period: str, releases: Mapping[str, list[Release]], today: date = TODAY, **choice: str) -> Report:
    """The report of these releases."""
    closed = [release.month for release in releases["referrals"]]
    asked = Asked(period, **choice)  # type: ignore[arg-type] # passed on as it came
    return build(asked, releases, closed, today)


async def keep(database: str, releases: Iterable[Release]) -> None:
    """Writes releases into a migrated database, as a close would."""
    keyring = Keyring([SECRET])
    async with opened(database) as engine:
        secret = await kept.secret(engine, keyring)
        async with writing(engine) as connection:
            for each in releases:
                await kept.keep(connection, [Closed(each, {})], keyring, secret)
