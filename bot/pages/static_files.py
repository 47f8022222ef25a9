"""The files of the pages: read once, kept compressed, and asked for again only to hear that they have not changed.

Only these are compressed, and pages without a secret: in a page with a form's token the length would tell of it
(BREACH, 2013).
"""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ETag, web

FOLDER = Path(__file__).parent / "static"
CACHING = "no-cache"
"""A browser may keep the file and asks each time whether it is still right: a new release is whole at once."""


@dataclass(frozen=True)
class File:
    """One file as it is sent. `packed`: None where packing does not make it smaller."""

    content_type: str
    plain: bytes
    packed: bytes | None
    tag: str

    @classmethod
    def read(cls, path: Path) -> "File":
        """The file of the pages at this path."""
        plain = path.read_bytes()
        packed = gzip.compress(plain, mtime=0)
        content_type = "text/javascript" if path.suffix == ".js" else mimetypes.guess_type(path.name)[0] or ""
        tag = hashlib.sha256(plain).hexdigest()[:16]
        return cls(content_type, plain, packed if len(packed) < len(plain) else None, tag)


class StaticFiles:
    """All files of the folder, by name."""

    def __init__(self) -> None:
        self.files = {path.name: File.read(path) for path in sorted(FOLDER.iterdir()) if path.is_file()}

    async def send(self, request: web.Request) -> web.Response:
        """One of them; 304 where the browser has it."""
        file = self.files.get(request.match_info["name"])
        if file is None:
            raise web.HTTPNotFound
        headers = {"Cache-Control": CACHING, "Vary": "Accept-Encoding"}
        held = request.if_none_match or ()
        if any(each.value == file.tag for each in held):
            response = web.Response(status=304, headers=headers)
        elif file.packed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
            packed = {**headers, "Content-Encoding": "gzip"}
            response = web.Response(body=file.packed, headers=packed, content_type=file.content_type)
        else:
            response = web.Response(body=file.plain, headers=headers, content_type=file.content_type)
        response.etag = ETag(file.tag, is_weak=True)
        return response


STATIC = web.AppKey("static", StaticFiles)


def add_routes(app: web.Application) -> None:
    """Their one route."""
    app[STATIC] = StaticFiles()
    app.router.add_get("/static/{name}", app[STATIC].send)
