"""The page on which a provider says what became of somebody who was sent to it, by the reference alone."""

from aiohttp import web

from bot.pages.signed_in import MEMBER, STAFF_PAGES, StaffPage, say, signed_in, staff_form, staff_page
from bot.pages.site import TURNS
from directory.outcomes import STATUSES, Recorded

PATH = "/staff/outcome"
PROVIDERS = ("provider", "admin")
LONGEST_REFERENCE = 100

STAFF_PAGES.append(StaffPage(PATH, "staff_page.outcome", PROVIDERS))


def add_routes(app: web.Application) -> None:
    """The routes of /staff/outcome."""
    app.router.add_get(PATH, show_form)
    app.router.add_post(PATH, record)


@signed_in(*PROVIDERS)
async def show_form(request: web.Request) -> web.Response:
    """The form, empty."""
    return _page(request)


@signed_in(*PROVIDERS)
async def record(request: web.Request) -> web.Response:
    """Counts the outcome. What is wrong is said above the form, which keeps what was typed."""
    form = await staff_form(request)
    reference, status = form.get("reference", ""), form.get("status", "")
    if status not in STATUSES:
        return _page(request, 422, "outcome_none", reference)
    outcomes = request.app[TURNS].store.outcomes
    recorded = await outcomes.record(reference[:LONGEST_REFERENCE], status, request[MEMBER].id)
    if recorded is None:
        return _page(request, 422, "outcome_unknown", reference, status)
    return _page(request, recorded=recorded)


def _page(
    request: web.Request,
    code: int = 200,
    problem: str | None = None,
    reference: str = "",
    status: str = "",
    recorded: Recorded | None = None,
) -> web.Response:
    said = problem and say(request, problem)
    return staff_page(
        request, "staff_outcome.html", code,
        statuses=STATUSES, problem=said, reference=reference, chosen=status, recorded=recorded,
    )  # fmt: skip
