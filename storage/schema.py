"""The tables: a public contract that people query, with their triggers and migrations.

Captures and payloads are facts: triggers refuse to change or drop them. Everything else is derived from them, or kept
as it is (ARCHITECTURE.md, law 1). A migration is never edited once released; a new one follows.
"""

from sqlite_utils import Database, Migrations

from storage import copies, hints, marks, notices, offers, probes, pulses, rows, schedule, sweeps
from storage.copy_views import VIEWS as COPY_VIEWS
from storage.views import INCIDENTS, LEFT_OUT, MARKED, QUICKER, REDESIGNS, VARIANTS, VARIANTS_OF, VIEWS

APPLICATION_ID = 0x53746574  # "Stet"

FACTS = """
create table captures (
    id integer primary key,
    purpose text not null check (purpose in ('article', 'channel', 'robots', 'probe', 'canary', 'memento')),
    outlet text not null,
    asked_url text not null,
    url text not null,
    at text not null,
    status integer,
    error text not null,
    hops text not null,
    request_headers text not null,
    headers text not null,
    digest text,
    wire_digest text,
    complete integer not null,
    refers_to text,
    certificate text not null,
    robots text not null,
    bytes integer not null,
    millis integer not null,
    crawler text not null,
    config text not null,
    entry text not null unique
) strict;
create index captures_at on captures (at, entry);
create index captures_outlet on captures (outlet, purpose, at);
create index captures_digest on captures (digest);
create index captures_asked on captures (asked_url, purpose);

create table payloads (
    digest text primary key,
    codec text not null check (codec in ('zstd', 'zstd-delta')),
    base text references payloads (digest),
    body blob not null,
    size integer not null
) strict;
create index payloads_base on payloads (base) where base is not null;

create table forgotten (
    digest text primary key,
    at text not null
) strict;

create table forgotten_urls (
    url text primary key,
    at text not null
) strict;
"""

# INSERT OR REPLACE deletes without firing delete triggers (recursive_triggers is off), so inserts are guarded, too.
GUARDS = """
create trigger captures_are_facts_1 before update on captures begin
    select raise(abort, 'captures are facts: they are never changed'); end;
create trigger captures_are_facts_2 before delete on captures begin
    select raise(abort, 'captures are facts: they are never deleted'); end;
create trigger captures_are_facts_3 before insert on captures
    when exists (select 1 from captures where id = new.id or entry = new.entry) begin
    select raise(abort, 'captures are facts: they are never replaced'); end;

create trigger payloads_are_facts_1 before update on payloads
    when old.base is null or old.base not in (select digest from forgotten) or new.digest is not old.digest
        or new.size is not old.size begin
    select raise(abort, 'payloads are facts: they are never changed'); end;
create trigger payloads_are_facts_2 before delete on payloads
    when old.digest not in (select digest from forgotten) begin
    select raise(abort, 'payloads are facts: only scrapy forget erases them'); end;
create trigger payloads_are_facts_3 before insert on payloads
    when exists (select 1 from payloads where digest = new.digest) begin
    select raise(abort, 'payloads are facts: they are never replaced'); end;
"""

