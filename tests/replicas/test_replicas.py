"""Replicas that die at any instant while people talk: the short form. `.ci/long` runs the long one (`run.py`)."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from auditor import audit
from databases import elsewhere, sqlite_url
from kills import Plan, Result, run

SHORT = Plan(database="", way="webhook", kills=20, people=40, replicas=3, every=0.25)


def test_whatever_dies_every_choice_is_stored_and_counted_once_and_every_reply_is_sent(
    new_empty: str, tmp_path: Path
) -> None:
    nothing_is_lost(replace(SHORT, database=new_empty), tmp_path)


def test_nor_is_anything_lost_where_telegram_is_polled(file: Path, tmp_path: Path) -> None:
    nothing_is_lost(replace(SHORT, database=sqlite_url(file), way="polling"), tmp_path)


def nothing_is_lost(plan: Plan, folder: Path) -> None:
    result = elsewhere(run(plan, folder))
    assert result.kills >= plan.kills
    assert len(result.people) >= plan.people
    assert sum(len(person.notes.references) for person in result.people) > 0
    assert result.differences.total() == 0, result.details()
    assert not result.complaints, result.details()


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """A few people on one file, nobody killed."""
    folder = tmp_path_factory.mktemp("calm")
    plan = replace(SHORT, database=sqlite_url(folder / "signpost.sqlite3"), kills=0, people=6, replicas=1)
    return elsewhere(run(plan, folder))


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        ("UPDATE conversation SET document = NULL WHERE key = (SELECT min(key) FROM conversation)", "answers"),
        ("DELETE FROM referral WHERE id = (SELECT min(id) FROM referral)", "referrals"),
        ("DELETE FROM referral_reference WHERE key = (SELECT min(key) FROM referral_reference)", "references"),
        ("UPDATE screen_count SET count = count + 1", "screens"),
        ("DELETE FROM inbound WHERE key = (SELECT min(key) FROM inbound)", "messages"),
        ("UPDATE conversation SET last_seq = last_seq + 1", "not sent"),
        ("UPDATE outbox SET address = payload", "left unsent"),
    ],
)
def test_the_auditor_sees_what_is_not_as_it_should_be(calm: Result, tmp_path: Path, spoil: str, kind: str) -> None:
    assert calm.differences.total() == 0, calm.details()
    copy = tmp_path / "spoilt.sqlite3"
    with closing(sqlite3.connect(calm.plan.database.removeprefix("sqlite+aiosqlite:///"))) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        assert connection.execute(spoil).rowcount > 0
    differences, _ = elsewhere(audit(sqlite_url(copy), calm.people))
    assert differences[kind] > 0


def test_the_auditor_sees_what_was_said_twice_over_or_out_of_order(calm: Result) -> None:
    (chat, *_) = [person for person in calm.people if person.line.channel == "telegram"]
    messages = chat.line._server.chats[int(chat.line.person)]  # type: ignore[attr-defined]
    messages.append(messages[0])
    differences, _ = elsewhere(audit(calm.plan.database, calm.people))
    messages.pop()
    assert differences["out of order"] == 1
