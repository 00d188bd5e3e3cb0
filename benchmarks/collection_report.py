"""What a run of ``collection.py`` measured → a table with the ratios and the targets.

Before: results by name (``COLLECTION WHAT``). After: a Markdown page, and whether every target was met.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from measure import machine

Results = Mapping[str, Mapping[str, float]]
#: Status of what took longer than anybody waits: its seconds are fewer than it takes.
STOPPED = -9
#: How ours is run, one after another.
RUNS = COLD, AGAIN, MORE = "cold", "again", "one more thread"
PDF, EPUB = "threadbound pdf", "threadbound epub"
WEASYPRINT, ONE_DOCUMENT, PANDOC, TYPST = "plain WeasyPrint", "plain WeasyPrint, PDF/A-3a", "pandoc", "pandoc + typst"
#: What is the same kind of work, and is shown beside ours.
BESIDE = {"pdf": (WEASYPRINT, ONE_DOCUMENT, TYPST, "percollate (pdf)"), "epub": (PANDOC, "percollate (epub)")}
HEAD = (
    "| collection | what | wall s | CPU s | peak MB, all processes | product MB | beside | target | verdict |\n"
    "|---|---|---:|---:|---:|---:|---|---|---|"
)
NOTES = """
20 posts a thread; one picture a thread, in the rich collection six (JPEGs of 1200 × 800, 156 KB, no two alike).
Whole processes from start to end, one after another. Memory is the proportional share (PSS) of all processes of a
program together, looked at ten times a second wherever it may be a new peak, which may be missed by a hundredth.
Ratios are of wall time. *cold*: nothing is kept from an earlier run; *again*: the same command once more; *one more
thread*: a page has come to the folder.
What one program has written is on the disk before the next begins. Plain WeasyPrint gets our own book as one document,
with our style sheet and fonts: reading the pages and making the HTML is not counted. pandoc and percollate get plain
HTML of the same words, links and pictures; none of them reads saved pages, checks its book or carries evidence.
"""


@dataclass(frozen=True, slots=True)
class Target:
    """What the project promises of one run."""

    times: Mapping[str, float] = field(default_factory=dict)
    """Another run of as many threads → at most so many times its wall time."""
    size: Mapping[str, float] = field(default_factory=dict)
    """Another run → at most so many times the size of its book."""
    megabytes: float | None = None


TARGETS = {
    f"200-rich {PDF}, {COLD}": Target({WEASYPRINT: 0.5}, {ONE_DOCUMENT: 1.05}, 500),
    f"1000 {PDF}, {COLD}": Target({WEASYPRINT: 0.4}, {ONE_DOCUMENT: 1.05}, 700),
    f"1000 {PDF}, {MORE}": Target({f"{PDF}, {COLD}": 0.1}, megabytes=550),
    f"1000 {EPUB}, {COLD}": Target({PANDOC: 0.4}, megabytes=250),
    f"200 {PDF}, {COLD}": Target(megabytes=300 + 0.4 * 200),
    f"200 {EPUB}, {COLD}": Target(megabytes=300 + 0.4 * 200),
    f"5000 {PDF}, {COLD}": Target(megabytes=300 + 0.4 * 5000),
    f"5000 {EPUB}, {COLD}": Target(megabytes=300 + 0.4 * 5000),
}
#: Time a thread may grow by so much from one size of collection to the next.
GROWTH = 1.15


def report(results: Results, about: str) -> tuple[str, bool]:
    """The Markdown page, and whether every target was met."""
    rows, good = [], True
    for name in sorted(results, key=_order):
        words, met = _verdict(name, results)
        good = good and met
        rows.append(_row(name, results, words, met=met))
    growth, grown = _growth(results)
    lines = ["# Collections", "", f"{_machine()} {about}", "", HEAD, *rows, "", *growth, NOTES]
    return "\n".join(lines), good and grown


def _order(name: str) -> tuple[int, str, str, int, str]:
    collection, _, what = name.partition(" ")
    kind = "epub" if "epub" in what or what == PANDOC else "pdf"
    run = next((n for n, ending in enumerate(RUNS) if what.endswith(f", {ending}")), len(RUNS))
    return int(collection.partition("-")[0]), collection, kind, run, what


def _row(name: str, results: Results, target: str, *, met: bool) -> str:
    collection, _, what = name.partition(" ")
    result = results[name]
    if result["status"]:
        how = "stopped" if result["status"] == STOPPED else f"failed ({result['status']:.0f})"
        how = f"{how} after {result['seconds']:.0f} s"
        return f"| {collection} | {what} | {how} | | {result['peak']:.0f} | | | {target} | |"
    verdict = ("met" if met else "MISSED") if target else ""
    return (
        f"| {collection} | {what} | {result['seconds']:.1f} | {result['processor']:.1f} | {result['peak']:.0f} |"
        f" {result['size']:.1f} | {_beside(collection, what, results)} | {target} | {verdict} |"
    )


def _beside(collection: str, what: str, results: Results) -> str:
    if not what.endswith(f", {COLD}"):
        return ""
    peers = BESIDE["epub" if what.startswith(EPUB) else "pdf"]
    known = [(peer, results[f"{collection} {peer}"]) for peer in peers if f"{collection} {peer}" in results]
    seconds = results[f"{collection} {what}"]["seconds"]
    return "; ".join(
        f"{'< ' if each['status'] else ''}{seconds / each['seconds']:.2f} × {peer}"
        for peer, each in known
        if each["status"] in (0, STOPPED)
    )


def _verdict(name: str, results: Results) -> tuple[str, bool]:
    """The targets of one run in words, and whether all were met."""
    target = TARGETS.get(name)
    if target is None or results[name]["status"]:
        return "", target is None
    words, met = [], []
    for wanted, key, sign in ((target.times, "seconds", ""), (target.size, "size", "size of ")):
        for beside, times in wanted.items():
            peer = results.get(f"{name.partition(' ')[0]} {beside}")
            words.append(f"≤ {times} × {sign}{beside}")
            is_known = peer and (peer["status"] == 0 or (peer["status"] == STOPPED and key == "seconds"))
            met.append(not peer or not is_known or results[name][key] <= times * peer[key])
    if target.megabytes is not None:
        words.append(f"≤ {target.megabytes:.0f} MB")
        met.append(results[name]["peak"] <= target.megabytes)
    return ", ".join(words), all(met)


def _growth(results: Results) -> tuple[list[str], bool]:
    """How time a thread grows with the collection."""
    lines, good = [], True
    for what in (PDF, EPUB):
        names = [name.partition(" ")[0] for name in results if name.endswith(f" {what}, {COLD}")]
        sizes = sorted(int(name) for name in names if name.isdigit())  # those with as many pictures a thread
        known = [(size, results[f"{size} {what}, {COLD}"]) for size in sizes]
        known = [(size, each["seconds"] / size, each["processor"] / size) for size, each in known if not each["status"]]
        for before, after in pairwise(known):
            times, met = after[1] / before[1], after[1] <= GROWTH * before[1]
            good = good and met
            grown = f"{1000 * before[1]:.1f} → {1000 * after[1]:.1f} ms a thread, {times:.2f} ×"
            verdict = f"processor {after[2] / before[2]:.2f} ×; target ≤ {GROWTH}: {'met' if met else 'MISSED'}"
            lines.append(f"- {what}, from {before[0]} to {after[0]} threads: {grown} ({verdict})")
    return lines, good


def _machine() -> str:
    return f"{machine()}; threadbound {importlib.metadata.version('threadbound')}; beside it"
