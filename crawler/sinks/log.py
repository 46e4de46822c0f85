"""The log: one message a line, as JSON, through Python's logging (logger ``stet.notices``, level WARNING)."""

import logging
from dataclasses import dataclass

from crawler.sinks.message import Message

log = logging.getLogger("stet.notices")


@dataclass(frozen=True, slots=True)
class Log:
    """Wherever the log goes: standard error, a file (``--logfile``), the journal."""

    def send(self, message: Message, at: int) -> None:
        log.warning("%s", message.json.decode())
