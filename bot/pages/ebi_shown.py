"""What the pages of an EBI session show: the open session, and each page's template with its values."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from pydantic import ValidationError

from bot.pages.signed_in import MEMBER, staff_page
from bot.pages.site import TURNS
from bot.world import UK, uk_now
from directory.retention import EBI
from screening.dates import day_name
from screening.ebi import (
    END,
    FOLLOW_UPS,
    MINUTES,
    NEXT_STEPS,
    NOT_SAID,
    Session,
    coverage,
    finding,
    goals,
    is_due,
    may_cut_down,
    minutes_band,
    missed,
    needs_decision,
    offer_again,
    questions,
)
from screening.ebi_form import Form, Problems
from screening.ebi_guide import PICKS, Client, Flag, Stage
from screening.ebi_plan import goal_words, plan
from screening.library import Library
from screening.results import Result, group_result, result

ROOT = "/staff/ebi"


def say(request: web.Request, key: str, /, **values: object) -> str:
    """One text of these pages' own words, `ebi.yaml`."""
    return request.app[TURNS].library.words.text(f"ebi.{key}", {name: str(given) for name, given in values.items()})


def now() -> int:
    """Unix seconds."""
    return int(uk_now().timestamp())


def place_path(place: str) -> str:
    """The path of a place of the session."""
    return f"{ROOT}/{END}" if place == END else f"{ROOT}/stage/{place}"


def read(document: Mapping[str, Any] | None) -> Session | None:
    """A kept session; None where there is none, or one that another release cannot read."""
    try:
        return None if document is None else Session.model_validate(document)
    except ValidationError:
        return None


async def kept(request: web.Request) -> Session | None:
    """The session that this member of staff has open; at the beginning where its place is of another release."""
    session = read(await request.app[TURNS].store.document(EBI, request[MEMBER].id))
    places = (*request.app[TURNS].library.ebi.by_id, END)
    return session.with_(place=places[0]) if session and session.place not in places else session


def start_page(request: web.Request, status: int = 200, problem: str | None = None) -> web.Response:
    """Who it is for, and the clients to practise with."""
    clients = request.app[TURNS].library.ebi.clients
    return page(request, "ebi_start.html", status, problem=problem and say(request, problem), clients=clients)


def resume_page(request: web.Request, session: Session) -> web.Response:
    """The way back to an open session, or out of it."""
    at = datetime.fromtimestamp(session.seen, UK)
    return page(
        request, "ebi_resume.html", path=place_path(session.place), at=f"{at:%H:%M}", **_about(request, session)
    )


def message(request: web.Request, heading: str, sentence: str) -> web.Response:
    """Two texts and the way to the start."""
    return page(request, "ebi_message.html", heading=say(request, heading), sentence=say(request, sentence))


def stage_page(
    request: web.Request,
    session: Session,
    stage: Stage,
    status: int = 200,
    problems: Problems | None = None,
    typed: Form | None = None,
) -> web.Response:
    """One stage; with problems, what was typed stands in its fields."""
    library = request.app[TURNS].library
    found = finding(library, session)

    stored = _stored(session, library.ebi.client(session.practice))

    def value(name: str) -> str:
        held = stored.get(name)
        return (typed or {}).get(name, "" if held is None else str(held))

    return page(
        request, "ebi_stage.html", status,
        stage=stage, value=value, audit=library.instrument("audit"), result=_result(request, session),
        problems=[(field, say(request, f"said.{key}")) for field, key in (problems or {}).items()],
        goals=[(goal, goal_words(library, goal, None)) for goal in goals(found, session)],
        cutting_down=may_cut_down(found, session), picks=PICKS, label=_labels(request),
        items=[item for item in stage.fidelity if is_due(item, found, session)],
        next_steps=NEXT_STEPS, follow_ups=_days(request.app[TURNS].library), **_about(request, session),
    )  # fmt: skip


def _stored(session: Session, client: Client | None) -> Mapping[str, Any]:
    """What stands in the fields; of a made-up client, the answers they would give, until there are others."""
    held = session.model_dump()
    if client is not None and not session.items and session.total is None:
        given = client.model_dump()
        return {**held, **given["audit"], **given["safety"]}
    return {**held, **held["items"], **held["safety"]}


def _labels(request: web.Request) -> Any:
    return lambda group, choice: request.app[TURNS].library.words.entry(f"ebi_plan.{group}").choices[choice]


def _days(library: Library) -> list[tuple[str, str]]:
    """Each follow-up with its day."""
    today = uk_now().date()
    return [(name, day_name(library.words, today + timedelta(days=days))) for name, days in FOLLOW_UPS.items()]


def _result(request: web.Request, session: Session) -> Result | None:
    """What the score means; None without a whole one."""
    library = request.app[TURNS].library
    found = finding(library, session)
    if found.total is None:
        return None
    form = library.instrument(found.form)
    if session.items:
        return result(library.words, form, session.items)
    return group_result(library.words, form, found.total)


def card_page(request: web.Request, session: Session, flag: Flag) -> web.Response:
    """What to do about a red flag."""
    card = request.app[TURNS].words(flag.card)
    return page(request, "ebi_card.html", flag=flag, card=card, **_about(request, session))


def treatment_page(
    request: web.Request, session: Session, status: int = 200, problem: str | None = None
) -> web.Response:
    """The offer of treatment and the decision."""
    said = problem and say(request, problem)
    return page(request, "ebi_treatment.html", status, problem=said, **_about(request, session))


def end_page(
    request: web.Request,
    session: Session,
    status: int = 200,
    problems: Problems | None = None,
    typed: Form | None = None,
) -> web.Response:
    """What was covered; to finish, the area and how long it took; for a practice, what was missed."""
    library = request.app[TURNS].library
    found = finding(library, session)
    return page(
        request, "ebi_end.html", status,
        covered=coverage(library.ebi, found, session), missed=missed(library.ebi, found, session),
        sources={name: source["title"] for name, source in library.sources.items()},
        areas=request.app[TURNS].directory.reporting_areas, not_said=NOT_SAID, bands=MINUTES,
        area=(typed or {}).get("area", ""), band=(typed or {}).get("minutes", minutes_band(session.seconds)),
        problems=[(field, say(request, f"said.{key}")) for field, key in (problems or {}).items()],
        **_about(request, session),
    )  # fmt: skip


def plan_page(request: web.Request, session: Session) -> web.Response:
    """The client's plan."""
    parts = plan(request.app[TURNS].library, session, uk_now().date())
    return page(request, "ebi_plan.html", parts=parts, **_about(request, session))


def _about(request: web.Request, session: Session) -> Mapping[str, Any]:
    """What every page of a session shows."""
    library = request.app[TURNS].library
    found = finding(library, session)
    opened = [flag for flag in library.ebi.flags if session.flags.get(flag.id) is False]
    return {
        "session": session,
        "found": found,
        "guide": library.ebi,
        "client": library.ebi.client(session.practice),
        "open_flags": opened,
        "done_flags": [flag for flag in library.ebi.flags if session.flags.get(flag.id)],
        "undecided": needs_decision(found, session),
        "offer_again": offer_again(found, session),
        "questions": questions(found, session),
        "missing": ", ".join(say(request, f"missing.{name}") for name in found.unknown),
        "place_path": place_path,
    }


def page(request: web.Request, template: str, status: int = 200, **values: Any) -> web.Response:
    """A page for staff whose template also sees `ebi`, these pages' words."""
    return staff_page(request, template, status, ebi=lambda key, /, **given: say(request, key, **given), **values)
