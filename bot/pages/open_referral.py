"""The directory as Open Referral UK open data: GET only, no keys, for any site, and only what the public may see."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from aiohttp import web

from bot.pages.site import SETTINGS, TURNS
from bot.settings import Settings
from directory.open_referral import PROFILE, VERSION, listed, page_of, taxonomies, terms, to_feed
from directory.services import Catalogue
from directory.snapshot import today_in_the_uk

PAGE, MOST_A_PAGE = 50, 100
"""Services a page unless asked otherwise, and at most."""

LONGEST_QUERY = 200
OPEN_TO_ALL = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "public, max-age=300",
}

Document = dict[str, Any]
Filter = Callable[[Document], bool]


class Refused(Exception):
    """A query that is not of the right form, in one sentence."""


@dataclass(frozen=True)
class Entry:
    """One of a list, and its JSON in full and in short: written once, however often it is asked for."""

    document: Document
    full: str
    short: str


def _entry(document: Document) -> Entry:
    return Entry(document, _json(document), _json(listed(document)))


@dataclass
class Feed:
    """The public feed of a day, made when it is first asked for and again when the day or the directory changes."""

    services: tuple[Entry, ...] = ()
    terms: tuple[Entry, ...] = ()
    _made: tuple[Catalogue, date] | None = field(default=None, repr=False)

    def refresh(self, catalogue: Catalogue, today: date, instead: str) -> None:
        """Bring it up to date. `instead`: the web address of a service whose own may not be shown."""
        if self._made is None or self._made[0] is not catalogue or self._made[1] != today:
            services = to_feed(catalogue, today, instead=instead)
            self.services = tuple(_entry(service) for service in services)
            self.terms = tuple(_entry(term) for term in terms(services))
            self._made = catalogue, today


FEED = web.AppKey("open_referral", Feed)


def add_routes(app: web.Application) -> None:
    """The routes below /openreferral."""
    app[FEED] = Feed()
    app.router.add_get("/openreferral", about)
    app.router.add_get("/openreferral/", about)
    for kind in ("services", "taxonomies", "taxonomy_terms"):
        app.router.add_get(f"/openreferral/{kind}", _lists(kind))
        app.router.add_get(f"/openreferral/{kind}/{{id}}", _reads(kind))
    app.router.add_get("/openreferral/{rest:.*}", elsewhere)


async def about(request: web.Request) -> web.Response:
    """Which standard this is, and where it is described."""
    description = f"{request.app[SETTINGS].public_url}/api/openapi.json"
    return _answer(request, _json({"version": VERSION, "profile": PROFILE, "openapi_url": description}))


async def elsewhere(request: web.Request) -> web.Response:
    """What else a client may ask for."""
    return _failure("Here are services, taxonomies and taxonomy_terms.", web.HTTPNotFound.status_code)


def _lists(kind: str) -> Callable[[web.Request], Any]:
    async def list_page(request: web.Request) -> web.Response:
        try:
            number, size, kept = _asked(request.query, kind)
        except Refused as refused:
            return _failure(str(refused), web.HTTPBadRequest.status_code)
        found = [each for each in _entries(request, kind) if all(fits(each.document) for fits in kept)]
        return _answer(request, _page(page_of(found, number, size), request.query.get("full") == "true"))

    return list_page


def _reads(kind: str) -> Callable[[web.Request], Any]:
    async def read(request: web.Request) -> web.Response:
        asked = request.match_info["id"].casefold()
        for entry in _entries(request, kind):
            if entry.document["id"] == asked:
                return _answer(request, entry.full)
        return _failure(f"There is none of this id; /openreferral/{kind} lists them.", web.HTTPNotFound.status_code)

    return read


def find_page(settings: Settings) -> str:
    """Where people find any service."""
    return f"{settings.public_url}/find"


def _page(page: Document, full: bool) -> str:
    """A page as JSON, around the entries' own."""
    entries: list[Entry] = page.pop("contents")
    contents = ", ".join(entry.full if full else entry.short for entry in entries)
    return f'{_json(page)[:-1]}, "contents": [{contents}]}}'


