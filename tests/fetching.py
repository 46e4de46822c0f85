"""A small raw HTTP server whose answers a test writes byte by byte, and a shelf of outlets that live on it.

The newsroom behaves like outlets do; this one behaves as badly as a test needs.
"""

import gzip
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

Act = Callable[[socket.socket], None]
"""What is done to a connection instead of a plain answer."""

PAGE = (
    b'<!doctype html><html><head><title>A page</title><meta property="og:type" content="article"></head>'
    b"<body><p>Words on a page.</p></body></html>"
)
"""An article, so that the same page at several addresses asks for no probes."""
PHRASES = {200: "OK", 204: "No Content", 301: "Moved Permanently", 302: "Found", 304: "Not Modified"}


@dataclass(frozen=True)
class Asked:
    """One request as the server saw it."""

    at: float
    """Monotonic seconds."""
    path: str
    headers: Mapping[str, str]
    connection: int
    at_once: int
    """Requests at work when it came, itself included."""


@dataclass
class Site:
    """A server on one loopback address. `answers` by path; what is not there is a 404."""

    address: str = "127.0.0.1"
    context: ssl.SSLContext | None = None
    answers: dict[str, bytes | Act | Callable[[Asked], bytes]] = field(default_factory=dict)
    log: list[Asked] = field(default_factory=list)
    _busy: int = 0
    _connections: int = 0

    def __enter__(self) -> Self:
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server((self.address, 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        with socket.create_connection((self.address, self.port)):  # wakes the acceptor
            self._thread.join()
        self._listener.close()
        for connection in tuple(self._open):
            hang_up(connection)

    @property
    def root(self) -> str:
        return f"{'https' if self.context else 'http'}://{self.address}:{self.port}"

    def url(self, path: str) -> str:
        return self.root + path

    def asked(self, path: str) -> list[Asked]:
        return [request for request in self.log if request.path == path]

    def _accept(self) -> None:
        while not self._closing.is_set():
            connection, _ = self._listener.accept()
            self._connections += 1
            threading.Thread(target=self._serve, args=(connection, self._connections), daemon=True).start()

    def _serve(self, plain: socket.socket, number: int) -> None:
        self._open.add(plain)
        try:
            connection = self.context.wrap_socket(plain, server_side=True) if self.context else plain
            while not self._closing.is_set() and self._exchange(connection, number):
                pass
            connection.close()
        except (OSError, ValueError):  # the client hung up, or a test did
            pass
        finally:
            self._open.discard(plain)
            hang_up(plain)

    def _exchange(self, connection: socket.socket, number: int) -> bool:
        """One request and its answer; whether the connection goes on."""
        head = b""
        while b"\r\n\r\n" not in head:
            got = connection.recv(65536)
            if not got:
                return False
            head += got
            if head[0] == 0x16:  # a TLS greeting on a plain port
                connection.sendall(reply(b"plain HTTP only", 400, Connection="close"))
                return False
        first, *lines = head.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        with self._lock:
            self._busy += 1
            asked = Asked(time.monotonic(), first.split(" ")[1], headers, number, self._busy)
            self.log.append(asked)
        try:
            answer = self.answers.get(asked.path, reply(b"nothing here", 404))
            return self._give(connection, answer, asked)
        finally:
            with self._lock:
                self._busy -= 1

    def _give(self, connection: socket.socket, answer: object, asked: Asked) -> bool:
        if isinstance(answer, bytes):
            connection.sendall(answer)
            return b"connection: close" not in answer.partition(b"\r\n\r\n")[0].lower()
        assert callable(answer)
        if getattr(answer, "acts", False):
            answer(connection)
            return False
        connection.sendall(answer(asked))
        return True


def hang_up(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
        connection.close()
    except OSError:
        return


# --- answers ---------------------------------------------------------------------------------------


def reply(body: bytes = PAGE, status: int = 200, length: int | None = None, **headers: str) -> bytes:
    """A whole answer; ``length``: another Content-Length than the true one (-1: none, the closing ends it)."""
    told = {"Content-Type": "text/html; charset=utf-8"} | {k.replace("_", "-"): v for k, v in headers.items()}
    if length == -1:
        told["Connection"] = "close"
    elif status not in (204, 304):
        told["Content-Length"] = str(len(body) if length is None else length)
    if length is not None and length > len(body):
        told["Connection"] = "close"
    lines = [f"HTTP/1.1 {status} {PHRASES.get(status, 'Whatever')}", *(f"{k}: {v}" for k, v in told.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def to(location: str, status: int = 302) -> bytes:
    """A redirect."""
    return reply(b"", status, Location=location)


def zipped(body: bytes = PAGE, keep: float = 1.0) -> bytes:
    """A gzip answer, of whose stream only a part is sent, with a length that fits what is sent."""
    stream = gzip.compress(body)
    return reply(stream[: int(len(stream) * keep)], Content_Encoding="gzip")


def act(doing: Act) -> Act:
    """Marks what is done to the connection itself."""
    doing.acts = True  # type: ignore[attr-defined]
    return doing


@act
def drop(connection: socket.socket) -> None:
    """Hang up without a word."""
    hang_up(connection)


@act
def reset(connection: socket.socket) -> None:
    """Hang up with a RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@act
def stall(connection: socket.socket) -> None:
    """Say nothing until the client has had enough."""
    connection.recv(1)


@act
def trickle(connection: socket.socket) -> None:
    """Headers and half a body, then nothing more."""
    connection.sendall(reply(PAGE, length=len(PAGE) * 2))
    connection.recv(1)


@act
def endless_headers(connection: socket.socket) -> None:
    """Headers that never end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in range(1_000_000):
        connection.sendall(b"X-Header-%d: " % number + b"x" * 8000 + b"\r\n")


@act
def garbage(connection: socket.socket) -> None:
    """No HTTP at all."""
    connection.sendall(b"\x00\x01 SSH-2.0-whatever\r\n\r\n")
    hang_up(connection)


# --- a shelf ----------------------------------------------------------------------------------------


def shelf(folder: Path, sites: Mapping[str, Site], pace: float = 0.001, channels: str = "") -> Path:
    """A folder of outlet files for ``OUTLETS``: one outlet a site; ``channels``: lines of TOML for all of them."""
    folder.mkdir(exist_ok=True)
    for key, site in sites.items():
        lines = [f'name = "{key}"', f'domains = ["{site.address}"]', f"pace = {pace}", 'languages = ["en"]']
        (folder / f"{key}.toml").write_text("\n".join([*lines, channels.replace("ROOT", site.root)]))
    return folder


def channel(kind: str, path: str) -> str:
    """A channel's lines of TOML."""
    return f'\n[[channels]]\nkind = "{kind}"\nurl = "ROOT{path}"\n'
