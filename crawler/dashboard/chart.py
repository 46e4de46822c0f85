"""Pictures in SVG: numbers in, Markup out; no clock, no store, no script. Colours are classes of the style sheet.

Two pictures: `bars`, a small multiple of what happened day by day, and `life`, the life of one article over time. Both
scale with the page, print, and link; shapes tell apart what colours alone would not.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from markupsafe import Markup

Seconds = float
"""Moments are seconds since 1970 (UTC)."""

# --- small multiples ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stack:
    """What is counted of one kind on one day."""

    count: int
    meaning: str
    """Class of the style sheet: edit, stealth, down, back."""
    title: str
    href: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a small multiple: what stands above its line, and what hangs below."""

    label: str
    above: tuple[Stack, ...] = ()
    below: tuple[Stack, ...] = ()


WIDTH, TOP, UNDER = 300.0, 46.0, 24.0
"""Of a small multiple, in units of its view box: as wide as this, so high above the line, so deep below."""


def bars(name: str, days: Sequence[Day], most_above: int, most_below: int, width: float = WIDTH) -> Markup:
    """What happened day by day. ``most_*``: the largest day of all multiples, so that they can be compared."""
    step = width / max(len(days), 1)
    up, down = TOP / max(most_above, 4), UNDER / max(most_below, 2)
    body = Markup("")
    for index, day in enumerate(days):
        body += _stacked(day.above, index * step, step, up, TOP, rises=True)
        body += _stacked(day.below, index * step, step, down, TOP + 1, rises=False)
    line = Markup('<path class="rule" d="M0 {0}H{1}"/>').format(TOP + 0.5, _n(width))
    ends = _end(days[0].label, 0, "start") + _end(days[-1].label, width, "end") if days else Markup("")
    head = Markup('<svg viewBox="0 -2 {} {}" width="{}" role="group" aria-label="{}">').format(
        _n(width), _n(TOP + UNDER + 18), _n(width), name
    )
    return head + line + body + ends + Markup("</svg>")


def _stacked(parts: Iterable[Stack], x: float, step: float, unit: float, base: float, rises: bool) -> Markup:
    out, at = Markup(""), base
    for part in parts:
        if not part.count:
            continue
        height = max(part.count * unit, 2.5)
        y = at - height if rises else at
        at = y if rises else at + height
        bar = Markup('<a href="{}"><rect class="{}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect></a>')
        out += bar.format(
            part.href, part.meaning, _n(x + step * 0.1), _n(y), _n(step * 0.8), _n(height - 0.6), part.title
        )
    return out


def _end(label: str, x: float, anchor: str) -> Markup:
    return Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(_n(x), _n(TOP + UNDER + 14), anchor, label)


# --- the life of an article ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Span:
    """Something that held from one look to another; how it began lies between ``after`` and ``since``."""

    since: Seconds
    until: Seconds
    meaning: str
    label: str
    title: str
    href: str = ""
    after: Seconds | None = None
    """The last look that showed it otherwise; None: it was never seen otherwise."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A change between two looks."""

    after: Seconds
    by: Seconds
    weight: float
    meaning: str
    title: str
    href: str


@dataclass(frozen=True, slots=True)
class Seen:
    """One look and its verdict."""

    at: Seconds
    verdict: str
    title: str


@dataclass(frozen=True)
class Scale:
    """Where moments stand: straight between anchors (two of them: time as it is; all looks: look by look)."""

    anchors: tuple[Seconds, ...]
    left: float
    right: float

    def x(self, at: Seconds) -> float:
        marks = self.anchors
        if len(marks) < 2 or marks[0] == marks[-1]:
            return (self.left + self.right) / 2
        at = min(max(at, marks[0]), marks[-1])
        i = min(bisect_right(marks, at), len(marks) - 1)
        part = (at - marks[i - 1]) / (marks[i] - marks[i - 1]) if marks[i] > marks[i - 1] else 0.0
        return self.left + (i - 1 + part) / (len(marks) - 1) * (self.right - self.left)


LIFE, LABELS = 960.0, 84.0
"""Of the picture of a life: its width, and what the names of its rows take of it."""
STANDING_Y, VERSIONS_Y, CHANGES_Y, LOOKS_Y, AXIS_Y = 8.0, 44.0, 116.0, 142.0, 166.0
SLOT = 5.0
"""Looks nearer to one another than this are drawn as one mark, by the gravest of their verdicts."""

