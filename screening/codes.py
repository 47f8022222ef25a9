"""The codes other systems know our instruments by, as data (content/codes.yaml): LOINC, SNOMED CT and our own.

Nothing that was not verified is ever given out, and nothing that is only alike is given out as the same.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from screening.errors import ContentError
from screening.files import read_yaml
from screening.questionnaire import Frozen, Instrument

System = Literal["loinc", "snomed"]

_LOINC = re.compile(r"(\d{1,7})-(\d)")
_LOINC_ANSWER = re.compile(r"LA\d+-\d")
_SNOMED = re.compile(r"\d{6,18}")


class Code(Frozen):
    """A code of another system. `inexact`: alike but not the same, and the note says what differs.

    Only a code that was read in one of the sources is verified. The note of any other says what is in doubt.
    """

    system: System
    code: str
    display: str
    verified: bool
    relation: Literal["equivalent", "inexact"] = "equivalent"
    sources: tuple[str, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _is_well_formed(self) -> Self:
        if not WELL_FORMED[self.system](self.code):
            raise ValueError(f"{self.code} is not a {self.system} code: its form or its check digit is wrong")
        return self

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.verified and not self.sources:
            raise ValueError(f"{self.code} is verified: name the source it was read in")
        if not self.note and (not self.verified or self.relation == "inexact"):
            raise ValueError(f"{self.code} is not verified, or not exact: say in a note what is in doubt")
        return self


class ItemCodes(Frozen):
    """Codes of an item, and of its options by their points."""

    codes: tuple[Code, ...] = ()
    options: Mapping[int, tuple[Code, ...]] = Field(default_factory=dict)


class InstrumentCodes(Frozen):
    """Codes of an instrument, of its total and of its items. `items_of`: the instrument its items belong to."""

    items_of: str | None = None
    panel: tuple[Code, ...] = ()
    total: tuple[Code, ...] = ()
    items: Mapping[str, ItemCodes] = Field(default_factory=dict)

    def each(self) -> Iterator[tuple[str, Code]]:
        """Every code, with where it stands."""
        yield from (("panel", code) for code in self.panel)
        yield from (("total", code) for code in self.total)
        for name, item in self.items.items():
            yield from ((f"items.{name}", code) for code in item.codes)
            for points, codes in item.options.items():
                yield from ((f"items.{name}.options.{points}", code) for code in codes)


class CodeSystem(Frozen):
    """Another code system: its URI in FHIR, and the notice that must go with any of its codes."""

    url: str
    notice: str


class Local(Frozen):
    """Our own URIs: of the code system of UK items, and of the extension that names a code of another system."""

    system: str
    related: str


NO_CODES, NO_ITEM_CODES = InstrumentCodes(), ItemCodes()


class Codes(Frozen):
    """Everything of codes.yaml."""

    local: Local
    systems: Mapping[System, CodeSystem]
    instruments: Mapping[str, InstrumentCodes]

    def of(self, instrument: Instrument) -> InstrumentCodes:
        """The codes of an instrument; none where it has only our own."""
        return self.instruments.get(instrument.id, NO_CODES)

    def owner(self, instrument: Instrument) -> str:
        """The id of the instrument its items belong to: the AUDIT for its short forms, otherwise itself."""
        return self.of(instrument).items_of or instrument.id

    def item(self, instrument: Instrument, item_id: str) -> ItemCodes:
        """The codes of an item, which are the same in every instrument that borrows it."""
        return self.instruments.get(self.owner(instrument), NO_CODES).items.get(item_id, NO_ITEM_CODES)

    def all_of(self, instrument: Instrument) -> Iterator[Code]:
        """Every code of an instrument and of the items it has, verified or not."""
        own = self.of(instrument)
        yield from (*own.panel, *own.total)
        for name in instrument.by_id:
            item = self.item(instrument, name)
            yield from item.codes
            yield from (code for codes in item.options.values() for code in codes)

    def claims_to_check(self) -> Iterator[tuple[str, str]]:
        """What nobody has verified: where it stands, and why."""
        for name, codes in self.instruments.items():
            yield from ((f"{name}.{where} {code.code}", code.note) for where, code in codes.each() if not code.verified)


def load_codes(path: Path, instruments: Mapping[str, Instrument], sources: Mapping[str, Any]) -> Codes:
    """Read and cross-check the codes. Raises ContentError with file, place and remedy."""
    try:
        codes = Codes.model_validate(read_yaml(path))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise ContentError(path.name, where, first["msg"], "Compare with another entry of the same file") from error
    for where, problem, remedy in _problems(codes, instruments, sources):
        raise ContentError(path.name, where, problem, remedy)
    return codes


def _problems(
    codes: Codes, instruments: Mapping[str, Instrument], sources: Mapping[str, Any]
) -> Iterator[tuple[str, str, str]]:
    """Where, what is wrong, what to do."""
    totals: dict[str, str] = {}
    for name, own in codes.instruments.items():
        if name not in instruments:
            yield name, "is not an instrument", f"Use one of {', '.join(sorted(instruments))}"
            continue
        yield from _item_problems(name, own, instruments)
        for where, code in own.each():
            for source in code.sources:
                if source not in sources:
                    yield f"{name}.{where}", f"source {source} is not in sources.yaml", "Add it or correct the id"
        for code in (*own.panel, *own.total):
            if totals.setdefault(code.code, name) != name:
                yield name, f"{code.code} is already the code of {totals[code.code]}", "Give each instrument its own"


def _item_problems(
    name: str, own: InstrumentCodes, instruments: Mapping[str, Instrument]
) -> Iterator[tuple[str, str, str]]:
    instrument = instruments[name]
    if own.items_of is not None and not _lends(instruments.get(own.items_of), instrument):
        yield f"{name}.items_of", f"{own.items_of} has not the same items", "Name the instrument they are borrowed from"
    if own.items_of is not None and own.items:
        yield f"{name}.items", "are given twice", f"Give them once, under {own.items_of}"
    for item_id, item in own.items.items():
        if item_id not in instrument.by_id:
            yield f"{name}.items", f"there is no item {item_id}", f"Use {', '.join(instrument.by_id)}"
        elif strange := set(item.options) - set(instrument.by_id[item_id].allowed):
            yield f"{name}.items.{item_id}", f"no option scores {min(strange)}", "Give the points of its options"


def _lends(lender: Instrument | None, borrower: Instrument) -> bool:
    """Whether every item of the borrower is the lender's, word for word."""
    return lender is not None and all(item in lender.items for item in borrower.items)


def is_loinc(code: str) -> bool:
    """Whether a LOINC number has the right check digit (mod 10); of answers (LA…) only the form is checked."""
    found = _LOINC.fullmatch(code)
    if found is None:
        return _LOINC_ANSWER.fullmatch(code) is not None
    doubled = (int(digit) * (1 + (place % 2 == 0)) for place, digit in enumerate(reversed(found[1])))
    return (sum(map(_digit_sum, doubled)) + int(found[2])) % 10 == 0


def _digit_sum(number: int) -> int:
    return number // 10 + number % 10


_DIHEDRAL = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
)  # fmt: skip
_PERMUTED = (
    "0123456789",
    "1576283094",
    "5803796142",
    "8916043527",
    "9453126870",
    "4286573901",
    "2793806415",
    "7046913258",
)


def is_snomed(code: str) -> bool:
    """Whether a SNOMED CT identifier has the right check digit (Verhoeff)."""
    check = 0
    for place, digit in enumerate(reversed(code) if _SNOMED.fullmatch(code) else "1"):
        check = int(_DIHEDRAL[check][int(_PERMUTED[place % len(_PERMUTED)][int(digit)])])
    return check == 0


WELL_FORMED = {"loinc": is_loinc, "snomed": is_snomed}
