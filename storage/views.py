"""The views: what people ask the store most, ready made."""

STEALTH_WEIGHT = 0.3
"""A change is a stealth edit from this weight on; the same figure as `crawler.compare.STEALTH_WEIGHT`."""

VIEWS = """
create view looks as
    select c.id, c.at, c.outlet, r.article, r.verdict, r.reason, c.status, c.error, c.asked_url, c.url, c.bytes,
        c.millis, c.digest, c.entry, r.reader
    from captures c left join readings r on r.capture = c.id where c.purpose = 'article';

create view takedowns as
    select s.id, a.outlet, a.title, a.url, s.how, s.after_at as last_seen_up, s.by_at as first_seen_down,
        s.at as confirmed_at, a.standing as now, s.reason, s.evidence, s.article
    from standings s join articles a on a.id = s.article where s.standing = 'taken_down';

create view stealth_edits as
    select ch.id, a.outlet, a.title, a.url, ch.summary, ch.weight, ch.kinds, ch.after_at, ch.by_at, ch.disclosed,
        ch.article, ch.from_version, ch.to_version
    from changes ch join articles a on a.id = ch.article
    where ch.status = 'news' and ch.disclosed != 'proper' and ch.weight >= STEALTH_WEIGHT;

create view headline_changes as
    select ch.id, a.outlet, e.old as old_headline, e.new as new_headline, a.url, ch.after_at, ch.by_at, ch.status,
        ch.article
    from edits e join changes ch on ch.id = e.change join articles a on a.id = ch.article
    where e.field = 'title' and ch.status in ('news', 'pending');

create view timeline as
    select by_at as at, 'edit' as event, article, summary as what, after_at, status, id as about from changes
        where status in ('news', 'pending')
    union all select by_at, standing, article, reason, after_at, coalesce(how, ''), id from standings
        where was is not null
    union all select by_at, case access when 'walled' then 'paywall up' else 'paywall down' end, article, '',
        after_at, '', id from accesses where was != ''
    union all select first_at, 'first seen', article, title, null, '', id from versions where number = 1
    order by at desc;

create view outlet_health as
    select o.key as outlet, o.name,
        (select count(*) from articles a where a.outlet = o.key and a.versions > 0) as articles,
        (select count(*) from articles a where a.outlet = o.key and a.standing = 'taken_down') as taken_down,
        (select max(c.at) from captures c where c.outlet = o.key and c.status between 200 and 399) as last_answer_at,
        (select group_concat(distinct n.state) from channels n where n.outlet = o.key) as channels,
        (select count(*) from candidates d where d.outlet = o.key and d.article is null) as candidates
    from outlets o;
""".replace("STEALTH_WEIGHT", str(STEALTH_WEIGHT))

LEFT_OUT = """
create view left_out as
    select v.article, v.number as version, r.outlet, a.url, d.key as position, d.value ->> 0 as block,
        d.value ->> 1 as reason, r.at, r.capture
    from readings r join versions v on v.capture = r.capture join articles a on a.id = v.article,
        json_each(r.dropped) d;
"""

INCIDENTS = """
create view outlet_incidents as
    select i.id, i.outlet, case when i.ended_at is null then 'open' when i.kind = 'mass_removal' then 'mass removal'
            else 'over' end as state, i.kind, i.articles, i.started_at, i.recognised_at, i.ended_at,
        round((julianday(coalesce(i.ended_at, (select max(r.at) from readings r where r.outlet = i.outlet)))
            - julianday(i.started_at)) * 24, 1) as hours, i.evidence
    from incidents i order by i.started_at desc;
"""

REDESIGNS = f"""
drop view outlet_incidents;
{INCIDENTS.replace("then 'mass removal'", "then 'mass removal' when i.kind = 'redesign' then 'redesign'")}"""

MARKED = """
drop view takedowns;
create view takedowns as
    select s.id, a.outlet, a.title, a.url, s.how, s.after_at as last_seen_up, s.by_at as first_seen_down,
        s.at as confirmed_at, a.standing as now, s.reason, s.evidence, s.article,
        MARK(s.evidence ->> 0)
    from standings s join articles a on a.id = s.article where s.standing = 'taken_down';

drop view stealth_edits;
create view stealth_edits as
    select ch.id, a.outlet, a.title, a.url, ch.summary, ch.weight, ch.kinds, ch.after_at, ch.by_at, ch.disclosed,
        ch.article, ch.from_version, ch.to_version, MARK(c.entry)
    from changes ch join articles a on a.id = ch.article join versions v on v.id = ch.to_version
        join captures c on c.id = v.capture
    where ch.status = 'news' and ch.disclosed != 'proper' and ch.weight >= STEALTH_WEIGHT;

drop view headline_changes;
create view headline_changes as
    select ch.id, a.outlet, e.old as old_headline, e.new as new_headline, a.url, ch.after_at, ch.by_at, ch.status,
        ch.article, MARK(c.entry)
    from edits e join changes ch on ch.id = e.change join articles a on a.id = ch.article
        join versions v on v.id = ch.to_version join captures c on c.id = v.capture
    where e.field = 'title' and ch.status in ('news', 'pending');
""".replace("STEALTH_WEIGHT", str(STEALTH_WEIGHT))
for _entry in ("s.evidence ->> 0", "c.entry"):
    MARKED = MARKED.replace(
        f"MARK({_entry})",
        f"""coalesce((select case m.mark when 'withdrawn' then '' else m.mark end from marks m where m.mark != 'note'
            and m.about ->> 0 = {_entry} order by m.at desc, m.id desc limit 1), '') as marked""",  # noqa: S608
    )

