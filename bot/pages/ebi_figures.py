"""The figures of EBI sessions, for supervisors: counts and coverage by quarter, of no client and no member of staff."""

from aiohttp import web

from bot.pages.ebi_shown import page, say
from bot.pages.signed_in import signed_in
from bot.pages.site import TURNS
from directory.ebi import EBI_KEYS
from screening.ebi import CHANGES, FIDELITY, MINUTES, NEXT_STEPS, NO_GOAL, NOT_SAID
from screening.ebi_guide import PICKS

UNKNOWN = "unknown"
"""What an area that was not said is counted under (cubes.yaml)."""
PATH = "/staff/ebi/figures"
SUPERVISORS = ("supervisor", "admin")
WORDS = {
    "minutes": ("took_band", MINUTES),
    "importance": ("change", CHANGES),
    "confidence": ("change", CHANGES),
    "goal": ("goal_type", (*PICKS["goal"], NO_GOAL)),
    "next_step": ("next_step", NEXT_STEPS),
    "fidelity": ("fidelity", FIDELITY),
}
"""The values of each column, and where their words are."""


def add_routes(app: web.Application) -> None:
    """The route of the figures."""
    app.router.add_get(PATH, show_figures)


@signed_in(*SUPERVISORS)
async def show_figures(request: web.Request) -> web.Response:
    """The last four closed quarters, each figure protected."""
    turns = request.app[TURNS]
    figures = await turns.store.ebi_figures()
    labels = {key: {each: say(request, f"{name}.{each}") for each in values} for key, (name, values) in WORDS.items()}
    labels["next_step"][NOT_SAID] = say(request, NOT_SAID)
    labels["area"] = {**turns.directory.reporting_areas, UNKNOWN: say(request, "area_unknown")}
    whole = {say(request, "figures_total"): figures.all["fidelity"]} if figures.quarters else {}
    rows = {**figures.quarters, **whole}.items()
    return page(request, "ebi_figures.html", rows=rows, figures=figures, labels=labels, keys=EBI_KEYS, bands=FIDELITY)