WORST = ("gone", "legal", "soft_gone", "blocked", "barred", "outage", "incomplete", "oversize", "unread",
         "not_article", "moved", "preview", "ok", "unchanged")  # fmt: skip
"""Verdicts, the gravest first."""
SHAPES = {
    "cross": ("down", "M{l} {t}L{r} {b}M{l} {b}L{r} {t}"),
    "triangle": ("trouble", "M{x} {t}L{r} {b}H{l}Z"),
    "diamond": ("wall", "M{x} {t}L{r} {y}L{x} {b}L{l} {y}Z"),
    "square": ("wall", "M{l} {t}H{r}V{b}H{l}Z"),
    "disc": ("ok", ""),
    "dot": ("ok", ""),
}
SHAPE = {"gone": "cross", "legal": "cross", "soft_gone": "cross", "moved": "diamond", "preview": "square",
         "ok": "disc", "unchanged": "dot"}  # fmt: skip
"""All other verdicts are trouble of ours or the host's: a triangle."""


def life(
    scale_of: tuple[Seconds, ...],
    standings: Sequence[Span],
    versions: Sequence[Span],
    changes: Sequence[Turn],
    looks: Sequence[Seen],
) -> Markup:
    """The life of an article: how it stood, what it said, what changed, and every look, above one axis of time."""
    scale = Scale(scale_of, LABELS, LIFE - 8)
    rows = (
        ("standing", STANDING_Y + 14),
        ("versions", VERSIONS_Y + 16),
        ("changes", CHANGES_Y - 8),
        ("looks", LOOKS_Y),
    )
    out = Markup('<svg viewBox="0 0 {} {}" width="{}" role="group" aria-label="The life of the article">').format(
        _n(LIFE), _n(AXIS_Y + 22), _n(LIFE)
    )
    out += _DEFS + _axis(scale)
    for name, y in rows:
        out += Markup('<text x="0" y="{}" dy="4">{}</text>').format(_n(y), name)
    for span in standings:
        out += _span(scale, span, STANDING_Y, 26)
    for span in versions:
        out += _span(scale, span, VERSIONS_Y, 32)
    for turn in changes:
        out += _turn(scale, turn)
    for x, worst, title in _slots(scale, looks):
        out += mark(worst, x, LOOKS_Y, title)
    return out + Markup("</svg>")


_DEFS = Markup(
    '<defs><pattern id="unsure" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path class="rule" d="M0 0V5"/></pattern></defs>'
)


def _span(scale: Scale, span: Span, y: float, height: float) -> Markup:
    """A bar for what was seen; hatched before it, where it may have begun already."""
    x, to = scale.x(span.since), scale.x(span.until)
    out = Markup("")
    if span.after is not None and (start := scale.x(span.after)) < x:
        out += Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="url(#unsure)"/>').format(
            _n(start), _n(y + height * 0.3), _n(x - start), _n(height * 0.4)
        )
    width = max(to - x, 3.0)
    out += Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="2"><title>{}</title></rect>').format(
        span.meaning, _n(x), _n(y), _n(width), _n(height), span.title
    )
    if span.label and width > 7.5 * len(span.label) + 6:
        out += Markup('<text class="on" x="{}" y="{}" dy="4">{}</text>').format(
            _n(x + 6), _n(y + height / 2), span.label
        )
    return _link(span.href, out)


def _turn(scale: Scale, turn: Turn) -> Markup:
    """A lens over the interval in which it happened, as high as the change is heavy."""
    x, to = scale.x(turn.after), scale.x(turn.by)
    if to - x < 6:
        x, to = (x + to) / 2 - 3, (x + to) / 2 + 3
    half, mid = 4 + 12 * turn.weight, (x + to) / 2
    y = CHANGES_Y - 8
    lens = Markup('<path class="{}" d="M{} {}Q{} {} {} {}Q{} {} {} {}Z"><title>{}</title></path>')
    places = (_n(v) for v in (x, y, mid, y - 2 * half, to, y, mid, y + 2 * half, x, y))
    return _link(turn.href, lens.format(turn.meaning, *places, turn.title))


