"""The views of who carries whose text: families, who copied whom, what became of an edit in the copies, the exchange.

Who had a text first is told by who was seen with it first. How sure that is, `order_by` says: ``evidence`` where the
later one was seen without it after the other had it; ``first looks`` where it had the text when it was first looked at
(it may have stood there for long), ``same moment`` where not even that tells. What pages claim of their dates and
sources stands beside it, and decides nothing.
"""

_BEFORE = """(select max(look.at) from readings look where look.article = {0}.article and look.version is not null
            and look.at < {0}.first_at)"""
"""When an article was last seen without the text that it was then seen with; null: it had it from the first look."""

SAYS_AGAIN = """(select w.said from versions w where w.id = ch.from_version) is (select w.said from readings q
            join versions w on w.id = q.version where q.article = ch.article {0}
            order by q.at desc, q.capture desc limit 1)"""
"""Whether an article says again what it said before a change: then a copy's old words are no older than its own."""
TAKEN_BACK = """exists (select 1 from changes x join echoes y on y.change = x.id and y.carries = 'new'
            where y.version = {0} and x.article = ch.article and x.status = 'news' and x.by_at > ch.by_at {1})"""
"""Whether a copy's version says what the article came to say by a later edit: that took the change back, in part."""
_NOW = """(select {0} from echoes e join versions v on v.id = e.version where e.change = ch.id
                and v.article = c.other order by v.number desc limit 1)"""

