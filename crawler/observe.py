"""The neck: understand, conclude; one capture becomes what we know.

understand(capture, outlet) -> reading      pure, runs in the pool of readers
| judge.answer    what kind of answer is this?
| read            what does it say? (if it can be read)

conclude(sighting, context) -> finding      pure; context is rows, read in the transaction that keeps the finding
| judge.page      is it the article, given its text and its past?
| compare         what changed since the last version of its extent?
| incident        is the outlet itself in trouble?
| stand           does that move the article?
| relate, rank    who else carries it; is it still our subject?
| timing, plan    what does that teach of when to look again, and when is it?
| probes          which looks would tell more, right now?
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from crawler import addresses, incident, judge, news, plan, probes, relate, shapes, stand, timing, wishes
from crawler.compare import STEALTH_WEIGHT
from crawler.rank import Profile, rank
from storage.findings import NOTHING, Access, Around, Article, Context, Finding, Names, Planned, Sighting
from storage.kin import Kin, Kinship, Turn
from storage.records import (
    BAD,
    GOOD,
    Capture,
    Extent,
    Incident,
    Judgement,
    Look,
    Move,
    Outlet,
    Page,
    Rank,
    Reading,
    Standing,
    Status,
    Text,
    Verdict,
)
from storage.rows import number
from storage.words import normal, shingles

WELL_WINDOW = 14 * 3600.0
"""Seconds for which an outlet's good answer vouches that it is well. Longer than the plan's longest step between looks
at a suspect (12 hours), by two hours of being late: what was asked because of one bad look vouches at the next.
Shorter than 15 hours, when a suspect's fourth look falls: an outlet that is down as a whole has run out of good answers
by then, before any 410 (6 hours) or 404 (24 hours) can be confirmed."""

STRANGERS = 0.1
"""Below this share of common shingles, a page that calls itself by a known article's name is another article."""


@dataclass(frozen=True)
class Terms:
    """What concluding goes by besides the rows: our subject, our outlet, our patience."""

    profile: Profile
    outlet: Outlet | None = None
    keep_all: bool = False
    confirmations: int = stand.CONFIRMATIONS
    spread: float = stand.SPREAD
    names: Mapping[str, str] = field(default_factory=dict)
    """By which texts call outlets (`relate.names`)."""


def sight(reading: Reading, outlet: Outlet | None) -> Sighting:
    """A reading with the names its page goes by, and its fingerprint."""
    seen, page = reading.capture, reading.page
    canonical = page.canonical if page else ""
    names = Names(
        asked=addresses.identity(seen.asked_url, outlet),
        landed=addresses.identity(seen.url, outlet),
        identity=addresses.choose(seen.asked_url, seen.url, canonical, outlet),
    )
    naming = outlet.identity_params if outlet else ()
    shape = addresses.host(seen.asked_url), shapes.shape(seen.asked_url, naming)
    sketch = relate.sketch(page.text) if page else ()
    return Sighting(reading, names, relate.fingerprint(page.text) if page else "", shape, sketch=sketch)


def conclude(sighting: Sighting, context: Context, terms: Terms) -> Finding:
    """All that one capture teaches, given all that was known."""
    if sighting.reading.capture.purpose in ("probe", "canary"):
        return _aside(sighting, context, terms)
    context = _own(sighting, context)
    reading = replace(sighting.reading, judgement=_judged(sighting, context, terms.outlet))
    if _is_same(reading, context):
        # nothing was read, even where a body is at hand (rereading)
        reading = replace(reading, page=None, reader=context.current_reader)
    seen, verdict = reading.capture, reading.judgement.verdict
    asks = probes.asks(
        seen, reading.judgement, context.article.standing if context.article else None, context, terms.outlet
    )
    good = verdict in GOOD
    known = replace(context.article or _newcomer(sighting, context), pinned=context.pinned)

    told = news.tell(known.id, seen, _text(reading), context, _around(reading.page)) if good else news.NOTHING
    reading, context, look, touched = _looked(reading, context)
    explicit = context.explicit | ({look.entry} if seen.status == 410 else set())
    move = _moved(known, context, look, told, terms, explicit)
    rated = _rated(told, known, terms.profile)
    after = _after(known, sighting, context, verdict, told, move, rated)
    routine, rhythm = _timed(after, context, terms.outlet, seen.at, good, told)
    waits = told.waits(context) or _is_unsure(told, after)
    state = timing.state(after, context, look, waits, terms.keep_all, routine)
    state = replace(state, ripe_at=stand.ripe((*context.looks, look), terms.spread, explicit))
    next_visit = plan.plan(state, seen.at)
    lives = next_visit is not None and (good or context.timing.planned is not None)  # once seen, it has a pulse
    return Finding(
        capture=seen,
        reading=reading,
        article=replace(after, next_visit_at=next_visit),
        look=look,
        absorbs=context.stub.id if context.stub else None,
        aliases=_aliases(sighting, context, known, good),
        version=told.shown if told.new else None,
        fingerprint=sighting.fingerprint if told.new else "",
        shown=None if told.new else told.shown,
        change=told.change,
        settled=told.settled,
        traits=told.traits,
        sweeps=told.sweeps,
        redesign=told.redesign,
        move=move,
        access=_access(known, after, seen, context),
        incident=touched,
        kinship=_kinship(known, told, context, terms),
        planned=timing.kept(known.id, routine, plan.by_index(state)) if lives else None,
        rhythm=rhythm if lives else "",
        siblings=(*_siblings(context, seen.at, told, move), *_carriers(context, seen.at, told, move)),
        not_before=wishes.retry_after(seen.headers, seen.at),
        asks=asks,
    )


