"""A server that speaks the chat-completions protocol, for the tests of `[llm]`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Answer = Callable[[list[dict[str, Any]]], object]


class Server(ThreadingHTTPServer):
    """Keeps what it was sent; answers with whatever `answer` makes of the entries.

    `answer` gives a list, a text, bytes for a whole body, or a status.
    """

    def __init__(self, answer: Answer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[list[dict[str, Any]]] = []
        self.bodies: list[bytes] = []
        self.keys: list[str | None] = []
        self.answer = answer

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    @contextmanager
    def serving(self) -> Iterator[Server]:
        thread = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        with self:
            yield self
            self.shutdown()

    def handle_error(self, request, client_address) -> None:
        """A test that breaks the server on purpose prints no traceback."""


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self._reply(200, b'{"data": []}')

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.path == "/v1/chat/completions"
        self.server.bodies.append(body)
        self.server.keys.append(self.headers["Authorization"])
        entries = json.loads(json.loads(body)["messages"][-1]["content"])
        self.server.asked.append(entries)
        answer = self.server.answer(entries)
        if isinstance(answer, int):
            self._reply(answer, b"")
        elif isinstance(answer, bytes):
            self._reply(200, answer)
        else:
            content = answer if isinstance(answer, str) else json.dumps(answer)
            self._reply(200, json.dumps({"choices": [{"message": {"content": content}}]}).encode())

    def _reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        if status == 302:
            self.send_header("Location", f"{self.server.url}/elsewhere")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args) -> None:
        """No access log among the tests' output."""