DERIVED = """
create table articles (
    id integer primary key,
    outlet text not null,
    url text not null unique,
    visit_url text not null,
    title text not null default '',
    published_at text not null default '',
    first_seen_at text not null,
    found_by text not null default '',
    relevance real not null default 0,
    related integer not null default 0,
    because text not null default '[]',
    standing text check (standing in ('up', 'restless', 'down', 'taken_down', 'restored')),
    standing_since text,
    access text not null default '' check (access in ('', 'open', 'walled')),
    versions integer not null default 0,
    captures integer not null default 0,
    last_capture_at text,
    last_good_at text,
    next_visit_at text,
    pinned integer not null default 0
) strict;
create index articles_due on articles (next_visit_at) where next_visit_at is not null;
create index articles_outlet on articles (outlet);

create table addresses (
    url text primary key,
    article integer not null references articles (id)
) strict;
create index addresses_article on addresses (article);

create table readings (
    capture integer primary key references captures (id),
    article integer not null references articles (id),
    verdict text not null,
    reason text not null,
    reader text not null,
    declared_paywall integer,
    observed_paywall integer,
    text text references texts (digest),
    dropped text not null default '[]',
    version integer references versions (id),
    how text,
    outlet_well integer not null default 0,
    at text not null,
    outlet text not null
) strict;
create index readings_article on readings (article, at, capture);
create index readings_outlet on readings (outlet, at);
create index readings_version on readings (version);
create index readings_text on readings (text);

create table texts (
    digest text primary key,
    text text not null,
    words integer not null
) strict;

create table versions (
    id integer primary key,
    article integer not null references articles (id),
    number integer not null,
    capture integer not null references captures (id),
    first_at text not null,
    last_at text not null,
    title text not null,
    standfirst text not null,
    byline text not null,
    published_at text not null,
    modified_at text not null,
    language text not null,
    extent text not null check (extent in ('full', 'preview')),
    text text not null references texts (digest),
    links text not null,
    captions text not null,
    digest text not null,
    fingerprint text not null default '',
    unique (article, number)
) strict;
create index versions_text on versions (text);
create index versions_fingerprint on versions (fingerprint) where fingerprint != '';

create table changes (
    id integer primary key,
    article integer not null references articles (id),
    from_version integer not null references versions (id),
    to_version integer not null references versions (id),
    after_at text not null,
    by_at text not null,
    kinds text not null,
    disclosed text not null check (disclosed in ('none', 'technical', 'proper')),
    note text not null default '',
    weight real not null,
    words_added integer not null,
    words_removed integer not null,
    similarity real not null,
    summary text not null,
    status text not null check (status in ('news', 'pending', 'noise', 'flip', 'incident')),
    reason text not null
) strict;
create index changes_article on changes (article, by_at);
create index changes_by_at on changes (by_at);
create index changes_from on changes (from_version);
create index changes_to on changes (to_version);

create table edits (
    id integer primary key,
    change integer not null references changes (id),
    position integer not null,
    field text not null,
    kind text not null check (kind in ('addition', 'deletion', 'reworded', 'moved')),
    old text not null,
    new text not null,
    kinds text not null default '[]'
) strict;
create index edits_change on edits (change, position);

create table standings (
    id integer primary key,
    article integer not null references articles (id),
    at text not null,
    standing text not null,
    was text,
    how text,
    after_at text,
    by_at text not null,
    evidence text not null,
    reason text not null
) strict;
create index standings_article on standings (article, at);

create table accesses (
    id integer primary key,
    article integer not null references articles (id),
    at text not null,
    access text not null check (access in ('open', 'walled')),
    was text not null,
    after_at text,
    by_at text not null,
    evidence text not null
) strict;
create index accesses_article on accesses (article, at);

create table incidents (
    id integer primary key,
    outlet text not null,
    started_at text not null,
    ended_at text,
    kind text not null,
    articles integer not null,
    evidence text not null
) strict;

create table reprints (
    id integer primary key,
    family text not null,
    article integer not null references articles (id),
    version integer not null references versions (id),
    similarity real not null,
    first_at text not null
) strict;
create index reprints_family on reprints (family);
create index reprints_article on reprints (article);
create index reprints_version on reprints (version);

create virtual table search using fts5 (title, body, tokenize = "unicode61 remove_diacritics 2");
"""

