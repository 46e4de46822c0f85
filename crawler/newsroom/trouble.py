"""What can befall an article or a whole outlet on its way to a reader, and the words that bring it about."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

Doom = Literal["stands", "gone", "soft", "emptied", "redirect", "captcha", "block", "rate_limit", "error", "shows"]
Cut = Literal["", "length", "gzip"]
Markup = str | Callable[[int], str]
"""A page of one's own: HTML, or what makes it for the count-th request of its path."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What is answered instead of the page."""

    doom: Doom = "stands"
    status: int = 200
    to: str = ""
    """For a redirect: an absolute URL or path, or ``home section login off_domain self loop``."""
    retry_after: int = 0
    """Seconds."""
    page: Markup = ""
    """What a page that ``shows`` shows."""
    headers: tuple[tuple[str, str], ...] = ()
    """Further headers that it sends."""


@dataclass(frozen=True, slots=True)
class Wire:
    """What happens to the bytes of the answer."""

    seconds: float = 0.0
    """Real seconds before the answer starts: a client's time-out is real, too."""
    drop: bool = False
    """The connection is closed without a byte."""
    cut: Cut = ""
    """``length``: fewer bytes than Content-Length says; ``gzip``: a gzip stream that ends early, with a
    Content-Length that fits what is sent (for a client that takes gzip; otherwise as ``length``)."""
    charset: str = ""
    """A charset that the header claims wrongly."""

    def over(self, other: "Wire") -> "Wire":
        """Both together, self first."""
        return Wire(
            self.seconds or other.seconds, self.drop or other.drop, self.cut or other.cut,
            self.charset or other.charset,
        )  # fmt: skip


class Reach:
    """How readers get at something: by its page, or by one of the troubles below. `restore` ends them all."""

    def __init__(self) -> None:
        self.fate = Fate()
        self.wire = Wire()
        self.flapping = False
        """Whether only every second request meets the trouble."""
        self.lying = False
        """Whether every conditional request is answered by 304, whatever changed."""

    def is_struck(self, count: int) -> bool:
        """Whether the count-th request (from 1) meets the trouble."""
        return not self.flapping or count % 2 == 0

    def flap(self) -> None:
        """From now on only every second request meets the trouble."""
        self.flapping = True

    def show(self, page: Markup = "", status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> None:
        """A page of one's own, whatever its status."""
        self.fate = Fate("shows", status, page=page, headers=headers)

    def captcha(self, status: int = 403) -> None:
        """A challenge page instead (403, 200 or 202), as a content delivery network shows it to robots."""
        self.fate = Fate("captcha", status)

    def block(self, status: int = 403) -> None:
        """A plain refusal."""
        self.fate = Fate("block", status)

    def rate_limit(self, retry_after: int = 120) -> None:
        """429 with Retry-After in seconds."""
        self.fate = Fate("rate_limit", 429, retry_after=retry_after)

    def break_server(self, status: int = 503) -> None:
        """A server error."""
        self.fate = Fate("error", status)

    def slow(self, seconds: float) -> None:
        """The answer starts after so many real seconds."""
        self.wire = replace(self.wire, seconds=seconds)

    def drop(self) -> None:
        """The connection is closed without an answer."""
        self.wire = replace(self.wire, drop=True)

    def truncate(self, how: Cut = "length") -> None:
        """Only the first 60 % of the bytes are sent (see `Wire.cut`)."""
        self.wire = replace(self.wire, cut=how)

    def wrong_charset(self, claimed: str = "iso-8859-1") -> None:
        """The header names another charset than the one the bytes are written in."""
        self.wire = replace(self.wire, charset=claimed)

    def restore(self) -> None:
        """All troubles end."""
        self.fate = Fate()
        self.wire = Wire()
        self.flapping = self.lying = False
