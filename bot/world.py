"""What the engine may look up during one event, put together from the clock and the directory's snapshot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from directory.references import new_reference
from directory.snapshot import Snapshot
from screening.facts import AreaFinding, Offer

UK = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class World:
    """The facts of one event; fits `screening.facts.Facts`."""

    snapshot: Snapshot
    now: datetime
    channel: str
    reference: str
    role: str | None = None
    """Of a chat that is signed in as staff; None for the public."""

    def area(self, text: str) -> AreaFinding:
        """What a place or postcode means."""
        return self.snapshot.area(text)

    def area_name(self, code: str) -> str:
        """A district's name."""
        return self.snapshot.area_name(code)

    def offers(
        self,
        *,
        area: str | None,
        age_band: str,
        audience: str,
        substances: Sequence[str],
        needs: Sequence[str],
        self_help: bool = True,
        gender: str | None = None,
    ) -> Sequence[Offer]:
        """The services that fit, best first."""
        return self.snapshot.offers(
            area=area,
            age_band=age_band,
            audience=audience,
            substances=substances,
            needs=needs,
            self_help=self_help,
            gender=gender,
        )


def uk_now() -> datetime:
    """The time in the United Kingdom."""
    return datetime.now(UK)


def world(snapshot: Snapshot, channel: str, now: datetime | None = None, role: str | None = None) -> World:
    """The facts of an event that happens now, by the clock on the wall unless another one says when that is.

    `role`: of staff, where the chat is signed in.
    """
    return World(snapshot, now or uk_now(), channel, new_reference(), role)
