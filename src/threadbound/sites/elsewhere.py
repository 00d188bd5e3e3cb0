"""What a page without a thread seems to be instead.

Before: a capture that no adapter knows. After: one line that names the file, says what it seems to be, and what to do.
One row of :data:`_KINDS` for each kind of page; the first that fits is told.
"""

from __future__ import annotations

import re

from msgspec import Struct

from threadbound.containers.capture import Capture
from threadbound.sites import dom

#: Characters of a page that are looked at: its head and what is first seen.
LOOKED_AT = 500_000

_UNROLL = "Open the thread at threadreaderapp.com, save that page, and try again"
_ITSELF = "Open the thread itself (an address like threadreaderapp.com/thread/….html), save that page, and try again"
_AGAIN = "Open the thread in a browser, wait until its posts are seen, and save the page again"


class _Page(Struct, frozen=True):
    """The looks of a page."""

    address: str
    """Every address that the page or its capture gives as its own, one a line."""
    title: str
    markup: str
    """Its beginning, or that of the text."""


class _Kind(Struct, frozen=True):
    """One kind of page: recognised if any of its three patterns is found."""

    what: str
    advice: str
    address: str = ""
    title: str = ""
    markup: str = ""

    def fits(self, page: _Page) -> bool:
        """Whether ``page`` is of this kind."""
        pairs = ((self.address, page.address), (self.title, page.title), (self.markup, page.markup))
        return any(pattern and re.search(pattern, text, re.IGNORECASE | re.MULTILINE) for pattern, text in pairs)


