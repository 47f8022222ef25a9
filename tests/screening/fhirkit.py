"""What the FHIR tests share: a walk through a document, and the codes that fhir.resources lets through."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

ITEM_TYPES = {
    "group", "display", "boolean", "decimal", "integer", "date", "dateTime", "time", "string", "text", "url", "choice",
    "open-choice", "attachment", "reference", "quantity",
}  # fmt: skip
"""FHIR R4 item-type; fhir.resources lists only the first few."""


def illegal(model: BaseModel, path: str = "") -> Iterator[tuple[str, object]]:
    """Coded values that the standard's required lists do not have."""
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        allowed = set(extra.get("enum_values") or ())
        allowed = ITEM_TYPES if "+" in allowed and name == "type" else allowed
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, BaseModel):
                yield from illegal(each, f"{path}.{name}")
            elif each is not None and allowed and each not in allowed:
                yield f"{path}.{name}", each


def every(node: object) -> Iterator[dict[str, Any]]:
    """Every object inside a JSON document."""
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from every(value)
    elif isinstance(node, list):
        for value in node:
            yield from every(value)
