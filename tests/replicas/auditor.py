"""Compares what every simulated person chose with what is stored, what was counted and what was sent.

Bands are those of the printed AUDIT and AUDIT-C (screening facts, section 1): 8, 16, 20 and, for the first three, 5.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fleet import KEY
from lines import Browser, Shown
from person import Notes, Person
from sqlalchemy import Table, select

from bot.world import uk_now
from directory.database import open_engine, reading
from directory.references import normalise
from directory.sealing import Keyring
from directory.services import load_catalogue
from directory.store import Store
from directory.tables import conversation, inbound, outbox, referral, referral_reference, screen_count, set_aside

AUDIT_C = ("q1", "q2", "q3")


@dataclass
class Contents:
    """The tables, read behind the store's back."""

    tables: dict[str, list[dict[str, object]]]

    def __getitem__(self, table: Table) -> list[dict[str, object]]:
        return self.tables[table.name]


def screen(notes: Notes) -> tuple[str, str]:
    """The instrument and the band that these answers come to."""
    first = sum(notes.points[item] for item in AUDIT_C)
    if first < 5:
        return "audit_c", "low"
    total = sum(notes.points.values())
    edges = ((20, "possible_dependence"), (16, "higher"), (8, "increasing"), (0, "low"))
    return "audit", next(band for least, band in edges if total >= least)


def expected_answers(notes: Notes) -> dict[str, object]:
    """What must be stored of what the person chose."""
    items = notes.points if screen(notes)[0] == "audit" else {item: notes.points[item] for item in AUDIT_C}
    points = {f"audit.{item}": points for item, points in items.items()}
    return {"audience": "me", "age_band": notes.age, "pregnancy": "no", **points}


async def audit(database: str, people: Iterable[Person]) -> tuple[Counter[str], int]:
    """Differences of each kind, zero too; and how many replies were committed. Nothing may be pending or unsent."""
    people = list(people)
    engine, keyring = open_engine(database), Keyring([KEY])
    store = Store(engine, keyring, uk_now)
    found: Counter[str] = Counter(dict.fromkeys(KINDS, 0))
    try:
        async with reading(engine) as connection:
            tables = (conversation, inbound, outbox, referral, referral_reference, screen_count, set_aside)
            rows = {each.name: (await connection.execute(select(each))).mappings().all() for each in tables}
            contents = Contents({name: [dict(row) for row in kept] for name, kept in rows.items()})
        for person in people:
            document = await store.document(person.line.channel, person.line.person)
            found.update(_of_person(person, document, contents, keyring))
            found.update(_of_sending(person, contents, keyring))
    finally:
        await engine.dispose()
    found.update(_of_counts(people, contents))
    found.update(_of_messages(people, contents, keyring))
    return found, sum(int(str(row["last_seq"])) for row in contents[conversation])


KINDS = (
    "answers", "references", "echoes", "referrals", "screens", "messages", "not sent", "out of order",
    "words changed", "set aside", "left unsent",
)  # fmt: skip


def _of_person(
    person: Person, document: dict[str, object] | None, contents: Contents, keyring: Keyring
) -> Iterator[str]:
    yield from ("echoes" for _ in person.differences)
    answers = dict((document or {}).get("answers", {}))  # type: ignore[call-overload]
    expected = expected_answers(person.notes)
    if any(answers.get(name, "none") != value for name, value in expected.items()):
        yield "answers"
    if list((document or {}).get("references", ())) != person.notes.references:  # type: ignore[call-overload]
        yield "references"
    for reference in person.notes.references:
        key = keyring.references(normalise(reference))[0]
        if [row["key"] for row in contents[referral_reference]].count(key) != 1:
            yield "references"


def _of_counts(people: list[Person], contents: Contents) -> Iterator[str]:
    """The ledger and the screen counts as a whole: one row too many or too few is a difference."""
    ids = {service.name: service.id for service in load_catalogue().services}
    chosen = Counter(
        (person.line.channel, person.notes.age, area, ids[name])
        for person in people
        for area, name in person.notes.referrals[-1:]  # each counts once a month, as what they chose last
    )
    kept = Counter((row["channel"], row["age_band"], row["area"], row["service"]) for row in contents[referral])
    yield from _differences("referrals", chosen, kept)
    screened = Counter((person.line.channel, person.notes.age, *screen(person.notes)) for person in people)
    counted: Counter[tuple[object, ...]] = Counter()
    for row in contents[screen_count]:
        counted[row["channel"], row["age_band"], row["instrument"], row["band"]] += int(str(row["count"]))
    yield from _differences("screens", screened, counted)


def _of_messages(people: list[Person], contents: Contents, keyring: Keyring) -> Iterator[str]:
    """Every message that was confirmed is noted once, and no other."""
    sent = Counter(
        keyring.events(person.line.channel, person.line.person, event)[0]
        for person in people
        for event in person.line.events
    )
    yield from _differences("messages", sent, Counter(row["key"] for row in contents[inbound]))
    yield from ("set aside" for _ in contents[set_aside])
    yield from ("left unsent" for row in contents[outbox] if row["address"] is not None)


def _differences(kind: str, one: Counter[object], other: Counter[object]) -> Iterator[str]:
    for key in one.keys() | other.keys():
        yield from [kind] * abs(one[key] - other[key])


def _of_sending(person: Person, contents: Contents, keyring: Keyring) -> Iterator[str]:
    """Every committed reply, which are numbered from 1, was shown at least once, in order, always the same."""
    key = keyring.locators(person.line.channel, person.line.person)[0]
    (last,) = [int(str(row["last_seq"])) for row in contents[conversation] if row["key"] == key]
    latest, words = 0, dict[int, Shown]()
    for one in person.line.sequence():
        if one.seq not in (latest, latest + 1):
            yield "out of order"
        if words.setdefault(one.seq, one) != one:
            yield "words changed"
        latest = max(latest, one.seq)
    yield from ("not sent" for seq in range(1, last + 1) if seq not in words)
    if isinstance(person.line, Browser):
        yield from _of_answers(person.line, words)


def _of_answers(browser: Browser, words: dict[int, Shown]) -> Iterator[str]:
    """What each message was answered with is what is listed."""
    yield from ("messages" for _ in browser.differences)
    for answer in browser.answers:
        yield from ("words changed" for one in answer if words.get(one.seq) != one)
