"""The `stet` command: `scrapy` with our settings from any folder; questions are answered without importing Scrapy."""

import argparse
import os
import sys
from pathlib import Path

QUICK = ("history", "diff", "search", "status")


def main() -> None:
    """Entry point of the console script."""
    names = sys.argv[1:]
    if names and names[0] in QUICK and not _needs_scrapy(names):
        sys.exit(quick(names[0], names[1:]))
    os.environ["SCRAPY_SETTINGS_MODULE"] = "crawler.settings"
    from scrapy.cmdline import execute

    execute(["stet", *names])


def _needs_scrapy(names: list[str]) -> bool:
    """Scrapy's own options (-s, --set, -L ...) are Scrapy's to read."""
    return any(name in ("-s", "--set") or name.startswith("--set=") for name in names)


def quick(name: str, arguments: list[str]) -> int:
    """Answer one question; returns the exit code."""
    from crawler import ask, questions
    from storage.opening import StoreError
    from storage.store import Store

    question = questions.QUESTIONS[name]
    parser = argparse.ArgumentParser(f"stet {name}", description=question.help)
    question.add_arguments(parser)
    questions.add_common(parser)
    asked = parser.parse_args(arguments)
    try:
        store = Store.read(store_path(asked.store))
        return question.answer(store, asked)
    except StoreError as error:
        print(f"stet {name}: {error}", file=sys.stderr)
        return questions.USAGE
    except ask.NoAnswer as error:
        print(f"stet {name}: {error}", file=sys.stderr)
        return questions.NONE
    except BrokenPipeError:  # the reader of our output had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return questions.FOUND


def store_path(named: str | None) -> Path:
    """The store: as named, else STET_STORE, else stet.db in this folder."""
    return Path(named or os.environ.get("STET_STORE") or "stet.db")
