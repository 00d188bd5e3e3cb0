"""Lists that are set piece by piece: nothing is lost where they are divided, and one entry more changes little."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, cycle, islice

from hypothesis import given
from hypothesis import strategies as st

from threadbound.book.matter import Group, Index, Letter, Matter, Place, Reference, Site, Term
from threadbound.rendering import runs as dividing
from threadbound.rendering import sections
from threadbound.rendering.runs import Galley

ABOUT = 20
Sites = list[tuple[str, int]]
NAMES = st.lists(
    st.tuples(st.text(min_size=1, max_size=8), st.integers(1, 50)), max_size=300, unique_by=lambda each: each[0]
)


def runs(sites: Sites) -> list[tuple[tuple[str, int], ...]]:
    return list(dividing.runs(sites, ABOUT, lambda site: site[1], lambda site: site[0]))


@given(NAMES)
def test_runs_hold_every_entry_once_and_in_order(sites: Sites) -> None:
    found = runs(sites)
    assert [site for run in found for site in run] == sites
    assert all(found)
    assert len(found) <= 1 or sum(size for _, size in sites) > 2 * ABOUT  # what fits into one is not divided
    for run in found:
        sizes = [size for _, size in run]
        assert sum(sizes) - max(sizes) <= 2.5 * ABOUT
        assert len(found) == 1 or sum(sizes) >= ABOUT / 2  # each begins a page


def test_one_entry_more_leaves_nearly_all_runs_as_they_were() -> None:
    """Runs after so many entries would all move: those behind it begin where others began before."""
    sites = [(f"site{n}.example", 1 + n % 3) for n in range(2000)]
    before = set(runs(sites))
    for place in (0, 1, 700, 1999, 2000):
        more = [*sites[:place], ("another.example", 1), *sites[place:]]
        assert len(set(runs(more)) - before) <= 3


def paged(sizes: Iterable[int]) -> list[list[int]]:
    """Sizes in runs, in lines of pages that have 64: parts of a page that floats can add."""
    items = [(size / 64, f"site{n}.example") for n, size in enumerate(sizes)]
    return [[round(size * 64) for size, _ in run] for run in dividing.on_pages(items, str)]


@given(st.lists(st.integers(1, 8), min_size=1, max_size=12))
def test_the_last_page_of_a_run_is_filled_and_not_to_its_last_line(pattern: list[int]) -> None:
    sizes = list(islice(cycle(pattern), 8 * 64 * 2))
    found = paged(sizes)
    assert list(chain.from_iterable(found)) == sizes
    assert len(found) > 1
    for run in found[:-1]:
        length = sum(run) / 64
        assert length >= dividing.PAGES / 2
        assert length <= 2 * dividing.PAGES + 1
        assert dividing.FILLED <= length % 1 <= 1 - dividing.SLACK or length > 2 * dividing.PAGES


@given(st.lists(st.integers(20, 100), min_size=20, max_size=200))
def test_no_run_grows_where_no_entry_ends_where_it_should(sizes: list[int]) -> None:
    found = paged(sizes)
    assert list(chain.from_iterable(found)) == sizes
    behind = sum(sizes)
    for run in found:
        if behind > 3 * dividing.PAGES * 64:  # else there may be too little for another run
            assert sum(run) / 64 <= 2 * dividing.PAGES + 1
        behind -= sum(run)


def test_one_entry_more_moves_few_of_the_runs_that_fill_their_last_page() -> None:
    """Mostly the one that it stands in; where that one ends elsewhere, some behind it: once twelve of 47."""
    items = [((1 + n % 3) / 64, f"site{n}.example") for n in range(4000)]

    def runs(items: list[tuple[float, str]]) -> set[tuple[tuple[float, str], ...]]:
        return set(dividing.on_pages(items, str))

    before = runs(items)
    assert len(before) > 30
    more = ([*items[:place], (1 / 64, "another.example"), *items[place:]] for place in range(0, 4001, 100))
    moved = [len(runs(each) - before) for each in more]
    assert sum(moved) / len(moved) < 1.4
    assert max(moved) <= 12


def height(url: str, *places: int, galley: Galley | None = None) -> float:
    """Of the second of two addresses of a site."""
    groups = (Group("t1", "1 May", tuple(Place(f"t1-p{n}", n) for n in places)),)
    site = Site("a.example", (Reference("https://a.example/0", "", groups), Reference(url, "", groups)))
    return list((galley or Galley()).references([site]))[1][0]


def test_what_fills_more_lines_is_taken_for_higher() -> None:
    short = height("https://a.example/", 1)
    assert height("https://a.example/" + "way/" * 30, 1) > 1.5 * short
    assert height("https://a.example/", *range(1, 90, 4)) > 1.5 * short
    assert height("https://a.example/", 2, 3) == short  # on one page, as a rule
    assert height("https://a.example/", 1, galley=Galley(height=10)) > 3 * short


def test_pages_end_higher_by_what_would_stay_open_and_no_more() -> None:
    assert dividing.higher(0) == 0  # nobody knows
    assert dividing.higher(3.95) == 0
    assert dividing.higher(3 + 1e-9) == 0  # sizes were added up
    assert 0.04 < dividing.higher(3.65) < 0.35 / 4
    assert dividing.higher(7.65) < dividing.higher(3.65)


def index(ident: str, letters: str, terms: int) -> Index:
    group = (Group("t1", "1 May", (Place("t1-p1", 1),)),)
    own = tuple(Letter(head, tuple(Term(f"{head}{n}", "", group) for n in range(terms))) for head in letters)
    return Index(ident, ident.capitalize(), own)


def terms(indexes: Iterable[Index]) -> Iterator[tuple[str, str, str]]:
    """Index, letter and words of every term: a long letter may stand in two pieces."""
    for each in indexes:
        for letter in each.letters:
            yield from ((each.id, letter.head, term.words) for term in letter.terms)


def test_a_piece_goes_on_only_with_an_index_that_was_begun() -> None:
    """Else a whole index would lack its heading, and the contents lead nowhere."""
    indexes = tuple(index(ident, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", 60) for ident in ("people", "hashtags", "sites"))
    pieces = list(sections._indexes(indexes, Galley()))
    begun: set[str] = set()
    for piece in pieces:
        first, *others = piece.matter.indexes
        assert piece.continued == (first.id in begun)
        assert not begun & {each.id for each in others}
        begun |= {each.id for each in piece.matter.indexes}
    assert begun == {"people", "hashtags", "sites"}
    assert list(terms(each for piece in pieces for each in piece.matter.indexes)) == list(terms(indexes))
    assert len(pieces) > 3
    for piece in pieces[:-1]:
        assert dividing.FILLED <= piece.length % 1 <= 1 - dividing.SLACK
    assert list(sections._indexes(Matter().indexes, Galley())) == []
