"""The description of `/api` and the open data, served by the program it describes; a test compares the two."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.channels.webchat import BEYOND_SEEN, LONGEST_CHOICE, LONGEST_TEXT
from bot.pages import open_referral_description

Schema = Mapping[str, Any]


def add_routes(app: web.Application) -> None:
    """The description's own route."""
    app.router.add_get("/api/openapi.json", describe)


async def describe(request: web.Request) -> web.Response:
    """OpenAPI 3.1."""
    return web.json_response(DESCRIPTION)


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(description: str, schema: Schema) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _object(optional: Schema | None = None, **properties: Schema) -> Schema:
    return {
        "type": "object",
        "required": list(properties),
        "properties": {**properties, **(optional or {})},
        "additionalProperties": False,
    }


def _refusals(*statuses: int) -> dict[str, Schema]:
    return {str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses}


_AFTER = {
    "name": "after",
    "in": "query",
    "description": "Only replies with a greater sequence number.",
    "schema": {"type": "integer", "minimum": 0, "maximum": 10**15 - 1, "default": 0},
}
_LAST_EVENT = {
    "name": "Last-Event-ID",
    "in": "header",
    "description": "Sent by browsers that reconnect; counts before `after`.",
    "schema": {"type": "integer", "minimum": 0, "maximum": 10**15 - 1},
}
_EMBED = {
    "name": "embed",
    "in": "query",
    "description": 'Sent by the page in another site\'s frame, whose talk has its own cookie: "new" before the first '
    'message, "on" after it.',
    "schema": {"type": "string", "enum": ["new", "on"]},
}
_ID = {"type": "string", "format": "uuid", "description": "Made by the sender, one for each message."}
_TEXT = {"type": "string", "maxLength": LONGEST_TEXT}
_CHOICE_ID = {
    "type": "string",
    "minLength": 1,
    "maxLength": LONGEST_CHOICE,
    "description": f"The id of a choice that was offered, up to {LONGEST_CHOICE} bytes of UTF-8.",
}

_SEEN = {
    "type": "integer",
    "minimum": 0,
    "maximum": BEYOND_SEEN - 1,
    "description": "The greatest sequence number the person was shown; where the talk has fewer, it is over: 410.",
}

_SCHEMAS: Schema = {
    "Message": {
        "oneOf": [
            _object(id=_ID, text=_TEXT, optional={"seen": _SEEN}),
            _object(id=_ID, choice=_CHOICE_ID, optional={"seen": _SEEN}),
        ]
    },
    "Choice": _object(id=_CHOICE_ID, label={"type": "string"}),
    "Reply": _object(
        seq={"type": "integer", "minimum": 1, "description": "Counts the replies of one talk."},
        text={"type": "string", "description": 'Plain text; lines that begin with "- " are a list.'},
        choices={"type": "array", "items": _ref("Choice")},
        progress={"type": ["string", "null"], "description": 'Such as "3 of 10".'},
        answered={"type": ["string", "null"], "description": "How the message before it was understood."},
        numbered={"type": "boolean", "description": "Whether a typed number chooses by place in the list."},
    ),
    "Replies": _object(replies={"type": "array", "items": _ref("Reply")}),
    "Answer": _object(
        replies={"type": "array", "items": _ref("Reply")},
        forgotten={"type": "boolean", "description": "The talk was deleted by this message; the cookie is gone."},
        copy={"type": "boolean", "description": "There is a summary to keep at /summary and /summary.txt."},
    ),
    "Error": _object(error={"type": "string", "description": "One sentence."}),
}

_MEANINGS = {
    400: "The body is not JSON.",
    403: "Another site made the request.",
    408: "The body took too long to arrive.",
    409: "The browser does not keep the cookie of a frame's talk.",
    410: "The talk that was answered is over; nothing was taken.",
    413: "The message or the body is too long.",
    415: "The body is not application/json.",
    422: "The message or the query is not of the right form.",
    429: "Too many messages, or too many open streams.",
    500: "Something went wrong; the message may be sent again with the same id.",
}


def _paths() -> Schema:
    return {
        "/api/chat/messages": {
            "post": {
                "operationId": "sendMessage",
                "summary": "One message in, its replies out. The same id twice is one message.",
                "parameters": [_EMBED],
                "requestBody": {"required": True, "content": {"application/json": {"schema": _ref("Message")}}},
                "responses": {
                    "200": _json("The replies of this message.", _ref("Answer")),
                    **_refusals(400, 403, 408, 409, 410, 413, 415, 422, 429, 500),
                },
            },
            "get": {
                "operationId": "listReplies",
                "summary": "Replies so far. Someone new gets the opening messages; nothing is stored.",
                "parameters": [_AFTER, _EMBED],
                "responses": {"200": _json("In order.", _ref("Replies")), **_refusals(403, 409, 422, 500)},
            },
        },
        "/api/chat/stream": {
            "get": {
                "operationId": "streamReplies",
                "summary": "Replies as they come. Ends after a few minutes; browsers reconnect by themselves.",
                "parameters": [_AFTER, _LAST_EVENT, _EMBED],
                "responses": {
                    "200": {
                        "description": "Events whose id is the sequence number and whose data is a Reply as JSON.",
                        "content": {"text/event-stream": {"schema": {"type": "string"}}},
                    },
                    **_refusals(403, 409, 422, 429, 500),
                },
            }
        },
        "/api/chat": {
            "delete": {
                "operationId": "forgetMe",
                "summary": "Delete all that is kept of this talk.",
                "parameters": [_EMBED],
                "responses": {"200": _json("A farewell.", _ref("Answer")), **_refusals(403, 409, 422, 429, 500)},
            }
        },
        "/api/openapi.json": {
            "get": {
                "operationId": "describe",
                "summary": "This description.",
                "responses": {"200": _json("OpenAPI 3.1.", {"type": "object"})},
            }
        },
    }


DESCRIPTION: Schema = {
    "openapi": "3.1.0",
    "info": {
        "title": "Signpost chat",
        "version": "1",
        "description": "One talk per browser, kept apart by a cookie that the first answer sets.",
    },
    "paths": {**_paths(), **open_referral_description.paths()},
    "components": {
        "schemas": _SCHEMAS,
        "responses": {str(status): _json(meaning, _ref("Error")) for status, meaning in _MEANINGS.items()},
    },
}