KEPT = """
create table outlets (
    key text primary key,
    name text not null,
    homepage text not null,
    country text not null,
    affiliation text not null,
    languages text not null
) strict;

create table hosts (
    host text primary key,
    outlet text not null,
    not_before text,
    crawl_delay real,
    robots integer references captures (id),
    not_found integer references captures (id)
) strict;

create table channels (
    id integer primary key,
    outlet text not null,
    kind text not null,
    url text not null,
    state text not null check (state in ('live', 'frozen', 'dead', 'blocked', 'unmeasured')),
    last_ok_at text,
    newest_item_at text,
    last_new_at text,
    items integer not null default 0,
    error text not null default '',
    capture integer references captures (id)
) strict;
create unique index channels_url on channels (outlet, url);

create table listings (
    capture integer primary key references captures (id),
    channel integer not null,
    outlet text not null,
    at text not null,
    items integer not null
) strict;
create index listings_outlet on listings (outlet, at);
create index listings_channel on listings (channel, at);

create table candidates (
    url text primary key,
    outlet text not null,
    channel integer,
    offered_at text not null,
    offered_url text not null,
    title text not null,
    hint_at text not null,
    rank real not null,
    article integer
) strict;
create index candidates_wanted on candidates (outlet, rank) where article is null;

create table pins (
    url text primary key,
    at text not null,
    note text not null default ''
) strict;

create table templates (
    digest text primary key,
    outlet text not null,
    learned_at text not null,
    learned_from text not null,
    template text not null
) strict;

create table marks (
    id integer primary key,
    at text not null,
    who text not null,
    about text not null,
    mark text not null check (mark in ('false_alarm', 'confirmed', 'note')),
    note text not null
) strict;

create table notices (
    id integer primary key,
    at text not null,
    kind text not null,
    about text not null,
    sink text not null,
    key text not null unique,
    sent_at text,
    tries integer not null default 0,
    error text not null default ''
) strict;

create table runs (
    id integer primary key,
    started_at text not null,
    ended_at text,
    command text not null,
    stats text not null default '{}'
) strict;
"""

PAGES = """
create index standings_standing on standings (standing, by_at);
create index articles_standing on articles (outlet, standing, access);
create index changes_told on changes (article, status, kinds, disclosed, weight, by_at, after_at);
create index readings_verdicts on readings (outlet, verdict);
"""

LOOKED = """
drop index captures_asked;
create index captures_asked on captures (asked_url, purpose, at);
create index articles_well on articles (outlet, last_good_at);
create index articles_seen on articles (outlet, first_seen_at);
"""

migrations = Migrations("stet")


@migrations()
def m001_the_house(db: Database) -> None:
    """All tables of the first release."""
    for script in (FACTS, GUARDS, DERIVED, KEPT, VIEWS):
        for statement in statements(script):
            db.conn.execute(statement)
    db.conn.execute(f"pragma application_id = {APPLICATION_ID}")


@migrations()
def m002_what_was_left_out(db: Database) -> None:
    """A view of what was left out of each version's page, and why; where its text stood; templates by outlet."""
    db.conn.execute("alter table readings add column frame text not null default ''")
    for statement in statements(LEFT_OUT):
        db.conn.execute(statement)
    db.conn.execute("create index templates_outlet on templates (outlet, learned_at)")


@migrations()
def m003_incidents(db: Database) -> None:
    """Since when an incident is known for one (rereading goes by it), a view of incidents, and the way to bad looks."""
    db.conn.execute("alter table incidents add column recognised_at text not null default ''")
    db.conn.execute("create index incidents_outlet on incidents (outlet, recognised_at)")
    db.conn.execute("create index readings_bad on readings (outlet, at, article) where how is not null")
    for statement in statements(INCIDENTS):
        db.conn.execute(statement)


@migrations()
def m004_probes(db: Database) -> None:
    """What hosts answer to impossible addresses, and how canaries fared."""
    for statement in statements(probes.TABLES):
        db.conn.execute(statement)


@migrations()
def m008_offers(db: Database) -> None:
    """Which lists offered an address, and from when to when."""
    for statement in statements(offers.TABLES):
        db.conn.execute(statement)


