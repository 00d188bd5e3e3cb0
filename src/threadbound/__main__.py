"""The process: ``threadbound`` and ``python -m threadbound``."""

from __future__ import annotations

import gc
import os
import sys

#: What a shell calls a process that an interrupt ended.
INTERRUPTED = 130


def main() -> None:
    """Run the command line and leave with its exit code."""
    collect_rarely()
    try:
        from threadbound.cli.app import run  # noqa: PLC0415 - an interrupt may come while it is loaded
        from threadbound.tools.memory import with_room  # noqa: PLC0415 - as above

        code = with_room(run)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except RuntimeError as error:
        if not isinstance(error.__cause__, KeyboardInterrupt):
            raise
        code = INTERRUPTED  # it met Python 3.11 while a class was being defined
    sys.stdout.flush()
    sys.stderr.flush()
    # Everything is written, synced and renamed by now. Taking the typesetter's objects apart one by one would cost a
    # reader up to a third of a second.
    os._exit(code)


def collect_rarely() -> None:
    """A page becomes a hundred thousand objects that live to the end.

    Looking for garbage among them every 700 costs a tenth of the time.
    """
    gc.set_threshold(200_000, 50, 100)


if __name__ == "__main__":
    main()
