"""The page on which a provider says what became of somebody who was sent to it, by the reference alone.

One at a time, or in a file. A provider tells it of its own services; for any other reference the answer is the same as
for one that nobody has.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from aiohttp import web

from bot.pages.forms import own_file
from bot.pages.signed_in import (
    MEMBER,
    STAFF_PAGES,
    StaffPage,
    accounts,
    is_own_staff_form,
    say,
    signed_in,
    staff_form,
    staff_page,
)
from bot.pages.site import TURNS
from directory.outcome_file import COLUMNS, MOST_LINES, Line, OutcomeFileError, Problem, read_outcomes
from directory.outcomes import STATUSES, Outcomes, Recorded
from directory.staff import PROVIDER

PATH = "/staff/outcome"
FILE_PATH = "/staff/outcome/file"
PROVIDERS = (PROVIDER, "admin")
LONGEST_REFERENCE = 100

STAFF_PAGES.append(StaffPage(PATH, "staff_page.outcome", PROVIDERS))


class Answer(NamedTuple):
    """What became of a line of a file: `why` names the words, `counted` whether it changed anything."""

    line: int
    reference: str
    status: str
    why: str

    @property
    def is_counted(self) -> bool:
        """Whether it was counted."""
        return self.why in ("counted", "changed")


def add_routes(app: web.Application) -> None:
    """The routes of /staff/outcome."""
    app.router.add_get(PATH, show_form)
    app.router.add_post(PATH, record)
    app.router.add_get(FILE_PATH, show_form)
    app.router.add_post(FILE_PATH, record_file)


@signed_in(*PROVIDERS)
async def show_form(request: web.Request) -> web.Response:
    """The form, empty."""
    return await _page(request)


@signed_in(*PROVIDERS)
async def record(request: web.Request) -> web.Response:
    """Counts the outcome. What is wrong is said above the form, which keeps what was typed."""
    form = await staff_form(request)
    reference, status = form.get("reference", ""), form.get("status", "")
    if status not in STATUSES:
        return await _page(request, 422, problem=say(request, "outcome_none"), reference=reference)
    member, services = request[MEMBER], await _own_services(request)
    recorded = await _outcomes(request).record(reference[:LONGEST_REFERENCE], status, member.id, services)
    if recorded is None:
        unknown = say(request, "outcome_unknown")
        return await _page(request, 422, problem=unknown, reference=reference, chosen=status)
    return await _page(request, recorded=recorded)


@signed_in(*PROVIDERS)
async def record_file(request: web.Request) -> web.Response:
    """Counts the outcomes of a file and answers each line. Of a file that is wrong nothing is counted."""
    content = await own_file(request, is_own_staff_form, "file", "outcome_file")
    try:
        lines = read_outcomes(content, request.app[TURNS].store.now().date())
    except OutcomeFileError as error:
        said = [_problem(request, each) for each in error.problems]
        return await _page(request, 422, file_problems=said, more=error.more)
    services = await _own_services(request)
    recorded = await _outcomes(request).record_all([line.told for line in lines], request[MEMBER].id, services)
    return await _page(request, answers=[_answer(line, each) for line, each in zip(lines, recorded, strict=True)])


def _outcomes(request: web.Request) -> Outcomes:
    return request.app[TURNS].store.outcomes


async def _own_services(request: web.Request) -> Sequence[str] | None:
    """The services whose outcomes this member may tell; None for an admin, who may tell them all."""
    member = request[MEMBER]
    return await accounts(request).services(member.id) if member.role == PROVIDER else None


def _problem(request: web.Request, problem: Problem) -> str:
    return request.app[TURNS].library.words.text(f"outcome_file.problem.{problem.why}", problem.values)


def _answer(line: Line, recorded: Recorded | None) -> Answer:
    told = line.told
    if recorded is None:
        why = "unknown"
    elif recorded.too_early:
        why = "too_early"
    elif recorded.before == told.status:
        why = "known"
    else:
        why = "counted" if recorded.before is None else "changed"
    return Answer(line.number, told.reference[:LONGEST_REFERENCE], told.status, why)


async def _page(request: web.Request, code: int = 200, **shown: Any) -> web.Response:
    """The page with what there is to say: a `problem`, what was `recorded`, a file's `file_problems` or `answers`."""
    nothing = {"problem": None, "reference": "", "chosen": "", "recorded": None}
    nothing_of_file = {"file_problems": (), "more": 0, "answers": ()}
    services, names = await _own_services(request), request.app[TURNS].directory.catalogue.services
    own = [service.name for service in names if service.id in (services or ())]
    return staff_page(
        request, "staff_outcome.html", code,
        statuses=STATUSES, columns=COLUMNS, most=str(MOST_LINES), own=own, bound=services is not None,
        file_word=request.app[TURNS].library.words.text, **(nothing | nothing_of_file | shown),
    )  # fmt: skip