VIEWS = f"""
create view families as
    select r.family, rank() over (partition by r.family order by r.first_at) as place, a.outlet, a.title, a.url,
        r.similarity, {_BEFORE.format("r")} as after_at, r.first_at as by_at, a.published_at as claimed_at,
        a.standing, r.article, r.version
    from reprints r join articles a on a.id = r.article;

create view copied as
    select t.outlet as outlet, t.url, t.title, f.outlet as from_outlet, f.url as from_url, f.title as from_title,
        c.kind, c.share, c.other_share as share_of_original, c.words,
        m.first_at as had_it_at, {_BEFORE.format("c")} as after_at, c.first_at as by_at,
        case when c.first_at = m.first_at then 'same moment'
            when {_BEFORE.format("c")} >= m.first_at then 'evidence' else 'first looks' end as order_by,
        f.published_at as claimed_original_at, t.published_at as claimed_copy_at,
        case when julianday(f.published_at) < julianday(t.published_at) then 'agree'
            when julianday(f.published_at) > julianday(t.published_at) then 'differ' else '' end as claimed_dates,
        exists (select 1 from claims k where k.article = c.article and k.outlet = f.outlet) as names_it,
        coalesce((select k.words from claims k where k.article = c.article and k.outlet = f.outlet
            order by k.version, k.id limit 1), '') as claim,
        c.quote, c.article, c.other as original, c.version, c.other_version as original_version
    from copies c join copies m on m.article = c.other and m.other = c.article
        join articles t on t.id = c.article join articles f on f.id = c.other
    where c.first_at > m.first_at or (c.first_at = m.first_at
        and (coalesce(julianday(t.published_at), 0), c.article) > (coalesce(julianday(f.published_at), 0), c.other));

create view exchange as
    with mine as (select * from copied where kind in ('reprint', 'partial'))
    select c.from_outlet, c.outlet as to_outlet, substr(c.by_at, 1, 7) as month,
        count(distinct c.article) as texts, count(distinct case c.kind when 'reprint' then c.article end) as reprints,
        count(distinct case c.names_it when 1 then c.article end) as named,
        count(distinct case c.order_by when 'evidence' then c.article end) as by_evidence,
        count(distinct case c.claimed_dates when 'differ' then c.article end) as against_claimed_dates
    from mine c where not exists (
        select 1 from mine o join mine e on e.article = c.original and e.original = o.original
            where o.article = c.article)
    group by c.from_outlet, c.outlet, substr(c.by_at, 1, 7);

create view copy_fates as
    with fates as (
        select ch.id as change, c.article, c.other as copy, c.kind, c.share as share_of_original,
            c.other_share as share, ch.summary, ch.after_at as changed_after, ch.by_at as changed_by,
            exists (select 1 from echoes e join versions v on v.id = e.version where e.change = ch.id
                and v.article = c.other and e.carries in ('old', 'both')) as had_old,
            {_NOW.format("e.carries")} as now, {TAKEN_BACK.format(_NOW.format("e.version"), "")} as back,
            (select min(v.first_at) from echoes e join versions v on v.id = e.version where e.change = ch.id
                and v.article = c.other and e.carries = 'new' and (select p.carries from echoes p
                    join versions w on w.id = p.version where p.change = ch.id and w.article = v.article
                    and w.number < v.number order by w.number desc limit 1) in ('old', 'both')) as followed_by
        from changes ch join copies c on c.article = ch.article and c.kind in ('reprint', 'partial')
        where ch.status = 'news' and not {SAYS_AGAIN.format("")}
    )
    select a.outlet, a.url, a.title, b.outlet as copy_outlet, b.url as copy_url, b.title as copy_title,
        case when f.followed_by < f.changed_after then 'changed before it'
            when f.followed_by is not null and f.now = 'new' then 'followed'
            when f.now in ('old', 'both') then 'carries the old words'
            when f.had_old then 'says neither any more'
            else 'had the new words from the first' end as fate,
        f.summary, f.changed_after, f.changed_by,
        (select max(r.at) from readings r where r.article = f.copy and r.version is not null
            and r.at < f.followed_by) as followed_after, f.followed_by,
        round((julianday(f.followed_by) - julianday(f.changed_by)) * 24, 1) as hours,
        (select max(r.at) from readings r where r.article = f.copy and r.version is not null) as seen_at,
        b.standing as copy_standing, f.kind, f.share_of_original, f.share,
        case when exists (select 1 from copied o where o.article = f.copy and o.original = f.article) then 'copy'
            else 'original' end as role,
        f.change, f.article, f.copy
    from fates f join articles a on a.id = f.article join articles b on b.id = f.copy
    where (f.had_old or f.now = 'new') and not (f.back and f.now in ('old', 'both'));

create view surviving_copies as
    select 'edit' as after, outlet, url, title, copy_outlet, copy_url, copy_title, summary as what, changed_after,
        changed_by, seen_at as copy_seen_at, kind, share, share_of_original, role, change as about, article, copy
    from copy_fates where fate = 'carries the old words' and coalesce(copy_standing, '') != 'taken_down'
    union all
    select 'takedown', a.outlet, a.url, a.title, b.outlet, b.url, b.title, s.reason, s.after_at, s.by_at,
        (select max(r.at) from readings r where r.article = b.id and r.version is not null), c.kind, c.other_share,
        c.share, case when exists (select 1 from copied o where o.article = b.id and o.original = a.id) then 'copy'
            else 'original' end, s.id, a.id, b.id
    from articles a join standings s on s.article = a.id and s.standing = 'taken_down' and s.at =
            (select max(n.at) from standings n where n.article = a.id)
        join copies c on c.article = a.id and c.kind in ('reprint', 'partial')
        join articles b on b.id = c.other and coalesce(b.standing, '') != 'taken_down'
        join copies m on m.article = b.id and m.other = a.id
    where a.standing = 'taken_down' and m.last_version = (select v.id from versions v where v.article = b.id
        and v.extent = 'full' order by v.number desc limit 1);

create view followed_takedowns as
    select a.outlet, a.url, a.title, b.outlet as copy_outlet, b.url as copy_url, b.title as copy_title,
        s.after_at as went_after, s.by_at as went_by, n.after_at as followed_after, n.by_at as followed_by,
        c.kind, c.other_share as share, a.id as article, b.id as copy
    from standings s join articles a on a.id = s.article
        join copies c on c.article = a.id and c.kind in ('reprint', 'partial')
        join articles b on b.id = c.other
        join standings n on n.article = b.id and +n.standing = 'taken_down' and n.by_at >= s.by_at
    where s.standing = 'taken_down'
"""  # noqa: S608 (ours alone)
