"""When somebody may be written to who did not write first: never at night, by the clock on the wall in Kent."""

from datetime import datetime, time, timedelta

MORNING, EVENING = time(9), time(21)
"""Between these, and at no other time, something may be pushed that nobody asked for just now."""

LAST_START = time(20, 30)
"""Nothing is begun after this, so that what cannot be sent at once still arrives before the evening ends."""


def may_start(now: datetime) -> bool:
    """Whether to begin now. `now`: aware, in the time zone of the people."""
    return MORNING <= now.time() < LAST_START


def when_awake(moment: datetime) -> datetime:
    """This moment, or the next morning where it is too late or too early, whichever way the clocks went meanwhile."""
    if moment.time() < MORNING:
        return _at(moment, MORNING)
    if moment.time() >= LAST_START:
        return _at(moment + timedelta(days=1), MORNING)
    return moment


def this_evening(now: datetime) -> datetime:
    """When the evening of this day ends."""
    return _at(now, EVENING)


def _at(day: datetime, hour: time) -> datetime:
    return datetime.combine(day.date(), hour, day.tzinfo)
