"""The `stet` command: `scrapy` with our settings from any folder; questions are answered without importing Scrapy."""

import argparse
import os
import sqlite3
import sys
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

QUICK = ("history", "diff", "search", "status")
COMMANDS = ("crawl", "demo", "outlets", "watch", "status", "history", "diff", "search", "browse")
"""Those that people need first, in the order in which they need them; all others follow by name."""
SCRAPYS = ("-s", "-L", "--set", "--loglevel", "--logfile", "--nolog", "--profile", "--pidfile", "--pdb")
"""Options that are Scrapy's to read."""
HOME = Path(__file__).resolve().parent.parent


def main() -> None:
    """Entry point of the console script."""
    wrong = shadowed()
    if wrong:
        print(f"stet: {wrong}", file=sys.stderr)
        sys.exit(2)
    try:
        sys.exit(answer(sys.argv[1:]))
    except KeyboardInterrupt:
        print("stet: stopped", file=sys.stderr)
        sys.exit(130)


def shadowed() -> str:
    """Our packages have common names: what to do when another distribution's would be imported in their place."""
    for name in ("storage", "spiders"):
        spec = find_spec(name)
        found = Path(spec.origin) if spec is not None and spec.origin else None
        if found is None or found.resolve().parent.parent != HOME:
            where = found or "nowhere to be found"
            return f"the package {name} is {where}, not the one in {HOME}; uninstall it, or use a fresh environment"
    return ""


def answer(names: list[str]) -> int:
    """Do what was asked; returns the exit code, where Scrapy does not exit by itself."""
    if not names or names[0] in ("-h", "--help", "help"):
        return overview()
    if names[0] in ("version", "--version") and len(names) == 1:
        print(f"Stet {version()}\nScrapy {metadata.version('scrapy')}")
        return 0
    if names[0] in QUICK and not _needs_scrapy(names[1:]):
        return quick(names[0], names[1:])
    os.environ["SCRAPY_SETTINGS_MODULE"] = "crawler.settings"
    from scrapy.cmdline import execute

    if unknown := _unknown(names[0]):
        print(f"stet: {unknown}", file=sys.stderr)
        return 2
    execute(["stet", *names])
    return 0


def version() -> str:
    """Stet's version, as pyproject.toml gives it."""
    try:
        return metadata.version("stet-monitor")
    except metadata.PackageNotFoundError:  # a checkout that was never installed
        import tomllib

        return str(tomllib.loads((HOME / "pyproject.toml").read_text())["project"]["version"])


def overview() -> int:
    """Our commands, one line each."""
    from importlib import import_module
    from pkgutil import iter_modules

    from crawler import commands, questions

    found = sorted(module.name for module in iter_modules(commands.__path__))
    with questions.printing():
        print("Stet watches news outlets and keeps what they take out.\n\nUsage: stet COMMAND [options]\n")
        for name in sorted(found, key=lambda name: COMMANDS.index(name) if name in COMMANDS else len(COMMANDS)):
            print(f"  {name:<9}{import_module(f'crawler.commands.{name}').Command().short_desc()}")
        print("  version  Stet's version, and Scrapy's\n")
        print("`stet COMMAND --help` says more of one. Scrapy's own commands work, too: `scrapy --help` lists them.")
    return questions.FOUND


def _unknown(name: str) -> str:
    """What to say of a command that neither we nor Scrapy have, else ""."""
    from pkgutil import iter_modules

    import scrapy.commands

    from crawler import commands
    from crawler.shelf import near

    known = [module.name for package in (commands, scrapy.commands) for module in iter_modules(package.__path__)]
    if name in known or name.startswith("-"):
        return ""
    return f"there is no command {name}{near(name, known)} (`stet --help` lists them)"


def _needs_scrapy(names: list[str]) -> bool:
    """Whether one of Scrapy's own options is among these words."""
    options = names[: names.index("--")] if "--" in names else names
    return any(name.startswith("-s") or name.partition("=")[0] in SCRAPYS for name in options)


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
    path = store_path(asked.store)
    try:
        with questions.printing():
            return question.answer(Store.read(path), asked)
        return questions.FOUND
    except StoreError as error:
        trouble, code = questions.said(path, error), questions.USAGE
    except sqlite3.DatabaseError as error:
        trouble, code = questions.broken(path, error), questions.USAGE
    except ask.NoAnswer as error:
        trouble, code = str(error), question.none
    print(f"stet {name}: {trouble}", file=sys.stderr)
    return code


def store_path(named: str | None) -> Path:
    """The store: as named, else STET_STORE, else stet.db in this folder."""
    return Path(named or os.environ.get("STET_STORE") or "stet.db")
