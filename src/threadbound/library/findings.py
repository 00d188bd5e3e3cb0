"""What ``verify`` says of a library, as data: each finding has a code, a place, a sentence and a cure."""

from __future__ import annotations

from msgspec import Struct

#: Code → whether it is damage, and what to do.
CODES: dict[str, tuple[bool, str]] = {
    "file.missing": (True, "verify --repair FOLDER takes it from a backup"),
    "file.altered": (True, "verify --repair FOLDER takes it from a backup"),
    "file.unreadable": (True, "check the disk; verify --repair FOLDER takes the file from a backup"),
    "manifest.damaged": (True, "verify --repair FOLDER takes it from a backup"),
    "record.damaged": (True, "verify --repair FOLDER takes it from a backup"),
    "thread.invalid": (True, "verify --repair FOLDER takes it from a backup"),
    "thread.differs": (True, "look at both: one of them is not what it was"),
    "version.missing": (True, "verify --repair FOLDER takes it from a backup; reindex forgets it"),
    "catalogue.differs": (True, "threadbound reindex"),
    "catalogue.unusable": (True, "threadbound reindex"),
    "index.differs": (True, "threadbound reindex"),
    "index.behind": (False, "the next add, or threadbound reindex, finishes it"),
    "catalogue.behind": (False, "the next add, or threadbound reindex, finishes it"),
    "thread.reread": (False, "add the page again if this version reads it better"),
    "work.running": (False, "verify again when it is done"),
    "work.unfinished": (False, "the next add, or threadbound reindex, finishes it"),
    "file.stranger": (False, "nothing here needs it; look at it and take it away"),
    "picture.unused": (False, "threadbound prune shows what nothing needs"),
}


class Finding(Struct, frozen=True):
    """One thing that is not as it should be."""

    code: str
    """A key of :data:`CODES`."""
    path: str
    """Under the library's root."""
    message: str

    def __post_init__(self) -> None:
        """Refuse unknown codes."""
        if self.code not in CODES:
            raise ValueError(f"no such finding code: {self.code}")

    @property
    def is_damage(self) -> bool:
        """Whether something of the archive is not what it was; else it is only said."""
        return CODES[self.code][0]

    @property
    def cure(self) -> str:
        """What to do."""
        return CODES[self.code][1]

    def __str__(self) -> str:
        """``path: message; cure``."""
        return f"{self.path}: {self.message}; {self.cure}"
