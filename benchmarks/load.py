"""A plain HTTP load: connections that stay open and ask for one path, each again as soon as it has its answer.

Run as a program of its own, so that the server's processes share nothing with it; prints JSON.
"""

import asyncio
import json
import sys
import time

END_OF_HEAD = b"\r\n\r\n"


class Connection(asyncio.Protocol):
    """One reader: sends the same request, notes how long each answer took and how large it was."""

    def __init__(self, request: bytes, until: float, most: int):
        self.request, self.until, self.most = request, until, most
        self.seconds, self.left, self.head, self.bytes = [], 0, b"", 0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport):
        """Ask the first time."""
        self.transport = transport
        self.ask()

    def ask(self):
        """Send the request, or end where time or number is up."""
        if time.perf_counter() >= self.until or len(self.seconds) >= self.most:
            self.transport.close()
            if not self.done.done():
                self.done.set_result(None)
            return
        self.began, self.head, self.left = time.perf_counter(), b"", -1
        self.transport.write(self.request)

    def data_received(self, data):
        """Count the answer's bytes by its Content-Length."""
        if self.left < 0:
            self.head += data
            head, found, data = self.head.partition(END_OF_HEAD)
            if not found:
                return
            if b" 200 " not in head.split(b"\r\n", 1)[0]:
                raise SystemExit(head.decode())
            self.left = self.size = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        self.left -= len(data)
        if self.left <= 0:
            self.seconds.append(time.perf_counter() - self.began)
            self.ask()

    def connection_lost(self, error):
        """An answer that never came is a failure of the whole run."""
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("the server closed the connection"))


async def load(port: int, path: str, *, connections: int, seconds: float, most: int) -> dict:
    """Requests per second, the 99th percentile of the waiting time in ms, and the size of one answer."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Accept-Encoding: br",
        "Accept-Language: zh-CN",
    ]
    request = "\r\n".join([*lines, "", ""]).encode()
    loop, began = asyncio.get_running_loop(), time.perf_counter()
    readers = []
    for _ in range(connections):
        made = lambda: Connection(request, began + seconds, most)  # noqa: E731
        readers.append((await loop.create_connection(made, "127.0.0.1", port))[1])
    await asyncio.gather(*(reader.done for reader in readers))
    taken = time.perf_counter() - began
    waits = sorted(wait for reader in readers for wait in reader.seconds)
    return {
        "rate": len(waits) / taken,
        "p99": 1e3 * waits[int(0.99 * (len(waits) - 1))],
        "answers": len(waits),
        "size": readers[0].size,
    }


if __name__ == "__main__":
    port, path, connections, seconds, most = sys.argv[1:]
    options = {"connections": int(connections), "seconds": float(seconds), "most": int(most)}
    print(json.dumps(asyncio.run(load(int(port), path, **options))))
