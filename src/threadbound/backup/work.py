"""A run at work: what every step of it has at hand, and the fence round each.

Before: a library whose lock is held. After each step: it came to its end, or what it met is in the report and the next
one begins.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from datetime import datetime

from msgspec import Struct, field

from threadbound.backup.configuration import Configuration
from threadbound.backup.report import Report
from threadbound.backup.settings import Settings
from threadbound.errors import ExitCode, ThreadboundError, refused, unexpected
from threadbound.library.layout import Library
from threadbound.library.writing import explained
from threadbound.options import BindOptions, Step, no_step

#: What one page or book may meet without the run being a bad one.
LOSSES = frozenset({ExitCode.CHECK, ExitCode.NO_THREAD})


class RunOptions(Struct, frozen=True):
    """What the call says."""

    base: BindOptions
    """Of books and of fetching, where the configuration says nothing."""
    wait_lock: float = 0.0
    """Seconds to wait for another run."""
    is_new_destination: bool = False
    """A destination that was used before may be empty."""
    asks_addresses: bool = True
    """Whether servers are asked for the pages of address lists."""
    notify_command: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    """For the user's own commands."""
    step: Step = no_step
    """Told how long work goes."""


class Run(Struct):
    """A run at work."""

    configuration: Configuration
    options: RunOptions
    library: Library
    report: Report
    now: datetime
    """When it began."""

    @property
    def settings(self) -> Settings:
        """What the configuration says."""
        return self.configuration.settings

    def attempt(self, step: str, work: Callable[[], None]) -> bool:
        """One step behind its fence; gives whether it came to its end."""
        self.report.tell("step", step=step)
        try:
            with explained(self.library):
                work()
        except ThreadboundError as error:
            self.fail(step, error)
        except OSError as error:
            self.report.fail(step, refused(error), ExitCode.FILE)
        except Exception as error:  # noqa: BLE001 - a bug in one step must not cost the snapshot
            self.report.fail(step, unexpected(error), ExitCode.BUG, "".join(traceback.format_exception(error)))
        else:
            return True
        return False

    def fail(self, step: str, error: ThreadboundError, trace: str = "") -> None:
        """A page or a book came to nothing, or a whole step did."""
        code = ExitCode.LOSSES if error.exit_code in LOSSES else error.exit_code
        self.report.fail(step, str(error), code, trace)
