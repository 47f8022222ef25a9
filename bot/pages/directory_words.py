"""The directory in words for the people who take care of it: fields, what is open, differences and history."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from directory.differences import Difference, Value, in_words
from directory.edits import Document, Edit
from directory.overlay import Live
from directory.services import Catalogue, Service
from directory.standing import Standing
from screening.dates import known_date
from screening.wording import Wording

FILE = "directory_page"
_CONFIRMED = ".confirmed"


class Told(NamedTuple):
    """A field in words, with what it said before and says now."""

    field: str
    before: str
    after: str


class Words:
    """The page's own words, `directory_page.yaml`, and how a field of a record is called in them."""

    def __init__(self, wording: Wording, catalogue: Catalogue, members: Mapping[str, str]) -> None:
        """`members`: the sign-in name of each account, by its id."""
        self._wording, self._catalogue, self._members = wording, catalogue, members

    def tell(self, name: str, **values: str) -> str:
        """One text."""
        return self._wording.text(f"{FILE}.{name}", values)

    def day(self, known: str) -> str:
        """A date as exact as it is known."""
        return known_date(self._wording, known)

    def option(self, field: str, option: str) -> str:
        """A choice of a field; where there are no words for it, its own."""
        names: Mapping[str, Mapping[str, str]] = {"district": self._catalogue.districts}
        return names.get(field, {}).get(option) or self._called("option", option or "none")

    def audience(self, audience: str) -> str:
        """Who refers by a route."""
        return self._catalogue.audiences.get(audience, audience)

    def field(self, path: str, document: Document | None = None) -> str:
        """A field by its dotted path; sites are known by name, or by number in the document given."""
        kind, _, rest = path.partition(".")
        if kind not in ("sites", "how_to_refer") or not rest:
            return self._called("field", path.replace(".", "_"))
        which, _, name = rest.rpartition(".")
        if not which:
            which, name = rest, ""
        if which.endswith(_CONFIRMED):
            which, name = which.removesuffix(_CONFIRMED), f"confirmed_{name}"
        title = self.audience(which) if kind == "how_to_refer" else _site(which, document)
        return f"{title}: {self._called('field', name)}" if name else title

    def difference(self, change: Difference) -> Told:
        """One field before and after."""
        sides = (self._value(change.field, value) for value in (change.before, change.after))
        return Told(self.field(change.field), *sides)

    def _value(self, path: str, value: Value) -> str:
        if isinstance(value, str):
            name = path.rpartition(".")[2]
            if path.endswith("confirmed.on"):
                return self.day(value)
            chosen = name in ("district", "status", "gender", "confidence")
            return self.option(name, value) if chosen else self._members.get(value, value)
        return self.tell("nothing") if value in (None, []) else in_words(value)

    def problem(self, what: str) -> str:
        """What is wrong with a field, with other fields called as they are on the page."""

        def called(found: re.Match[str]) -> str:
            key = f"{FILE}.field.{found[0]}"
            return f'"{self._wording.text(key)}"' if key in self._wording else found[0]

        return re.sub(r"\b[a-z]+_[a-z_]+\b", called, what)

    def standing(self, live: Live, service: Service, stand: Standing, document: Document) -> Iterator[str]:
        """What is to be done about a service."""
        if service.id in live.overtaken:
            yield self.tell("release_changed")
        if stand.waiting:
            yield self.tell("waits", fields="; ".join(self.field(each, document) for each in stand.waiting))
        if stand.since:
            yield self.tell("confirmed_on" if stand.confirmed else "sourced", day=self.day(stand.since))
        else:
            yield self.tell("undated")

    def signed(self, edit: Edit) -> str:
        """Which version, what was done, by whom and when."""
        day, time = edit.at[:10], edit.at[11:16]
        done = self._called("action", edit.action)
        values = {"version": str(edit.version), "done": done, "by": self._members.get(edit.by, edit.by)}
        return self.tell("signed", day=self.day(day), time=time, **values)

    def _called(self, kind: str, name: str) -> str:
        key = f"{FILE}.{kind}.{'told' if name == 'text' else name}"  # `text` is a word of the files of words
        return self._wording.text(key) if key in self._wording else name.replace("_", " ").capitalize()


def _site(which: str, document: Document | None) -> str:
    sites = document["sites"] if document else ()
    return str(sites[int(which)]["name"]) if which.isdecimal() and int(which) < len(sites) else which
