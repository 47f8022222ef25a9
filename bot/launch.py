"""What stands between this and the public: what must be filled, confirmed or signed first. Each with what to do."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from bot.settings import REMEDIES, Settings
from directory.services import Catalogue, Service
from directory.standing import is_unreachable
from screening.codes import Codes, load_codes
from screening.drinks import Drinks, load_drinks
from screening.files import read_yaml
from screening.hazards import Hazard, load_hazards
from screening.library import CONTENT, Library

RECHECK = timedelta(days=92)
"""Helplines are rechecked every three months (the head of contacts.yaml)."""

Kind = Literal["setting", "claim", "licence", "number", "contact", "hazard"]


@dataclass(frozen=True)
class Open:
    """Something that is not done yet. `what` begins with what it is about; `remedy` says who does what."""

    kind: Kind
    what: str
    remedy: str

    def document(self) -> Mapping[str, str]:
        """As JSON-safe data."""
        return asdict(self)


def still_open(library: Library, catalogue: Catalogue, today: date, content: Path = CONTENT) -> list[Open]:
    """Everything that is open, by kind. Raises ContentError for files that cannot be read."""
    return [
        *settings(),
        *claims(library, load_drinks(content / "drinks.yaml")),
        *codes(load_codes(content / "codes.yaml", library.instruments, library.sources)),
        *licences(library),
        *numbers(read_yaml(content / "contacts.yaml"), today),
        *contacts(catalogue, today),
        *hazards(load_hazards(content)),
    ]


def licensed_folder() -> Path | None:
    """Where the operator keeps the words of licensed items; None also where the settings cannot be used."""
    try:
        return Settings().licensed_dir
    except ValidationError:
        return None


def settings() -> Iterator[Open]:
    """What the operator has not decided, or not in a way that can be used. Reads the settings; makes no key."""
    try:
        found = Settings()
    except ValidationError as error:
        for name in dict.fromkeys(str(each["loc"][0]).upper() for each in error.errors(include_input=False)):
            yield _setting(name, "cannot be used")
        return
    if "complaints_to" not in found.model_fields_set:
        yield _setting("COMPLAINTS_TO", "is not set")
    if not found.public_url.startswith("https://"):
        yield _setting("PUBLIC_URL", "is not an https address")
    if not found.secret_keys:
        yield _setting("SECRET_KEY", "is not set")


def _setting(name: str, problem: str) -> Open:
    remedy = REMEDIES[name]
    return Open("setting", f"{name} {problem}", remedy[0].upper() + remedy[1:])


def claims(library: Library, drinks: Drinks) -> Iterator[Open]:
    """What no source was read for."""
    for instrument in library.instruments.values():
        for where, reason in instrument.claims_to_check():
            yield Open("claim", f"{where}: {reason}", f"A clinician checks it and removes it from {instrument.id}.yaml")
    for drink in drinks.drinks:
        if drink.source is None:
            what = f"{drink.name}: its strength of {drink.abv}% is an estimate"
            yield Open("claim", what, "Find a source and name it in drinks.yaml")


def codes(known: Codes) -> Iterator[Open]:
    """Codes of other systems that were not read in a source."""
    for where, reason in known.claims_to_check():
        remedy = "Look it up and name the source in codes.yaml; until then it is not given out"
        yield Open("claim", f"{where}: {reason}", remedy)


def licences(library: Library) -> Iterator[Open]:
    """Instruments whose words may not be shown without a permission that nobody has given."""
    for instrument in library.instruments.values():
        if instrument.wording == "licensed" and instrument.permission is None:
            remedy = f"{instrument.rights} Until then it is only scored from paper"
            yield Open("licence", f"{instrument.id}: {instrument.name} has no permission", remedy)


def numbers(helplines: Mapping[str, Any], today: date) -> Iterator[Open]:
    """National numbers that nobody has checked for three months."""
    for name, line in helplines.items():
        if today - date.fromisoformat(str(line["checked"])) > RECHECK:
            what = f"{name}: {line['name']} was last checked on {line['checked']}"
            yield Open("number", what, "Ring it and write the day under `checked` in contacts.yaml")


def contacts(catalogue: Catalogue, today: date) -> Iterator[Open]:
    """Services that are offered although no number, e-mail or web address of theirs may be shown."""
    for service in catalogue.services:
        if is_unreachable(service, today):
            yield Open(
                "contact",
                f"{service.id}: {service.name}: {_known(service)}",
                "Ask the service, then run: signpost directory confirm ID phone=NUMBER --by 'your post'",
            )


def _known(service: Service) -> str:
    fields = {"number": service.phone, "e-mail": service.email, "web address": service.url}
    known = [name for name, value in fields.items() if value]
    return f"its {' and '.join(known)} must be confirmed" if known else "no number, e-mail or web address is known"


def hazards(log: Iterable[Hazard]) -> Iterator[Open]:
    """Hazards that no Clinical Safety Officer has signed."""
    for hazard in log:
        if hazard.signed_by is None:
            sign = "A Clinical Safety Officer signs it in hazards.yaml (`signed_by`)"
            remedy = f"{hazard.needed} {sign}" if hazard.needed else sign
            yield Open("hazard", f"{hazard.id}: {hazard.hazard}", remedy)
