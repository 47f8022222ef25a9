"""Who asks, and the named rules a service record may carry in `eligibility`: may this person be offered it?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Ages = tuple[int, int]

AGE_BANDS: Mapping[str, Ages] = {
    "under_13": (0, 12),
    "13_15": (13, 15),
    "16_17": (16, 17),
    "18_24": (18, 24),
    "25_29": (25, 29),
    "30_39": (30, 39),
    "40_49": (40, 49),
    "50_64": (50, 64),
    "65_plus": (65, 120),
}
PROFESSIONALS = frozenset({"gp", "probation", "oneyou", "police", "any_professional"})

NOT_SAID: Ages = (13, 17)
"""Someone who does not give an age is treated as under 18: only what every young person may have is offered."""

ADULT = 18
YOUNGEST = 13
"""No source gives the lower age of a young people's service, so nobody under 13 is offered one."""

SUBSTANCE_NEEDS = frozenset({"alcohol", "opiates", "other_drugs"})
"""Need tags that only name a substance; the others name something in particular that helps."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of the directory.

    `area`: GSS code of where the person who needs help lives; None for declined or outside Kent, which `outside` tells
    apart. After prison it is where they go home to. `ages`: the youngest and oldest that person may be, whole years.
    `audience`: who asks. `gender`: male or female where services for men or for women were asked for; None: not asked.
    `self_help` False: a tool to use alone would not be safe. `prefers`: ways to be helped (`services.Way`), best known
    first; they rank and never exclude. `prison`: id of the prison the person leaves. `own_area`: GSS code of where
    somebody who asks for family or a friend lives themselves, where that was said.
    """

    area: str | None
    ages: Ages
    audience: str
    substances: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    gender: str | None = None
    self_help: bool = True
    prefers: tuple[str, ...] = ()
    outside: bool = False
    prison: str | None = None
    own_area: str | None = None

    @property
    def youngest(self) -> int:
        return self.ages[0]

    @property
    def oldest(self) -> int:
        return self.ages[1]

    @property
    def leaves_prison(self) -> bool:
        """True where the referral begins in a prison."""
        return self.prison is not None or "prison_release" in self.needs

    @property
    def professional(self) -> bool:
        """True for anyone who asks for a client or patient."""
        return self.audience in PROFESSIONALS


def community_provider_refers(request: Request) -> bool:
    """Inpatient detox and rehab places are bought by the community service, which is the way in (directory.md 2.5)."""
    return False


def family_court_chooses(request: Request) -> bool:
    """The local authority selects families for the Family Drug and Alcohol Court (directory.md 2.3)."""
    return False


def thirteen_and_over(request: Request) -> bool:
    """A young people's service whose lower age no source states."""
    return request.youngest >= YOUNGEST


def under_eighteen(request: Request) -> bool:
    """A young people's service whose upper age is not confirmed."""
    return request.oldest < ADULT


def after_treatment(request: Request) -> bool:
    """Support for people who have finished a stay with the provider, so only for someone who asks about that time."""
    return not {"after_detox", "recovery_support"}.isdisjoint(request.needs)


RULES: Mapping[str, Callable[[Request], bool]] = {
    rule.__name__: rule
    for rule in (community_provider_refers, family_court_chooses, thirteen_and_over, under_eighteen, after_treatment)
}
