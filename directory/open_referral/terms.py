"""What both directions share: identifiers, the local vocabulary, how addresses and hours are taken apart and joined."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from directory.documents import read_yaml

VERSION = "HSDS-UK-3.0"
PROFILE = "https://github.com/OpenReferralUK/uk-profile"

Document = dict[str, Any]

GSS = "http://statistics.data.gov.uk/id/statistical-geography/"
"""What precedes a GSS code in the address of an area."""

COUNTY = "Kent"
DAYS = {"Mon": "MO", "Tue": "TU", "Wed": "WE", "Thu": "TH", "Fri": "FR", "Sat": "SA", "Sun": "SU"}

RECORD_TEXT, RECORD_JSON = "record_text", "record_json"
"""Link types of attributes whose `value` is a field of ours: as it stands, or as JSON."""

_SPACE = UUID("6f0f6a52-6a0e-5d3c-9c55-0a9f2f3d4b10")
_FILE = Path(__file__).parents[1] / "data" / "open_referral.yaml"
_HOURS = re.compile(
    r"(?:(?P<days>[A-Z][a-z]{2}(?:, [A-Z][a-z]{2})*) )?(?P<opens>\d\d:\d\d) to (?P<closes>\d\d:\d\d)(?: daily)?"
)


@cache
def table() -> Mapping[str, Any]:
    """`open_referral.yaml`: the local taxonomy, statuses, words, what is free, names of needs in other feeds."""
    found: Mapping[str, Any] = read_yaml(_FILE.read_text("utf-8"))
    return found


def word(name: str, **values: str) -> str:
    """A sentence of the feed."""
    text: str = table()["words"][name]
    return text.format(**values)


def ident(*parts: str) -> str:
    """The same UUID for the same thing in every process and release."""
    return str(uuid5(_SPACE, "/".join(parts)))


def term_id(kind: str, tag: str) -> str:
    """The id of a term of the local taxonomy."""
    return ident("term", kind, tag)


def term(kind: str, tag: str, description: str | None = None) -> Document:
    """A term of the local taxonomy: a need, substance, audience, kind, place or field of the record."""
    taxonomy = table()["taxonomy"]["code"]
    return {
        "id": term_id(kind, tag),
        "code": f"{kind}:{tag}",
        "name": tag.replace("_", " "),
        "description": description or table()["terms"][kind],
        "taxonomy": taxonomy,
        "taxonomy_id": ident("taxonomy", taxonomy),
        "language": "en",
    }


def split_address(address: str, district: str) -> tuple[str, str]:
    """The street and the town of a printed address; the district stands for a town that is not printed."""
    parts = [part.strip() for part in address.split(",") if part.strip()]
    if len(parts) > 1 and parts[-1] == COUNTY:
        parts.pop()
    return (", ".join(parts[:-1]), parts[-1]) if len(parts) > 1 else (address, district)


def join_address(address: Document) -> str:
    """The printed address of an address of the feed, without its postcode."""
    parts = [address.get(part) for part in ("address_1", "address_2", "city", "state_province")]
    return ", ".join(str(part) for part in dict.fromkeys(parts) if part)


def read_hours(printed: str) -> Document:
    """Days and times of printed opening hours, as RFC 5545 puts them; empty where they are not of a plain form."""
    found = _HOURS.fullmatch(printed)
    if found is None:
        return {}
    days = (found["days"] or ", ".join(DAYS)).split(", ")
    if not set(days) <= set(DAYS):
        return {}
    byday = ",".join(DAYS[day] for day in days)
    return {"freq": "WEEKLY", "byday": byday, "opens_at": found["opens"], "closes_at": found["closes"]}


def print_hours(schedule: Mapping[str, Any]) -> str | None:
    """Opening hours as we print them: the feed's own words, else its days and times."""
    if schedule.get("description"):
        return str(schedule["description"])
    opens, closes = schedule.get("opens_at"), schedule.get("closes_at")
    if not opens or not closes:
        return None
    names = {code: day for day, code in DAYS.items()}
    days = [names[code] for code in str(schedule.get("byday") or "").split(",") if code in names]
    times = f"{str(opens)[:5]} to {str(closes)[:5]}"
    return f"{', '.join(days)} {times}" if days else times
