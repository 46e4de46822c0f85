"""A webhook: the message as JSON in a POST, signed, to a public https address (or to this machine).

The signature is HMAC-SHA256 over ``TIMESTAMP.BODY`` with the shared secret, as hex, in ``Stet-Signature: v1=...``;
``Stet-Timestamp`` is in seconds since 1970, ``Idempotency-Key`` the message's key. A receiver compares in constant
time, and refuses old timestamps. Redirects are not followed: a signed message goes where it was meant to go.
"""

import contextlib
import hashlib
import hmac
import http.client
import ipaddress
import math
import socket
import ssl
import threading
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.fetch.guard import literal, public
from crawler.sinks.message import Failed, Message

HEARD = 65536
"""Bytes of an answer that are read at most."""
LONGEST = 86400.0
"""Seconds that a Retry-After is heeded for at most."""
REFUSED = frozenset({400, 413, 415, 422})
"""Statuses that refuse this one message, not all."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where to, and the secret that signs."""

    url: str
    secret: str = ""
    private: bool = False
    """Whether an address in a private network is meant (10.0.0.5): then plain http stays refused all the same."""
    timeout: float = 10.0

    def send(self, message: Message, at: int) -> None:
        parts = urlsplit(self.url)
        conn = self._connection(parts.scheme, parts.hostname or "", parts.port)
        limit = threading.Timer(self.timeout, conn.cut)
        limit.daemon = True
        limit.start()
        try:
            path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
            conn.request("POST", path, message.json, self._headers(message, at))
            answer = conn.getresponse()
            answer.read(HEARD)
            conn.in_time()  # what was cut may look like an answer that ended
        except (OSError, http.client.HTTPException) as error:
            timed_out = isinstance(error, TimeoutError) or conn.over
            raise Failed(f"no answer within {self.timeout:g} s" if timed_out else _told(error)) from None
        finally:
            limit.cancel()
            conn.close()
        _judge(answer)

    def _headers(self, message: Message, at: int) -> dict[str, str]:
        told = {
            "Content-Type": "application/json",
            "User-Agent": "stet-notify/1",
            "Idempotency-Key": message.key,
            "Stet-Timestamp": str(at),
            "Connection": "close",
        }
        if not self.secret:
            return told
        return {**told, "Stet-Signature": f"v1={signature(self.secret, at, message.json)}"}

    def _connection(self, scheme: str, host: str, port: int | None) -> "_Http":
        address = self._address(host, port or (443 if scheme == "https" else 80))
        if scheme != "https" and not address.is_loopback:
            raise Failed(f"{host} is not this machine: only https is used then")
        if scheme == "https":
            return _Https(host, str(address), port, self.timeout)
        return _Http(host, str(address), port, self.timeout)

    def _address(self, host: str, port: int) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
        """The one address that is checked, and then connected to: a name cannot change its mind in between."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise Failed(f"{host}: no such host ({error})") from None
        address = ipaddress.ip_address(str(found[0][4][0]).partition("%")[0])
        meant = literal(host) is not None or host == "localhost"
        if address.is_loopback and meant:
            return address
        inside = self.private and address.is_private and not (address.is_link_local or address.is_loopback)
        if not public(address) and not inside:
            raise Failed(f"{host} leads to {address}, which is not out there (private = true allows a private network)")
        return address


def signature(secret: str, at: int, body: bytes) -> str:
    """Hex HMAC-SHA256 over ``AT.BODY``: what a receiver computes and compares."""
    return hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256).hexdigest()


class _Http(http.client.HTTPConnection):
    """Connects to one address, whatever the name says by then, and can be cut off by another thread."""

    def __init__(self, host: str, address: str, port: int | None, timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self._at = address
        self.over = False
        """Whether its time is over: said before it is cut, so that whoever the cut wakes up knows why."""

    def connect(self) -> None:
        self.sock = socket.create_connection((self._at, self.port), self.timeout)
        self.in_time()

    def in_time(self) -> None:
        """Raises TimeoutError once the time is over: also for a socket that was not there yet to be cut."""
        if self.over:
            raise TimeoutError

    def cut(self) -> None:
        """The time is over: whoever reads from it wakes up, however slowly the other side drips."""
        self.over = True
        if self.sock is not None:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


class _Https(_Http):
    """The same, encrypted; the certificate must be the name's."""

    default_port = 443

    def connect(self) -> None:
        super().connect()
        shaking = ssl.create_default_context().wrap_socket(
            self.sock, server_hostname=self.host, do_handshake_on_connect=False
        )
        self.sock = shaking  # first, so that a handshake without end can be cut
        self.in_time()
        shaking.do_handshake()


def _judge(answer: http.client.HTTPResponse) -> None:
    """Raises Failed for all but a 2xx."""
    status = answer.status
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise Failed(f"it answers {status}, which leads elsewhere: write the address it leads to")
    raise Failed(f"it answers {status} {answer.reason}", _wait(answer.getheader("Retry-After", "")), status in REFUSED)


def _wait(said: str) -> float:
    """Seconds of a Retry-After; dates are not heeded (0)."""
    try:
        wait = float(said)
    except ValueError:
        return 0.0
    return min(wait, LONGEST) if math.isfinite(wait) and wait > 0 else 0.0


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