# --- whose capture is it? -----------------------------------------------------------------------


def _own(sighting: Sighting, context: Context) -> Context:
    """The context, or a blank one when the page only borrows a known article's name (a wrong canonical link)."""
    page = sighting.reading.page
    if context.article is None or context.by_asked or context.current is None or page is None:
        return context
    mine, theirs = shingles(page.text.body), shingles(context.current.text.body)
    if not mine or not theirs or len(mine & theirs) >= STRANGERS * min(len(mine), len(theirs)):
        return context
    around = replace(
        NOTHING,
        outlet_well=context.outlet_well,
        elsewhere=context.elsewhere,
        kin=tuple(replace(kin, known=None) for kin in context.kin),
        incidents=context.incidents,
        others=incident.without_own(context.others),
        not_found=context.not_found,
    )
    owned = context.owned | {sighting.names.identity, sighting.names.landed} - {sighting.names.asked}
    return replace(around, owned=owned, found_by=context.found_by, offered=context.offered, pinned=context.pinned)


def _newcomer(sighting: Sighting, context: Context) -> Article:
    names, seen = sighting.names, sighting.reading.capture
    url = names.asked if names.identity in context.owned else names.identity
    return Article(
        id=number("article", url),
        outlet=seen.outlet,
        url=url,
        visit_url=seen.asked_url,
        first_seen_at=seen.at,
        found_by=context.found_by,
        pinned=context.pinned,
    )


def _aliases(sighting: Sighting, context: Context, known: Article, good: bool) -> tuple[str, ...]:
    """The addresses that this capture showed to be the article's: where a good answer came from as well."""
    names = sighting.names
    claimed = (names.asked, names.landed, names.identity) if good else (names.asked,)
    return tuple(url for url in dict.fromkeys(claimed) if url not in context.owned and url != known.url)


# --- what is it? --------------------------------------------------------------------------------


def _judged(sighting: Sighting, context: Context, outlet: Outlet | None) -> Judgement:
    said, seen, page = sighting.reading.judgement, sighting.reading.capture, sighting.reading.page
    if said.verdict is Verdict.UNCHANGED:
        if context.current is not None and context.confirmed:
            return said
        return Judgement(Verdict.UNREAD, "answered 304, but confirms no page that we hold as current")
    if said.verdict is not Verdict.OK:
        return said
    if context.current is not None and seen.digest is not None and seen.digest == context.current_payload:
        return Judgement(Verdict.UNCHANGED, "the same bytes as when its current text was last read")
    if page is None:
        return Judgement(Verdict.UNREAD, "its body is not in the store")
    return judge.page(page, said, seen, _past(context, sighting.names.identity, seen.at), outlet)


def _past(context: Context, called: str, at: datetime) -> judge.Past:
    full, preview = context.latest.get(Extent.FULL), context.latest.get(Extent.PREVIEW)
    host = context.not_found
    return judge.Past(
        full=full.text if full else None,
        preview=preview.text if preview else None,
        frame=next((context.pages[one].frame for one in (Extent.FULL, Extent.PREVIEW) if one in context.pages), ""),
        url=context.article.url if context.article else "",
        offered=context.offered,
        taken=called in context.owned,
        other_article=context.elsewhere,
        not_found=host.text if host and host.kind != "home" else None,
        untold=host is not None and host.told_apart is False,
        unasked=context.not_found is None and not context.awaited,
        stale=host is not None and at - host.at >= probes.PROBE_AGAIN and not context.awaited,
        down=context.article is not None and context.article.standing is Standing.TAKEN_DOWN,
        well=context.outlet_well,
        earlier=context.earlier,
    )


