"""The pages of reports, for commissioners: what to ask for, the figures, their files, and the chain of releases.

Everything here is made of closed months; nothing that is counted just now can be seen.
"""

import asyncio
import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from markupsafe import Markup

from bot.pages import trust
from bot.pages.signed_in import MEMBER, STAFF_PAGES, StaffPage, accounts, signed_in, staff_page
from bot.pages.site import SETTINGS, TURNS
from directory.protection.cubes import load_cubes
from directory.protection.release import BrokenChain, Release, check_chain
from directory.reports import files
from directory.reports.model import Display, Report
from directory.reports.page import charts_html, lines_html, notes_html, table_html
from directory.reports.periods import Period, PeriodError, financial_year, month_name
from directory.reports.report import Asked
from directory.reports.selection import ALL, ChoiceError, choices
from directory.reports.specs import load_specs
from directory.reports.tidy import csv_metadata
from directory.reports.words import report_words

PATH, FIGURES, RELEASES = "/reports", "/reports/figures", "/reports/releases"
COMMISSIONERS = ("commissioner", "admin")
FILTERS = ("area", "audience", "substance")
LONGEST = 60
"""Characters of what is asked for."""

KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "csv": "text/csv",
    "csv-metadata": "application/csvm+json",
    "html": "text/html",
    "json": "application/json",
    "fhir": "application/fhir+json",
    "text": "text/plain",
    "all": "application/zip",
}
"""The files that can be fetched, and what each is sent as."""
ENTRY_DATE = (1980, 1, 1, 0, 0, 0)
"""Of each file in an archive, so that the same report gives the same bytes."""

STAFF_PAGES.append(StaffPage(PATH, "reports_page.heading", COMMISSIONERS))


def add_routes(app: web.Application) -> None:
    """The routes below /reports. Raises ReportFileError where the words or tables of reports are broken."""
    for load in (load_cubes, load_specs, report_words):  # now, so that the first reader need not wait for it
        load()
    app.router.add_get(PATH, show_choice)
    app.router.add_get(FIGURES, show_figures)
    app.router.add_get("/reports/file/{form}", send_file)
    app.router.add_get(RELEASES, show_releases)
    trust.add_routes(app)


@signed_in(*COMMISSIONERS)
async def show_choice(request: web.Request) -> web.Response:
    """The form, filled in with what was chosen before."""
    return await _choice(request, _asked(request) if request.query else None)


@signed_in(*COMMISSIONERS)
async def show_figures(request: web.Request) -> web.Response:
    """The report that was asked for; or the form again, with what is wrong and the nearest that works."""
    asked = _asked(request)
    try:
        report = await _report(request, asked)
    except PeriodError as error:
        return await _choice(request, asked, "period", str(error))
    except ChoiceError as error:
        field = next((name for name in reversed(FILTERS) if getattr(asked, name) not in ("", ALL)), "area")
        nearest = await request.app[TURNS].reports.wider(asked, _today(request))
        return await _choice(request, asked, field, str(error), nearest)
    shown = [
        (table, _safe(lines_html(report, table)), _safe(charts_html(table)), _safe(table_html(table)))
        for table in report.tables
    ]
    return _page(
        request, "report.html", report=report, shown=shown, notes=_safe(notes_html(report)),
        query=_query(asked), kinds=list(KINDS),
    )  # fmt: skip


def _safe(html: str) -> Markup:
    """A part of a report as a page may hold it."""
    return Markup(html)  # noqa: S704 - everything in it was escaped where it was made (`directory/reports/page.py`)


@signed_in(*COMMISSIONERS)
async def send_file(request: web.Request) -> web.Response:
    """One of the files of a report; what cannot be made is told on the page of the form."""
    form, asked = request.match_info["form"], _asked(request)
    if form not in KINDS:
        raise web.HTTPNotFound
    try:
        report = await _report(request, asked)
    except (PeriodError, ChoiceError):
        raise web.HTTPSeeOther(f"{FIGURES}?{_query(asked)}") from None
    name, inside = await asyncio.to_thread(_file, report, form, request.app[SETTINGS].public_url)
    await accounts(request).record(request[MEMBER].id, "report_downloaded", name)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=inside, content_type=KINDS[form], headers=headers)


