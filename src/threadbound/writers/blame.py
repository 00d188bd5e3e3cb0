"""Whose fault it is when WeasyPrint cannot go on: the program's own, or that of a style sheet of the user's.

Before: a book is being written. After: it is, or the error says who is to mend what.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from threadbound.errors import BadConfiguration, ThreadboundError
from threadbound.writers.writer import Uncovered


@contextmanager
def blamed(names: Sequence[str]) -> Iterator[None]:
    """Lay what WeasyPrint cannot set, and what it leaves out, to the user's theme and style sheet, if there are any.

    Args:
        names: what messages call them.

    Raises:
        BadConfiguration: instead of WeasyPrint's own error, or of the error that it left something out.
    """
    try:
        yield
    except (OSError, MemoryError, Uncovered):
        raise
    except ThreadboundError as error:
        if not names or type(error) is not ThreadboundError:
            raise
        raise BadConfiguration(f"{' and '.join(names)}: {error}") from error
    except Exception as error:
        if not names or not _in_weasyprint(error):
            raise
        why = f"WeasyPrint cannot set a book with it ({type(error).__name__}: {error})"
        raise BadConfiguration(f"{' and '.join(names)}: {why}; take rules out until it can") from error


def _in_weasyprint(error: Exception) -> bool:
    modules = (frame.f_globals.get("__name__", "") for frame, _ in traceback.walk_tb(error.__traceback__))
    return any(name.partition(".")[0] == "weasyprint" for name in modules)
