"""The tables, and nothing else.

On SQLite they are kept without row numbers, in the order of their random or keyed ids: the order of arrival would tell
which conversation a referral came from. PostgreSQL notes with each row the transaction that wrote it: there a referral,
an EBI session, or where somebody is counted once, can be told to belong to a keyed conversation, by who can read the
whole database, until that talk is deleted.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from directory.schema import KEYED, LONGEST_NAME
from directory.schema import metadata as metadata  # noqa: PLC0414 - who asks for it here has all tables in it

conversation = Table(
    "conversation",
    metadata,
    Column("key", KEYED, primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("document", LargeBinary),
    Column("version", Integer, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("touched_on", Date, nullable=False, index=True),
    sqlite_with_rowid=False,
)
"""One person's talk on one channel: `key` is keyed from the address, `document` is sealed by the wrapped data key."""

inbound = Table(
    "inbound",
    metadata,
    Column("key", KEYED, primary_key=True),
    Column("conversation", ForeignKey("conversation.key", ondelete="SET NULL", onupdate="CASCADE"), index=True),
    Column("first_seq", Integer, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("received_on", Date, nullable=False, index=True),
    sqlite_with_rowid=False,
)
"""Messages already answered, so that one delivered again changes nothing. They outlive a talk, without its key."""

outbox = Table(
    "outbox",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("conversation", ForeignKey("conversation.key", ondelete="CASCADE", onupdate="CASCADE")),
    Column("seq", Integer, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("address", LargeBinary),
    Column("due_at", Float, nullable=False),
    Column("lease_until", Float, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("posted_on", Date, nullable=False, index=True),
    Column("posted_at", Float),
    UniqueConstraint("conversation", "seq"),
    sqlite_with_rowid=False,
)
"""Replies, sealed. With an address: to be sent, then deleted. Without: to be fetched, and gone with the talk.

`due_at`, `lease_until` and `posted_at` are Unix seconds; for what is fetched they tell no time. No conversation: the
farewell to a person who asked to be forgotten.
"""

_TO_SEND = outbox.c.address.is_not(None)
Index("ix_outbox_due_at", outbox.c.due_at, sqlite_where=_TO_SEND, postgresql_where=_TO_SEND)

timer = Table(
    "timer",
    metadata,
    Column("id", String(32), primary_key=True),
    Column(
        "conversation",
        ForeignKey("conversation.key", ondelete="CASCADE", onupdate="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("address", LargeBinary, nullable=False),
    Column("event", LargeBinary, nullable=False),
    Column("due_at", Float, nullable=False, index=True),
    Column("lease_until", Float, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("made_on", Date, nullable=False),
    sqlite_with_rowid=False,
)
"""What a person asked to be reminded of, sealed: what happens, and the address to write to. Gone with the talk.

`due_at` and `lease_until` are Unix seconds. A talk with a timer outlives its time, without its document: what is left
of it then is the timer's event.
"""

set_aside = Table(
    "set_aside",
    metadata,
    Column("key", KEYED, primary_key=True),
    Column("set_aside_on", Date, nullable=False, index=True),
    Column("channel", String(16), nullable=False),
    Column("step", String(LONGEST_NAME), nullable=False),
    Column("error", String(LONGEST_NAME), nullable=False),
    sqlite_with_rowid=False,
)
"""Messages that failed every time, for the operators: `key` is keyed from the message's id. No words, no person."""

referral = Table(
    "referral",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("month", String(7), nullable=False, index=True),
    Column("area", String(32), nullable=False),
    Column("age_band", String(16), nullable=False),
    Column("audience", String(32), nullable=False),
    Column("substance", String(32), nullable=False),
    Column("need", String(64), nullable=False),
    Column("band", String(32), nullable=False),
    Column("service", String(64), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("contact_preference", String(32), nullable=False),
    Column("outcome", String(32), nullable=False),
    sqlite_with_rowid=False,
)
"""The ledger. A row holds no key of any person, and no time but its month."""

referral_reference = Table(
    "referral_reference",
    metadata,
    Column("key", KEYED, primary_key=True),
    Column("referral", ForeignKey("referral.id"), nullable=False, index=True),
    Column("service", String(64), nullable=False),
    Column("given_on", Date, nullable=False, index=True),
    Column("outcome", String(32)),
    Column("outcome_month", String(7)),
    Column("outcome_wait", String(16)),
    Column("month", String(7)),
    Column("area", String(32)),
    Column("age_band", String(16)),
    Column("audience", String(32)),
    Column("substance", String(32)),
    Column("channel", String(16)),
    sqlite_with_rowid=False,
)
"""Which referral a spoken reference means, for outcomes. Deleted after its time, or when the person asks.

`outcome`: the last that its provider told, the month in which it was counted, and how long it took. `month` to
`channel`: what the referral was when the reference was given, for a later one of the same month takes its place in the
ledger.
"""

screen_count = Table(
    "screen_count",
    metadata,
    Column("month", String(7), primary_key=True),
    Column("area", String(32), primary_key=True),
    Column("age_band", String(16), primary_key=True),
    Column("audience", String(32), primary_key=True),
    Column("instrument", String(32), primary_key=True),
    Column("band", String(32), primary_key=True),
    Column("channel", String(16), primary_key=True),
    Column("count", Integer, nullable=False),
    CheckConstraint("count > 0", name="positive"),
    sqlite_with_rowid=False,
)
"""How many screens ended in which band: counts only, never a row for one screen."""

ebi_session = Table(
    "ebi_session",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("month", String(7), nullable=False, index=True),
    Column("area", String(32), nullable=False),
    Column("minutes", String(16), nullable=False),
    Column("importance", String(16), nullable=False),
    Column("confidence", String(16), nullable=False),
    Column("goal", String(32), nullable=False),
    Column("next_step", String(32), nullable=False),
    Column("fidelity", String(16), nullable=False),
    sqlite_with_rowid=False,
)
"""Extended brief interventions that staff gave, in bands. A row holds no key of a client or of staff."""

staff_member = Table(
    "staff_member",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("role", String(16), nullable=False),
    Column("label", String(LONGEST_NAME)),
    Column("passphrase", String(128)),
    Column("invited_on", Date, nullable=False),
    Column("joined_on", Date),
    Column("revoked_on", Date, index=True),
    UniqueConstraint("name"),
    sqlite_with_rowid=False,
)
"""Accounts of staff. `name` is made up by us, `label` is a post or a team, `passphrase` an argon2id hash."""

staff_service = Table(
    "staff_service",
    metadata,
    Column("member", ForeignKey("staff_member.id", ondelete="CASCADE"), primary_key=True),
    Column("service", String(64), primary_key=True),
    sqlite_with_rowid=False,
)
"""The services whose outcomes a provider's account may tell."""

staff_invitation = Table(
    "staff_invitation",
    metadata,
    Column("key", KEYED, primary_key=True),
    Column("member", ForeignKey("staff_member.id", ondelete="CASCADE"), nullable=False),
    Column("expires_at", Float, nullable=False, index=True),
    UniqueConstraint("member"),
    sqlite_with_rowid=False,
)
"""One-time codes not yet used: `key` is keyed from the code, `expires_at` in Unix seconds."""

staff_session = Table(
    "staff_session",
    metadata,
    Column("key", KEYED, primary_key=True),
    Column("member", ForeignKey("staff_member.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("idle_at", Float, nullable=False),
    Column("ends_at", Float, nullable=False, index=True),
    sqlite_with_rowid=False,
)
"""Who is signed in: `key` is keyed from a browser's token or from a chat's address. Over at `idle_at` unless used
before, and at `ends_at` anyway (Unix seconds)."""

staff_attempt = Table(
    "staff_attempt",
    metadata,
    Column("key", KEYED, primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("wait_until", Float, nullable=False),
    Column("expires_at", Float, nullable=False, index=True),
    sqlite_with_rowid=False,
)
"""Tries to sign in, counted by what is tried: `key` is keyed from a name, an internet address or a chat's address."""

staff_audit = Table(
    "staff_audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Integer, nullable=False, index=True),
    Column("member", String(16)),
    Column("action", String(32), nullable=False),
    Column("subject", String(LONGEST_NAME)),
    sqlite_with_rowid=False,
)
"""What staff did: Unix seconds of the minute, which account, what to which thing. Never a client, never an address."""

unmet_need = Table(
    "unmet_need",
    metadata,
    Column("month", String(7), primary_key=True),
    Column("area", String(32), primary_key=True),
    Column("age_band", String(16), primary_key=True),
    Column("audience", String(32), primary_key=True),
    Column("need", String(64), primary_key=True),
    Column("channel", String(16), primary_key=True),
    Column("count", Integer, nullable=False),
    CheckConstraint("count > 0", name="positive"),
    sqlite_with_rowid=False,
)
"""How often something was asked for that no service met: counts only, like those of the screens."""

outcome_count = Table(
    "outcome_count",
    metadata,
    Column("month", String(7), primary_key=True),
    Column("area", String(32), primary_key=True),
    Column("age_band", String(16), primary_key=True),
    Column("audience", String(32), primary_key=True),
    Column("substance", String(32), primary_key=True),
    Column("service", String(64), primary_key=True),
    Column("outcome", String(32), primary_key=True),
    Column("wait", String(16), primary_key=True),
    Column("channel", String(16), primary_key=True),
    Column("count", Integer, nullable=False),
    CheckConstraint("count > 0", name="positive"),
    sqlite_with_rowid=False,
)
"""What became of referrals, by the month in which it was told: counts only. The ledger's rows do not change.

`wait`: from the month of the referral to the month it was told in, in bands.
"""

survey_count = Table(
    "survey_count",
    metadata,
    Column("month", String(7), primary_key=True),
    Column("question", String(32), primary_key=True),
    Column("answer", String(32), primary_key=True),
    Column("channel", String(16), primary_key=True),
    Column("count", Integer, nullable=False),
    CheckConstraint("count > 0", name="positive"),
    sqlite_with_rowid=False,
)
"""How often each answer was given to each question of the user survey. Nobody's answers stand together."""

step_count = Table(
    "step_count",
    metadata,
    Column("month", String(7), primary_key=True),
    Column("step", String(LONGEST_NAME), primary_key=True),
    Column("channel", String(16), primary_key=True),
    Column("count", Integer, nullable=False),
    CheckConstraint("count > 0", name="positive"),
    sqlite_with_rowid=False,
)
"""How many talks came to each step, for the whole county: counts only, and nobody's steps stand together."""

open_month = Table(
    "open_month",
    metadata,
    Column("month", String(7), primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    Column("changes", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""Months still counted in. `salt`: keys `counted_once`; wrapped by `SECRET_KEY` and destroyed when the month is closed.

`changes` goes up with everything counted, or taken out, after the month's end.
"""

counted_once = Table(
    "counted_once",
    metadata,
    Column("month", String(7), primary_key=True),
    Column("key", KEYED, primary_key=True),
    Column("place", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""Where somebody stands in the figures of an open month, so that nobody is counted twice and "forget me" finds it.

`key`: an HMAC by the month's salt, another one for each kind of figure. `place`: a referral's id, or a cell as JSON.
"""

release = Table(
    "release",
    metadata,
    Column("cube", String(32), primary_key=True),
    Column("month", String(7), primary_key=True, index=True),
    Column("bound", Integer, nullable=False),
    Column("cells", Text, nullable=False),
    Column("margins", String(64), nullable=False),
    Column("version", String(32), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("closed_on", Date, nullable=False),
    sqlite_with_rowid=False,
)
"""The protected figures of closed months, which never change: `cells` as `kept.py` packs them."""

release_secret = Table(
    "release_secret",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""What makes the protection unpredictable: made once, wrapped by `SECRET_KEY`, the same whatever key is newest."""

release_drift = Table(
    "release_drift",
    metadata,
    Column("cube", String(32), primary_key=True),
    Column("month", String(7), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""How far the published figures of the financial year are from the true ones, up to `month`: only for the next close.

Sealed by a key made of the release secret.
"""

directory_edit = Table(
    "directory_edit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("service", String(41), nullable=False),
    Column("version", Integer, nullable=False),
    Column("document", Text),
    Column("shipped", String(64)),
    Column("action", String(16), nullable=False),
    Column("reason", String(500), nullable=False),
    Column("by", String(100), nullable=False),
    Column("at", String(17), nullable=False),
    UniqueConstraint("service", "version"),
    sqlite_with_rowid=False,
)
"""Versions of service records, laid over the shipped ones: added, never changed. No document: withdrawn.

`id` goes up by one with each, in the order of commits. `shipped`: the fingerprint of the shipped record of that time.
`by`: a post or a member's id, never a name. `at`: to the minute, as `2026-11-21T12:00Z`.
"""

external_figure = Table(
    "external_figure",
    metadata,
    Column("series", String(64), primary_key=True),
    Column("period", String(32), primary_key=True),
    Column("area", String(64), primary_key=True),
    Column("value", String(16), nullable=False),
    Column("source", String(300), nullable=False),
    Column("definition", String(500), nullable=False),
    Column("published_on", Date, nullable=False),
    Column("imported_on", Date, nullable=False),
    sqlite_with_rowid=False,
)
"""Figures of others that were published elsewhere, as they were written there: `4944` or `27.5%`."""

demo_mark = Table(
    "demo_mark",
    metadata,
    Column("made_on", Date, primary_key=True),
    Column("referrals", Integer, nullable=False),
    Column("seed", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""One row where everything in this database is made up. It is never taken out again."""

carry_code = Table(
    "carry_code",
    metadata,
    Column("key", KEYED, primary_key=True),
    Column(
        "conversation",
        ForeignKey("conversation.key", ondelete="CASCADE", onupdate="CASCADE"),
        nullable=False,
        unique=True,
    ),
    Column("pointer", LargeBinary, nullable=False),
    Column("expires_at", Float, nullable=False, index=True),
    sqlite_with_rowid=False,
)
"""Codes that open a talk on another device, one for a talk: `key` is keyed from the code, and `pointer`, the talk's
address, is sealed with a key that needs the code. Gone when used, and with the talk. Unix seconds."""
