"""The other side of the rating server's benchmark: sends prepared requests from a process of its own.

    python rating_load.py < plan.json > what_came.json

A plan has lanes; each is one listener on one connection, whose requests follow each other. A request may wait for its
moment, be sent twice, or have its connection reset before the answer is read; what got no answer is sent again until it
has one. Standard error gets a line for every hundredth answer.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import sys
import time
from typing import Any

Lane = list[dict[str, Any]]
RESET = struct.pack("ii", 1, 0)


class Load:
    """Sends all lanes at once; counts answers."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.answers = 0
        self.broken = 0
        self.received_bytes = 0
        self.began_s = 0.0

    async def run(self, lanes: list[Lane]) -> dict[str, Any]:
        """Return statuses and seconds of all requests, lane by lane."""
        self.began_s = time.perf_counter()
        came = await asyncio.gather(*(self._lane(lane) for lane in lanes))
        return {
            "lanes": came,
            "wall_s": time.perf_counter() - self.began_s,
            "cpu_s": time.process_time(),
            "broken": self.broken,
            "received_bytes": self.received_bytes,
        }

    async def _lane(self, lane: Lane) -> list[dict[str, Any]]:
        connection: Connection | None = None
        came = []
        for request in lane:
            await asyncio.sleep(max(0.0, request.get("at_s", 0.0) - (time.perf_counter() - self.began_s)))
            if request.get("reset"):
                await self._send_and_reset(request)
            for _ in range(2 if request.get("twice") else 1):
                sent_s = time.perf_counter()
                connection, status, content = await self._ask(connection, request)
                seconds = time.perf_counter() - sent_s
            kept = content.decode() if request.get("keep") else ""
            came.append({"status": status, "seconds": seconds, "content": kept})
        if connection is not None:
            connection.writer.close()
        return came

    async def _ask(self, connection: Connection | None, request: dict[str, Any]) -> tuple[Connection, int, bytes]:
        while True:
            try:
                if connection is None or not connection.is_open:
                    connection = Connection(*await asyncio.open_connection(self.host, self.port, limit=2**22))
                status, content = await connection.ask(self._bytes(request))
            except (OSError, EOFError):
                self.broken += 1
                connection = None
                continue
            self.received_bytes += len(content)
            self.answers += 1
            if self.answers % 100 == 0:
                print(self.answers, file=sys.stderr, flush=True)
            return connection, status, content

    async def _send_and_reset(self, request: dict[str, Any]) -> None:
        """Send a whole request, and break the connection without reading an answer."""
        _, writer = await asyncio.open_connection(self.host, self.port)
        writer.write(self._bytes(request))
        await writer.drain()
        if request["reset"] == "late":
            await asyncio.sleep(0.05)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        writer.transport.abort()
        self.broken += 1

    def _bytes(self, request: dict[str, Any]) -> bytes:
        content = request.get("body", "").encode()
        head = [f"{request['method']} {request['path']} HTTP/1.1", f"Host: {self.host}:{self.port}"]
        head += [f"{name}: {value}" for name, value in request["headers"].items()]
        return "\r\n".join([*head, f"Content-Length: {len(content)}", "", ""]).encode() + content


class Connection:
    """One open connection to the server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.is_open = True

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send a request and read the whole answer, whose length must be announced."""
        self.writer.write(request)
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        content = await self.reader.readexactly(int(fields.get("content-length", "0")))
        self.is_open = fields.get("connection", "").lower() != "close"
        if not self.is_open:
            self.writer.close()
        return int(head[0].split()[1]), content


def main() -> None:
    """Send the plan on standard input."""
    plan = json.load(sys.stdin)
    json.dump(asyncio.run(Load(plan["host"], plan["port"]).run(plan["lanes"])), sys.stdout)


if __name__ == "__main__":
    main()
