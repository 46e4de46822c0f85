"""A small HTTP/1.1 server on several loopback addresses at one port: it carries answers and decides nothing."""

import selectors
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any

from crawler.newsroom.answers import Answer, Headers

Respond = Callable[[str, str, Headers, int, float], Answer]
"""Address, target, request headers, requests now at work on that address, monotonic seconds; the answer."""
TRIES = 50
"""How often a port that is free on all addresses is looked for."""


class Server:
    """Bound from its making, listens from `start` until `close`: one thread accepts, one serves each client."""

    def __init__(self, addresses: Iterable[str], port: int, respond: Respond) -> None:
        """Bind all addresses to one port (0: any that is free on all). OSError when it is taken."""
        self.respond = respond
        self.closing = threading.Event()
        self._at_work: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._connections: dict[socket.socket, threading.Thread] = {}
        self._listeners = _bind_all(list(addresses), port)
        self.port: int = self._listeners[0].getsockname()[1]
        self._wake, self._woken = socket.socketpair()
        self._acceptor = threading.Thread(target=self._accept, name="newsroom", daemon=True)

    def start(self) -> None:
        """Let clients in."""
        self._acceptor.start()

    def _accept(self) -> None:
        with selectors.DefaultSelector() as ready:
            for listener in (*self._listeners, self._woken):
                ready.register(listener, selectors.EVENT_READ)
            while not self.closing.is_set():
                for key, _ in ready.select():
                    if key.fileobj is not self._woken and isinstance(key.fileobj, socket.socket):
                        self._admit(key.fileobj)

    def _admit(self, listener: socket.socket) -> None:
        try:
            connection, peer = listener.accept()
        except OSError:  # the client went away before its turn
            return
        address = listener.getsockname()[0]
        thread = threading.Thread(target=self._serve, args=(connection, peer, address), daemon=True)
        with self._lock:
            self._connections[connection] = thread
        thread.start()

    def _serve(self, connection: socket.socket, peer: Any, address: str) -> None:
        connection.setblocking(True)
        try:
            Conversation(connection, peer, self, address)
        except OSError:  # the client hung up, or we are closing: nobody is left to tell
            pass
        finally:
            connection.close()
            with self._lock:
                self._connections.pop(connection, None)

    def begin(self, address: str) -> int:
        """One more request at work on this address; how many that makes."""
        with self._lock:
            self._at_work[address] += 1
            return self._at_work[address]

    def end(self, address: str) -> None:
        """One request less. Called just before its answer is sent, so that the client's next one counts anew."""
        with self._lock:
            self._at_work[address] -= 1

    def close(self) -> None:
        """Stop listening, hang up on everybody, and wait until all threads are gone."""
        self.closing.set()
        self._wake.send(b".")
        self._acceptor.join()
        for listener in self._listeners:
            listener.close()
        with self._lock:
            open_now = dict(self._connections)
        for connection in open_now:
            _hang_up(connection)
        for thread in open_now.values():
            thread.join()
        self._wake.close()
        self._woken.close()


class Conversation(BaseHTTPRequestHandler):
    """One connection with one client: requests in, answers out, until one side hangs up."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer waits 40 ms for the client's delayed ACK

    def __init__(self, connection: socket.socket, peer: Any, newsserver: Server, address: str) -> None:
        self.newsserver = newsserver
        self.address = address
        super().__init__(connection, peer, None)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        server = self.newsserver
        at_once, began = server.begin(self.address), time.monotonic()
        try:
            headers = tuple(self.headers.items())
            answer = server.respond(self.address, self.path, headers, at_once, began)
            if answer.wire.seconds:
                server.closing.wait(answer.wire.seconds)
        finally:
            server.end(self.address)
        self._send(answer)

    def _send(self, answer: Answer) -> None:
        wire = answer.wire
        if wire.drop or self.newsserver.closing.is_set():
            self.close_connection = True
            return
        headers = answer.headers
        if wire.cut == "length":
            self.close_connection = True
        lines = [f"HTTP/1.1 {answer.status} {_phrase(answer.status)}", *(f"{k}: {v}" for k, v in headers)]
        if not any(name == "Server" for name, _ in headers):
            lines.append("Server: newsroom")
        self.wfile.write("\r\n".join([*lines, "", ""]).encode("latin-1") + answer.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing: the newsroom keeps its own log."""


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Unknown"


def _bind_all(addresses: list[str], port: int) -> list[socket.socket]:
    for _ in range(TRIES if port == 0 else 1):
        try:
            return _bind(addresses, port)
        except OSError as taken:
            problem = taken
    raise OSError(
        problem.errno, f"cannot serve {', '.join(addresses)} on one port ({port}): {problem.strerror}; choose another"
    )


def _bind(addresses: list[str], port: int) -> list[socket.socket]:
    bound: list[socket.socket] = []
    try:
        for address in addresses:
            bound.append(socket.create_server((address, port), backlog=128))
            bound[-1].setblocking(False)
            port = bound[0].getsockname()[1]
    except OSError:
        for listener in bound:
            listener.close()
        raise
    return bound


def _hang_up(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:  # the other side was faster
        return