@signed_in(*COMMISSIONERS)
async def show_releases(request: web.Request) -> web.Response:
    """Every release with its digest, and whether each follows the one before it."""
    found = await request.app[TURNS].reports.releases()
    chains = [(report_words().cubes[cube], releases, _broken(releases)) for cube, releases in found.items()]
    return _page(request, "report_releases.html", chains=chains, month_name=month_name)


def _broken(releases: Sequence[Release]) -> str | None:
    """What is wrong with a chain; None where it is whole."""
    try:
        check_chain(releases)
    except BrokenChain as error:
        return str(error)
    return None


def _asked(request: web.Request) -> Asked:
    """What the address asks for. A run of months that was typed goes before the period that was picked."""
    given = {name: request.query.get(name, "").strip()[:LONGEST] for name in ("run", "period", *FILTERS, "display")}
    display: Display = "nhs" if given["display"] == "nhs" else "rounded"
    narrowed = {name: given[name] for name in FILTERS}
    return Asked(period=(given["run"] or given["period"]).replace(" ", ""), display=display, **narrowed)


def _query(asked: Asked) -> str:
    given = {name: getattr(asked, name) for name in ("period", *FILTERS)}
    given |= {"display": asked.display} if asked.display == "nhs" else {}
    return urlencode({name: value for name, value in given.items() if value not in ("", ALL)})


async def _report(request: web.Request, asked: Asked) -> Report:
    return await request.app[TURNS].reports.report(asked, _today(request))


def _today(request: web.Request) -> Any:
    return request.app[TURNS].store.now().date()


async def _choice(
    request: web.Request,
    asked: Asked | None = None,
    field: str = "",
    problem: str | None = None,
    nearest: Asked | None = None,
) -> web.Response:
    """The form, filled in as it was sent."""
    closed = await request.app[TURNS].reports.closed_months()
    words, referrals = report_words(), load_cubes()["referrals"]
    offered = {
        name: {code: words.label(name, code) for code in choices(referrals.dimension(name), words)} for name in FILTERS
    }
    periods = _periods(closed)
    listed = [name for group in periods.values() for name in group]
    return _page(
        request, "reports.html", 422 if problem else 200,
        asked=asked or Asked(next(iter(listed), "")), field=field, problem=problem, periods=periods, offered=offered,
        listed=listed, whole=words.whole, closed=closed, month_name=month_name,
        nearest=nearest and _query(nearest), nearest_words=nearest and _words(nearest, offered),
    )  # fmt: skip


def _words(asked: Asked, offered: Mapping[str, Mapping[str, str]]) -> str:
    """A choice in words."""
    given = [(name, getattr(asked, name)) for name in FILTERS]
    chosen = [offered[name].get(code, code) for name, code in given if code]
    return ", ".join([*(chosen or [report_words().whole["area"]]), asked.period])


def _periods(closed: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
    """The whole years, quarters and months that have figures, the newest first: kind -> name -> in words."""
    months = {month: month_name(month) for month in reversed(closed)}
    years = dict.fromkeys(financial_year(month) for month in months)
    quarters = [f"{year}-Q{number}" for year in years for number in (4, 3, 2, 1)]
    return {"years": _whole(years, closed), "quarters": _whole(quarters, closed), "months": months}


def _whole(names: Any, closed: Sequence[str]) -> Mapping[str, str]:
    periods = [Period.named(name) for name in names]
    return {each.name: f"{each.name}: {each.title}" for each in periods if set(each.months) <= set(closed)}


def _file(report: Report, form: str, base: str) -> tuple[str, bytes]:
    """The name and the bytes of a file."""
    if form == "csv-metadata":
        name = files.file_name(report, "csv")
        return name + files.METADATA, csv_metadata(report, name).encode()
    if form != "all":
        return files.file_name(report, form), files.content(report, form, base)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, inside in files.all_files(report, base).items():
            archive.writestr(zipfile.ZipInfo(name, ENTRY_DATE), inside, zipfile.ZIP_DEFLATED)
    return files.file_name(report, "zip"), packed.getvalue()


def _page(request: web.Request, template: str, status: int = 200, **shown: Any) -> web.Response:
    def says(name: str, **values: str) -> str:
        return request.app[TURNS].library.words.text(f"reports_page.{name}", values)

    return staff_page(request, template, status, says=says, **shown)
