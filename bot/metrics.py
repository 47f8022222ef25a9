"""What operators watch, in Prometheus' form: counts of what happened in this process, and of what waits for all.

Labels are short fixed lists. Nothing here tells one person, or one place, from another.
"""

from collections.abc import Iterable

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest

from screening.state import Effect, Interrupted, Passed

CONTENT_TYPE = CONTENT_TYPE_LATEST

TURNS = Counter(
    "signpost_turns", "Messages: answered, duplicate (delivered again), failed (tried again), set_aside.",
    ["channel", "outcome"],
)  # fmt: skip
TURN_SECONDS = Histogram(
    "signpost_turn_seconds", "From taking a message to its commit.", ["channel"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30),
)  # fmt: skip
INTERRUPTIONS = Counter("signpost_safety_interruptions", "Times danger in someone's words came first.", ["category"])
JOURNEYS = Counter("signpost_journeys", "Journeys started (or taken up again) and finished.", ["journey", "mark"])
SENDS = Counter(
    "signpost_sends", "Attempts to send a reply: sent, later (told to wait), failed (tried again), refused, gone.",
    ["outcome"],
)  # fmt: skip
TIMERS = Counter(
    "signpost_timers", "Reminders due: said, nothing (not wanted any more), failed (taken again), set_aside.",
    ["outcome"],
)  # fmt: skip
OUTBOX_WAITING = Gauge("signpost_outbox_waiting", "Replies to send, of all processes on this database.")
OUTBOX_OLDEST = Gauge("signpost_outbox_oldest_seconds", "How long the most overdue of them has been due.")
TELEGRAM_RECEIVING = Gauge("signpost_telegram_receiving", "1 while Telegram's messages reach this process.")
TELEGRAM_PENDING = Gauge("signpost_telegram_pending_updates", "Updates Telegram holds for the webhook, at last look.")
RESPONSES = Counter("signpost_http_responses", "Answers by route and status.", ["route", "status"])
REFUSED = Counter(
    "signpost_refused", "By session_pace, address_pace, webhook_secret, metrics_token or staff_sign_in.", ["reason"]
)


def count(effects: Iterable[Effect]) -> None:
    """Count what a committed turn did."""
    for effect in effects:
        if isinstance(effect, Interrupted):
            INTERRUPTIONS.labels(effect.category).inc()
        elif isinstance(effect, Passed):
            JOURNEYS.labels(effect.journey, effect.mark).inc()


def exposition(waiting: int, oldest_seconds: float) -> bytes:
    """Everything as Prometheus reads it, with what the database says of the outbox."""
    OUTBOX_WAITING.set(waiting)
    OUTBOX_OLDEST.set(oldest_seconds)
    return generate_latest()
