"""The listening socket: a cap on open connections and a deadline for a connection's first request.

aiohttp itself lets a slow client hold a connection without ever finishing its headers (engineering.md, section 4).
Where all connections are taken, the one that has been silent longest makes room: slow clients push each other out, and
whoever asks at once is served.
"""

import asyncio

from aiohttp import web

from bot.pages.site import Handler

MOST_CONNECTIONS = 800
"""Fewer than the 1,024 open files that a process usually may have: the database and Telegram need some too."""
HEADER_SECONDS = 10.0
KEEP_ALIVE_SECONDS = 30.0
STOP_SECONDS = 10.0
"""How long a stop waits for turns in hand."""


class _Full(asyncio.Protocol):
    """Hangs up at once."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()


class Door:
    """Serves one application on one address until it is closed."""

    def __init__(
        self, app: web.Application, most: int = MOST_CONNECTIONS, header_seconds: float = HEADER_SECONDS
    ) -> None:
        self._silent: dict[web.RequestHandler, None] = {}
        """Connections that have not asked anything yet, oldest first."""
        self._most = most
        self._header_seconds = header_seconds
        app.middlewares.insert(0, self._notice)
        self._runner = web.AppRunner(
            app, access_log=None, keepalive_timeout=KEEP_ALIVE_SECONDS, shutdown_timeout=STOP_SECONDS
        )
        self._listener: asyncio.Server | None = None

    async def open(self, host: str, port: int) -> int:
        """Listen; returns the port, which was chosen by the system if 0 was asked for. Raises OSError."""
        await self._runner.setup()
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(self._answer, host, port)
        port_in_use: int = self._listener.sockets[0].getsockname()[1]
        return port_in_use

    async def close(self) -> None:
        """Take no new connection, let the requests in hand finish, hang up."""
        if self._listener is not None:
            self._listener.close()
        await self._runner.cleanup()

    def _answer(self) -> asyncio.Protocol:
        server = self._runner.server
        if server is None or (len(server.connections) >= self._most and not self._make_room()):
            return _Full()
        connection = server()
        self._silent[connection] = None
        asyncio.get_running_loop().call_later(self._header_seconds, self._hang_up_if_silent, connection)
        return connection

    def _make_room(self) -> bool:
        """Hang up on the connection that has been silent longest. False: every one has asked something."""
        while self._silent:
            connection = next(iter(self._silent))
            was_open = connection.transport is not None
            self._hang_up_if_silent(connection)
            if was_open:
                return True
        return False

    def _hang_up_if_silent(self, connection: web.RequestHandler) -> None:
        if connection in self._silent:
            del self._silent[connection]
            connection.force_close()

    @web.middleware
    async def _notice(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self._silent.pop(request.protocol, None)
        return await handler(request)