def _entries(request: web.Request, kind: str) -> Sequence[Entry]:
    feed = request.app[FEED]
    feed.refresh(request.app[TURNS].directory.catalogue, today_in_the_uk(), find_page(request.app[SETTINGS]))
    if kind == "taxonomies":
        return [_entry(taxonomy) for taxonomy in taxonomies()]
    return feed.services if kind == "services" else feed.terms


def _asked(query: Mapping[str, str], kind: str) -> tuple[int, int, list[Filter]]:
    """Page, size, and what a service must fit, all of it. Raises Refused."""
    known = {**_PAGING, **(_FILTERS if kind == "services" else {})}
    for name, value in query.items():
        if name not in known:
            raise Refused(f"There is no such query parameter here; use {', '.join(sorted(known))}.")
        if len(value) > LONGEST_QUERY:
            raise Refused(f"{name} is too long; use up to {LONGEST_QUERY} characters.")
    if query.get("full", "false") not in ("true", "false"):
        raise Refused("full must be true or false.")
    number, size = _whole(query, "page", 1, 10**6), _whole(query, "per_page", PAGE, MOST_A_PAGE)
    return number, size, [_FILTERS[name](value) for name, value in query.items() if name in _FILTERS]


def _whole(query: Mapping[str, str], name: str, default: int, most: int) -> int:
    value = query.get(name, str(default))
    if not (value.isascii() and value.isdigit() and len(value) < 9 and 1 <= int(value) <= most):
        raise Refused(f"{name} must be a whole number from 1 to {most}.")
    return int(value)


def _words(value: str) -> Filter:
    words = value.casefold().split()
    return lambda service: all(word in f"{service['name']} {service['description']}".casefold() for word in words)


def _term(value: str) -> Filter:
    return lambda service: any(value == each["taxonomy_term_id"] for each in service.get("attributes", ()))


def _taxonomy(value: str) -> Filter:
    return lambda service: any(value == each["taxonomy_term"]["taxonomy_id"] for each in service.get("attributes", ()))


def _organization(value: str) -> Filter:
    return lambda service: service.get("organization_id") == value


def _age(name: str) -> Callable[[str], Filter]:
    """`minimum_age`: of at least this; `maximum_age`: of at most this. A service that states none is left out."""

    def fits(value: str) -> Filter:
        if not (value.isascii() and value.isdigit() and len(value) <= 3):
            raise Refused(f"{name} must be a whole number of years.")
        years = int(value)
        if name == "minimum_age":
            return lambda service: name in service and service[name] >= years
        return lambda service: name in service and service[name] <= years

    return fits


def _modified(value: str) -> Filter:
    try:
        since = date.fromisoformat(value[:10]).isoformat()
    except ValueError as error:
        raise Refused("modified_after must be a date such as 2026-01-31.") from error
    return lambda service: service.get("last_modified", "")[:10] >= since


_PAGING: Mapping[str, str] = {
    "page": "Which page, from 1.",
    "per_page": f"Entries a page, up to {MOST_A_PAGE}.",
}
_FILTERS: Mapping[str, Callable[[str], Filter]] = {
    "search": _words,
    "taxonomy_term_id": _term,
    "taxonomy_id": _taxonomy,
    "organization_id": _organization,
    "minimum_age": _age("minimum_age"),
    "maximum_age": _age("maximum_age"),
    "modified_after": _modified,
    "full": lambda value: lambda service: True,
}


def _json(document: Document) -> str:
    return json.dumps(document, ensure_ascii=False)


def _answer(request: web.Request, text: str) -> web.Response:
    """The JSON, or 304 to who has it already."""
    tag = hashlib.sha256(text.encode()).hexdigest()[:32]
    headers = {**OPEN_TO_ALL, "ETag": f'"{tag}"'}
    if any(held.value in (tag, "*") for held in request.if_none_match or ()):
        return web.Response(status=web.HTTPNotModified.status_code, headers=headers)
    return web.Response(text=text, content_type="application/json", headers=headers)


def _failure(sentence: str, status: int) -> web.Response:
    headers = {**OPEN_TO_ALL, "Cache-Control": "no-store"}
    return web.json_response({"error": sentence}, status=status, headers=headers)
