"""What answers look like: marks, plurals, widths."""

import io

from crawler.happened import Event, counted
from crawler.terminal import console, print_happened


def test_one_is_singular() -> None:
    assert [counted(1, "version"), counted(2, "version")] == ["1 version", "2 versions"]
    assert [counted(1, "body", "bodies"), counted(0, "body", "bodies")] == ["1 body", "0 bodies"]


def test_a_wide_terminal_shows_more_of_a_title() -> None:
    title = "What the hacked mail of a broadcaster shows about its friends abroad and at home"
    event = Event("edit", "amn", "https://a.example/a", title, "1 paragraph cut", "", "2026-03-02T06:00:00.000Z")
    shown = []
    for width in (100, 240):
        out = console(io.StringIO())
        out.width = width
        with out.capture() as capture:
            print_happened(out, [event])
        shown.append(" ".join(capture.get().split()))
    assert title not in shown[0]
    assert title in shown[1]
