"""A command: a program of yours gets the message as JSON on its standard input; exit code 0 says that it was taken."""

import contextlib
import os
import signal
import subprocess
import tempfile
from dataclasses import dataclass

from crawler.sinks.message import Failed, Message


@dataclass(frozen=True, slots=True)
class Command:
    """The program and its arguments: run as they are, by no shell; nothing that a page wrote is among them."""

    argv: tuple[str, ...]
    timeout: float = 10.0

    def send(self, message: Message, at: int) -> None:
        """``STET_KEY`` in its environment is the message's key."""
        with tempfile.TemporaryFile() as told:
            try:
                process = subprocess.Popen(  # noqa: S603 (the user's own program, by no shell)
                    self.argv, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=told, start_new_session=True,
                    env={**os.environ, "STET_KEY": message.key},
                )  # fmt: skip
            except (OSError, ValueError) as error:
                raise Failed(f"{self.argv[0]} cannot be run: {error}") from None
            try:
                process.communicate(message.json, timeout=self.timeout)
            except subprocess.TimeoutExpired:
                raise Failed(f"{self.argv[0]} did not end within {self.timeout:g} s") from None
            finally:
                _end(process)
            if process.returncode:
                told.seek(0)
                said = told.read(300).decode(errors="replace")
                raise Failed(f"{self.argv[0]} ended with {process.returncode}: {said}".rstrip(": "))


def _end(process: subprocess.Popen[bytes]) -> None:
    """It and what it started, if it still runs."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
