"""The process: ``threadbound`` and ``python -m threadbound``."""

from __future__ import annotations

from threadbound.cli.app import run


def main() -> None:
    """Run the command line and leave with its exit code."""
    raise SystemExit(run())


if __name__ == "__main__":
    main()