def _is_same(reading: Reading, context: Context) -> bool:
    """Whether a capture shows the current version by a 304 or by the same bytes."""
    seen = reading.capture
    held = seen.digest is not None and seen.digest == context.current_payload
    return reading.judgement.verdict is Verdict.UNCHANGED and (seen.status == 304 or held)


def _around(page: Page | None) -> Around:
    return Around(page.frame, tuple(block.text for block in page.dropped)) if page else Around()


def _text(reading: Reading) -> Text | None:
    """The text that a good capture shows; None: the current version's."""
    page = reading.page
    if page is None:
        return None
    return replace(page.text, extent=Extent.PREVIEW) if reading.judgement.verdict is Verdict.PREVIEW else page.text


# --- what follows -------------------------------------------------------------------------------


def _looked(reading: Reading, context: Context) -> tuple[Reading, Context, Look, Incident | None]:
    """This look, and those before it, in the light of the outlet: held while it is in trouble, and saying so."""
    seen, judged = reading.capture, reading.judgement
    look = Look(seen.at, judged.verdict, seen.entry, judge.how(judged, seen), context.outlet_well)
    series = incident.series(context.incidents, context.others, (*context.looks, look), seen.outlet)
    *before, look = series.looks
    if look.held:
        reading = replace(reading, judgement=replace(judged, reason=f"{judged.reason}; held: {series.why}"))
    return reading, replace(context, looks=tuple(before), incidents=series.incidents), look, series.touched


def _moved(
    known: Article, context: Context, look: Look, told: news.Told, terms: Terms, explicit: Collection[str]
) -> Move | None:
    move = stand.stand(
        known.standing,
        (*context.looks, look),
        known.last_good_at,
        confirmations=terms.confirmations,
        spread=terms.spread,
        flips=context.flips + told.flips,
        explicit=explicit,
        back=context.back,
        missed_at=context.missed_at,
    )
    more = incident.removal(context.incidents, move) or _returned(move, told, context)
    return replace(move, reason=f"{move.reason}; {more}") if move is not None and more else move


def _returned(move: Move | None, told: news.Told, context: Context) -> str:
    """Of a restored article: whether its text came back the same."""
    if move is None or move.standing is not Standing.RESTORED or told.shown is None or context.stood_as is None:
        return ""
    before, now = context.stood_as.text, told.shown.text
    if now.extent is not before.extent:
        return "only a preview of its text is back" if now.extent is Extent.PREVIEW else "its full text is back"
    text = "the same text is back" if now.body_digest == before.body_digest else "another text is back"
    return text if normal(now.title) == normal(before.title) else f"{text}, under another headline"


def _rated(told: news.Told, known: Article, profile: Profile) -> Rank | None:
    """A new text is ranked; a preview only while nothing better was."""
    if not told.new or told.shown is None or (told.shown.text.extent is Extent.PREVIEW and known.relevance):
        return None
    return rank(told.shown.text.title, told.shown.text.body, profile, known.url)


def _after(
    known: Article,
    sighting: Sighting,
    context: Context,
    verdict: Verdict,
    told: news.Told,
    move: Move | None,
    rated: Rank | None,
) -> Article:
    """The article's row as it stands after this capture (next visit aside)."""
    seen, names = sighting.reading.capture, sighting.names
    taken_over = context.stub.captures if context.stub else 0
    after = replace(known, captures=known.captures + 1 + taken_over, last_capture_at=seen.at)
    if verdict in GOOD:
        stays = not seen.hops or names.landed in context.owned  # never ask for another article's address as ours
        after = replace(after, last_good_at=seen.at, visit_url=known.visit_url if stays else seen.url)
    elif verdict in BAD and context.spare:
        after = replace(
            after, visit_url=context.spare
        )  # before anyone says that it is down, its other address is asked
    if verdict is Verdict.MOVED and names.identity not in context.owned:
        after = replace(after, url=names.identity)
    if told.shown is not None:
        text = told.shown.text
        after = replace(
            after,
            title=text.title or known.title,
            published_at=text.published_at or known.published_at,
            access=_open_or_walled(text.extent, known, context),
            versions=known.versions + told.new,
        )
    if move is not None:
        after = replace(after, standing=move.standing, standing_since=move.by_at)
    if rated is not None:
        related = rated.related or known.related  # once on our subject, a later text does not end the watch
        after = replace(after, relevance=rated.score, related=related, because=rated.because)
    return after


