"""scrapy browse: open the store in datasette."""

import argparse
import os
import socket
import sys

from crawler.command import StetCommand
from storage.opening import StoreError
from storage.store import Store

LAST = 65535
"""The highest port there is; getaddrinfo would count on from 0."""
SETTINGS = ("--setting", "suggest_facets", "off")
"""Guessing by which columns a table could be filtered reads the whole of it, a second or two at 100,000 versions."""


class Command(StetCommand):
    line = "open the store in datasette and print the address"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
        parser.add_argument("--port", type=int, default=8001, help="port (default: 8001; 0: any free one)")

    def answer(self, args: list[str], opts: argparse.Namespace) -> int:
        Store.read(self.store_path).close()
        port = str(free(opts.host, opts.port))
        print(f"{self.store_path} at http://{opts.host}:{port}/-/stet (Ctrl-C ends it)", flush=True)
        datasette = [sys.executable, "-P", "-m", "datasette"]  # -P: nothing in this folder is taken for a package
        told = [str(self.store_path.absolute()), "--host", opts.host, "--port", port, *SETTINGS]
        os.execv(sys.executable, [*datasette, *told])  # noqa: S606 (in our place: one process, and its Ctrl-C)


def free(host: str, port: int) -> int:
    """The port, or a free one for 0. Raises StoreError when it cannot be had."""
    if not 0 <= port <= LAST:
        raise StoreError(f"cannot listen on port {port}: ports go to {LAST} (0: any free one)")
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
            return int(trial.getsockname()[1])
    except OSError as error:
        raise StoreError(f"cannot listen on {host}:{port} ({error}); name another with --port (0: any)") from error
