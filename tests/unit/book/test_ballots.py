"""Polls: figures that the page says, or that follow from what it says; none is invented."""

from __future__ import annotations

from datetime import UTC, datetime

from threadbound.book.ballots import ballot
from threadbound.model.thread import Choice, Poll


def test_shares_and_votes_as_the_page_says() -> None:
    poll = Poll(
        (Choice("The legend", share=12.4), Choice("Wherever I live", share=61.0), Choice("Neither", share=26.6)),
        votes=1204,
        ended=datetime(2022, 2, 14, 9, 0, tzinfo=UTC),
    )
    done = ballot(poll)
    assert [(answer.figure, answer.is_first) for answer in done.answers] == [
        ("12.4 %", False),
        ("61 %", True),
        ("26.6 %", False),
    ]
    assert done.summary == "1,204 votes, ended 14 February 2022"


def test_shares_follow_from_votes() -> None:
    done = ballot(Poll((Choice("A", votes=3), Choice("B", votes=1))))
    assert [answer.figure for answer in done.answers] == ["75 %", "25 %"]
    assert done.summary == "4 votes"


def test_what_is_not_known_is_not_said() -> None:
    done = ballot(Poll((Choice("A"), Choice("B", votes=0))))
    assert [(answer.figure, answer.part, answer.is_first) for answer in done.answers] == [
        ("", None, False),
        ("0", None, False),
    ]
    assert done.summary == ""
    (answer,) = ballot(Poll((Choice("A", share=250.0),))).answers
    assert (answer.part, answer.figure) == (1.0, "250 %")  # the bar ends somewhere
