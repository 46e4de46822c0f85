"""Send what nobody was told yet: find it, put it in the outbox, send it, note what came of it.

The store is written twice, briefly: before (`put_out`) and after each sending (`note`); while a sink is asked, the
store's lock is free. Whoever dies between sending and noting sends the same message again, with the same key.
"""

import queue
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from crawler import alarms
from crawler.occasions.events import incidents
from crawler.occasions.found import gathered, occasions
from crawler.occasions.occasion import Occasion, Sought
from crawler.sinks.message import LINE, PASSAGE, Failed, Message, cleaned
from crawler.sinks.shelf import Told
from storage import notices
from storage.notices import Notice, Reach
from storage.records import Edit, moment, stamp
from storage.store import Store

FIRST, LONGEST = 60.0, 6 * 3600.0
"""Seconds before the second attempt, doubled for each further one, and at most."""
BOUND = timedelta(days=3)
"""After the first attempt: what was not taken by then is given up (and an alarm goes to the other sinks)."""
SLACK = timedelta(hours=1)
"""Captures so much older than the newest that was gone through, though they came in later, are imports: not told."""
UNUSED = timedelta(days=30)
"""A sink that nobody looked after for so long starts anew: nobody wants last quarter's notices."""
PAUSE = timedelta(days=1)
"""Between two alarms of a kind."""
OFTEN = timedelta(hours=1)
"""Between two looks for alarms."""
AT_ONCE, MOST = 100, 1000
"""Messages of one sink in one round; notices in one digest."""
BEAT = 0.2
"""Seconds between two looks of a waiting sender at whether it is to stop."""
SHOWN = 20
"""Edits, captures and addresses that a notice names at most."""