def _slots(scale: Scale, looks: Sequence[Seen]) -> list[tuple[float, str, str]]:
    """Looks by their place; those that would cover one another as one."""
    slots: dict[int, list[Seen]] = {}
    for look in looks:
        slots.setdefault(int(scale.x(look.at) / SLOT), []).append(look)
    out = []
    for held in slots.values():
        worst = min(held, key=lambda look: WORST.index(look.verdict) if look.verdict in WORST else 0)
        more = f" (and {len(held) - 1} more looks)" if len(held) > 1 else ""
        out.append((scale.x(worst.at), worst.verdict, worst.title + more))
    return out


def mark(verdict: str, x: float, y: float, title: str = "") -> Markup:
    """A verdict's sign: its shape says as much as its colour."""
    name = SHAPE.get(verdict, "triangle")
    meaning, path = SHAPES[name]
    said = Markup("<title>{}</title>").format(title) if title else Markup("")
    if not path:
        size = 4.2 if name == "disc" else 2.4
        return Markup('<circle class="{}" cx="{}" cy="{}" r="{}">{}</circle>').format(
            meaning, _n(x), _n(y), _n(size), said
        )
    half = 4.0
    shape = path.format(x=_n(x), y=_n(y), l=_n(x - half), r=_n(x + half), t=_n(y - half), b=_n(y + half))
    return Markup('<path class="{}{}" d="{}">{}</path>').format(
        meaning, " stroke" if name == "cross" else "", shape, said
    )


def sign(verdict: str) -> Markup:
    """The same sign by itself, for a table or a legend."""
    return Markup('<svg class="sign" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">{}</svg>').format(
        mark(verdict, 6, 6)
    )


# --- the axis -----------------------------------------------------------------------------------

HOUR = 3600.0
STEPS = (HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR, 48 * HOUR, 7 * 24 * HOUR, 14 * 24 * HOUR)
MOST_TICKS = 9


def _axis(scale: Scale) -> Markup:
    out = Markup('<path class="line" d="M{} {}H{}"/>').format(_n(scale.left), _n(AXIS_Y - 8), _n(scale.right))
    last = scale.left - 99
    for at, label in ticks(scale.anchors[0], scale.anchors[-1]):
        x = scale.x(at)
        if x - last < 58 or x > scale.right - 12:
            continue
        last = x
        out += Markup(
            '<path class="line" d="M{0} 4V{1}"/><text x="{0}" y="{2}" text-anchor="middle">{3}</text>'
        ).format(_n(x), _n(AXIS_Y - 4), _n(AXIS_Y + 9), label)
    return out


def ticks(start: Seconds, end: Seconds) -> list[tuple[Seconds, str]]:
    """Round moments between two, at most nine, with what to write at them: hours, days, months or years."""
    if end <= start:
        return [(start, _date(start))]
    step = next((s for s in STEPS if (end - start) / s <= MOST_TICKS), None)
    if step is None:
        return _months(start, end)
    first = -(-start // step) * step
    found = [first + n * step for n in range(MOST_TICKS + 1) if first + n * step <= end]
    return [(at, _date(at) if at % (24 * HOUR) == 0 else _hour(at)) for at in found]


def _months(start: Seconds, end: Seconds) -> list[tuple[Seconds, str]]:
    every = next(m for m in (1, 2, 3, 6, 12, 24, 60, 120, 1200) if (end - start) / (m * 30 * 24 * HOUR) <= MOST_TICKS)
    first = datetime.fromtimestamp(start, UTC)
    out: list[tuple[Seconds, str]] = []
    month = first.year * 12 + first.month
    month += -month % every if every > 1 else 0
    while len(out) <= MOST_TICKS:
        at = datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC).timestamp()
        if at > end:
            break
        out.append((at, f"{datetime.fromtimestamp(at, UTC):%b %Y}"))
        month += every
    return out


def _date(at: Seconds) -> str:
    moment = datetime.fromtimestamp(at, UTC)
    return f"{moment.day} {moment:%b}"


def _hour(at: Seconds) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%H:%M}"


# --- small things -------------------------------------------------------------------------------


def _link(href: str, inner: Markup) -> Markup:
    return Markup('<a href="{}">{}</a>').format(href, inner) if href else inner


def _n(value: float) -> str:
    """A number as short as a picture needs it."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def days_before(last: Seconds, count: int) -> list[str]:
    """The last so many days (ISO dates, UTC), oldest first."""
    day = datetime.fromtimestamp(last, UTC)
    return [f"{day - timedelta(days=n):%Y-%m-%d}" for n in range(count - 1, -1, -1)]