VARIANTS = """
create view variants as
    with ends as (
        select ch.article, ch.id as change, ch.from_version as version from changes ch where ch.status = 'flip'
        union all select ch.article, ch.id, ch.to_version from changes ch where ch.status = 'flip'
    ), headlines as (
        select distinct n.article, v.extent, v.title from ends n join versions v on v.id = n.version
        where exists (select 1 from edits e where e.change = n.change and e.field = 'title')
    ), bodies as (
        select distinct n.article, v.extent, v.text from ends n join versions v on v.id = n.version
        where exists (select 1 from edits e where e.change = n.change and e.field = 'paragraph')
    ), shown as (
        select h.article, 'headline' as what, h.title as variant, h.extent, r.at from headlines h
            join versions v on v.article = h.article and v.extent = h.extent and v.title = h.title
            join readings r on r.version = v.id
        union all
        select b.article, 'text', t.text, b.extent, r.at from bodies b
            join versions v on v.article = b.article and v.extent = b.extent and v.text = b.text
            join readings r on r.version = v.id join texts t on t.digest = b.text
    )
    select s.article, a.outlet, a.url, s.what, s.variant, s.extent, count(*) as looks, min(s.at) as first_seen,
        max(s.at) as last_seen
    from shown s join articles a on a.id = s.article
    group by s.article, s.what, s.extent, s.variant;
"""

_SHOWN_BY_TURNS = """
    select a.id as article, a.outlet, a.url, '{what}' as what, {variant} as variant, v.extent, count(*) as looks,
        min(r.at) as first_seen, max(r.at) as last_seen
    from articles a join versions v on v.article = a.id join readings r on r.version = v.id {more}
    where exists (select 1 from changes ch where ch.article = a.id and ch.status = 'flip')
        and exists (select 1 from changes ch join versions w on w.id in (ch.from_version, ch.to_version)
            where ch.article = a.id and ch.status = 'flip' and w.extent = v.extent and w.{same} = v.{same}
                and exists (select 1 from edits e where e.change = ch.id and e.field = '{field}'))
    group by a.id, v.extent, v.{same}"""
VARIANTS_OF = f"""
drop view variants;
create view variants as
    {_SHOWN_BY_TURNS.format(what="headline", variant="v.title", more="", same="title", field="title")}
    union all
    {
    _SHOWN_BY_TURNS.format(
        what="text",
        variant="substr(t.text, 1, 500)",
        more="join texts t on t.digest = v.text",
        same="text",
        field="paragraph",
    )
};
"""
"""As `VARIANTS`, asked article by article: of one of 31,000 in 5 ms instead of 2.5 s; texts by their beginning."""

_LOOKS = """(select {of} from versions s join readings r on r.version = s.id
            where s.article = v.article and s.extent = v.extent and s.{same} = v.{same})"""
_BY_TURNS = f"""
    select a.id as article, a.outlet, a.url, '{{what}}' as what, {{variant}} as variant, v.extent,
        {_LOOKS.format(of="count(*)", same="{same}")} as looks,
        {_LOOKS.format(of="min(r.at)", same="{same}")} as first_seen,
        {_LOOKS.format(of="max(r.at)", same="{same}")} as last_seen
    from articles a join versions v on v.article = a.id
    where a.id in (select ch.article from changes ch where ch.status = 'flip')
        and not exists (select 1 from versions s where s.article = v.article and s.number < v.number
            and s.extent = v.extent and s.{{same}} = v.{{same}})
        and exists (select 1 from changes ch join versions w on w.id in (ch.from_version, ch.to_version)
            where ch.article = a.id and ch.status = 'flip' and w.extent = v.extent and w.{{same}} = v.{{same}}
                and exists (select 1 from edits e where e.change = ch.id and e.field = '{{field}}'))"""  # noqa: S608
_BEGINNING = "(select substr(t.text, 1, 500) from texts t where t.digest = v.text)"
QUICKER = f"""
drop view variants;
create view variants as
    {_BY_TURNS.format(what="headline", variant="v.title", same="title", field="title")}
    union all
    {_BY_TURNS.format(what="text", variant=_BEGINNING, same="text", field="paragraph")};

drop view outlet_health;
create view outlet_health as
    select o.key as outlet, o.name,
        (select count(*) from articles a where a.outlet = o.key and a.versions > 0) as articles,
        (select count(*) from articles a where a.outlet = o.key and a.standing = 'taken_down') as taken_down,
        (select max((select c.at from captures c where c.outlet = o.key and c.purpose = p.value
            and c.status between 200 and 399 order by c.at desc limit 1))
            from json_each('["article", "channel", "robots", "probe", "canary", "memento"]') p) as last_answer_at,
        (select group_concat(distinct n.state) from channels n where n.outlet = o.key) as channels,
        (select count(*) from candidates d where d.outlet = o.key and d.article is null) as candidates
    from outlets o;
"""  # noqa: S608 (ours alone)
"""`variants` begins with the articles that flip, and tells row by row, so that the first hundred come at once;
`outlet_health` asks an index for the last answer. At 94,000 versions: 1.8 s and 0.28 s before."""
