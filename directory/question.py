"""A question to the directory as somebody typed it -> a request that can be matched, or what is wrong with it.

Nothing typed is kept or repeated: a problem names the field and the sentence to say.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

from directory.areas import Area, AreaFinding
from directory.distances import Point
from directory.eligibility import AGE_BANDS, NOT_SAID, Ages, Request
from directory.lines import Line
from directory.services import Gender, Substance
from directory.snapshot import Snapshot

AUDIENCES: Mapping[str, str] = {
    "self": "self",
    "family": "family",
    "gp": "gp",
    "probation": "probation",
    "police": "police",
    "oneyou": "oneyou",
    "professional": "any_professional",
}
"""Who may ask, as the form and the command line name them -> as the services do."""

PREFERENCES = ("phone", "video", "in_person", "evening", "text")
"""How somebody would like to be seen."""

GENDERS: tuple[str, ...] = get_args(Gender)
"""Who a service for men or for women only may be asked for."""

SUBSTANCES: tuple[str, ...] = get_args(Substance)

ANY_SUBSTANCE = ("alcohol", "drugs")

OUTSIDE = "outside"
"""The choice of "somewhere else" where a place could be in several districts."""

OLDEST = 120

_SPAN = re.compile(r"(\d{1,3})\s*(?:-|–|_|to|and|or)\s*(\d{1,3})")
_AND_OVER = re.compile(r"(\d{1,3})\s*(?:\+|plus|_plus|(?:and|or) (?:over|older|above))")
_OVER = re.compile(r"over (\d{1,3})")
_UNDER = re.compile(r"under[ _](\d{1,3})")
_AGE = re.compile(r"(\d{1,3})")
_YEARS = re.compile(r"\b(?:aged?|years?|yrs?|old|y/?o)\b\.?|(?<=\d)y(?:rs?|/?o)?\b")


@dataclass(frozen=True, slots=True)
class Asked:
    """The fields as typed. `district`: a GSS code, or `outside`, chosen where the place could be several.

    `audience` is a key of AUDIENCES; `substances`, `needs` and `prefers` are tags; `gender` is one of GENDERS or empty;
    `prison`: the id of the prison they leave, or empty.
    """

    place: str = ""
    district: str = ""
    age: str = ""
    audience: str = ""
    substances: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    prefers: tuple[str, ...] = ()
    gender: str = ""
    prison: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a question from being answered: the field it stands in, and the sentence to say."""

    field: str
    line: Line


@dataclass(frozen=True, slots=True)
class Question:
    """A question that can be answered. `area` None: outside Kent and Medway, or not given. `point`: where, if known."""

    request: Request
    finding: AreaFinding | None
    area: Area | None
    point: Point | None
    age_given: bool


def read(asked: Asked, snapshot: Snapshot, place_needed: bool = True) -> tuple[Question | None, tuple[Problem, ...]]:
    """The question, or every problem that stands in its way, in the order of the fields."""
    finding = snapshot.area(asked.place) if asked.place.strip() else None
    ages = read_ages(asked.age)
    problems = tuple(_problems(asked, finding, ages, place_needed))
    if problems or ages is None:
        return None, problems
    area = _area(asked, finding)
    return Question(
        request=_request(asked, area, ages),
        finding=finding,
        area=area,
        point=snapshot.position(asked.place, area.code) if area else None,
        age_given=bool(asked.age.strip()),
    ), ()


def read_ages(text: str) -> Ages | None:
    """The youngest and oldest that are meant: "17", "16 to 17", "65 or over", "under 13". None where it is no age.

    Where nothing was said the person is treated as under 18, like everywhere else.
    """
    tidy = _YEARS.sub(" ", text.casefold())
    tidy = " ".join(tidy.split())
    if not tidy:
        return None if text.strip() else NOT_SAID
    if tidy in AGE_BANDS:
        return AGE_BANDS[tidy]
    ages = _ages(tidy)
    return ages if ages and 0 <= ages[0] <= ages[1] <= OLDEST else None


def _ages(tidy: str) -> Ages | None:
    if found := _SPAN.fullmatch(tidy):
        return int(found[1]), int(found[2])
    if found := _AGE.fullmatch(tidy):
        return int(found[1]), int(found[1])
    if found := _AND_OVER.fullmatch(tidy):
        return int(found[1]), OLDEST
    if found := _OVER.fullmatch(tidy):
        return int(found[1]) + 1, OLDEST
    if found := _UNDER.fullmatch(tidy):
        return 0, int(found[1]) - 1
    return None


def _problems(asked: Asked, finding: AreaFinding | None, ages: Ages | None, place_needed: bool) -> Iterator[Problem]:
    if finding is None:
        if place_needed:
            yield _problem("place", "place_missing")
    elif finding.outcome == "many" and asked.district != OUTSIDE and _chosen(asked, finding) is None:
        yield _problem("district", "place_many")
    elif finding.outcome == "none":
        yield _problem("place", "place_county" if finding.how == "county" else "place_none")
    elif finding.outcome == "invalid":
        yield _problem("place", "place_invalid")
    if ages is None:
        yield _problem("age", "age")
    if asked.audience not in AUDIENCES:
        yield _problem("audience", "audience")


def _problem(field: str, name: str) -> Problem:
    return Problem(field, Line(f"find_page.error.{name}"))


def _chosen(asked: Asked, finding: AreaFinding) -> Area | None:
    return next((area for area in finding.areas if area.code == asked.district), None)


def _area(asked: Asked, finding: AreaFinding | None) -> Area | None:
    if finding is None or finding.outcome == "outside":
        return None
    return finding.areas[0] if finding.outcome == "one" else _chosen(asked, finding)


def _request(asked: Asked, area: Area | None, ages: Ages) -> Request:
    """Where neither substance nor need is named, help with any; a relative who names no need wants family support.

    So does somebody who leaves prison want help with any: the service of the home area takes over.
    """
    needs = asked.needs
    if asked.prison and "prison_release" not in needs:
        needs = (*needs, "prison_release")
    named = asked.substances or (needs and "prison_release" not in needs)
    if asked.audience == "family" and not needs:
        needs = ("family",)
    return Request(
        area=area.code if area else None,
        ages=ages,
        audience=AUDIENCES[asked.audience],
        substances=asked.substances if named else ANY_SUBSTANCE,
        needs=needs,
        prefers=asked.prefers,
        gender=asked.gender or None,
        prison=asked.prison or None,
        outside=area is None and bool(asked.place.strip()),
    )
