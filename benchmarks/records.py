"""Records of threads to make pages of: invented ones, or those of a file.

Before: numbers, or a file of JSON Lines (``{id, handle, posts: [{id, text}]}``). After: records, the same each time. An
invented post has 200 to 280 characters, 1.3 emoji on average, links, names and hashtags; its words are drawn from the
licence beside this folder: English that never changes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path

SNOWFLAKE_EPOCH = 1288834974657
#: A skin tone, a flag, a family joined by ZWJ, a keycap, variation selectors.
EMOJI = ("🧵", "📖", "👍🏽", "❤️", "🇳🇴", "👩‍🔬", "1️⃣", "🔥", "👇", "🚀", "✅", "⚠️", "🎉", "🤔", "😂", "📈")  # fmt: skip
FIRST, LAST = datetime(2017, 10, 23, 6, 30, tzinfo=UTC), datetime(2026, 9, 14, 21, 0, tzinfo=UTC)
AUTHORS = (("benchbinder", "Bench Binder"), ("quirefolder", "Quire Folder 📖"), ("linenwax", "Linen & Wax"))


@dataclass(frozen=True, slots=True)
class PostRecord:
    """One post."""

    id: int
    text: str
    """Addresses, ``@names`` and ``#tags`` in it become links."""
    pictures: tuple[str, ...] = ()
    """Keys: each a picture of its own."""
    quoted: str = ""
    """Address of a post that it quotes."""


@dataclass(frozen=True, slots=True)
class Record:
    """One thread."""

    id: int
    handle: str
    name: str
    posts: tuple[PostRecord, ...]

    @property
    def time(self) -> datetime:
        """When its first post was made."""
        return datetime.fromtimestamp(((self.posts[0].id >> 22) + SNOWFLAKE_EPOCH) // 1000, UTC)


@dataclass(frozen=True, slots=True)
class Shape:
    """How many threads, and what is in them."""

    threads: int = 200
    posts: int = 20
    pictures: float = 0.3
    """A post, on average."""
    authors: int = 1
    records: Path | None = None
    """A file of records, taken in turn, as long as it reaches; what it lacks is invented."""


class Dice:
    """Numbers that look thrown and are the same on every machine and Python."""

    def __init__(self, *seed: object) -> None:
        self._state = int.from_bytes(sha256(repr(seed).encode()).digest()[:8], "big")

    def below(self, end: int) -> int:
        """A number from 0 up to ``end``."""
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        return (self._state >> 33) % end

    def hits(self, chance: float) -> bool:
        """Whether something happens that has this chance."""
        return self.below(1_000_000) < chance * 1_000_000


@dataclass(slots=True)
class Deck:
    """Gives pictures out so that the mean is met over all posts."""

    rate: float
    owed: float = 0.0
    given: int = 0

    def take(self) -> tuple[str, ...]:
        """The keys of the next post's pictures; never more than four."""
        self.owed += self.rate
        count = min(4, int(self.owed + 1e-9))
        self.owed -= count
        self.given += count
        return tuple(f"GBench{number:08d}" for number in range(self.given - count + 1, self.given + 1))


def records(shape: Shape) -> Iterator[Record]:
    """The threads of a collection. One that is larger begins with the same threads."""
    kept = list(_kept(shape.records, shape.threads)) if shape.records else []
    deck = Deck(shape.pictures)
    for number in range(shape.threads):
        if number < len(kept):
            yield _illustrated(kept[number], deck)
        else:
            yield _invented(number, shape, deck)


def snowflake(moment: datetime, sequence: int) -> int:
    """The id of a post of that time."""
    return (round(moment.timestamp() * 1000) - SNOWFLAKE_EPOCH) << 22 | sequence % 4096


def post_id(thread: int, post: int) -> int:
    """The id of a post of an invented thread: 5,000 of them are spread over nine years."""
    moment = FIRST + (LAST - FIRST) * (thread * 2477 % 5003) / 5003
    return snowflake(moment + timedelta(seconds=75 * post), thread)


def _invented(number: int, shape: Shape, deck: Deck) -> Record:
    handle, name = AUTHORS[number % min(max(1, shape.authors), len(AUTHORS))]
    posts = []
    for place in range(shape.posts):
        dice = Dice("post", number, place)
        other = dice.below(max(1, number))
        address = f"https://twitter.com/{handle}/status/{post_id(other, dice.below(shape.posts))}"
        quoted = address if number and dice.hits(0.03) else ""
        posts.append(PostRecord(post_id(number, place), words(dice), deck.take(), quoted))
    return Record(posts[0].id, handle, name, tuple(posts))


def words(dice: Dice) -> str:
    """One post: two or three paragraphs of 200 to 280 characters together."""
    wanted, said = 180 + dice.below(60), [_phrase(dice).capitalize()]
    while sum(map(len, said)) + len(said) < wanted:
        said.append(_phrase(dice))
        if dice.hits(0.15):
            said[-1] += " " + EMOJI[dice.below(len(EMOJI))]
        if dice.hits(0.25):
            said[-1] += f".\n\n{_phrase(dice).capitalize()}"
    for chance, extra in (
        (0.5, f"https://{_word(dice)}.example/{_word(dice)}/{dice.below(10**6)}"),
        (0.25, f"@{_word(dice)}{dice.below(90)}"),
        (0.2, f"#{_word(dice)}"),
        (0.5, EMOJI[dice.below(len(EMOJI))]),
    ):
        if dice.hits(chance):
            said.append(extra)
    return " ".join(said)


def _phrase(dice: Dice) -> str:
    """A few words that stand together in the licence."""
    known = _vocabulary()
    start = dice.below(len(known) - 8)
    return " ".join(known[start : start + 3 + dice.below(5)])


def _word(dice: Dice) -> str:
    known = _vocabulary()
    return known[dice.below(len(known))].lower()


@cache
def _vocabulary() -> Sequence[str]:
    text = (Path(__file__).resolve().parent.parent / "LICENSE").read_text(encoding="utf-8")
    return re.findall(r"[A-Za-z]{2,}", text)


def _kept(path: Path, most: int) -> Iterator[Record]:
    """The first records of a file."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number >= most:
                return
            told = json.loads(line)
            posts = tuple(PostRecord(int(post["id"]), post["text"]) for post in told["posts"])
            yield Record(int(told["id"]), told["handle"], told.get("name") or told["handle"], posts)


def _illustrated(record: Record, deck: Deck) -> Record:
    posts = tuple(PostRecord(post.id, post.text, deck.take(), post.quoted) for post in record.posts)
    return Record(record.id, record.handle, record.name, posts)
