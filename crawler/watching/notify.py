"""Tell systemd how the daemon does: ready, what it does, still alive, stopping (sd_notify(3)).

A datagram to the socket that NOTIFY_SOCKET names. Without systemd all of this does nothing.
"""

import os
import socket
from collections.abc import Mapping


class Notify:
    """The service manager's ear, if there is one."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")
        mine = environ.get("WATCHDOG_PID", "") in ("", str(os.getpid()))
        usec = environ.get("WATCHDOG_USEC", "")
        self.watchdog = int(usec) / 1e6 if mine and usec.isdigit() else None
        """Seconds within which we must be heard of; None: nobody waits for it."""

    def say(self, **told: object) -> None:
        """One message: ``say(READY=1, STATUS="waiting")``. A manager that is gone is no reason to stop."""
        if not self._address:
            return
        name = f"\0{self._address[1:]}" if self._address.startswith("@") else self._address
        message = "\n".join(f"{key}={' '.join(str(value).split())}" for key, value in told.items())
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
            out.setblocking(False)
            try:
                out.sendto(message.encode(), name)
            except OSError:
                return
