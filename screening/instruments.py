"""Reads the instruments, and the licensed words of items that an operator supplies (content/licensed/README.md)."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from screening.errors import ContentError
from screening.files import read_yaml
from screening.flags import FLAGS
from screening.orders import ORDERS
from screening.questionnaire import Frozen, Instrument, Permission
from screening.scoring import BAND_RULES


class NotBuilt(Frozen):
    """An instrument that people ask for and that is not here, and why."""

    name: str
    reason: str
    sources: tuple[str, ...] = Field(min_length=1)


LICENSED_FIELDS = {"instrument", "permission", "items"}


def load_instruments(folder: Path, licensed: Path | None = None) -> Mapping[str, Instrument]:
    """Every instrument of the folder by id, with the words an operator may show. Raises ContentError."""
    documents = {path: read_yaml(path) for path in sorted(folder.glob("*.yaml"))}
    by_id = {document.get("id"): document for document in documents.values()}
    loaded: dict[str, Instrument] = {}
    for path, document in documents.items():
        instrument = _validated(path, _whole(path, by_id, document))
        _check_rules(path, instrument)
        loaded[instrument.id] = instrument
    for path in sorted(licensed.glob("*.yaml")) if licensed is not None else ():
        instrument = _with_words(path, loaded, read_yaml(path))
        loaded[instrument.id] = instrument
    return loaded


def load_not_built(path: Path) -> Mapping[str, NotBuilt]:
    """What is not here by id, each with the reason."""
    return {name: NotBuilt.model_validate(entry) for name, entry in read_yaml(path).items()}


def _whole(path: Path, by_id: Mapping[Any, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with what it takes from another: `like: sds` (all it does not say itself), `items: {from, take}`."""
    like = document.get("like")
    own = {name: value for name, value in document.items() if name != "like"}
    if like is not None:
        own = {**_lender(path, by_id, "like", like), **own}
    items = own.get("items")
    if isinstance(items, dict):
        lent = _lender(path, by_id, "items.from", items.get("from"))["items"]
        own["items"] = [item for item in lent if item["id"] in items.get("take", ())]
    return own


def _lender(path: Path, by_id: Mapping[Any, Any], where: str, name: Any) -> Mapping[str, Any]:
    lender = by_id.get(name)
    if lender is None or not isinstance(lender.get("items"), list):
        remedy = "Name one of this folder that has items of its own"
        raise ContentError(path.name, where, f"there is no instrument {name}", remedy)
    return {key: value for key, value in lender.items() if key != "like"}


def _validated(path: Path, document: Any) -> Instrument:
    try:
        return Instrument.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise ContentError(path.name, where, first["msg"], "Compare with another file of the same folder") from error


def _check_rules(path: Path, instrument: Instrument) -> None:
    """Every rule that the file names exists, and it is called as its file is."""
    rules: Mapping[str, tuple[str, Mapping[str, Any]]] = {
        "order": (instrument.order, ORDERS),
        "blanks": (instrument.blanks or instrument.order, ORDERS),
        "band_rule": (instrument.band_rule, BAND_RULES),
        "flags": (instrument.flags, FLAGS),
    }
    for where, (name, known) in rules.items():
        if name not in known:
            raise ContentError(path.name, where, f"{name} is not known", f"Use one of {', '.join(known)}")
    if path.stem != instrument.id:
        raise ContentError(path.name, "id", f"is {instrument.id}", "Give file and instrument the same name")


def _with_words(path: Path, loaded: Mapping[str, Instrument], document: Mapping[str, Any]) -> Instrument:
    """The instrument with an operator's licensed words in it."""
    if set(document) != LICENSED_FIELDS:
        raise ContentError(path.name, "the whole file", f"has {sorted(document)}", "Give instrument, permission, items")
    instrument = loaded.get(document["instrument"])
    if instrument is None or instrument.wording != "licensed":
        problem = f"{document['instrument']} is not an instrument that needs a licence"
        waiting = sorted(each.id for each in loaded.values() if each.wording == "licensed")
        raise ContentError(path.name, "instrument", problem, f"Use one of {', '.join(waiting)}")
    permission = _permission(path, document["permission"])
    items = list(_items(path, instrument, document["items"]))
    whole = {**instrument.model_dump(), "items": items, "permission": permission}
    return _validated(path, whole)


def _permission(path: Path, document: Any) -> dict[str, Any]:
    try:
        return Permission.model_validate(document).model_dump()
    except ValidationError as error:
        remedy = "Say who granted it (granted_by), under which reference, and the date as 2026-11-21, in quotes"
        raise ContentError(path.name, "permission", error.errors()[0]["msg"], remedy) from error


def _items(path: Path, instrument: Instrument, words: Any) -> Iterator[dict[str, Any]]:
    """Each item with its text and its options' labels. Every item, no other, every option."""
    if not isinstance(words, dict) or set(words) != set(instrument.by_id):
        raise ContentError(path.name, "items", "are not those of the instrument", f"Give {', '.join(instrument.by_id)}")
    for item in instrument.items:
        given = words[item.id]
        labels = given.get("options", {}) if isinstance(given, dict) else {}
        if not isinstance(given, dict) or not given.get("text") or set(labels) != {o.points for o in item.options}:
            points = ", ".join(str(option.points) for option in item.options)
            remedy = f"Give text, and options with a label for each of these points: {points or 'none'}"
            raise ContentError(path.name, f"items.{item.id}", "is not whole", remedy)
        options = [{**option.model_dump(), "label": str(labels[option.points])} for option in item.options]
        yield {**item.model_dump(), "text": str(given["text"]), "options": options}
