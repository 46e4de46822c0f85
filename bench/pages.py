"""How long each page takes, and how large it is: every kind of page of a store, asked through datasette's own client.

``python -m bench.pages STORE``: the warm median of five, in milliseconds, and bytes. Two times: as waited for, and as
spent by the processor, which is the same where nothing else runs, and is judged. For stores of `bench.fill`, and any.
"""

import argparse
import asyncio
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote

from datasette.app import Datasette

TIMES = 5
MOST_MS, MOST_BYTES, MOST_SEARCH_MS = 150.0, 200_000, 100.0
"""What a page may take; a search page is to be quicker."""
WORDS = ("propaganda", "Россия", "北京", '"state media"', "propag*", "minister president war", "the", "zzzz")


TABLES = (
    "versions",
    "articles",
    "changes",
    "edits",
    "texts",
    "captures",
    "readings",
    "payloads",
    "standings",
    "takedowns",
    "stealth_edits",
    "headline_changes",
    "timeline",
    "looks",
    "left_out",
    "variants",
    "outlet_health",
    "copies",
    "copied",
    "families",
    "exchange",
    "copy_fates",
    "surviving_copies",
)


def pages(path: Path) -> list[str]:
    """Addresses of every kind of page, at the outlet, the article, the change that have most to show."""
    conn = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)

    def one(sql: str) -> Any:
        return (conn.execute(sql).fetchone() or [""])[0]

    article = one("select article from versions group by article order by count(*) desc limit 1")
    outlet = quote(one("select outlet from articles group by 1 order by sum(versions) desc limit 1"))
    changed = "select v.capture from versions v join changes ch on ch.to_version = v.id limit 1"
    entry = one(f"select entry from captures where id = ({changed})")
    reprinted = one("select article from copies group by 1 order by count(*) desc, 1 limit 1")
    conn.close()
    ours = ["", "?days=90", "?days=90&order=newest", "/takedowns", "/takedowns?standing=restored", "/outlets"]
    ours += [f"/takedowns?outlet={outlet}&how=gone", f"/outlet/{outlet}", f"/article/{article}"]
    ours += [f"/article/{article}?by=looks", f"/article/{reprinted}"]
    ours += [f"/diff/{entry}", f"/diff/{entry}?view=inline", f"/version/{entry}", "/exchange"]
    ours += [
        "/feed.atom",
        "/feed.json",
        f"/feed.atom?outlet={outlet}",
        "/feed.atom?kind=takedown",
        "/feed.atom?kind=copy+followed",
        "/feed.atom?kind=copies+remain",
        "/feed.atom?q=minister",
    ]
    searches = [f"/search?q={quote(words)}" for words in WORDS]
    searches += [f"/search?q=minister&{more}" for more in ("gone=1", f"outlet={outlet}", f"outlet={outlet}&gone=1")]
    tables = ["", *(f"/{table}" for table in TABLES)]
    return [f"/-/stet{where}" for where in ours + searches] + [f"/{path.stem}{where}" for where in tables]


async def measure(path: Path, addresses: list[str]) -> AsyncIterator[tuple[str, int, float, float, int]]:
    """Address, status, milliseconds waited and spent (medians, once warm), bytes."""
    datasette = Datasette([str(path)])
    await datasette.invoke_startup()
    for address in addresses:
        answer, waited, spent = await datasette.client.get(address), [], []
        for _ in range(TIMES):
            began, before = time.perf_counter(), time.process_time()
            answer = await datasette.client.get(address)
            waited.append((time.perf_counter() - began) * 1000)
            spent.append((time.process_time() - before) * 1000)
        yield address, answer.status_code, median(waited), median(spent), len(answer.content)


async def report(path: Path, addresses: list[str]) -> int:
    """Prints the table; returns how many pages are too slow, too large, or fail."""
    late = 0
    print(f"{'ms':>6} {'cpu':>6} {'kB':>6}  page")
    async for address, status, waited, spent, size in measure(path, addresses):
        limit = MOST_SEARCH_MS if "/search" in address else MOST_MS
        bad = [f"HTTP {status}"] * (status != 200) + ["slow"] * (spent > limit) + ["large"] * (size > MOST_BYTES)
        late += bool(bad)
        print(f"{waited:6.0f} {spent:6.0f} {size / 1000:6.0f}  {address[:100]}  {' '.join(bad)}", flush=True)
    return late


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("store", type=Path)
    parser.add_argument("--only", default="", help="addresses that hold this")
    asked = parser.parse_args()
    addresses = [address for address in pages(asked.store) if asked.only in address]
    return int(asyncio.run(report(asked.store, addresses)) > 0)


if __name__ == "__main__":
    sys.exit(main())
