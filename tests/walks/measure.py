"""How many whole conversations a second the engine walks: `python tests/walks/measure.py`.

One conversation: the opening, the AUDIT with all ten questions, brief advice with a goal, and the real directory's
services for Margate, one of them chosen. State is stored as JSON and read again at every turn. One processor.
"""

import sys
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests/screening")]

from kit import NOW, Chat, library  # noqa: E402 - found through the line above

from bot.world import World  # noqa: E402
from directory.snapshot import Snapshot, load_snapshot  # noqa: E402

SECONDS = 10
POINTS = (3, 1, 2, 0, 0, 0, 1, 1, 0, 0)


def conversation(snapshot: Snapshot) -> int:
    """Holds it once; returns how many turns it took."""
    chat = Chat(World(snapshot, NOW, "web", "otter-maple-river-42"))
    chat.start().taps("me", "30_39", "check", "no", *POINTS, "no").says("3", "5").taps(
        "yes", "skip", "skip", "skip", "free_days", "skip", "today", "enough", "yes"
    ).says("margate")
    chat.taps(chat.values[0])
    assert len(chat.referrals) == 1
    return 1 + 4 + len(POINTS) + 1 + 2 + 4 + 2


def main() -> None:
    snapshot = load_snapshot(today=lambda: date(2026, 11, 21))
    library()
    began, done, turns = time.perf_counter(), 0, 0
    while time.perf_counter() - began < SECONDS:
        turns += conversation(snapshot)
        done += 1
    took = time.perf_counter() - began
    print(f"{done / took:.0f} conversations a second, {1000 * took / turns:.2f} ms a turn ({done} in {took:.1f} s)")


if __name__ == "__main__":
    main()