_TR = r"//(?:www\.)?threadreaderapp\.com(?::\d+)?"
_KINDS = (
    _Kind(
        "a check for robots (Cloudflare or a captcha), not the page behind it",
        _AGAIN,
        title=r"^(?:just a moment|attention required|one moment, please|ddos-guard|verify(?:ing)? (?:that )?you)",
        markup=r"_cf_chl_opt|id=[\"']?challenge-(?:form|running|error-text)|captcha-delivery\.com",
    ),
    _Kind(
        "an author's page of Thread Reader, a list of threads",
        _ITSELF,
        address=_TR + r"/user/\w",
        title=r"'s threads\b.*thread reader|^threads (?:by|from) @",
        markup=r"<h[1-3][^>]{0,300}>[^<]{1,80}['’]s Threads",
    ),
    _Kind(
        "a hashtag page of Thread Reader, a list of threads",
        _ITSELF,
        address=_TR + r"/hashtag/",
        markup=r"Most recents? \(\d+\)",
    ),
    _Kind("the Scrolly view of a thread", _ITSELF, address=_TR + "/scrolly/"),
    _Kind(
        "an account or login page of Thread Reader",
        _ITSELF,
        address=_TR + "/(?:account|login|signin|sign-in|users/sign_in)",
    ),
    _Kind(
        "an error page",
        "Check the address in a browser; if the thread is still there, save the page again",
        title=r"^(?:error|sorry)\b|\b(?:40[0-9]|410|50[0-9])\b.*(?:error|not found|forbidden|gone|gateway|unavailable)"
        r"|(?:page|thread|tweet|file)?\s*(?:not found|doesn['’]t exist)|^(?:404|403|500|502|503)\b|too many requests"
        r"|(?:bad gateway|service unavailable|internal server error)",
    ),
    _Kind(
        "a page of threader.app, which closed in 2021",
        _UNROLL,
        address=r"//(?:www\.)?threader\.app",
        markup=r"//(?:www\.)?threader\.app/thread/",
    ),
    _Kind(
        "a page of Nitter",
        _UNROLL,
        address=r"//(?:[\w-]+\.)*nitter\.",
        title=r"\| nitter$",
        markup=r"class=[\"']?site-name[\"']?[^>]{0,300}>\s{0,50}nitter|=[\"']og:site_name[\"'] content=[\"']Nitter"
        r"|class=[\"']?(?:main-thread|timeline-item thread)\b",
    ),
    _Kind(
        "a page of Mastodon",
        _UNROLL,
        title=r"- mastodon$",
        markup=r"content=[\"']Mastodon\b|id=[\"']mastodon[\"']|class=[\"'][^\"']{0,300}\bdetailed-status\b",
    ),
    _Kind(
        "a page of Bluesky",
        _UNROLL,
        address=r"//(?:\w+\.)?bsky\.app",
        title=r"(?:—|-|\|) bluesky$",
        markup=r"content=[\"']Bluesky|data-testid=[\"']postThreadItem",
    ),
    _Kind(
        "a login wall of X (Twitter)",
        _UNROLL,
        title=r"^(?:log in|sign (?:in|up)|login)\b.*\b(?:x|twitter)\b|^x\. it['’]s what['’]s happening",
        markup=r"/i/flow/login[\"?][^<]{0,200}(?:log in|sign in)|data-testid=[\"']LoginForm",
    ),
    _Kind(
        "a page of X (Twitter) itself",
        _UNROLL,
        address=r"^https?://(?:www\.|mobile\.)?(?:x|twitter)\.com/",
        title=r"\bon (?:x|twitter):|(?:/|\|) (?:x|twitter)$",
        markup=r"data-testid=[\"']?(?:tweet|tweetText|primaryColumn)\b|class=[\"'][^\"']{0,300}\bpermalink-tweet\b|abs\.twimg\.com/responsive-web",
    ),
    _Kind("a page that asks to log in", _ITSELF, title=r"^(?:log ?in|sign ?in|anmelden|connexion|iniciar sesión)\b"),
    _Kind(
        "a copy of a Thread Reader page by an extractor, clipper or reader mode, which lost the thread or its posts",
        "Save the page itself from the browser (as HTML, SingleFile or MHTML)",
        address=_TR + r"/thread/\d",
        markup=r"This Thread may be Removed|Missing some Tweets? in this thread|Thread by @\w+ on Thread Reader App"
        r"|\]\(https://threadreaderapp\.com/",
    ),
    _Kind(
        "the home page of Thread Reader",
        _ITSELF,
        address=rf"^https?:{_TR}/?(?:[?#].*)?$",
        title=r"^thread reader(?: app)?$",
        markup=r"t-selection-thread",
    ),
    _Kind(
        "a list of threads, such as an author's page of Thread Reader",
        _ITSELF,
        markup=r"\d tweets? \d{1,3} min read[\s\S]{1,3000}?\d tweets? \d{1,3} min read",
    ),
)


def describe(capture: Capture) -> str:
    """The message for a capture that holds no thread."""
    page = _looks(capture)
    if not page.markup.strip():
        return f"{capture.note.name}: no thread in it: there is nothing in the page. {_AGAIN}."
    for kind in _KINDS:
        if kind.fits(page):
            return f"{capture.note.name}: no thread in it: it seems to be {kind.what}. {kind.advice}."
    called = f' called "{page.title[:80]}"' if page.title else ""
    what = "text" if capture.kind == "text" else "a page"
    return f"{capture.note.name}: no thread in it: it seems to be {what}{called} of another kind. {_ITSELF}."


def _looks(capture: Capture) -> _Page:
    """The page's looks, from its beginning."""
    markup = capture.markup[:LOOKED_AT]
    addresses = [capture.note.source_url or ""]
    title = ""
    if capture.kind == "html":
        page = dom.parse(markup)
        addresses += [
            meta.get("content") for meta in page.all("meta") if meta.get("property") in {"og:url", "twitter:url"}
        ]
        addresses += [link.get("href") for link in page.all("link") if link.get("rel") == "canonical"]
        title = next((element.text() for element in page.all("title")), "")
    # Bounded, like every repetition in the patterns: hostile pages must not make them slow.
    return _Page("\n".join(address[:2000] for address in addresses), title[:300], markup)
