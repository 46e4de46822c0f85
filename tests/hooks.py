"""A receiver of webhooks on loopback, as people write them, and sinks in this process."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from crawler.sinks.message import Failed, Message


@dataclass(frozen=True)
class Delivery:
    """One POST as it came in."""

    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.body)
        return told

    @property
    def key(self) -> str:
        return self.headers["idempotency-key"]


Answer = tuple[int, dict[str, str]]


@dataclass
class Hook:
    """Answers 200, or what `answers` says of a delivery; None: it hangs up without a word."""

    answers: Callable[[Delivery], Answer | None] = lambda delivery: (200, {})
    heard: list[Delivery] = field(default_factory=list)

    def __enter__(self) -> Self:
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                delivery = Delivery({name.lower(): value for name, value in self.headers.items()}, body)
                hook.heard.append(delivery)
                answer = hook.answers(delivery)
                if answer is None:
                    self.close_connection = True
                    return
                self.send_response(answer[0])
                for name, value in answer[1].items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                """Nobody reads it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/hook"

    def events(self) -> list[str]:
        return [notice["event"] for delivery in self.heard for notice in delivery.said["notices"]]


@dataclass
class Ear:
    """A sink that takes what it is given, or fails as it is told to."""

    heard: list[Message] = field(default_factory=list)
    trouble: Callable[[Message], Failed | None] = lambda message: None

    def send(self, message: Message, at: int) -> None:
        if (failed := self.trouble(message)) is not None:
            raise failed
        self.heard.append(message)
