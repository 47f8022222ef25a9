"""A cable between us and a server, that a test can cut, or let fall silent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Cable:
    """A TCP proxy on a free `port`. `whole`: bytes pass; `cut`: connections end and none is made; `dead`: silence."""

    def __init__(self, host: str, port: int) -> None:
        self._far = (host, port)
        self._state = "whole"
        self._ends: set[asyncio.StreamWriter] = set()
        self.port = 0

    async def lay(self) -> None:
        """Takes connections from now on."""
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """Every connection ends at once, and new ones end too."""
        self._state = "cut"
        for end in self._ends:
            end.transport.abort()

    def die(self) -> None:
        """Nothing passes any more, and nobody is told."""
        self._state = "dead"

    def mend(self) -> None:
        """New connections work; old ones that hung end."""
        self.cut()
        self._state = "whole"

    async def close(self) -> None:
        self.cut()
        self._server.close()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._state == "cut":
            writer.transport.abort()
            return
        self._ends.add(writer)
        if self._state == "dead":
            return
        far_reader, far_writer = await asyncio.open_connection(*self._far)
        self._ends.add(far_writer)
        await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer))
        self._ends -= {writer, far_writer}

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                if self._state == "whole":
                    writer.write(data)
                    await writer.drain()
        writer.transport.abort()


@asynccontextmanager
async def cable(host: str, port: int) -> AsyncIterator[Cable]:
    """A cable to a server, whole at first."""
    made = Cable(host, port)
    await made.lay()
    try:
        yield made
    finally:
        await made.close()
