"""Attributes: terms of the local taxonomy on a service, place or contact, and fields of ours without another place."""

import json
from typing import Any

from directory.open_referral.terms import RECORD_JSON, RECORD_TEXT, Document, ident, term
from directory.services import Service
from directory.showing import Record


def attribute(own: str, entity: str, kind: str, tag: str, description: str | None = None) -> Document:
    """A term of a kind on the thing with the id `own`."""
    return {
        "id": ident(own, "attribute", kind, tag),
        "link_id": own,
        "link_entity": entity,
        "link_type": kind,
        "taxonomy_term_id": term(kind, tag)["id"],
        "taxonomy_term": term(kind, tag, description),
    }


def record_attribute(own: str, entity: str, field: str, value: Any) -> Document:
    """A field of ours: a text as it stands, anything else as JSON."""
    plain = isinstance(value, str)
    return {
        **attribute(own, entity, "record", field),
        "link_type": RECORD_TEXT if plain else RECORD_JSON,
        "value": value if plain else json.dumps(value, ensure_ascii=False),
    }


def record_attributes(own: str, entity: str, record: Record, carried: frozenset[str]) -> list[Document]:
    """The fields that have no place of their own, but for those that hold nothing."""
    values = record.model_dump(mode="json")
    if isinstance(record, Service) and record.provider == record.provider_shown:
        carried |= {"provider"}
    return [
        record_attribute(own, entity, name, values[name])
        for name, field in type(record).model_fields.items()
        if name not in carried and getattr(record, name) != field.get_default() and _says(record, name)
    ]


def _says(record: Record, name: str) -> bool:
    """A field without a default says nothing where it is null; except a provider, who else would be the one shown."""
    return getattr(record, name) is not None or name == "provider"
