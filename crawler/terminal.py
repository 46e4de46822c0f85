"""What answers look like on a terminal: colour where there is one, and never an escape sequence that a page wrote."""

import os
import re
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawler import forecast, happened
from crawler.ask import Diff, Event, History, Hit, Schedule, State, Variant, Why
from crawler.carried import Carrier, Fate
from crawler.forecast import span
from crawler.happened import counted
from crawler.marked import Marked
from storage.records import GOOD, REDESIGN, Action, Disclosed, Edit, Mark, stamp

Spans = Callable[[str, str], list[tuple[str, str, str]]]

_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]")

FIELDS = {
    "title": "Headline",
    "standfirst": "Standfirst",
    "byline": "Byline",
    "published_at": "Published",
    "modified_at": "Modified",
    "link": "Link",
    "caption": "Caption",
}
ORDER = ("title", "standfirst", "byline", "paragraph", "caption", "link", "published_at", "modified_at")
"""In which order the edits of a change are shown."""
DATES = frozenset({"published_at", "modified_at"})
DISCLOSED = {
    Disclosed.NONE: "no correction note",
    Disclosed.TECHNICAL: "only a date or tag says so",
    Disclosed.PROPER: "disclosed",
}


def safe(text: object) -> str:
    """Text without control characters and bidi marks: a page must not steer the terminal or turn its lines around."""
    return _UNSAFE.sub("", str(text).replace("\n", " ").replace("\t", " "))


