"""scrapy browse: open the store in datasette."""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from crawler import questions
from crawler.command import StetCommand
from storage.store import Store


class Command(StetCommand):
    line = "open the store in datasette and print the address"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
        parser.add_argument("--port", type=int, default=8001, help="port (default: 8001; 0: any free one)")

    def answer(self, args: list[str], opts: argparse.Namespace) -> int:
        Store.read(self.store_path).close()
        command = [datasette(), str(self.store_path), "--host", opts.host, "--port", str(opts.port)]
        print(f"{self.store_path} at http://{opts.host}:{opts.port}/ (Ctrl-C ends it)", flush=True)
        try:
            return subprocess.run(command, check=False).returncode  # noqa: S603 (our own command line)
        except KeyboardInterrupt:
            return questions.FOUND


def datasette() -> str:
    """The datasette beside this Python, else the one on PATH."""
    beside = Path(sys.executable).with_name("datasette")
    return str(beside) if beside.exists() else shutil.which("datasette") or "datasette"
