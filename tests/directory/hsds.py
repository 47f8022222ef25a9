"""HSDS 3.0 and the Open Referral UK page as JSON Schemas, made from the table of fields in `hsds_fields.yaml`."""

from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker

FIELDS: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("hsds_fields.yaml").read_text("utf-8"))

TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "uuid": {"type": "string", "format": "uuid"},
    "email": {"type": "string", "format": "email"},
    "date": {"type": "string", "format": "date"},
    "uri": {"type": "string", "pattern": r"^[a-z]+://[^\s]+$"},
    "moment": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"},
    "time": {"type": "string", "pattern": r"^\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?$"},
}
COUNTS, FLAGS = ("total_items", "total_pages", "page_number", "size"), ("first_page", "last_page", "empty")


def field(described: Any) -> dict[str, Any]:
    if isinstance(described, list):
        return {"enum": described}
    if described.startswith("many "):
        return {"type": "array", "items": {"$ref": f"#/$defs/{described.removeprefix('many ')}"}}
    return TYPES.get(described) or {"$ref": f"#/$defs/{described}"}


def entity(fields: dict[str, Any]) -> dict[str, Any]:
    """The standard allows further fields; we use none, so that a slip in a name is found."""
    properties = {name: field(described) for name, described in fields.items() if name != "required"}
    return {
        "type": "object",
        "required": fields["required"],
        "properties": properties,
        "additionalProperties": False,
    }


DEFS = {name: entity(fields) for name, fields in FIELDS.items()}


def validator(name: str) -> Draft202012Validator:
    """For one entity."""
    schema = {"$ref": f"#/$defs/{name}", "$defs": DEFS}
    return Draft202012Validator(schema, format_checker=FormatChecker())


def page_validator(name: str) -> Draft202012Validator:
    """For one page of a list of entities."""
    properties: dict[str, Any] = {each: {"type": "integer"} for each in COUNTS}
    properties |= {each: {"type": "boolean"} for each in FLAGS}
    properties["contents"] = {"type": "array", "items": {"$ref": f"#/$defs/{name}"}}
    schema = {
        "type": "object",
        "required": list(properties),
        "properties": properties,
        "additionalProperties": False,
        "$defs": DEFS,
    }
    return Draft202012Validator(schema, format_checker=FormatChecker())


def wrong(checker: Draft202012Validator, document: Any) -> list[str]:
    """Every misfit, with its place."""
    return [f"{error.json_path}: {error.message[:200]}" for error in checker.iter_errors(document)]
