"""Polls → ballots: what was asked, how many answered, and which answer had most.

Before: a poll as the page has it. After: figures for people. Shares that the page does not say are worked out from the
votes; where it says neither, none is invented.
"""

from __future__ import annotations

from threadbound.book import dates
from threadbound.book.blocks import Answer, Ballot
from threadbound.model.thread import Choice, Poll


def ballot(poll: Poll) -> Ballot:
    """A poll as a block."""
    parts = [_part(choice, poll) for choice in poll.choices]
    most = max((part for part in parts if part is not None), default=None)
    answers = (
        Answer(choice.text, _figure(choice, part), part, is_first=part is not None and part == most and part > 0)
        for choice, part in zip(poll.choices, parts, strict=True)
    )
    votes = poll.votes if poll.votes is not None else _sum(poll)
    facts = (
        f"{votes:,} {'vote' if votes == 1 else 'votes'}" if votes is not None else "",
        f"ended {dates.long(poll.ended.date())}" if poll.ended else "",
    )
    return Ballot(tuple(answers), ", ".join(fact for fact in facts if fact))


def _sum(poll: Poll) -> int | None:
    counts = [choice.votes for choice in poll.choices if choice.votes is not None]
    return sum(counts) if counts and len(counts) == len(poll.choices) else None


def _part(choice: Choice, poll: Poll) -> float | None:
    """Of all votes, 0 to 1."""
    if choice.share is not None:
        return min(1.0, max(0.0, choice.share / 100))
    votes = poll.votes or _sum(poll)
    if choice.votes is None or not votes:
        return None
    return min(1.0, max(0.0, choice.votes / votes))


def _figure(choice: Choice, part: float | None) -> str:
    if part is not None:
        share = part * 100 if choice.share is None else choice.share  # as the page says it, even if it is more than all
        return f"{share:.1f} %".replace(".0 %", " %")
    return f"{choice.votes:,}" if choice.votes is not None else ""
