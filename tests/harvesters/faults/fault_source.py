"""Sources on this machine that answer honestly, until a fault is put in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ckanext.dresdensmartcity.harvesters.demo.answer import Answer

# What a fault makes of a request: it writes the answer itself, and says whether it did.
Fault = Callable[["Request"], bool]


@dataclass
class Request:
    """A request, and what an honest source would answer."""

    target: str
    handler: BaseHTTPRequestHandler
    honest: Answer

    def send(
        self, body: bytes, status: int = 200, headers: dict[str, str] | None = None, length: int | None = None
    ) -> None:
        kept = {k: v for k, v in self.honest.headers.items() if k in ("Content-Type",)}
        self.handler.send_response(status)
        for name, value in (kept | (headers or {})).items():
            self.handler.send_header(name, value)
        self.handler.send_header("Content-Length", str(len(body) if length is None else length))
        self.handler.send_header("Connection", "close")
        self.handler.end_headers()
        self.handler.wfile.write(body)


@dataclass
class FaultySource:
    """A server whose content is `answer`, and whose fault is `fault`; it can be taken down and comes back."""

    port: int = 0
    answer: Callable[[str], Answer] = lambda target: Answer(404)
    fault: Fault | None = None
    targets: list[str] = field(default_factory=list)
    _server: ThreadingHTTPServer | None = None
    _thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def up(self) -> None:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                owner.targets.append(self.path)
                request = Request(self.path, self, owner.answer(self.path))
                try:
                    if owner.fault is None or not owner.fault(request):
                        request.send(request.honest.body, request.honest.status, request.honest.headers)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True  # the client had enough, as it should

            def log_message(self, *arguments: object) -> None:
                """Silence: pytest's output is for failures."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def down(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
        self._server = None

    @contextmanager
    def with_fault(self, fault: Fault | None) -> Iterator[None]:
        """The fault while something runs; None takes the source down."""
        if fault is None:
            self.down()
        self.fault, self.targets = fault, []
        try:
            yield
        finally:
            self.fault = None
            if self._server is None:
                self.up()