def _is_unsure(told: news.Told, known: Article) -> bool:
    """Whether a paywall went up or down by this look alone: a second one is to tell."""
    return told.shown is not None and known.access not in ("", _called(told.shown.text.extent))


def _called(extent: Extent) -> str:
    return "walled" if extent is Extent.PREVIEW else "open"


def _open_or_walled(extent: Extent, known: Article, context: Context) -> str:
    """What an article is held to be: what it was, until two looks in a row say otherwise (meters let some in)."""
    again = context.current is not None and context.current.text.extent is extent
    return _called(extent) if again or not known.access else known.access


def _access(known: Article, after: Article, seen: Capture, context: Context) -> Access | None:
    """A paywall went up or down, as two looks in a row show; at first sight there is nothing to go up from.

    It happened after the last look at the other text, and by the first of the two.
    """
    if known.access in ("", after.access) or context.current is None:
        return None
    before = Extent.FULL if after.access == "walled" else Extent.PREVIEW
    stood = context.latest.get(before)
    after_at = stood.last_at if stood else known.first_seen_at
    return Access(after.access, known.access, seen.at, after_at, known.last_good_at or seen.at, (seen.entry,))


def _kinship(known: Article, told: news.Told, context: Context, terms: Terms) -> Kinship | None:
    """Who carries the new version's text: rows for both sides, so that order does not matter."""
    if not told.new or told.shown is None:
        return None
    change = told.change
    turn = Turn(change.id, change.from_version, change.to_version) if change else None
    return relate.kinship(context.own or Kin(known.id), told.shown, turn, context.kin, terms.names)


def _timed(
    after: Article, context: Context, outlet: Outlet | None, at: datetime, good: bool, told: news.Told
) -> tuple[plan.Routine, str]:
    """What the index goes by after this look, and what that taught of its outlet: by changes that may be news, and
    whose words are the article's first. What flickers brings nothing new."""
    counts = told.change is not None and told.change.status in (Status.PENDING, Status.NEWS)
    changed = counts and told.shown is not None and told.shown.text.said not in context.said
    before = context.article.last_good_at if context.article is not None else None
    return timing.looked(after, context.timing, outlet, at, good, changed, before, context.last_change_at)


def _siblings(context: Context, at: datetime, told: news.Told, move: Move | None) -> tuple[Planned, ...]:
    """Whose visits this look brings forward: a takedown's siblings; and witnesses, where a page came rebuilt."""
    rebuilt = any(trait.edit is None and trait.name for trait in told.traits)
    down = move is not None and move.standing is Standing.TAKEN_DOWN
    few = len(context.siblings) if down else timing.WITNESSES if rebuilt else 0
    return timing.roused((replace(context.timing, planned=one) for one in context.siblings[:few]), at)


def _carriers(context: Context, at: datetime, told: news.Told, move: Move | None) -> tuple[Planned, ...]:
    """Copies whose visits this look brings forward: of what it showed to be taken down, or to be a weighty edit."""
    down = move is not None and move.standing is Standing.TAKEN_DOWN
    weighty = {one.change.id for one in context.pending if one.change.comparison.weight >= STEALTH_WEIGHT}
    edited = any(one.status is Status.NEWS and one.change in weighty for one in told.settled)
    return timing.roused(context.carriers, at) if down or edited else ()


# --- captures that no article hangs on ----------------------------------------------------------


def _aside(sighting: Sighting, context: Context, terms: Terms) -> Finding:
    """What a probe teaches of its host, a canary of its outlet."""
    reading = sighting.reading
    if reading.capture.purpose == "canary":
        return replace(plain(reading.capture), canary=reading.judgement)
    told = probes.answered(sighting, context, terms.outlet)
    return replace(plain(reading.capture), reading=reading, not_found=told)


def plain(seen: Capture) -> Finding:
    """What a channel, a robots.txt, a canary or a probe teaches by itself: the host's wishes."""
    delay = wishes.robots(seen.status, seen.body).crawl_delay if seen.purpose == "robots" else None
    return Finding(seen, not_before=wishes.retry_after(seen.headers, seen.at), crawl_delay=delay)
