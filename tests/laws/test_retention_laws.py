from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from threadbound.backup.retention import Keep, Kept, may_go

NIGHT = datetime(2026, 1, 1, 4, tzinfo=UTC)
COUNTS = st.integers(0, 9)
RULES = st.builds(
    Keep, keep_last=COUNTS, keep_daily=COUNTS, keep_weekly=COUNTS, keep_monthly=COUNTS, keep_yearly=COUNTS
)
TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - as it asks


@st.composite
def _histories(draw: st.DrawFn) -> list[Kept]:
    """Snapshots by any clock at all: it jumps, stands still and goes backwards."""
    made = draw(st.lists(st.tuples(TIMES, st.booleans()), max_size=30))
    return [Kept(f"{n:06}", time, is_good) for n, (time, is_good) in enumerate(made, 1)]


def _nights(count: int) -> list[Kept]:
    return [Kept(f"{n:06}", NIGHT + timedelta(days=n)) for n in range(count)]


@given(_histories(), RULES)
def test_the_newest_good_one_stays_and_so_does_what_is_newer(history: list[Kept], keep: Keep) -> None:
    gone = {each.name for each in may_go(history, keep)}
    good = [each.name for each in history if each.is_good]
    newest = good[-1] if good else ""
    assert newest not in gone
    assert all(name < newest for name in gone)


@given(_histories())
def test_without_a_rule_nothing_goes(history: list[Kept]) -> None:
    assert may_go(history, Keep()) == []


@given(_histories(), RULES, st.sampled_from(Keep.__struct_fields__), st.integers(1, 5))
def test_whoever_asks_for_more_keeps_no_less(history: list[Kept], keep: Keep, rule: str, more: int) -> None:
    larger = replace(keep, **{rule: getattr(keep, rule) + more})
    if keep != Keep():
        assert {each.name for each in may_go(history, larger)} <= {each.name for each in may_go(history, keep)}


@given(_histories(), RULES)
def test_pruning_twice_is_pruning_once(history: list[Kept], keep: Keep) -> None:
    gone = may_go(history, keep)
    left = [each for each in history if each not in gone]
    assert may_go(left, keep) == []


@given(_histories(), RULES)
def test_the_last_ones_are_kept_whatever_the_clock_said(history: list[Kept], keep: Keep) -> None:
    good = [each for each in history if each.is_good]
    gone = may_go(history, keep)
    assert not set(good[-keep.keep_last :] if keep.keep_last else []) & set(gone)


@given(_histories(), RULES, TIMES)
def test_a_clock_that_jumps_costs_no_earlier_day_more_than_one_place(
    history: list[Kept], keep: Keep, wrong: datetime
) -> None:
    history = [replace(each, is_good=True) for each in history]
    before = set(history) - set(may_go(history, replace(keep, keep_last=0)))
    larger = Keep(0, *(getattr(keep, rule) + 1 if getattr(keep, rule) else 0 for rule in Keep.__struct_fields__[1:]))
    after = [*history, Kept("999999", wrong)]
    kept = set(after) - set(may_go(after, larger))
    same_group = {each for each in before if each.made.year == wrong.year or each.made.isocalendar()[0] == wrong.year}
    if larger != Keep():
        assert before - same_group <= kept


def test_a_week_a_month_and_a_year_of_nights() -> None:
    keep = Keep(keep_daily=7, keep_weekly=4, keep_monthly=6, keep_yearly=2)
    history: list[Kept] = []
    for night in _nights(800):
        history.append(night)
        gone = may_go(history, keep)
        history = [each for each in history if each not in gone]
    days = [f"{each.made:%Y-%m-%d}" for each in history]
    assert days[-7:] == [f"2028-03-{day:02}" for day in range(4, 11)]
    sundays, ends = ["2028-02-20", "2028-02-27"], ["2027-10-31", "2027-11-30", "2027-12-31", "2028-01-31"]
    assert days[:-7] == [*ends, *sundays, "2028-02-29"]


def test_what_is_damaged_keeps_no_place_and_goes_only_when_something_good_is_newer() -> None:
    history = _nights(5)
    history[3] = replace(history[3], is_good=False)
    history[4] = replace(history[4], is_good=False)
    assert [each.name for each in may_go(history, Keep(keep_last=2))] == ["000000"]
    assert may_go([replace(each, is_good=False) for each in history], Keep(keep_last=1)) == []
