"""Are two texts one story, or is one about the other's subject? And how long is a text, in words?

Pure. Shares of common shingles tell two versions of a story from two articles of one outlet.
"""

from storage.records import Page, Text
from storage.words import count, shingles, words

RELATED, CONTAINED = 0.2, 0.4
"""From which share of common shingles (four words) on two texts are one story: of all of them (resemblance, Broder
1997), or of the shorter text's. Measured on 128 real articles: two of one outlet reach at most 0.11 and 0.21."""
REMNANT_WORDS = 80  # a page that keeps nothing of a known text and says fewer words is no rewritten article
SAME_IDEOGRAPHS = 6
"""How many of a headline's ideographs a text must use again to go on about its subject."""
OWN_WORDS = frozenset(
    {
        "about", "after", "again", "against", "also", "article", "been", "from", "have", "headline", "into", "more",
        "news", "over", "page", "post", "report", "reported", "said", "says", "story", "than", "that", "their", "them",
        "they", "this", "video", "what", "when", "will", "with", "your", "будет", "был", "была", "материал", "новость",
        "после", "публикация", "редакция", "статья", "страница", "также", "этот",
    }
)  # fmt: skip
"""Words that notices say of themselves, and words that everybody says."""


def size(text: Text) -> int:
    """How many words a text has; an ideograph is half a word."""
    return (count(text.body) + len(text.body.split())) // 2


def resembles(one: Text, other: Text | None) -> bool:
    """Whether two texts share so much that they are one story."""
    a, b = shingles(one.body), shingles(other.body if other else "")
    shared = len(a & b)
    return bool(shared) and (shared / len(a | b) >= RELATED or shared / min(len(a), len(b)) >= CONTAINED)


def keeps_subject(text: Text, known: Text) -> bool:
    """Whether a text that shares no sentence with the known one goes on about its subject: a correction, a later brief.

    It uses words of the known headline again; a notice of removal speaks of itself.
    """
    again = set(words(known.title)) & set(words(text.body))
    telling = {word for word in again if word not in OWN_WORDS and len(word) > 3}
    return len(telling) >= 2 or sum(word >= "\u3400" for word in again) >= SAME_IDEOGRAPHS


def is_declared(page: Page) -> bool:
    """Whether a page says of itself that it is an article."""
    return "article" in page.page_type.lower()
