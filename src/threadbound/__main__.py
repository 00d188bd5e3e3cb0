"""The process: ``threadbound`` and ``python -m threadbound``."""

from __future__ import annotations

import gc
import os
import sys

from threadbound.cli.app import run


def main() -> None:
    """Run the command line and leave with its exit code."""
    # A page becomes a hundred thousand objects that live to the end: looking for garbage among them every 700 costs
    # a tenth of the time.
    gc.set_threshold(50_000, 20, 20)
    code = run()
    sys.stdout.flush()
    sys.stderr.flush()
    # Everything is written, synced and renamed by now. Taking the typesetter's objects apart one by one would cost a
    # reader up to a third of a second.
    os._exit(code)


if __name__ == "__main__":
    main()
