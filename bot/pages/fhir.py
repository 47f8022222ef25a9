"""The instruments as FHIR R4, for other systems: a search that lists them all, and each by its id. No people."""

import json

from aiohttp import web

from bot.pages.site import SETTINGS, TURNS
from screening import fhir
from screening.codes import Codes, load_codes
from screening.library import CONTENT
from screening.questionnaire import Instrument

CODES = web.AppKey("codes", Codes)
CONTENT_TYPE = "application/fhir+json"


def add_routes(app: web.Application) -> None:
    """The routes below /fhir. Raises ContentError where the codes are broken."""
    library = app[TURNS].library
    app[CODES] = load_codes(CONTENT / "codes.yaml", library.instruments, library.sources)
    app.router.add_get("/fhir/Questionnaire", search)
    app.router.add_get("/fhir/Questionnaire/{id}", read)
    app.router.add_get("/fhir{rest:(/.*)?}", elsewhere)


async def search(request: web.Request) -> web.Response:
    """Every instrument that may be shown."""
    return _answer(fhir.searchset(request.app[CODES], _instruments(request), _base(request)))


async def read(request: web.Request) -> web.Response:
    """One instrument. Its id is that of the command line, with hyphens: `audit-c`."""
    asked = request.match_info["id"]
    for instrument in _instruments(request):
        if fhir.resource_id(instrument) == asked:
            return _read(request, instrument)
    known = ", ".join(fhir.resource_id(each) for each in _instruments(request) if each.shown)
    return _not_found(f"There is no Questionnaire of this id. There are: {known}")


def _read(request: web.Request, instrument: Instrument) -> web.Response:
    try:
        return _answer(fhir.questionnaire(request.app[CODES], instrument, _base(request)))
    except fhir.WordsWithheld as error:
        return _not_found(str(error))


async def elsewhere(request: web.Request) -> web.Response:
    """What else a FHIR client may ask for."""
    return _not_found("Here is only Questionnaire")


def _instruments(request: web.Request) -> list[Instrument]:
    return list(request.app[TURNS].library.instruments.values())


def _base(request: web.Request) -> str:
    return request.app[SETTINGS].public_url


def _answer(resource: fhir.Resource, status: int = 200) -> web.Response:
    return web.Response(text=json.dumps(resource, ensure_ascii=False), status=status, content_type=CONTENT_TYPE)


def _not_found(why: str) -> web.Response:
    issue = {"severity": "error", "code": "not-found", "diagnostics": why}
    return _answer({"resourceType": "OperationOutcome", "issue": [issue]}, web.HTTPNotFound.status_code)
