"""Whatever a person may write is bound: characters of every block of Unicode, together, apart, beside other scripts."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

import pytest

from threadbound.cli.app import run

pytestmark = pytest.mark.slow

#: Characters of a part of Unicode, and in how much of it only every fourth part is looked at: scripts of one kind.
PART = 256
UNIFORM = (range(0x3400, 0x9F80), range(0xAC00, 0xD780), range(0xE100, 0xF880), range(0x12000, 0x18D00))
#: Nothing is assigned beyond, or all of it is of private use.
LAST = 0x1FFFF
ASSIGNED = frozenset({"Cn", "Cs", "Cc"})
#: Letters whose scripts join, stack or turn round.
BESIDE = "aאبक"


def parts() -> Iterator[list[str]]:
    """The assigned characters, part by part."""
    for start in (*range(0x80, LAST, PART), 0x20000, 0x30000, 0xE0000, 0xE0100, 0xF0000, 0x10FE00):
        if start % (4 * PART) and any(start in uniform for uniform in UNIFORM):
            continue
        found = [chr(code) for code in range(start, start + PART)]
        if assigned := [each for each in found if unicodedata.category(each) not in ASSIGNED]:
            yield assigned


def post(characters: list[str], chance: random.Random) -> str:
    """A post with some of them: in a row as they come, apart, and each behind a letter of another script."""
    first = chance.randrange(max(1, len(characters) - 5))
    apart = " ".join(chance.choices(characters, k=5))
    beside = "".join(map("".join, zip(BESIDE, chance.choices(characters, k=len(BESIDE)), strict=True)))
    return f"Words {''.join(characters[first : first + 5])} and {apart}, {beside} too."


@pytest.mark.parametrize(("product", "options"), [("pdf", ""), ("pdf", "--style posts --links footnote"), ("epub", "")])
def test_a_book_of_every_block_is_bound(
    product: str, options: str, make_page: Callable[..., Path], tmp_path: Path
) -> None:
    chance = random.Random(f"{product} {options}")  # noqa: S311 - which characters, not whose secret
    page = make_page(["A post in English comes first.", *(escape(post(each, chance)) for each in parts())])
    made = run([product, str(page), "-o", str(tmp_path / f"b.{product}"), "-q", *options.split()])
    assert made == (3 if product == "pdf" else 0)  # what no font has is a loss, and nothing else
