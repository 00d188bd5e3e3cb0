"""What a check found. Before: suspicions. After: findings with a code, in the order of reading."""

from __future__ import annotations

from msgspec import Struct

#: Code → what it means. Making a finding with another code is a bug.
CODES: dict[str, str] = {
    "file.broken": "the file cannot be opened or is not what its name says",
    "file.member": "a part of the file is damaged, doubled or has the wrong form",
    "package.broken": "the list of parts cannot be read or is not true",
    "document.broken": "a document of the book cannot be read",
    "reference.dangling": "something points at a place that is not in the book",
    "reference.remote": "something would be loaded from the network",
    "post.missing": "a post is not in the book",
    "post.order": "a post does not stand in its place",
    "words.missing": "words of a post are not there, or not as they were",
    "link.missing": "the target of a link is nowhere linked",
    "picture.missing": "a picture is not in the book",
    "picture.altered": "a picture cannot have been made of its original",
    "evidence.altered": "a file that the book carries is not what its threads were read from",
    "evidence.missing": "a file that the book should carry is not in it, or not as it was",
    "part.altered": "a page or part of the book is not as it was written",
    "part.missing": "a page or part of the book is not there",
    "part.added": "a page or part was not in the book when it was written",
}


class Finding(Struct, frozen=True):
    """One thing that is wrong with a product."""

    code: str
    """A key of :data:`CODES`."""
    message: str
    """One sentence for a person."""
    where: str = ""
    """The place in the product or the thread."""

    def __post_init__(self) -> None:
        """Refuse unknown codes."""
        if self.code not in CODES:
            raise ValueError(f"no such finding code: {self.code}")

    def __str__(self) -> str:
        """``message (where)``."""
        return f"{self.message} ({self.where})" if self.where else self.message


class CheckReport(Struct, frozen=True):
    """Everything that a check found."""

    findings: tuple[Finding, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    def __str__(self) -> str:
        """The first finding, and how many more there are."""
        more = f" and {len(self.findings) - 1} more" if len(self.findings) > 1 else ""
        return f"{self.findings[0]}{more}" if self.findings else ""
