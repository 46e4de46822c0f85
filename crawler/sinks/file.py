"""A file: one message a line, as JSON, added at the end."""

import os
from dataclasses import dataclass
from pathlib import Path

from crawler.sinks.message import Failed, Message


@dataclass(frozen=True, slots=True)
class File:
    """Where to."""

    path: Path

    def send(self, message: Message, at: int) -> None:
        """On disk once this returns; a line that a crash cut off stays by itself."""
        try:
            number = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                line = message.json + b"\n"
                size = os.fstat(number).st_size
                if size and os.pread(number, 1, size - 1) != b"\n":
                    line = b"\n" + line
                written = os.write(number, line)
                os.fsync(number)
            finally:
                os.close(number)
        except OSError as error:
            raise Failed(f"{self.path}: {error.strerror or error}") from None
        if written != len(line):
            raise Failed(f"{self.path}: only {written} of {len(line)} bytes could be written")
