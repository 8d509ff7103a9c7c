"""A site behind a slow line: pages come in small pieces, scripts late, so that every state in between is drawn."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

PIECES = 25
PIECE_SECONDS = 0.02
SCRIPT_SECONDS = 0.15
PASSED_ON = ("Accept-Language", "Cookie")
HELD_BACK = ("connection", "content-length", "date", "server", "transfer-encoding")


@contextmanager
def slowly(address: str) -> Iterator[str]:
    """The address of a line to the site at ``address``: the same answers, in pieces."""
    line = ThreadingHTTPServer(("127.0.0.1", 0), type("Line", (_Line,), {"site": urlsplit(address).netloc}))
    Thread(target=line.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{line.server_port}"
    finally:
        line.shutdown()
        line.server_close()


class _Line(BaseHTTPRequestHandler):
    site = ""

    def do_GET(self) -> None:
        site = HTTPConnection(self.site)
        site.request(
            "GET", self.path, headers={name: self.headers[name] for name in PASSED_ON if self.headers[name]}
        )
        answer = site.getresponse()
        body, kind = answer.read(), answer.getheader("Content-Type", "")
        site.close()
        if "javascript" in kind:
            time.sleep(SCRIPT_SECONDS)
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HELD_BACK:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(BrokenPipeError, ConnectionResetError):  # the reader has left
            self._send(body, len(body) // PIECES + 1 if "html" in kind else max(1, len(body)))

    def _send(self, body: bytes, size: int) -> None:
        for start in range(0, len(body), size):
            self.wfile.write(body[start : start + size])
            time.sleep(PIECE_SECONDS)

    def log_message(self, *_words) -> None:
        """Say nothing: the site keeps its own log."""