def wait(tries: int) -> float:
    """Seconds until the next attempt after so many: 1, 2, 4 ... minutes, 6 hours at most."""
    return float(min(FIRST * 2 ** min(max(tries, 1) - 1, 20), LONGEST))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt."""

    message: Message
    at: datetime
    error: str = ""
    """"": it was taken."""
    wait: float = 0.0
    tries: int = 0
    since: str = ""
    """When it was first tried, of an earlier attempt."""


@dataclass(frozen=True, slots=True)
class Post:
    """A message, and how often it was tried before."""

    message: Message
    tries: int = 0
    since: str = ""


# --- what is to be told -------------------------------------------------------------------------


def put_out(store: Store, sinks: Sequence[Told], now: datetime, since: datetime | None = None) -> dict[str, list[Post]]:
    """Put what is new in the outbox, and return what is to be sent now, by sink; one transaction.

    ``since``: what was known since then goes out as well, if it never did.
    """
    with store.transaction() as conn:
        notices.withdraw(conn)
        for told in sinks:
            _enlist(store, told, now, since)
        return {told.name: _due(store, told, now) for told in sinks}


def acquaint(store: Store, sinks: Sequence[Told], now: datetime) -> None:
    """Note of sinks that are new that they are told from now on."""
    with store.transaction() as conn:
        for told in sinks:
            if notices.reach(conn, told.name) is None:
                new = _reach(store, told, now, None)
                notices.reached(conn, replace(new, asked_at=stamp(now), digest_at=stamp(now)))


def preview(store: Store, sinks: Sequence[Told], now: datetime, since: datetime | None = None) -> list[Notice]:
    """What `put_out` would put out; nothing is written."""
    return [notice for told in sinks for notice in found(store, told, _reach(store, told, now, since), now)]


def _enlist(store: Store, told: Told, now: datetime, since: datetime | None) -> None:
    conn, reach = store.conn, _reach(store, told, now, since)
    notices.enlist(conn, found(store, told, reach, now), now)
    row, at = notices.newest(conn)
    alarmed = stamp(now) if _is_alarming(reach, now) else reach.alarmed_at
    digest = reach.digest_at or stamp(now)
    notices.reached(conn, Reach(told.name, reach.since, row, at, stamp(now), alarmed, digest))


def _reach(store: Store, told: Told, now: datetime, since: datetime | None) -> Reach:
    """How far a sink has been told. A new one, or one long unused, starts from now."""
    reach = notices.reach(store.conn, told.name)
    digest = reach.digest_at if reach is not None else ""
    if since is not None:
        row, at = notices.before(store.conn, since)
        return Reach(told.name, stamp(since), row, at, "", "", digest)
    if reach is None or moment(reach.asked_at) < now - UNUSED:
        row, at = notices.newest(store.conn)
        return Reach(told.name, stamp(now), row, at, "", "", digest)
    return reach


def found(store: Store, told: Told, reach: Reach, now: datetime) -> list[Notice]:
    """What a sink wants to be told of what came in beyond its reach, and what is not well now."""
    conn = store.conn
    after = stamp(moment(reach.at) - SLACK) if reach.at else ""
    wanted = told.wanted.events
    sought = Sought(after=(reach.capture, after), walls="paywall" in wanted, copies="copy" in wanted)
    new = [one for one in (*incidents(conn, sought), *occasions(conn, sought)) if told.wanted(one)]
    new = sorted(gathered(conn, new), key=lambda one: (one.at, one.name))
    bad = _alarms(store, told, now) if _is_alarming(reach, now) else ()
    return [*(notice(one, told) for one in new), *bad]


def _is_alarming(reach: Reach, now: datetime) -> bool:
    """Whether it is time to ask what is not well."""
    return not reach.alarmed_at or moment(reach.alarmed_at) <= now - OFTEN


def notice(one: Occasion, told: Told) -> Notice:
    """An occasion as a row of the outbox."""
    return Notice(one.kind, one.about, told.name, notices.key(told.name, *one.name), said(one, told.link))


def said(one: Occasion, link: str = "") -> dict[str, Any]:
    """What is told of an occasion: plain values, cleaned and of bounded length."""
    page = f"{link.rstrip('/')}/-/stet/diff/{one.about[0]}" if link and one.is_of_change else ""
    return {
        "event": one.kind,
        "id": one.tag,
        "at": one.at,
        "outlet": cleaned(one.outlet, LINE),
        "also": [cleaned(key, LINE) for key in one.also[:SHOWN]],
        "url": cleaned(one.url, PASSAGE * 2),
        "title": cleaned(one.title, LINE),
        "what": cleaned(one.what, PASSAGE),
        "after_at": one.after_at,
        "by_at": one.by_at,
        "how": one.how,
        "weight": round(one.weight, 3),
        "kinds": list(one.kinds),
        "disclosed": one.disclosed,
        "evidence": list(one.about[:SHOWN]),
        "edits": [_edit(edit) for edit in one.edits[:SHOWN]],
        "listed": [cleaned(url, PASSAGE * 2) for url in one.others],
        "page": page,
    }


def _edit(edit: Edit) -> dict[str, str]:
    old, new = cleaned(edit.old, PASSAGE), cleaned(edit.new, PASSAGE)
    return {"field": edit.field, "action": str(edit.action), "old": old, "new": new}


def _alarms(store: Store, told: Told, now: datetime) -> Iterator[Notice]:
    """One notice a kind of alarm, of what this sink was not told of, once a day at most."""
    if "alarm" not in told.wanted.events:
        return
    known, last = notices.alarmed(store.conn, told.name)
    new: dict[str, list[alarms.Alarm]] = {}
    for alarm in alarms.alarms(store, now, told.name):
        wanted = not told.wanted.outlets or not alarm.outlet or alarm.outlet in told.wanted.outlets
        if wanted and alarm.member not in known:
            new.setdefault(alarm.kind, []).append(alarm)
    for kind, members in new.items():
        name = f"alarm: {kind}"
        if name not in last or moment(last[name]) <= now - PAUSE:
            yield _alarm(name, members, told, now)


def _alarm(name: str, members: Sequence[alarms.Alarm], told: Told, now: datetime) -> Notice:
    about = tuple(alarm.member for alarm in members)
    outlets = {alarm.outlet for alarm in members}
    lines = [cleaned(alarm.line, PASSAGE) for alarm in members]
    what = lines[0] if len(lines) == 1 else f"{len(lines)} things are not well ({name.removeprefix('alarm: ')})"
    one = Occasion("alarm", about, stamp(now), outlets.pop() if len(outlets) == 1 else "", "", "", what)
    told_of = {**said(one), "id": "", "evidence": [], "listed": lines[: SHOWN * 5] if len(lines) > 1 else []}
    return Notice(name, about, told.name, notices.key(told.name, name, stamp(now), *about), told_of)


# --- what is to be sent now ----------------------------------------------------------------------


def _due(store: Store, told: Told, now: datetime) -> list[Post]:
    if told.digest:
        return _digest(store, told, now)
    return [_post(told, one.key, (one,)) for one in notices.owed(store.conn, told.name, now, AT_ONCE)]


def _digest(store: Store, told: Told, now: datetime) -> list[Post]:
    """One that was put together before and not taken yet; else a new one, when its time has come."""
    conn = store.conn
    old = notices.batched(conn, told.name)
    if old:
        return [_post(told, old[0].batch, old)] if old[0].due_at <= stamp(now) else []
    reach = notices.reach(conn, told.name)
    if reach is None or now < moment(reach.digest_at) + timedelta(seconds=told.digest):
        return []
    new = notices.unbatched(conn, told.name, MOST)
    notices.reached(conn, replace(reach, digest_at=stamp(now)))
    if not new:
        return []
    batch = notices.key(told.name, "digest", *(one.key for one in new))
    notices.bundle(conn, new, batch)
    return [_post(told, batch, new)]


def _post(told: Told, key: str, of: Sequence[Notice]) -> Post:
    message = Message(key, told.name, tuple(one.said for one in of), tuple(one.id for one in of))
    return Post(message, max(one.tries for one in of), min((one.tried_at for one in of if one.tried_at), default=""))


# --- sending -------------------------------------------------------------------------------------


@dataclass
class Round:
    """One round of sending: a thread a sink, so that a slow one holds up nobody else; outcomes as they come."""

    sinks: Sequence[Told]
    posts: dict[str, list[Post]]
    now: datetime
    stopped: threading.Event = field(default_factory=threading.Event)
    """Set it, and nothing more is begun."""
    ahead: int = 1
    """Messages to one sink that may be sent before they are noted: so many come twice if we die just then."""
    _came: "queue.Queue[Outcome | None]" = field(default_factory=queue.Queue)
    _began: float = field(default_factory=time.monotonic)

    def begin(self) -> "Round":
        self._busy = 0
        self._room = {told.name: threading.Semaphore(self.ahead) for told in self.sinks}
        for told in self.sinks:
            if self.posts.get(told.name):
                self._busy += 1
                threading.Thread(target=self._serve, args=(told,), name=f"notify {told.name}", daemon=True).start()
        return self

    def outcomes(self) -> Iterator[Outcome]:
        """Each as soon as it is there, until the round is over."""
        while self._busy:
            came = self._came.get()
            if came is None:
                self._busy -= 1
            else:
                yield came

    def noted(self, came: Iterable[Outcome]) -> None:
        """They are written down: the next may be sent."""
        for one in came:
            self._room[one.message.sink].release()

    def _serve(self, told: Told) -> None:
        """One message after the other; a sink that does not take one is left alone until its next time."""
        try:
            for post in self.posts[told.name]:
                while not self._room[told.name].acquire(timeout=BEAT):
                    if self.stopped.is_set():
                        return
                if self.stopped.is_set() or not self._send(told, post):
                    return
        finally:
            self._came.put(None)

    def _send(self, told: Told, post: Post) -> bool:
        at = self.now + timedelta(seconds=time.monotonic() - self._began)
        error, pause, goes_on = "", 0.0, True
        try:
            told.out.send(post.message, int(time.time()))
        except Failed as failed:
            error, pause, goes_on = str(failed), failed.wait, failed.its_own
        except Exception as failed:  # noqa: BLE001 (a sink's library may raise anything; the others go on)
            error, goes_on = cleaned(f"{type(failed).__name__}: {failed}", LINE), False
        self._came.put(Outcome(post.message, at, error, pause, post.tries, post.since))
        return goes_on


def note(store: Store, came: Iterable[Outcome]) -> None:
    """Write down what came of sending; one transaction."""
    with store.transaction() as conn:
        for one in came:
            if not one.error:
                notices.sent(conn, one.message.ids, one.at)
                continue
            due = one.at + timedelta(seconds=max(wait(one.tries + 1), one.wait))
            late = bool(one.since) and one.at >= moment(one.since) + BOUND
            notices.failed(conn, one.message.ids, one.at, one.error, due, late)


def trial(told: Told, now: datetime) -> Message:
    """A message that says that it is a test."""
    what = "This is a test. Nothing happened."
    one = Occasion("edit", ("0" * 64,), stamp(now), "stet", "https://example.org/", "A test of this sink", what)
    return Message(notices.key(told.name, "test", stamp(now)), told.name, ({**said(one), "event": "test"},), test=True)