@migrations()
def m007_parts_of_edits(db: Database) -> None:
    """What explains an edit's weight: kinds, weight and words of each changed place (JSON)."""
    db.conn.execute("alter table edits add column parts text not null default '[]'")


@migrations()
def m005_what_swept_over_outlets(db: Database) -> None:
    """By what edits are known again in other articles, what swept over outlets, and redesigns among the incidents."""
    for statement in statements(sweeps.TABLES + ";" + REDESIGNS):
        db.conn.execute(statement)


@migrations()
def m006_variants_and_marks(db: Database) -> None:
    """Marks that can be withdrawn, what Stet makes of a change without them, and texts that go to and fro."""
    for statement in statements(marks.TABLES + MARKED + VARIANTS):
        db.conn.execute(statement)
    db.conn.execute("alter table versions add column said text not null default ''")
    db.conn.execute("create index versions_said on versions (article, said)")
    names = "id, title, standfirst, byline, extent, text, links, captions"
    for row in db.conn.execute(f"select {names} from versions").fetchall():  # noqa: S608
        db.conn.execute("update versions set said = ? where id = ?", (rows.said(*row[1:]), row[0]))


@migrations()
def m009_when_channels_are_asked_again(db: Database) -> None:
    """The pause after which each channel is asked again, and when."""
    for statement in statements(schedule.TABLES):
        db.conn.execute(statement)


@migrations()
def m010_hints(db: Database) -> None:
    """What lists say of what they offer (titles, changes), which hints were followed, and how many were right."""
    for statement in statements(hints.TABLES):
        db.conn.execute(statement)


@migrations()
def m011_pulses(db: Database) -> None:
    """By what visits are planned: articles' pulses, outlets' rhythms, and the price of a request."""
    for statement in statements(pulses.TABLES):
        db.conn.execute(statement)


@migrations()
def m013_what_lists_call_it(db: Database) -> None:
    """An index: which addresses were offered under an article's headline?"""
    db.conn.execute(probes.NAMED)


@migrations()
def m012_notices(db: Database) -> None:
    """By which look a change became news; an outbox that retries, and how far each sink has been told."""
    for statement in statements(notices.TABLES):
        db.conn.execute(statement)


@migrations()
def m015_copies(db: Database) -> None:
    """Who carries whose text, what became of edits in the copies, and whom texts name as their sources."""
    for statement in statements(copies.TABLES + ";" + COPY_VIEWS):
        db.conn.execute(statement)


@migrations()
def m014_what_pages_ask(db: Database) -> None:
    """Indexes for the takedown board and outlets' figures; variants of one article without going through all."""
    for statement in statements(PAGES + VARIANTS_OF):
        db.conn.execute(statement)


@migrations()
def m016_quicker_views(db: Database) -> None:
    """Variants and outlets' health without going through all there is."""
    for statement in statements(QUICKER):
        db.conn.execute(statement)


@migrations()
def m017_what_every_look_asks(db: Database) -> None:
    """Indexes: what every look asks of its outlet must not grow with what was ever seen of it."""
    for statement in statements(LOOKED):
        db.conn.execute(statement)


@migrations()
def m018_edits_that_were_taken_back(db: Database) -> None:
    """What became of an edit in the copies is told no more once the article says again what it said before."""
    for view in ("followed_takedowns", "surviving_copies", "copy_fates", "exchange", "copied", "families"):
        db.conn.execute(f"drop view {view}")
    for statement in statements(COPY_VIEWS):
        db.conn.execute(statement)


def statements(script: str) -> list[str]:
    """A script cut into its statements (a trigger's body ends with ``end;``); executescript() would commit midway."""
    cut: list[str] = []
    rest = ""
    for part in script.split(";"):
        rest += part + ";"
        body = rest.strip()
        if "create trigger" in body and not body.endswith("end;"):
            continue
        if body != ";":
            cut.append(body)
        rest = ""
    return cut
