"""The form of what we read of a feed: which fields, and how long. Other fields may be there and are not read.

Versions of the UK profile call the name of a term `term` and that of an area `service_area`.
"""

import html
import re
import unicodedata
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator

LONGEST_TEXT = 10_000
MOST_NESTED = 500
"""Characters of a text, and entries of a nested list, at most."""

_MARKUP = re.compile(r"<[^<>]{0,500}>")


def _text(value: Any, info: ValidationInfo) -> Any:
    """A text without markup and control characters; our own export as it stands."""
    if not isinstance(value, str) or (info.context or {}).get("ours"):
        return value
    plain = _MARKUP.sub(" ", html.unescape(value))
    plain = "".join(letter if letter == "\n" or unicodedata.category(letter) != "Cc" else " " for letter in plain)
    return re.sub(r"[^\S\n]+", " ", plain).strip() or None


Text = Annotated[str | None, Field(max_length=LONGEST_TEXT), BeforeValidator(_text)]


class Loose(BaseModel):
    """Fields we read; a feed may hold any others."""

    model_config = ConfigDict(frozen=True, extra="ignore", str_max_length=LONGEST_TEXT)

    @model_validator(mode="before")
    @classmethod
    def _null_says_nothing(cls, document: Any) -> Any:
        if not isinstance(document, dict):
            return document
        return {name: value for name, value in document.items() if value is not None}


class FeedTerm(Loose):
    id: str | None = None
    code: Text = None
    name: Annotated[Text, Field(validation_alias=AliasChoices("name", "term"))] = None
    taxonomy: Text = None


class FeedAttribute(Loose):
    link_type: Text = None
    value: Text = None
    taxonomy_term_id: str | None = None
    taxonomy_term: FeedTerm | None = None


class FeedPhone(Loose):
    number: Text = None
    type: Text = None
    description: Text = None


class FeedAddress(Loose):
    address_1: Text = None
    address_2: Text = None
    city: Text = None
    region: Text = None
    state_province: Text = None
    postal_code: Text = None


class FeedSchedule(Loose):
    description: Text = None
    byday: Text = None
    opens_at: Text = None
    closes_at: Text = None


class FeedLocation(Loose):
    name: Text = None
    description: Text = None
    addresses: Annotated[list[FeedAddress], Field(max_length=MOST_NESTED)] = []
    phones: Annotated[list[FeedPhone], Field(max_length=MOST_NESTED)] = []
    schedules: Annotated[list[FeedSchedule], Field(max_length=MOST_NESTED)] = []
    attributes: Annotated[list[FeedAttribute], Field(max_length=MOST_NESTED)] = []
    accessibility: Annotated[list[Any], Field(max_length=MOST_NESTED)] = []


class FeedPlace(Loose):
    location: FeedLocation | None = None
    phones: Annotated[list[FeedPhone], Field(max_length=MOST_NESTED)] = []
    schedules: Annotated[list[FeedSchedule], Field(max_length=MOST_NESTED)] = []


class FeedContact(Loose):
    title: Text = None
    email: Text = None
    phones: Annotated[list[FeedPhone], Field(max_length=MOST_NESTED)] = []
    attributes: Annotated[list[FeedAttribute], Field(max_length=MOST_NESTED)] = []


class FeedArea(Loose):
    name: Annotated[Text, Field(validation_alias=AliasChoices("name", "service_area"))] = None
    uri: Text = None


class FeedOrganization(Loose):
    name: Text = None


class FeedService(Loose):
    id: Annotated[str, Field(min_length=1, max_length=200)]
    name: Annotated[str, Field(min_length=1, max_length=300), BeforeValidator(_text)]
    status: Text = None
    description: Text = None
    url: Text = None
    email: Text = None
    application_process: Text = None
    eligibility_description: Text = None
    minimum_age: Annotated[float | None, Field(allow_inf_nan=False)] = None
    maximum_age: Annotated[float | None, Field(allow_inf_nan=False)] = None
    assured_date: Text = None
    last_modified: Text = None
    alert: Text = None
    organization: FeedOrganization | None = None
    phones: Annotated[list[FeedPhone], Field(max_length=MOST_NESTED)] = []
    schedules: Annotated[list[FeedSchedule], Field(max_length=MOST_NESTED)] = []
    service_areas: Annotated[list[FeedArea], Field(max_length=MOST_NESTED)] = []
    service_at_locations: Annotated[list[FeedPlace], Field(max_length=MOST_NESTED)] = []
    contacts: Annotated[list[FeedContact], Field(max_length=MOST_NESTED)] = []
    attributes: Annotated[list[FeedAttribute], Field(max_length=MOST_NESTED)] = []
    languages: Annotated[list[Any], Field(max_length=MOST_NESTED)] = []
    cost_options: Annotated[list[Any], Field(max_length=MOST_NESTED)] = []
