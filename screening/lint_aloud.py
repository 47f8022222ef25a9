"""Words that can be read aloud, by a person or a machine: nothing that is only for the eye."""

import re
from collections.abc import Iterator

from screening.wording import PLACEHOLDER, Entry

SHORT_FORMS = re.compile(r"\b(?:e\.g|i\.e|etc|approx|incl|vs|no\.s)\b\.?", re.IGNORECASE)
SYMBOLS = re.compile(r"[→←↑↓⇒=+<>~#*^|\\_•✓✔✗×÷≥≤±]|(?<!\d)%|\w/\w")
"""A slash between words is read as "slash", or not at all."""
RANGES = re.compile(r"\d\s?[-\u2010-\u2015]\s?\d")
"""8-24 is read as a sum: "8 to 24"."""
UNITS = re.compile(r"\d\s?(?:g|mcg|µg|yrs?|hrs?|mins?|wks?|pm-|u)\b")
"""Short forms of units that are not read as words; ml, mg, kg, %, am and pm are."""
CAPITALS = re.compile(r"\b[A-Z][A-Z&]*[A-Z]\b")
SPOKEN = frozenset(
    {
        "NHS", "GP", "TV", "UK", "A&E", "HIV", "ID", "OK", "MDMA", "LSD", "GHB", "GBL", "DNA", "PDF", "CD", "PIN",
        "FRANK", "NSPCC", "SMART", "AUDIT", "DUDIT", "WEDINOS", "DVLA", "GOV", "KENT", "MEDWAY",
    }
)  # fmt: skip
"""Said as they are written by everybody, or names: of helplines, questionnaires and offices."""
FOR_STAFF = frozenset(
    {"ebi", "ebi_plan", "staff_page", "staff_chat", "directory_page", "refer_client", "referral_summary", "quick_check",
     "instruments", "find_page", "outcome_file", "reports_page"}
)  # fmt: skip
"""Files that the public is never read: workers know their short forms."""
NOT_SAID = frozenset({"web.language", "web.exit_address", "web.danger_number", "web.referral_fhir"})
"""Codes and addresses, and one button for workers."""


def aloud_problems(key: str, entry: Entry) -> Iterator[tuple[str, str]]:
    """Problem and remedy, for each thing in an entry that cannot be read aloud sensibly."""
    if key.partition(".")[0] in FOR_STAFF or key in NOT_SAID:
        return
    whole = " ".join(entry.messages)
    for text in (*entry.messages, *entry.choices.values()):
        yield from _in_text(PLACEHOLDER.sub("0", text.removeprefix("- ").replace("\n- ", "\n")))
    for short in dict.fromkeys(CAPITALS.findall(whole)):
        if short not in SPOKEN and f"({short})" not in whole and f"(the {short})" not in whole:
            yield f'says "{short}" without its long form', f'Write it out, with "({short})" behind it the first time'


def _in_text(text: str) -> Iterator[tuple[str, str]]:
    for what, pattern, remedy in (
        ("a short form", SHORT_FORMS, "Write the words out"),
        ("a symbol", SYMBOLS, "Say it in words"),
        ("a range", RANGES, 'Write "8 to 24"'),
        ("a unit", UNITS, "Write the unit out"),
    ):
        if found := pattern.search(text):
            yield f'has {what} that cannot be read aloud: "{found.group()}"', remedy
