"""The shape of what the engine may look up: the world goes in as one read-only object.

The directory's in-memory snapshot fits these Protocols without importing them; a test holds both to it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol

AreaOutcome = Literal["one", "many", "none", "outside", "invalid"]


class Area(Protocol):
    """A district of Kent, or Medway. `code` is its GSS code; `locality` names a reporting area inside it (Swanley)."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def locality(self) -> str | None: ...


class AreaFinding(Protocol):
    """What a postcode, part of one, or a place name means.

    `one`: certain. `many`: ask which of `areas` (one single area here means a guess to be confirmed). `outside`: not in
    Kent or Medway. `invalid`: looks like a postcode but cannot be one, or is not known. `none`: nothing recognised.
    """

    @property
    def outcome(self) -> AreaOutcome: ...
    @property
    def areas(self) -> Sequence[Area]: ...
    @property
    def how(self) -> str: ...


class Line(Protocol):
    """A sentence as a key of the wording and the values for its placeholders."""

    @property
    def key(self) -> str: ...
    @property
    def values(self) -> Mapping[str, str]: ...


class Offer(Protocol):
    """A service that fits: `reasons` say why, `contact` says how to reach it (never empty: a confirmed way in).

    `meets`: those of the needs asked for that it meets.
    """

    @property
    def service_id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def provider(self) -> str | None: ...
    @property
    def description(self) -> str: ...
    @property
    def reasons(self) -> Sequence[Line]: ...
    @property
    def contact(self) -> Sequence[Line]: ...
    @property
    def meets(self) -> Sequence[str]: ...


class Facts(Protocol):
    """Everything the engine may know of the world during one event."""

    @property
    def now(self) -> datetime:
        """The time in the United Kingdom, aware."""

    @property
    def channel(self) -> str:
        """`web`, `telegram` or `console`: only for what a channel cannot keep private."""

    @property
    def role(self) -> str | None:
        """Of staff, where the chat is signed in: `professional`, `oneyou` or `supervisor`; None for the public."""

    @property
    def reference(self) -> str:
        """A fresh reference that can be said aloud, used if a referral is recorded in this event."""

    def area(self, text: str) -> AreaFinding: ...

    def area_name(self, code: str) -> str: ...

    def offers(
        self,
        *,
        area: str | None,
        age_band: str,
        audience: str,
        substances: Sequence[str],
        needs: Sequence[str],
        self_help: bool = True,
        gender: str | None = None,
    ) -> Sequence[Offer]:
        """All services that fit, best first; may be empty, never raises.

        `area` None: only what covers everyone. `self_help` False: nothing that is used alone. `gender`: male or female,
        only where the person was asked for services for men or for women. The sex that an instrument asks for its
        cut-off is not that, and never goes here.
        """
