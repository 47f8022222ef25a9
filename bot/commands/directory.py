"""`signpost directory`: look at the services, edit them without a deploy, confirm what a service said, go back."""

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from bot.commands import directory_check, directory_feed
from bot.labels import nobody_in, post_only
from bot.live import live_directory
from bot.settings import settings_without_key
from bot.world import uk_now
from directory.areas import load_areas
from directory.corrections import EditError, read_correction
from directory.database import migrate, open_engine
from directory.differences import Difference, differences
from directory.editing import Change, Editor, Entry, unknown
from directory.exporting import in_order, record_yaml, to_yaml
from directory.importing import ServicesFile, changes, read_services, services_file
from directory.overlay import Live, document_of
from directory.services import Catalogue, Service, load_catalogue
from directory.snapshot import today_in_the_uk
from directory.standing import Standing, standing

Result = TypeVar("Result")

FORMATS = ("yaml", "openreferral")
"""How the directory can be written."""


def add_parser(subparsers: Any) -> None:
    """Adds the command and its sub-commands to the command line."""
    parser = subparsers.add_parser("directory", help="look at the services, edit them without a deploy, confirm them")
    actions = parser.add_subparsers(required=True, metavar="action")
    _looking(actions)
    _changing(actions)
    directory_check.add_to(actions)
    directory_feed.add_to(actions)


def _looking(actions: Any) -> None:
    each = _action(actions, "list", list_services, "every service, with what is open first")
    each.add_argument("--open", action="store_true", help="only those with something to do")
    each.add_argument("--json", action="store_true", help="one JSON document")
    each = _action(actions, "show", show, "one service, and what of it the public may not see yet")
    each.add_argument("id")
    each.add_argument("--json", action="store_true", help="one JSON document")
    each = _action(actions, "history", history, "who changed a service, when, why, and what")
    each.add_argument("id")
    each.add_argument("--json", action="store_true", help="one JSON document")
    each = _action(actions, "export", export, "write the whole directory as it stands")
    each.add_argument("--format", choices=FORMATS, default="yaml")
    each.add_argument("--all", action="store_true", help="openreferral: unconfirmed facts too, for operators only")
    each.add_argument("-o", "--output", type=Path, metavar="FILE", help="write to this file instead of the terminal")


def _changing(actions: Any) -> None:
    each = _action(actions, "import", import_file, "take over services from a file: all of it or nothing")
    each.add_argument("source", metavar="FILE_OR_URL", help="our YAML, or an Open Referral feed (JSON, or a server)")
    directory_feed.add_trust(each)
    each.add_argument("--dry-run", action="store_true", help="only say what would change")
    _signed(each, required=False)
    each = _action(actions, "confirm", confirm, "say that the service itself told you so, today")
    each.add_argument("id")
    each.add_argument(
        "fields", nargs="*", metavar="FIELD=VALUE",
        help="what is different, such as phone=..., sites.0.opening_hours=..., how_to_refer.gp.text=...; or sites.0 "
        "for a site that is right. Only the records named are confirmed; without any, the service's own details",
    )  # fmt: skip
    each.add_argument("--by", required=True, metavar="WHO", help="your post, such as 'duty manager'; never a name")
    each = _action(actions, "undo", undo, "go back to an older version, as a new one")
    each.add_argument("id")
    each.add_argument("version", type=int, help="as `history` numbers them; 0 is as shipped")
    _signed(each)
    each = _action(actions, "withdraw", withdraw, "take a service out of the directory (undo brings it back)")
    each.add_argument("id")
    _signed(each)


