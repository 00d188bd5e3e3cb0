"""Pages that came into the library in a run: how they are taken in, and how that is told."""

from __future__ import annotations

from threadbound.archive import Added, AddOptions
from threadbound.backup.work import Run
from threadbound.errors import ExitCode


def add_options(run: Run) -> AddOptions:
    """A run keeps all that lies in a page's own folder."""
    base = run.options.base
    return AddOptions(base.cache_dir, base.fetch, base.max_image_pixels, companions=True)


def tell_added(run: Run, added: Added, *, name: str = "", has_moved: bool = False) -> None:
    """A page is in the library, or was; what is new and lacks something makes the run one with losses."""
    outcome = added.outcome
    lost = [str(notice) for notice in outcome.thread.notices if notice.is_loss] if outcome.is_change else []
    if lost:
        run.report.codes.add(ExitCode.LOSSES)
    run.report.count(outcome.status)
    said = {"id": outcome.key, "status": outcome.status, "version": outcome.number}
    run.report.tell("page", name=name or added.name, **said, moved=has_moved, losses=lost)
