"""Files that are there as a whole or not at all: written beside their place, then put there at once."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from crawler.exports.trouble import ExportError


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """A file to write: it takes its place once the block ends well, else leaves no trace. Raises ExportError."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        beside.replace(path)
    except OSError as error:
        raise ExportError(f"{path}: cannot be written ({error.strerror or error})") from error
    finally:
        beside.unlink(missing_ok=True)


def folder(path: Path) -> Path:
    """The folder, made where it is missing. Raises ExportError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(f"{path}: no folder can be made there ({error.strerror or error})") from error
    return path


@contextmanager
def replaced(target: Path, mark: str) -> Iterator[Path]:
    """A folder to fill: it takes its place, as a whole, once the block ends well, else leaves no trace.

    It replaces an empty folder, or one that an earlier export filled: that one holds the file ``mark``, a JSON object,
    in which all that stands at its top is listed. Raises ExportError for any other, and where something else stands
    there, too.
    """
    target = target.resolve()
    _ours(target, mark)
    folder(target.parent)
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    before = target.with_name(f".{target.name}.{os.getpid()}.old")
    try:
        beside.mkdir()
        yield beside
        _listed(beside, mark)
        _ours(target, mark)
        if target.exists():
            target.replace(before)
        beside.replace(target)
    except OSError as error:
        if before.exists() and not target.exists():
            before.replace(target)
        raise ExportError(f"{target}: cannot be written ({error.strerror or error})") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        if target.exists():
            shutil.rmtree(before, ignore_errors=True)


def _listed(made: Path, mark: str) -> None:
    """What stands at the top of a folder is named in its mark: what somebody puts there later is known as theirs."""
    said = json.loads((made / mark).read_text())
    said["holds"] = sorted(path.name for path in made.iterdir())
    (made / mark).write_text(json.dumps(said, indent=1) + "\n")


def _ours(target: Path, mark: str) -> None:
    """Raises ExportError where a folder is not an export's to replace."""
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    try:
        held = set(json.loads((target / mark).read_text())["holds"])
    except (OSError, ValueError, KeyError, TypeError):
        raise ExportError(f"{target} is there, and no earlier export: name another folder, or empty it") from None
    strange = sorted(path.name for path in target.iterdir() if path.name not in held)
    if strange:
        raise ExportError(
            f"{target / strange[0]} came into the earlier export later: move it away, or name another folder"
        )