def _action(actions: Any, name: str, run: Callable[[argparse.Namespace], int], tells: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(
        name, help=tells, description=f"{tells[0].upper()}{tells[1:]}."
    )
    parser.set_defaults(run=_told(run))
    return parser


def _signed(parser: argparse.ArgumentParser, required: bool = True) -> None:
    parser.add_argument("--by", required=required, metavar="WHO", help="your post, such as 'duty manager'; no name")
    parser.add_argument("--reason", required=required, metavar="TEXT", help="why; it is kept with the change")


def _told(run: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    """A change that cannot be made is one clear sentence."""

    def ran(args: argparse.Namespace) -> int:
        try:
            return run(args)
        except EditError as error:
            print(f"signpost: {error}", file=sys.stderr)
            return 1

    return ran


def list_services(args: argparse.Namespace) -> int:
    """Prints a line for each service, those with something open first."""
    live, today = live_directory(), today_in_the_uk()
    stands = [(service, standing(service, today)) for service in live.catalogue.services]
    stands.sort(key=lambda each: (not each[1].unreachable, not each[1].waiting, not each[1].review_due))
    shown = [each for each in stands if each[1].is_open or not args.open]
    if args.json:
        print(json.dumps([_listed(live, *each) for each in shown], ensure_ascii=False))
        return 0
    for service, stand in shown:
        print(f"{service.id:<32} {service.name}\n{'':<32}   {'; '.join(_said(live, service, stand))}")
    still = sum(stand.is_open for _, stand in stands)
    print(f"{len(stands)} services, {len(live.edits)} edited since they were shipped, {still} with something to do.")
    return 0


def _listed(live: Live, service: Service, stand: Standing) -> dict[str, Any]:
    return {
        "id": service.id, "name": service.name, "version": live.version(service.id),
        "unreachable": stand.unreachable, "waiting": stand.waiting,
        "confirmed": stand.confirmed, "since": stand.since, "review_due": stand.review_due,
        "release_changed": service.id in live.overtaken,
    }  # fmt: skip


def _said(live: Live, service: Service, stand: Standing) -> Iterator[str]:
    """What is to be done about a service, in words."""
    yield f"version {live.version(service.id)}" if live.version(service.id) else "as shipped"
    if stand.unreachable:
        yield "offered without a contact"
    if stand.waiting:
        yield f"to confirm: {', '.join(stand.waiting)}"
    if stand.review_due:
        how = "confirmed" if stand.confirmed else "from a source of"
        yield f"look again: {how} {stand.since or 'no known date'}"
    if service.id in live.overtaken:
        yield "the release has changed its own record since: see its history"


def show(args: argparse.Namespace) -> int:
    """Prints the record, then what is open."""
    live = live_directory()
    service = live.service(args.id)
    if service is None:
        raise unknown(args.id, live)
    stand = standing(service, today_in_the_uk())
    if args.json:
        document = {**_listed(live, service, stand), "service": in_order(document_of(service))}
        print(json.dumps(document, ensure_ascii=False))
    else:
        print(f"{record_yaml(document_of(service))}\n# {'; '.join(_said(live, service, stand))}")
    return 0


def export(args: argparse.Namespace) -> int:
    """Writes the directory. 1 and one sentence if the file cannot be written."""
    catalogue = live_directory().catalogue
    text = to_yaml(catalogue) if args.format == "yaml" else directory_feed.feed_text(catalogue, args.all)
    if args.output is None:
        sys.stdout.write(text)
        return 0
    try:
        args.output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise EditError(f"{args.output} cannot be written: {error.strerror}.") from None
    print(f"Written to {args.output}.")
    return 0


def history(args: argparse.Namespace) -> int:
    """Prints every version of a service."""
    live = live_directory()
    if not live.version(args.id) and live.service(args.id) is None:
        raise unknown(args.id, live)
    entries = _with_editor(lambda editor: editor.history(args.id)) if live.version(args.id) else []
    if args.json:
        print(json.dumps([_version(entry) for entry in entries], ensure_ascii=False))
        return 0
    if not entries:
        print(f"{args.id} is as it was shipped: nobody has edited it.")
    for entry in entries:
        edit = entry.edit
        print(f"version {edit.version}, {edit.at}: {edit.action} by {edit.by}: {edit.reason}")
        _print_changes(entry.changed)
    if args.id in live.overtaken:
        print("The release has changed its own record of it since. The edit holds; look whether it still should.")
    return 0


def _version(entry: Entry) -> dict[str, Any]:
    kept = ("version", "at", "action", "by", "reason")
    return {**{name: getattr(entry.edit, name) for name in kept}, "changes": [vars(each) for each in entry.changed]}


def import_file(args: argparse.Namespace) -> int:
    """Takes a file over, and says field by field what that changes. Raises ServicesError for a file that is wrong."""
    live = live_directory()
    file = _services_of(args, live.catalogue)
    found = changes(file, live)
    for change in found:
        before = live.service(change.service)
        print(change.service if before else f"{change.service} (new)")
        _print_changes(differences(document_of(before) if before else None, change.document))
    for by in _who_confirmed(found):
        post_only(by)
    left = sum(service.id not in file.records for service in live.catalogue.services)
    print(f"{len(found)} of {len(file.records)} services {'would change' if args.dry_run else 'change'}; ", end="")
    print(f"{left} that the file does not hold stay as they are.")
    if args.dry_run or not found:
        return 0
    if not args.by or not args.reason:
        raise EditError("Nothing was saved: say --by (your post) and --reason, or --dry-run to look only.")
    by, reason = post_only(args.by), nobody_in(args.reason)
    _with_editor(lambda editor: editor.save(found, by=by, reason=reason, action="import"))
    print("Saved. Running replicas follow within seconds.")
    return 0


def _services_of(args: argparse.Namespace, catalogue: Catalogue) -> ServicesFile:
    """What a file or a server holds, in our form. Raises ServicesError."""
    if not directory_feed.is_feed(args.source):
        return read_services(Path(args.source))
    found = directory_feed.records_of(args.source, catalogue, load_areas(), ours=args.ours, any_host=args.any_host)
    for note in found.notes:
        print(note, file=sys.stderr)
    return services_file(args.source, found.services)


def _who_confirmed(found: Iterable[Change]) -> Iterator[str]:
    for change in found:
        document = change.document or {}
        routes = (document.get("how_to_refer") or {}).values()
        for record in (document, *(document.get("sites") or ()), *filter(None, routes)):
            if record.get("confirmed"):
                yield record["confirmed"]["by"]


def confirm(args: argparse.Namespace) -> int:
    """Confirms a service's details, or the sites and routes named, and says what waits still."""
    said, by = [read_correction(text) for text in args.fields], post_only(args.by)
    live = _with_editor(lambda editor: editor.confirm(args.id, said, by, None))
    service = live.service(args.id)
    assert service is not None  # noqa: S101 - it was just saved
    waiting = ", ".join(standing(service, today_in_the_uk()).waiting)
    print(f"{args.id} is at version {live.version(args.id)}. {_visible(service)}")
    print(f"Waiting still for confirmation: {waiting}." if waiting else "Nothing of it waits for confirmation.")
    return 0


def _visible(service: Service) -> str:
    """What of the service's own details is shown now, for all of them are confirmed together."""
    own = {"phone": service.phone, "e-mail": service.email, "web": service.url} if service.confirmed else {}
    shown = ", ".join(f"{name} {value}" for name, value in own.items() if value)
    return f"The public now sees: {shown}." if shown else "Its own details show no phone, e-mail or web address."


def undo(args: argparse.Namespace) -> int:
    """Goes back to an older version."""
    by, reason = post_only(args.by), nobody_in(args.reason)
    live = _with_editor(lambda editor: editor.undo(args.id, args.version, None, by=by, reason=reason))
    print(f"{args.id} is at version {live.version(args.id)}, which says what version {args.version} said.")
    return 0


def withdraw(args: argparse.Namespace) -> int:
    """Takes a service out."""
    by, reason = post_only(args.by), nobody_in(args.reason)
    live = _with_editor(lambda editor: editor.withdraw(args.id, None, by=by, reason=reason))
    back = live.version(args.id) - 1
    print(f"{args.id} is withdrawn. `signpost directory undo {args.id} {back}` brings it back.")
    return 0


def _print_changes(changed: Sequence[Difference]) -> None:
    for each in changed:
        print(f"    {each}")


def _with_editor(work: Callable[[Editor], Coroutine[Any, Any, Result]]) -> Result:
    """Does this with the database, which is brought up to date first."""
    return asyncio.run(_edited(settings_without_key().database_url, work))


async def _edited(url: str, work: Callable[[Editor], Coroutine[Any, Any, Result]]) -> Result:
    await migrate(url)
    engine = open_engine(url, patient=True)
    try:
        return await work(Editor(engine, load_catalogue(), uk_now))
    finally:
        await engine.dispose()
