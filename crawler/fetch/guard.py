"""The address guard: nothing in here, in this machine's network or in a cloud's metadata service is asked for.

Two doors. `Guard` (a downloader middleware) refuses what is written as an IP address, in whatever spelling, unless the
catalogue names it as a loopback outlet. `GuardedResolver` refuses a name that leads to such an address; it hands
out the one address that it checked, so that a name cannot change its mind between check and connection.
"""

import ipaddress
import socket
import unicodedata
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.http import Request
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from crawler.fetch.capture import Refused, desk_of

LOCALHOST = "localhost"
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def literal(host: str) -> Address | None:
    """The IP address that a host is written as, in any spelling that a resolver takes, or None for a name.

    ``127.1``, ``0x7f.1``, ``2130706433``, ``0177.0.0.1``, fullwidth digits, a final dot, a zone, brackets.
    """
    plain = unicodedata.normalize("NFKC", host).strip("[]").partition("%")[0].rstrip(".")
    try:
        return ipaddress.ip_address(plain)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(plain)) if plain else None
    except (OSError, UnicodeError, ValueError):
        return None


def public(address: Address) -> bool:
    """Whether it lies out there: global unicast, and no IPv6 wrapping of an address that is not."""
    inner = _wrapped(address)
    if inner is not None:
        return public(inner)
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _wrapped(address: Address) -> Address | None:
    """The IPv4 address inside an IPv6 one (mapped, 6to4, Teredo, NAT64), if there is one."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    if address.teredo:
        return address.teredo[1]
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class Guard:
    """Downloader middleware, engine side: refuses addresses by how they are written."""

    def __init__(self, loopback: frozenset[str], nameless: bool = False) -> None:
        self.loopback = loopback
        self.nameless = nameless
        """Whether we crawl without a contact: then only loopback outlets are asked, wherever a redirect leads."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        desk = desk_of(crawler)
        if desk is None:
            return cls(frozenset())
        return cls(desk.catalogue.loopback_hosts, nameless=not desk.contact)

    def process_request(self, request: Request) -> None:
        """Raises Refused (``forbidden_address``)."""
        reason = self.forbids(request.url)
        if reason:
            raise Refused(f"forbidden_address: {reason}")

    def forbids(self, url: str) -> str:
        """Why an address may not be asked for, or ``""``."""
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
        if parts.scheme not in {"http", "https"} or not host:
            return "not http or https"
        address = literal(host)
        named = host if address is None else str(address)
        if host != named:
            return f"{named} in disguise"  # nobody honest writes it so
        if named in self.loopback:
            return ""
        if host == LOCALHOST or (address is not None and not public(address)):
            return named
        return "CONTACT is not set" if self.nameless else ""


class GuardedResolver(CachingThreadedResolver):
    """Scrapy's resolver, refusing names that lead inside (TWISTED_DNS_RESOLVER).

    Loopback hosts that a catalogue of this process names (`loopback`) are handed through as they are written.
    """

    def __init__(self, reactor: ReactorBase, cache_size: int, timeout: float) -> None:
        super().__init__(reactor, cache_size, timeout)
        self.refused: dict[str, str] = {}
        """Names that led inside, and where to: Twisted turns any failure of a resolver into "no such host"."""
        self.loopback: frozenset[str] = frozenset()

    @classmethod
    def on(cls, reactor: Any, crawler: Crawler) -> "GuardedResolver":
        """The one that the reactor uses; it is installed when another one is in place."""
        if isinstance(reactor.resolver, GuardedResolver):
            return reactor.resolver
        guarded = cls.from_crawler(crawler, reactor)
        guarded.install_on_reactor()
        return guarded

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:
        """The address of a host; fails with DNSLookupError for one that leads inside."""
        found: Deferred[str] = super().getHostByName(name, timeout)
        return found.addCallback(self._checked, name)

    def _checked(self, found: str, name: str) -> str:
        address = ipaddress.ip_address(found)
        if public(address) or (address.is_loopback and name in self.loopback and name in (found, LOCALHOST)):
            return found
        if len(self.refused) > 1000:
            self.refused.clear()
        self.refused[name] = found
        raise DNSLookupError(f"{name} leads to {found}, which is not out there")
