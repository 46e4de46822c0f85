"""What a page costs: CPU milliseconds for a 304, an unchanged 200 and a new version, beside bare Scrapy.

    python -m bench.cost [--articles 200] [--kilobytes 90]

A loopback server (its CPU is not counted) serves articles of one outlet. `scrapy crawl article` asks for all of them
four times: at first sight, with validators (304), without (the same 200), and with one paragraph edited. Counted is
user and system time of the crawling process and its readers; start-up, measured by a crawl for one page, is taken off.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).parent.parent
ADDRESS = "127.0.8.1"
SENTENCE = "The {n}th report of the ministry names {m} projects that both sides agreed on before the end of the year."

OUTLET = """
name = "Bench"
domains = ["127.0.8.1"]
homepage = "http://127.0.8.1:{port}/"
languages = ["en"]
pace = 0.001
[[channels]]
kind = "front"
url = "http://127.0.8.1:{port}/"
fact = "live"
"""

BARE = """
import scrapy, sys
class Bare(scrapy.Spider):
    name = "bare"
    custom_settings = {
        "LOG_LEVEL": "ERROR", "ROBOTSTXT_OBEY": False, "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "TELNETCONSOLE_ENABLED": False,
    }
    handle_httpstatus_list = [304]
    async def start(self):
        for line in open(self.urls):
            url, etag = line.split()
            yield scrapy.Request(url, headers={"If-None-Match": etag} if self.validate == "1" else {})
    def parse(self, response):
        if self.extract == "1":
            import trafilatura
            trafilatura.extract(response.text)
"""


class Shop:
    """The served pages: a mode for validators, an edition for the text."""

    def __init__(self, articles: int, kilobytes: int) -> None:
        self.articles, self.kilobytes = articles, kilobytes
        self.validators, self.edition = True, 0
        self._held: dict[tuple[int, int], bytes] = {}

    def page(self, number: int) -> bytes:
        key = (number, self.edition)
        if key not in self._held:
            self._held[key] = self._make(number)
        return self._held[key]

    def _make(self, number: int) -> bytes:
        """About 5.6 KB of text in a page of the size asked for: menus, cards and scripts, as real pages have."""
        said = [SENTENCE.format(n=number * 100 + n, m=n + 3) + " " + SENTENCE.format(n=n, m=number) for n in range(28)]
        if self.edition:
            said[3] += f" In edition {self.edition} a further sentence was put in."
        body = "".join(f"<p>{line}</p>" for line in said)
        card = "<li class='card'><a href='/news/{n}-other-story'><img src='/i/{n}.jpg' alt=''>Other story {n}</a></li>"
        cards = "<ul>" + "".join(card.format(n=n) for n in range(120)) + "</ul>"
        script = "<script>var data = {" + ",".join(f"'k{n}': {n * number}" for n in range(900)) + "};</script>"
        head = f"<title>Report {number} of the ministry</title><meta property='og:type' content='article'>"
        article = f"<article><h1>Report {number} of the ministry</h1>{body}</article>"
        around = f"<nav>{cards}</nav><main>{article}</main><aside>{cards}</aside>"
        page = f"<html lang=en><head>{head}{script}</head><body>{around}"
        room = self.kilobytes * 1024 - len(page) - 40
        return f"{page}<script>var pad = '{'x' * max(0, room - 30)}';</script></body></html>".encode()


def handler(shop: Shop) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path == "/robots.txt":
                self._send(404, b"", "")
                return
            body = shop.page(int(self.path.rsplit("/", 1)[1].split("-")[0]))
            etag = f'"{sha256(body).hexdigest()[:16]}"'
            if shop.validators and self.headers.get("If-None-Match") == etag:
                self._send(304, b"", etag)
            else:
                self._send(200, body, etag if shop.validators else "")

        def _send(self, status: int, body: bytes, etag: str) -> None:
            self.send_response(status)
            if status != 304:
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Content-Type", "text/html; charset=utf-8")
            if etag:
                self.send_header("ETag", etag)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    return Handler


@contextmanager
def serving(shop: Shop) -> Iterator[int]:
    server = ThreadingHTTPServer((ADDRESS, 0), handler(shop))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()


def cpu(command: list[str], folder: Path = ROOT) -> float:
    """User + system seconds of a command and of all that it waited for. Raises when it fails."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError(f"{' '.join(command)[:200]} failed")
    return used.ru_utime + used.ru_stime


def crawl(folder: Path, urls: list[str], store: str = "stet.db") -> float:
    told = [f"OUTLETS={folder / 'outlets'}", f"STORE={folder / store}", "KEEP=all"]
    settings = [word for setting in told for word in ("-s", setting)]
    return cpu([sys.executable, "-m", "scrapy", "crawl", "article", *settings, "-a", f"url={' '.join(urls)}"])


def bare(folder: Path, urls: list[str], shop: Shop, validate: str, extract: str) -> float:
    (folder / "bare.py").write_text(textwrap.dedent(BARE))
    etags = [f'"{sha256(shop.page(number)).hexdigest()[:16]}"' for number in range(len(urls))]
    (folder / "urls.txt").write_text("\n".join(f"{url} {etag}" for url, etag in zip(urls, etags, strict=True)))
    words = [f"urls={folder / 'urls.txt'}", f"validate={validate}", f"extract={extract}"]
    given = [word for argument in words for word in ("-a", argument)]
    return cpu([sys.executable, "-m", "scrapy", "runspider", "bare.py", *given], folder)


def measure(articles: int, kilobytes: int) -> list[tuple[str, float, float]]:
    """Name, seconds in all, milliseconds a page without start-up."""
    shop, rows = Shop(articles, kilobytes), []
    with tempfile.TemporaryDirectory() as name, serving(shop) as port:
        folder = Path(name)
        (folder / "outlets").mkdir()
        (folder / "outlets" / "bench.toml").write_text(OUTLET.format(port=port))
        urls = [f"http://{ADDRESS}:{port}/news/{number}-report-of-the-ministry" for number in range(articles)]

        def row(what: str, seconds: float, start: float) -> None:
            rows.append((what, seconds, 1000 * (seconds - start) / (articles - 1)))

        crawl(folder, urls[:1], "start.db")
        start = crawl(folder, urls[:1], "start.db")
        start_reading = crawl(folder, urls[:1], "reading.db")
        row("stet: first sight", crawl(folder, urls), start_reading)
        row("stet: 304", crawl(folder, urls), start)
        shop.validators = False
        row("stet: unchanged 200", crawl(folder, urls), start)
        shop.edition = 1
        row("stet: new version", crawl(folder, urls), start_reading)
        shop.edition, shop.validators = 0, True
        start = bare(folder, urls[:1], shop, "1", "0")
        row("bare Scrapy: 304", bare(folder, urls, shop, "1", "0"), start)
        row("bare Scrapy: 200, nothing read", bare(folder, urls, shop, "0", "0"), start)
        start = bare(folder, urls[:1], shop, "0", "1")
        row("bare Scrapy: 200, trafilatura on each", bare(folder, urls, shop, "0", "1"), start)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--kilobytes", type=int, default=90)
    told = parser.parse_args()
    print(f"{told.articles} articles of {told.kilobytes} KB; CPU, start-up taken off")
    for what, seconds, each in measure(told.articles, told.kilobytes):
        print(f"{what:<40} {each:7.1f} ms a page   ({seconds:5.1f} s in all)")


if __name__ == "__main__":
    main()
