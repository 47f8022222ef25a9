"""Personal data in a message: what somebody typed that could say who they or others are.

Only the kinds are told, never the words, so that nothing personal is kept. The lists are in content/personal.yaml.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from screening.errors import ContentError
from screening.files import learnt_once, read_yaml
from screening.understanding.normalise import fold
from screening.understanding.personal_accounts import Emails, EmailWords, Handles, HandleWords, without_links
from screening.understanding.personal_dates import Births, DateWords
from screening.understanding.personal_names import Names, NameWords
from screening.understanding.personal_numbers import Digits, Phones
from screening.understanding.personal_places import Postcodes, Streets, StreetWords
from screening.understanding.personal_words import Words
from screening.understanding.phrases import PhraseError

Kind = Literal[
    "nhs_number", "phone", "email", "full_postcode", "street_address", "date_of_birth", "full_name", "social_handle"
]
KINDS: tuple[Kind, ...] = get_args(Kind)


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    names: NameWords
    phone_follows: tuple[str, ...]
    births: DateWords
    places: Words
    streets: StreetWords
    not_outcodes: Words
    emails: EmailWords
    handles: HandleWords


@dataclass(frozen=True)
class PersonalRules:
    """What notices each kind. Build it with `load_personal`."""

    names: Names
    phones: Phones
    births: Births
    streets: Streets
    postcodes: Postcodes
    emails: Emails
    handles: Handles


@learnt_once
def load_personal(path: Path) -> PersonalRules:
    """Read personal.yaml, and beside it the helplines of contacts.yaml, which are nobody's own. Raises ContentError."""
    try:
        file = _File.model_validate(read_yaml(path))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the whole file"
        raise ContentError(path.name, where, first["msg"], "Compare with the other lists of the file") from error
    try:
        names = Names(file.names, file.places)
    except PhraseError as error:
        raise ContentError(path.name, "names", str(error), "See the top of phrases.py") from error
    return PersonalRules(
        names=names,
        phones=Phones(file.phone_follows, _numbers(path.with_name("contacts.yaml"))),
        births=Births(file.births),
        streets=Streets(file.streets, file.places),
        postcodes=Postcodes(file.not_outcodes),
        emails=Emails(file.emails),
        handles=Handles(file.handles, file.places),
    )


def find_personal(rules: PersonalRules, text: str) -> tuple[Kind, ...]:
    """The kinds of personal data in `text`, in the order of KINDS, each once. Never raises."""
    if not text:  # a tap
        return ()
    plain = fold(text)
    digits, bare = Digits(plain), rules.emails.without(plain)
    found: dict[Kind, bool] = {
        "nhs_number": digits.has_nhs_number(),
        "phone": rules.phones.found(digits),
        "email": rules.emails.found(plain),
        "full_postcode": rules.postcodes.found(plain),
        "street_address": rules.streets.found(plain),
        "full_name": rules.names.found(without_links(rules.emails.without(text))),
        "social_handle": rules.handles.found(bare),
    }
    found["date_of_birth"] = rules.births.found(plain, found["full_name"] or found["nhs_number"])
    return tuple(kind for kind in KINDS if found[kind])


def _numbers(contacts: Path) -> list[str]:
    return [str(contact["number"]) for contact in read_yaml(contacts).values() if "number" in contact]
