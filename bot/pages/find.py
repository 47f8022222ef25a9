"""Find a service: a form that is posted and answered directly. No chat, no sign-in, no cookie, and nothing is kept.

It changes nothing, so it needs no token; an address that asks too often is slowed like everywhere (`floods.py`).
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.finding import SHOWN_SUBSTANCES, Section, Teller
from bot.pages.forms import BODY_SECONDS
from bot.pages.site import TURNS, page
from directory.answer import Answer, Card, SiteCard, answer, by_reason
from directory.areas import AreaFinding
from directory.eligibility import YOUNGEST
from directory.kent_map import ATTRIBUTION, KentMap, Spot, load_map
from directory.needs import NeedGroups, load_need_groups
from directory.question import AUDIENCES, GENDERS, OUTSIDE, PREFERENCES, Asked, Problem, Question, read
from screening.wording import Wording

Form = Mapping[str, Sequence[str]]
"""Every value sent for each field."""

FULL_CARDS = 6
"""Services shown at once; the others stand behind one line."""
NUMBER = re.compile(r"\b(0\d[\d ]{6,}\d|116 \d{3}|999|111)\b")
"""A number that a telephone can ring."""
SAID_IN_FULL = frozenset({"directory.pointer.outside"})
"""What the page says with the national numbers (`find_help.outside`)."""
_CHILD = {"self": "child.people", "family": "worried.child"}
"""What is said first for a child under 13; professionals get `who.client_child`."""


@dataclass(frozen=True)
class Parts:
    """What the page is made of, read once."""

    teller: Teller
    groups: NeedGroups
    kent: KentMap
    words: Wording


@dataclass(frozen=True)
class Dot:
    """A place of a service on its map, by the number it has in the list."""

    number: int
    spot: Spot


@dataclass(frozen=True)
class SiteShown:
    """A place of a service in words."""

    place: str
    distance: str | None
    sentences: Sequence[str]
    number: int | None


@dataclass(frozen=True)
class CardShown:
    """A service as the template shows it."""

    id: str
    name: str
    description: str
    provider: Sequence[str]
    takes: Sequence[str]
    helps: Sequence[str]
    how: Section
    sites: Sequence[SiteShown]
    by_distance: bool
    dots: Sequence[Dot]
    map_text: str
    hours: Sequence[str]
    sure: Sequence[str]
    plain: str


@dataclass(frozen=True)
class AnswerShown:
    """The whole answer as the template shows it."""

    heading: str
    about: str
    notices: Sequence[str]
    safety: Sequence[str]
    child: Sequence[str]
    outside: Sequence[str]
    first: Sequence[CardShown]
    more: Sequence[CardShown]
    next: Sequence[str]
    withheld: Sequence[tuple[str, Sequence[str]]]
    withheld_count: int
    area_code: str | None
    by_name_only: bool


PARTS = web.AppKey("find_parts", Parts)


def add_routes(app: web.Application) -> None:
    """The page's routes. Raises ServicesError or ContentError where its data or words are broken."""
    turns = app[TURNS]
    groups = load_need_groups(turns.directory.catalogue.need_tags)
    app[PARTS] = Parts(Teller(turns.library.words, groups), groups, load_map(), turns.library.words)
    app.router.add_get("/find", show_form)
    app.router.add_post("/find", show_answer)


async def show_form(request: web.Request) -> web.Response:
    """The empty form."""
    return _page(request, Asked())


async def show_answer(request: web.Request) -> web.Response:
    """The form as it was sent, with the answer or with what is wrong."""
    snapshot = request.app[TURNS].directory
    asked = _asked(request.app[PARTS].groups, tuple(snapshot.prisons), await _form(request))
    question, problems = read(asked, snapshot)
    if question is None:
        finding = snapshot.area(asked.place) if any(problem.field == "district" for problem in problems) else None
        return _page(request, asked, problems, finding, status=web.HTTPUnprocessableEntity.status_code)
    shown = _shown(request.app[PARTS], question, answer(snapshot, question))
    finding = question.finding if question.finding and question.finding.outcome == "many" else None
    return _page(request, asked, finding=finding, shown=shown)


def _page(
    request: web.Request,
    asked: Asked,
    problems: Sequence[Problem] = (),
    finding: AreaFinding | None = None,
    shown: AnswerShown | None = None,
    status: int = 200,
) -> web.Response:
    parts = request.app[PARTS]
    return page(
        request,
        "find.html",
        status,
        say=parts.teller.word,
        pieces=pieces,
        entry=parts.words.entry,
        asked=asked,
        problems={problem.field: parts.teller.line(problem.line) for problem in problems},
        districts=[(area.code, area.locality or area.name) for area in finding.areas] if finding else [],
        outside_choice=OUTSIDE,
        groups=parts.groups.groups,
        prisons=request.app[TURNS].directory.prisons,
        kent=parts.kent,
        attribution=ATTRIBUTION,
        shown=shown,
    )


