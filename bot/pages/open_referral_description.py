"""The Open Referral routes as OpenAPI paths, for the description that `openapi.py` serves."""

from collections.abc import Mapping
from typing import Any

from bot.pages.open_referral import LONGEST_QUERY, MOST_A_PAGE, PAGE

Schema = Mapping[str, Any]

_ENTRY: dict[str, Any] = {
    "type": "object",
    "required": ["id", "name", "description"],
    "properties": {name: {"type": "string"} for name in ("id", "name", "description")},
    "description": "As HSDS 3.0 and Open Referral UK 3.0 describe it.",
}
_SERVICE = {
    **_ENTRY,
    "required": ["id", "name", "description", "status"],
    "properties": {
        **_ENTRY["properties"],
        "status": {"enum": ["active", "inactive", "defunct", "temporarily closed"]},
    },
}


def _page(entry: Schema) -> Schema:
    counts = ("total_items", "total_pages", "page_number", "size")
    flags = ("first_page", "last_page", "empty")
    properties: dict[str, Schema] = {name: {"type": "integer", "minimum": 0} for name in counts}
    properties |= {name: {"type": "boolean"} for name in flags}
    properties["contents"] = {"type": "array", "maxItems": MOST_A_PAGE, "items": entry}
    return {"type": "object", "required": list(properties), "properties": properties, "additionalProperties": False}


def _query(name: str, description: str, **schema: Any) -> Schema:
    return {"name": name, "in": "query", "description": description, "schema": schema}


_PAGING = [
    _query("page", "Which page.", type="integer", minimum=1, maximum=10**6, default=1),
    _query("per_page", "Entries a page.", type="integer", minimum=1, maximum=MOST_A_PAGE, default=PAGE),
]
_TEXT = {"type": "string", "maxLength": LONGEST_QUERY}
_FILTERS = [
    _query("search", "Words that the name or the description holds, all of them.", **_TEXT),
    _query("taxonomy_term_id", "Services with this term.", **_TEXT),
    _query("taxonomy_id", "Services with a term of this taxonomy.", **_TEXT),
    _query("organization_id", "Services of this organisation.", **_TEXT),
    _query("minimum_age", "Services whose minimum age is at least this.", type="integer", minimum=0, maximum=999),
    _query("maximum_age", "Services whose maximum age is at most this.", type="integer", minimum=0, maximum=999),
    _query("modified_after", "Services last known on this day or later.", type="string", format="date"),
    _query("full", "Everything nested, as /services/{id} gives it.", type="boolean", default=False),
]
_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _json(description: str, schema: Schema) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


_ERROR = {"$ref": "#/components/schemas/Error"}
_REFUSALS = {str(status): {"$ref": f"#/components/responses/{status}"} for status in (429, 500)}


def _get(name: str, summary: str, schema: Schema, parameters: list[Schema], failure: str, status: int) -> Schema:
    responses = {"200": _json(summary, schema), str(status): _json(failure, _ERROR), **_REFUSALS}
    return {"get": {"operationId": name, "summary": summary, "parameters": parameters, "responses": responses}}


def paths() -> Schema:
    """The paths, by their addresses."""
    wrong, unknown = "A query parameter is unknown or not of the right form.", "There is none of this id."
    strings = {"type": "object", "additionalProperties": {"type": "string"}}
    described: dict[str, Schema] = {
        "/openreferral": {
            "get": {
                "operationId": "aboutOpenReferral",
                "summary": "Which standard the open data follows.",
                "responses": {"200": _json("Version, profile and description.", strings), **_REFUSALS},
            }
        }
    }
    for kind, entry, more in (
        ("services", _SERVICE, _FILTERS),
        ("taxonomies", _ENTRY, []),
        ("taxonomy_terms", _ENTRY, []),
    ):
        at = f"/openreferral/{kind}"
        described[at] = _get(f"list_{kind}", "A page of them.", _page(entry), [*_PAGING, *more], wrong, 400)
        described[at + "/{id}"] = _get(f"read_{kind}", "One of them, in full.", entry, [_ID], unknown, 404)
    return described