class Printer(Console):
    """Rich's console; but where the reader of its output has had enough, it says so instead of exiting with 1."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def console(file: TextIO | None = None) -> Console:
    """A console that prints what it is given: no markup, no highlighting, colour only on a terminal."""
    file = file or sys.stdout
    width = None if file.isatty() else _columns()
    return Printer(file=file, markup=False, highlight=False, emoji=False, width=width, soft_wrap=not file.isatty())


def _columns() -> int:
    """The width that COLUMNS asks for, else 100."""
    said = os.environ.get("COLUMNS", "")
    return int(said) if re.fullmatch("[1-9][0-9]{0,3}", said) else 100


def has_colour(out: Console) -> bool:
    """Whether colour tells what was taken out from what was put in."""
    return out.color_system is not None and not out.no_color


def minute(stamped: str) -> str:
    """A stored moment to the minute, as people read it (UTC)."""
    return stamped[:16].replace("T", " ") if stamped else "?"


def interval(after: str, by: str) -> str:
    """When something happened, as well as it is known."""
    return f"{minute(after)} … {minute(by)}" if after else minute(by)


def short_interval(after: str, by: str) -> str:
    """The same for a narrow column: day and hour, without the year."""
    return f"{minute(after)[5:]} … {minute(by)[5:]}" if after else minute(by)[5:]


# --- history ------------------------------------------------------------------------------------

COLOURS = {"taken_down": "bold red", "down": "red", "restored": "green", "up": "green", "first seen": "cyan"}


def print_history(out: Console, life: History) -> None:
    known = life.article
    out.print(Text(safe(known.title) or "(no title yet)", "bold"))
    out.print(safe(known.url))
    standing = known.standing or "never seen"
    since = f" since {minute(stamp(known.standing_since))}" if known.standing_since else ""
    near = f"relevance {known.relevance:.2f}" + (" (watched)" if known.next_visit_at else "")
    counts = f"{counted(known.versions, 'version')}, {counted(known.captures, 'capture')}, {near}"
    out.print(Text(f"{known.outlet}: {standing}{since}; {counts}", "dim"))
    out.print()
    for event in life.events:
        out.print(_event(event))
        for mark in event.marks:
            out.print(_mark_line(mark))
    for what in dict.fromkeys((variant.what, variant.extent) for variant in life.variants):
        _print_variants(out, [one for one in life.variants if (one.what, one.extent) == what])
    print_copies(out, life)


def print_copies(out: Console, life: History) -> None:
    """Who else carries the text, what became of its edits there, and whom it names."""
    for copy in life.copies:
        out.print(Text(_carries(copy), "dim"))
    for fate in life.fates:
        out.print(_fate(fate))
    for named in life.named:
        mapped = f" ({safe(named.outlet)})" if named.outlet else ""
        out.print(Text(f"names {safe(named.source)}{mapped} as a source: {safe(named.words)}", "dim"))


KINDS = {"reprint": "the same text", "partial": "part of the text", "quotation": "the same quotation"}
SURE = {"evidence": "seen without it before", "first looks": "as far as first looks tell", "same moment": "at once"}


def _carries(copy: Carrier) -> str:
    """One line: who carries how much of it, since when, and how sure it is who came first."""
    much = "" if copy.kind == "quotation" else f", {copy.share:.0%} of it, {copy.share_of_ours:.0%} of this"
    first = f"{'came later' if copy.role == 'copy' else 'had it first'}, {SURE[copy.order_by]}"
    against = "; the dates on the pages say otherwise" if copy.claimed_dates == "differ" else ""
    claim = f"; says: {safe(copy.claim)}" if copy.claim else ""
    where = f"{safe(copy.outlet)}: {safe(copy.url)}"
    return f"{interval(copy.after_at, copy.by_at)}  {KINDS[copy.kind]} at {where} ({first}{much}{against}{claim})"


def _fate(fate: Fate) -> Text:
    """One line: what another outlet made of an edit or of a takedown."""
    since = f"seen {minute(fate.seen_at)}"
    if fate.followed_by:
        since = f"{interval(fate.followed_after, fate.followed_by)}, {fate.hours}"
    of = f"{fate.of} of {interval(fate.changed_after, fate.changed_by)}"
    line = Text(f"{of}: {safe(fate.outlet)} ")
    return line.append(fate.fate, "magenta" if fate.survives else "green").append(f", {since}")


def _event(event: Event) -> Text:
    line = Text(f"{interval(event.after_at, event.at)}  ")
    line.append(event.event, COLOURS.get(event.event, "yellow" if event.status == "news" else ""))
    how = f" ({event.status})" if event.event == "taken_down" else ""
    return line.append(f"{how}  {safe(event.what)}")


MARKED = {"false_alarm": "a false alarm", "confirmed": "confirmed", "note": "noted", "withdrawn": "mark withdrawn"}


def _mark_line(mark: Mark) -> Text:
    """What an analyst said, below what it was said of."""
    words = f": {safe(mark.note)}" if mark.note else ""
    line = f"    {MARKED[mark.mark]}, says {safe(mark.who)}, {minute(stamp(mark.at))}{words}"
    return Text(line, "red" if mark.mark == "false_alarm" else "cyan")


def _print_variants(out: Console, variants: list[Variant]) -> None:
    """One block: what was shown by turns, and in how many looks."""
    what = counted(len(variants), variants[0].what)
    out.print(Text(f"{what} were tested:", "yellow"))
    for one in variants:
        seen = f"{counted(one.looks, 'look')}, {minute(one.first_seen)} … {minute(one.last_seen)}"
        out.print(f"    {shortened(safe(one.variant), _room(out) * 2)}  ({seen})")


def print_marks(out: Console, found: Iterable[Marked]) -> None:
    for thing in found:
        out.print(Text(f"{thing.name}  {safe(thing.what)}", "bold"))
        for mark in thing.marks:
            out.print(_mark_line(mark))


# --- diff ---------------------------------------------------------------------------------------


def print_diff(out: Console, found: Diff, spans: Spans) -> None:
    compared, change = found.comparison, found.change
    out.print(Text(safe(found.new.text.title or found.article.title), "bold"))
    out.print(safe(found.article.url))
    state = f", {change.status}" if change else ""
    out.print(Text(f"versions {found.old.number}..{found.new.number}{_changed(found)}{state}", "dim"))
    for mark in found.marks:
        out.print(_mark_line(mark))
    if found.old.text.extent != found.new.text.extent:
        out.print(Text("a preview is compared with a full text: what was cut may be the paywall's doing", "yellow"))
    if not compared.edits:
        out.print("no difference")
        return
    kinds = ", ".join(change.kinds if change else compared.kinds)
    out.print(Text(f"{kinds}; weight {compared.weight:.2f}; {DISCLOSED[compared.disclosed]}", "dim"))
    if compared.note:
        out.print(Text(f"the note says: {safe(compared.note)}", "dim"))
    out.print()
    for edit in in_order(compared.edits):
        out.print(_edit(edit, spans, has_colour(out)))
        out.print()


def _changed(found: Diff) -> str:
    """When, where the versions are asked for in the order in which they came."""
    if found.change is not None:
        return f", changed {interval(stamp(found.change.after_at), stamp(found.change.by_at))} UTC"
    if found.old.last_at < found.new.first_at:
        return f", changed {interval(stamp(found.old.last_at), stamp(found.new.first_at))} UTC"
    return ""


def in_order(edits: Iterable[Edit]) -> list[Edit]:
    """Edits as a reader wants them: the headline first, dates last."""
    return sorted(edits, key=lambda edit: (ORDER.index(edit.field), edit.position))


def marked(edit: Edit, spans: Spans) -> list[tuple[str, str, str]]:
    """The word-level marks of an edit; a space that both sides end with stands outside the marks."""
    if edit.field in DATES:
        return [("replace", edit.old, edit.new)]
    out: list[tuple[str, str, str]] = []
    for what, old, new in spans(edit.old, edit.new):
        if what != "equal" and old.endswith(" ") and new.endswith(" "):
            out += [(what, old[:-1], new[:-1]), ("equal", " ", " ")]
        else:
            out.append((what, old, new))
    return out


def _edit(edit: Edit, spans: Spans, colour: bool) -> Text:
    place = FIELDS.get(edit.field) or f"Paragraph {edit.position + 1}"
    says = {Action.ADDITION: " added", Action.DELETION: " cut", Action.MOVED: " moved here", Action.REWORDED: ""}
    line = Text(f"{place}{says[edit.action]}: ", "cyan")
    if edit.action is Action.MOVED:
        return line.append(safe(edit.new), "")
    for what, old, new in marked(edit, spans):
        _mark(line, what, safe(old), safe(new), colour)
    return line


def _mark(line: Text, what: str, old: str, new: str, colour: bool) -> None:
    if what == "equal":
        line.append(new, "default")
        return
    if old:
        line.append(old if colour else f"[-{old}-]", "red strike")
    if new:
        line.append(new if colour else f"{{+{new}+}}", "green underline")


# --- what happened ------------------------------------------------------------------------------

EVENTS = {"takedown": "bold red", "stealth edit": "magenta", "edit": "yellow", "restored": "green"}


NARROW = 44
"""Characters that a title in a table has at least."""
BESIDES = 62
"""Columns of a table of events that hold neither title nor what happened: time, kind, outlet, gaps."""


def shortened(title: str, width: int = NARROW) -> str:
    """A title cut for a table."""
    return title if len(title) <= width else title[: width - 1].rstrip() + "…"


def _room(out: Console) -> int:
    """How long titles may be: half of what a wide terminal has left."""
    return max(NARROW, (out.width - BESIDES) // 2)


def print_happened(out: Console, events: Iterable[happened.Event]) -> None:
    table = Table(title="What happened", title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0))
    for name, width in (("when (UTC)", 27), ("what", 12), ("where", None), ("in short", None)):
        table.add_column(name, no_wrap=width is not None, min_width=width)
    for event in events:
        where = f"{safe(event.outlet)}: {shortened(safe(event.title), _room(out))}"
        seen = short_interval(event.after_at, event.by_at)
        table.add_row(seen, Text(event.kind, EVENTS.get(event.kind, "cyan")), where, safe(event.what))
    out.print(table)


def print_withheld(out: Console, things: Iterable[happened.Withheld]) -> None:
    table = Table(
        title="What was not reported", title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0)
    )
    for name in ("what", "where", "why not"):
        table.add_column(name)
    for thing in things:
        title = shortened(safe(thing.title), _room(out))
        where = f"{safe(thing.outlet)}: {title}" if title else safe(thing.outlet)
        table.add_row(safe(thing.what), where, Text(safe(thing.why), "dim"))
    out.print(table)


# --- search -------------------------------------------------------------------------------------


def print_hits(out: Console, hits: Iterable[Hit]) -> None:
    for hit in hits:
        line = Text(safe(hit.title) or "(no title)", "bold")
        line.append(standing(hit), "red")
        out.print(line)
        out.print(Text(f"{safe(hit.outlet)}  version {hit.version}, {minute(hit.first_at)}  {safe(hit.url)}", "dim"))
        out.print(_snippet(hit.snippet))
        out.print()


def standing(hit: Hit) -> str:
    """What is to be said of a hit that the outlet does not show any more, else ""."""
    if hit.taken_down:
        return "  taken down"
    return "" if hit.still else "  no longer in the article"


def _snippet(cut: str) -> Text:
    line = Text("  ")
    for index, part in enumerate(re.split("[\x02\x03]", cut)):
        line.append(safe(part), "bold yellow" if index % 2 else "")
    return line


# --- status -------------------------------------------------------------------------------------


def print_status(out: Console, state: State) -> None:
    out.print(Text(safe(state.store), "bold"))
    figures = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for name, value in _figures(state):
        figures.add_row(name, value)
    out.print(figures)
    for channel in state.channels:
        why = channel["error"] or f"newest item {channel['newest_item_at'] or 'unknown'}"
        out.print(
            Text(
                f"channel {channel['state']}: {safe(channel['outlet'])} {safe(channel['url'])} ({safe(why)})", "yellow"
            )
        )
    for missed in state.outlook.missed if state.outlook is not None else ():
        out.print(Text(safe(forecast.missed_at(missed)), "yellow"))
    for channel in state.hints:
        showed = f"{channel['hits']} of {channel['hints']} showed an edit"
        out.print(Text(f"hints of {safe(channel['outlet'])} {safe(channel['url'])}: {showed}"))
    for incident in state.incidents:
        out.print(Text(_incident(incident), "bold yellow"))
    for host in state.untold:
        out.print(Text(_untold(host), "yellow"))
    for article in state.blind:
        why = "nobody looked" if article["verdict"] in GOOD else article["verdict"]
        out.print(Text(f"not seen for {article['days']} days: {why}: {safe(article['url'])}", "yellow"))
    if state.blind and (more := state.blind[0]["of"] - len(state.blind)):
        out.print(Text(f"not seen for five days or longer: {more} more", "yellow"))


def _owed(owed: Schedule) -> list[tuple[str, str]]:
    """What is owed, what the budget allows, and what is being missed."""
    urgent = f"{owed.urgent} of them urgent" if owed.urgent else "none of them urgent"
    missed = f"{owed.missed} later than a whole interval of their own" if owed.missed else "none later than it should"
    figures = [("due", f"{counted(owed.due, 'article')}, {urgent}, {missed}; {counted(owed.channels, 'channel')}")]
    if owed.hourly is None:
        return [*figures, ("requests", f"{owed.requests} in the last hour; nothing watches yet: scrapy watch")]
    allowed = f"of {owed.hourly} an hour (HOURLY)" if owed.hourly else "an hour, as many as the hosts allow"
    left = f"{owed.left_by_budget} left out by the budget, {owed.left_by_pace} by the pace of their hosts"
    return [*figures, ("requests", f"{owed.requests} {allowed}; last tick {minute(owed.last_tick_at)}: {left}")]


def print_why(out: Console, why: Why, now: datetime) -> None:
    """Why an article is looked at next when it is."""
    known = why.article
    out.print(Text(safe(known.title or known.url), "bold"))
    out.print(Text(safe(known.url)))
    lines = [("why", why.ladder), ("standing", str(known.standing or "not seen yet"))]
    if known.last_capture_at is not None:
        lines.append(("last look", f"{minute(stamp(known.last_capture_at))} ({why.verdict or 'unknown'})"))
    if known.next_visit_at is not None:
        late = f"{span(why.overdue)} overdue" if why.overdue > 0 else f"in {span(-why.overdue)}"
        lines.append(("next look", f"{minute(stamp(known.next_visit_at))} ({late})"))
    if why.interval is not None:
        lines.append(("interval", span(why.interval)))
    if known.first_seen_at is not None:
        lines.append(("known for", span((now - known.first_seen_at).total_seconds())))
    if why.last_change_at:
        lines.append(("last change", minute(why.last_change_at) + (", not confirmed yet" if why.pending else "")))
    if why.bad_looks:
        lines.append(("bad looks", str(why.bad_looks)))
    lines += forecast.reasons(why.reasons) if why.reasons is not None else []
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for name, value in lines:
        table.add_row(name, safe(value))
    out.print(table)


def _untold(row: dict[str, Any]) -> str:
    says = "the home page" if row["kind"] == "home" else "what could be an article"
    where = f"{safe(row['host'])}{safe(row['shape'])}"
    return f"{where}: unknown addresses show {says}; nothing goes down there by a page alone"


def _incident(row: dict[str, Any]) -> str:
    since, many = minute(row["started_at"]), counted(row["articles"], "article")
    if row["kind"] == REDESIGN:
        return f"redesign: {safe(row['outlet'])}: {many} in another design since {since}; what came with it is no edit"
    return f"incident: {safe(row['outlet'])}: {many} bad together since {since} ({row['kind']}); takedowns are held"


def _figures(state: State) -> list[tuple[str, str]]:
    standings = ", ".join(f"{count} {name}" for name, count in state.standings.items() if count)
    verdicts = ", ".join(f"{count} {name}" for name, count in state.verdicts.items())
    return [
        ("articles", f"{state.articles} with a text, {state.watched} watched, {state.due} due"),
        ("standing", standings or "none yet"),
        ("versions", f"{state.versions}, of {state.captures} captures"),
        (
            "edits",
            f"{state.edits}, {state.stealth_edits} of them stealth edits; {state.pending} wait for a second look",
        ),
        *(_owed(state.schedule) if state.schedule is not None else ()),
        *(forecast.outlook(state.outlook) if state.outlook is not None else ()),
        ("candidates", f"{state.candidates} not yet asked for"),
        ("looks at articles, last day", verdicts or "none"),
        ("newest", minute(state.last_capture_at) if state.last_capture_at else "never"),
    ]
