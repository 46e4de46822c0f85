"""How the daemon does, in numbers: a text file for Prometheus' node exporter (its textfile collector).

Written beside its place and moved into it, so that nobody ever reads half of it. Counters count since the daemon began.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

Sample = tuple[dict[str, str], float]


@dataclass(frozen=True)
class Metric:
    """One metric with its samples."""

    name: str
    kind: str
    """``counter`` or ``gauge``."""
    help: str
    samples: tuple[Sample, ...]

    def lines(self) -> list[str]:
        """In the exposition format of Prometheus, version 0.0.4."""
        head = [f"# HELP {self.name} {self.help}", f"# TYPE {self.name} {self.kind}"]
        return head + [f"{self.name}{_labels(labels)} {_number(value)}" for labels, value in self.samples]


def write(path: Path, metrics: Iterable[Metric]) -> None:
    """Put them into a file, at once. Raises OSError."""
    text = "".join(f"{line}\n" for metric in metrics for line in metric.lines())
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _labels(labels: dict[str, str]) -> str:
    told = ",".join(f'{name}="{_quoted(value)}"' for name, value in labels.items())
    return f"{{{told}}}" if told else ""


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))
