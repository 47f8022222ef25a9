"""The directory as one read-only object, built once: areas, services and what fits. The same in every process."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from directory import matching
from directory.areas import DATA, SEVENOAKS, SWANLEY, AreaFinding, AreaIndex, load_areas
from directory.contacting import shown_contact
from directory.distances import Point
from directory.eligibility import AGE_BANDS, NOT_SAID, Request
from directory.reports.names import ELSEWHERE
from directory.services import Catalogue, load_catalogue

UNITED_KINGDOM = ZoneInfo("Europe/London")


def today_in_the_uk() -> date:
    """The day it is in Kent."""
    return datetime.now(UNITED_KINGDOM).date()


class Snapshot:
    """Fits `screening.facts.Facts`, but for the time, the channel and the reference, which the bot adds."""

    def __init__(self, areas: AreaIndex, catalogue: Catalogue, today: Callable[[], date] = today_in_the_uk) -> None:
        """`today`: what is fresh enough to show depends on the day, so it is asked each time."""
        self._areas = areas
        self._catalogue = catalogue
        self._today = today

    def over(self, catalogue: Catalogue) -> "Snapshot":
        """The same places with another catalogue."""
        return Snapshot(self._areas, catalogue, self._today)

    @property
    def contacts(self) -> Mapping[str, str]:
        """The number or web address of each service that has one which may be shown, by service id."""
        today = self._today()
        shown = ((service.id, shown_contact(service, today)) for service in self._catalogue.services)
        return {service_id: contact for service_id, contact in shown if contact}

    @property
    def catalogue(self) -> Catalogue:
        """The records behind it all."""
        return self._catalogue

    @property
    def today(self) -> date:
        """The day that what may be shown is judged on."""
        return self._today()

    @property
    def reporting_areas(self) -> Mapping[str, str]:
        """What figures are counted by, code -> name: the districts, Medway, Swanley apart, and all other places."""
        districts = sorted(self._areas.names.items(), key=lambda district: district[1])
        return {**dict(districts), f"{SEVENOAKS}-{SWANLEY.lower()}": SWANLEY, **ELSEWHERE}

    def area(self, text: str) -> AreaFinding:
        """Which district a postcode, part of one or a place name means. Never raises."""
        return self._areas.find(text)

    def area_name(self, code: str) -> str:
        """The name of a district by its GSS code; "Swanley" for `E07000111-swanley`. Raises KeyError for any other."""
        district, _, locality = code.partition("-")
        name = self._areas.names[district]
        return SWANLEY if locality == SWANLEY.lower() else name

    @property
    def prisons(self) -> Mapping[str, str]:
        """The prisons where a referral may begin: id -> name."""
        return {service.id: service.name for service in self._catalogue.services if service.kind == "prison"}

    def position(self, text: str, code: str) -> Point | None:
        """Where a postcode or place lies within a district; None where no more than the district is known."""
        return self._areas.position(text, code)

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
    ) -> Sequence[matching.Offer]:
        """All services that fit, best first; never raises, may be empty."""
        request = Request(
            area=self._district(area),
            ages=AGE_BANDS.get(age_band, NOT_SAID),
            audience=audience,
            substances=tuple(substances),
            needs=tuple(needs),
            self_help=self_help,
            gender=gender,
        )
        return self.find(request, limit=len(self._catalogue.services)).offers

    def find(self, request: Request, limit: int = matching.LIMIT) -> matching.Found:
        """What fits a request and what does not, each with its reason."""
        return matching.find(self._catalogue, request, self._today(), limit)

    def _district(self, area: str | None) -> str | None:
        """The district of a reporting area; None for one that is not Kent's or Medway's."""
        code = (area or "").partition("-")[0]
        return code if code in self._areas.names else None


def load_snapshot(data: Path = DATA, today: Callable[[], date] = today_in_the_uk) -> Snapshot:
    """The snapshot of the shipped data. Raises ServicesError for a services file that cannot be used."""
    return Snapshot(load_areas(data), load_catalogue(data / "kent_services.yaml"), today)
