"""What the plan expects, in plain words (`crawler.outlook` reckons it)."""

from crawler.happened import counted
from crawler.outlook import Missed, Outlook, Reasons


def span(seconds: float) -> str:
    """A length of time, roughly: ``20 min``, ``3 h``, ``12 days``."""
    for unit, size, upto in (("s", 1, 120), ("min", 60, 7200), ("h", 3600, 2 * 86400)):
        if abs(seconds) < upto:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds / 86400:.0f} days"


def reasons(told: Reasons) -> list[tuple[str, str]]:
    """What the index says of an article: docs/watching.md tells its parts."""
    share = f"{told.overwritten:.4f} that a version was overwritten unseen, {told.late:.4f} for changes that lie unseen"
    more = f", {told.hinted:.4f} by hints" if told.hinted else ""
    changes = f"{told.changes} new texts so far; edited {told.rate:.2g} times as often as its outlet's usual article"
    goes = f"a look costs {told.price:.4f}" + ("" if told.by_index else "; the next look does not go by it")
    return [
        ("worth now", f"{told.worth:.4f}; {goes}"),
        ("made of", f"{share}, {told.gone:.4f} for a takedown{more}; times {told.importance:.2f} for its importance"),
        ("its edits", f"{changes}; {told.expected:.2g} changes expected since the last look"),
        ("class", "no news: changes live for months" if told.kind == "static" else "news"),
        ("not before", told.least[:16].replace("T", " ")),
    ]


def outlook(told: Outlook) -> list[tuple[str, str]]:
    """What the plan expects, what a larger budget would bring, and what is being missed."""
    now, more = told.now, told.doubled
    articles = counted(told.articles, "article")
    about = f"about {_about(now.looks)} looks an hour at {articles}; a look costs {told.price:.4f}"
    lost = f"{_about(now.lost)} of {_about(now.changes)} new versions a day are lost unseen"
    lines = [
        ("plan", about),
        ("expected", f"{lost}; a change waits {span(now.wait)} for its look"),
        ("a larger budget", "would bring next to nothing: a look costs as little as it may"),
    ]
    if more is not None:
        waits = f"{span(more.wait)} instead of {span(now.wait)}"
        brings = f"{_about(more.lost)} lost instead of {_about(now.lost)}, {waits}"
        lines[-1] = ("a larger budget", f"with {more.looks / max(now.looks, 1e-9):.1f} times the looks: {brings}")
    return lines


def _about(number: float) -> str:
    return f"{number:.0f}" if number >= 10 else f"{number:.2g}"


def missed_at(host: Missed) -> str:
    """What is being missed on one host."""
    looks = f"{counted(host.looks, 'look')} later than a whole interval, the longest overdue by {span(host.longest)}"
    slow = f"; more is due there than its pace lets through (a look costs {host.price:.3f})" if host.price else ""
    return f"missed at {host.host}: {looks}{slow}"
