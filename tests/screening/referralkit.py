"""A professional with a client, as far as the referral tests need them, in the small world or in the real Kent."""

from datetime import date
from functools import cache

from kit import NOW, Chat, newcomer

from bot.world import World
from directory.snapshot import Snapshot, load_snapshot
from screening.facts import Facts

REFERENCE = "otter-maple-river-42"


@cache
def kent() -> Snapshot:
    return load_snapshot(today=lambda: date(2026, 11, 21))


def in_kent(channel: str = "web") -> World:
    """The real directory, on a day that stands still."""
    return World(kent(), NOW, channel, REFERENCE)


def referring(
    facts: Facts | None = None, role: str = "gp", age: str = "30_39", place: str = "margate", details: bool = True
) -> Chat:
    """A professional who has given the client's age and area, at what they use; or at the route."""
    return newcomer(facts).taps("professional", role, age).says(place).taps("details" if details else "now")


def at_scores(facts: Facts | None = None, **who: str) -> Chat:
    return referring(facts, **who).taps("skip")


def at_needs(facts: Facts | None = None, **who: str) -> Chat:
    return at_scores(facts, **who).taps("skip")


def at_risks(facts: Facts | None = None, **who: str) -> Chat:
    return at_needs(facts, **who).taps("skip")
