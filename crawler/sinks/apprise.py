"""Apprise: mail, Slack, Mastodon, Telegram, Matrix and a hundred more, by address (the extra ``notify``).

Apprise may deliver to some of several addresses and fail for others; so each sink has one address.
"""

import re
from dataclasses import dataclass
from importlib.util import find_spec

from crawler.sinks.message import Failed, Message

NEEDED = "needs Apprise: pip install 'stet-monitor[notify]'"


def is_here() -> bool:
    """Whether Apprise is installed."""
    return find_spec("apprise") is not None


def quiet(text: str) -> str:
    """Text that calls nobody and links nothing by itself: ``@everyone``, ``<!channel>``, ``[x](y)`` are just words."""
    return re.sub(r"@(?=\w)", "@\u200b", text).replace("<", "‹").replace(">", "›").replace("](", "] (")


@dataclass(frozen=True, slots=True)
class Apprise:
    """One address of Apprise's, as in ``mailto://user:word@example.org``."""

    url: str
    timeout: float = 10.0

    def send(self, message: Message, at: int) -> None:
        import apprise

        asset = apprise.AppriseAsset(app_id="Stet", app_desc="Stet", interpret_escapes=False, interpret_emojis=False)
        out = apprise.Apprise(asset=asset)
        mark = "&" if "?" in self.url else "?"
        if not out.add(f"{self.url}{mark}cto={self.timeout:g}&rto={self.timeout:g}"):
            raise Failed("Apprise does not know this address")
        text = f"{quiet(message.text)}\n\n{message.key[:12]}"
        if not out.notify(body=text, title=quiet(message.subject), body_format=apprise.NotifyFormat.TEXT):
            raise Failed("Apprise could not deliver it (its log says why)")