def pieces(text: str) -> Sequence[tuple[str, str]]:
    """A text cut at its telephone numbers: words, and the number after them or nothing."""
    parts = [*NUMBER.split(text), ""]
    return list(zip(parts[::2], parts[1::2], strict=True))


async def _form(request: web.Request) -> Form:
    """The fields that were sent, in time. What is no form of this page is refused."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPUnsupportedMediaType
    try:
        async with asyncio.timeout(BODY_SECONDS):
            sent = await request.post()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except (ValueError, LookupError):
        raise web.HTTPBadRequest from None
    return {name: [value for value in sent.getall(name) if isinstance(value, str)] for name in sent}


def _asked(groups: NeedGroups, prisons: Sequence[str], form: Form) -> Asked:
    """The fields as typed; a choice that the form does not offer was never made."""

    def typed(name: str) -> str:
        return next(iter(form.get(name, ())), "")

    def chosen(name: str, offered: Sequence[str]) -> tuple[str, ...]:
        return tuple(choice for choice in offered if choice in form.get(name, ()))

    return Asked(
        place=typed("place"),
        district=typed("district"),
        age=typed("age"),
        audience=next(iter(chosen("audience", tuple(AUDIENCES))), ""),
        substances=chosen("substances", SHOWN_SUBSTANCES),
        needs=chosen("needs", [tag for tags in groups.groups.values() for tag in tags]),
        prefers=chosen("prefers", PREFERENCES),
        gender=next(iter(chosen("gender", GENDERS)), ""),
        prison=next(iter(chosen("prison", prisons)), ""),
    )


def _shown(parts: Parts, question: Question, found: Answer) -> AnswerShown:
    teller = parts.teller
    cards = [_card(parts, question, card) for card in found.cards]
    groups = by_reason(found.withheld, question.request)
    return AnswerShown(
        heading=teller.heading(found),
        about=teller.about(question),
        notices=list(teller.notices(question, found, SAID_IN_FULL)),
        safety=teller.safety(question),
        child=_for_a_child(parts, question),
        outside=_outside(parts, question),
        first=cards[:FULL_CARDS],
        more=cards[FULL_CARDS:],
        next=teller.next(question),
        withheld=[(teller.line(reason), names) for reason, names in groups],
        withheld_count=sum(len(names) for _, names in groups),
        area_code=question.area.code if question.area else None,
        by_name_only=question.area is not None and question.point is None and any(card.sites for card in cards),
    )


def _outside(parts: Parts, question: Question) -> Sequence[str]:
    """What can be said to somebody outside Kent and Medway."""
    if not question.request.outside:
        return ()
    family = [parts.teller.word("family_outside")] if question.request.audience == "family" else []
    return [*parts.words.messages("find_help.outside"), *family]


def _for_a_child(parts: Parts, question: Question) -> Sequence[str]:
    if question.request.youngest >= YOUNGEST:
        return ()
    return parts.words.messages(_CHILD.get(question.request.audience, "who.client_child"))


def _card(parts: Parts, question: Question, card: Card) -> CardShown:
    teller = parts.teller
    dots = [Dot(number, parts.kent.spot(site.point)) for number, site in enumerate(card.sites, 1) if site.point]
    return CardShown(
        id=card.offer.service_id,
        name=card.offer.name,
        description=card.offer.description,
        provider=teller.lines(card.provider),
        takes=teller.lines(card.takes),
        helps=teller.lines(card.helps),
        how=teller.how(card, question),
        sites=[_site(teller, number, site) for number, site in enumerate(card.sites, 1)],
        by_distance=card.miles is not None,
        dots=dots,
        map_text=_map_text(teller, question, card),
        hours=teller.hours(card),
        sure=teller.sure(card),
        plain=teller.plain(card, question),
    )


def _site(teller: Teller, number: int, site: SiteCard) -> SiteShown:
    return SiteShown(
        place=teller.place(site),
        distance=teller.distance(site),
        sentences=teller.lines(site.lines),
        number=number if site.point else None,
    )


def _map_text(teller: Teller, question: Question, card: Card) -> str:
    """The picture in words, for who cannot see it."""
    named = ", ".join(f"{number} {site.name}" for number, site in enumerate(card.sites, 1) if site.point)
    shaded = [teller.word("map.area", area=question.area.name)] if question.area else []
    return " ".join([*shaded, teller.word("map.dots", sites=named)])
