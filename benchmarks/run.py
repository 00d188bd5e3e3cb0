"""Time and memory of Threadbound, beside plain WeasyPrint and pandoc on the same content in the same run.

    python benchmarks/run.py [--rounds 7] [--posts 25] [--pictures 4]

After: two Markdown tables on stdout and in ``benchmarks/results.md``: whole processes; where the time of a PDF goes.
The status is 1 when a target is missed and ``--strict`` was given, otherwise 0.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from measure import Case, Result, compile_ours, machine, run_all

HERE = Path(__file__).resolve().parent
FONTS = HERE.parent / "templates" / "fonts" / "eb-garamond"
PLAIN_FONTS = "weasyprint, system fonts"
SAME_FONTS = "weasyprint, the book's fonts"
PANDOC = "pandoc (EPUB)"
UNJUDGED = "the same, untagged and unjudged"
HELP, INSPECT, PDF, EPUB = ("threadbound --help", "threadbound inspect", "threadbound pdf", "threadbound epub")
ALL = "**all**"
STAGES_NOTE = (
    "Medians of processes of their own, in turn. A stage does not count what it calls of another; laying out counts the"
    " reading of the HTML and the CSS, drawing counts the pictures and the file."
)


@dataclass(frozen=True, slots=True)
class Target:
    """What the project promises of one case."""

    seconds: float | None = None
    times: dict[str, float] = field(default_factory=dict)
    """Another case → at most so many times as long as that."""
    megabytes: float | None = None


TARGETS = {
    HELP: Target(seconds=0.15),
    PDF: Target(seconds=1.5, times={SAME_FONTS: 1.3, UNJUDGED: 1.5}, megabytes=180),
    EPUB: Target(seconds=0.5, megabytes=150),
    INSPECT: Target(megabytes=150),
}
BESIDE = {PDF: (UNJUDGED, PLAIN_FONTS, SAME_FONTS), EPUB: (PANDOC,)}
#: What a PDF costs that is neither tagged nor read back, and carries nothing.
PLAIN = ("--pdf-variant", "pdf", "--attach", "none")


def cases(folder: Path) -> list[Case]:
    """Everything that is measured, where it is installed."""
    python, pandoc = sys.executable, shutil.which("pandoc")
    bind = [python, "-m", "threadbound"]
    page = str(folder / "thread.html")
    style = folder / "fonts.css"
    style.write_text(_font_css(), encoding="utf-8")
    names = ("b.pdf", "b.epub", "bare.pdf", "plain.pdf", "same.pdf", "o.epub")
    pdf, epub, bare, plain, same, other = (folder / name for name in names)
    known = [
        Case("python -c pass", [python, "-c", "pass"]),
        Case(HELP, [*bind, "--help"]),
        Case(INSPECT, [*bind, "inspect", "--offline", page]),
        Case(PDF, [*bind, "pdf", "--offline", "--force", "-o", str(pdf), page], pdf),
        Case(
            UNJUDGED,
            [python, str(HERE / "unjudged.py"), "pdf", "--offline", "--force", *PLAIN, "-o", str(bare), page],
            bare,
        ),
        Case(PLAIN_FONTS, [python, "-m", "weasyprint", "-q", "clean.html", str(plain)], plain, folder),
        Case(SAME_FONTS, [python, "-m", "weasyprint", "-q", "-s", str(style), "clean.html", str(same)], same, folder),
        Case(EPUB, [*bind, "epub", "--offline", "--force", "-o", str(epub), page], epub),
    ]
    if pandoc:
        known.append(Case(PANDOC, [pandoc, "clean.html", "-o", str(other)], other, folder))
    return known


def _font_css() -> str:
    cuts = (("400Regular", 400, "normal"), ("400Regular_Italic", 400, "italic"), ("600SemiBold", 600, "normal"))
    faces = [
        f'@font-face {{ font-family: "EB Garamond"; font-weight: {weight}; font-style: {slope};'
        f' src: url("{(FONTS / f"EBGaramond_{cut}.ttf").as_uri()}") }}'
        for cut, weight, slope in cuts
    ]
    return "\n".join([*faces, '* { font-family: "EB Garamond", serif }', ""])


def report(results: list[Result], shape: str) -> tuple[str, bool]:
    """The Markdown page, and whether every target was met."""
    by_name = {result.case.name: result for result in results}
    head = (
        "| what | median s | best s | CPU s | peak RSS MB | peak PSS MB | product MB | beside | target | verdict |\n"
        "|---|---:|---:|---:|---:|---:|---:|---|---|---|"
    )
    rows, good = [], True
    for result in results:
        if result.status or not result.seconds:
            met = result.case.name not in TARGETS
            rows.append(
                f"| {result.case.name} | failed: exit {result.status} | | | | | | | | {'' if met else 'missed'} |"
            )
        else:
            target, met = _verdict(result, by_name)
            rows.append(_row(result, by_name, target, met=met))
        good = good and met
    if PANDOC not in by_name:
        rows.append(f"| {PANDOC} | not installed | | | | | | | | |")
    notes = (
        "Whole processes from start to end, in turn, after one round that is not counted. RSS is the process's own peak"
        " (wait4); PSS was sampled in a run of its own. Ratios and verdicts compare medians."
    )
    return "\n".join(["# Benchmark", "", shape, "", _machine(), "", head, *rows, "", notes, ""]), good


def _row(result: Result, by_name: dict[str, Result], target: str, *, met: bool) -> str:
    ratios = [
        f"{result.median / by_name[name].median:.2f} x {name}"
        for name in BESIDE.get(result.case.name, ())
        if name in by_name and by_name[name].seconds
    ]
    processor = min(result.processor)
    return (
        f"| {result.case.name} | {result.median:.3f} | {result.best:.3f} | {processor:.3f} | {result.peak:.0f} |"
        f" {result.share:.0f} | {f'{result.size:.2f}' if result.size else ''} | {'; '.join(ratios)} |"
        f" {target} | {('met' if met else 'MISSED') if target else ''} |"
    )


def _verdict(result: Result, by_name: dict[str, Result]) -> tuple[str, bool]:
    """The targets of one case in words, and whether all were met."""
    target = TARGETS.get(result.case.name)
    if target is None:
        return "", True
    words, met = [], []
    if target.seconds is not None:
        words.append(f"≤ {target.seconds} s")
        met.append(result.median <= target.seconds)
    for beside, times in target.times.items():
        peer = by_name.get(beside)
        if peer and peer.seconds:
            words.append(f"≤ {times} x {beside}")
            met.append(result.median <= times * peer.median)
    if target.megabytes is not None:
        words.append(f"≤ {target.megabytes:.0f} MB")
        met.append(result.peak <= target.megabytes)
    return ", ".join(words), all(met)


def stages(folder: Path, rounds: int) -> str:
    """Where the processor's time of the PDF goes, whole and plain, as a Markdown table: medians, in turn."""
    found: list[dict[str, list[float]]] = [{}, {}]
    for number in range(2 * rounds):
        print(f"stages: {number + 1} of {2 * rounds}", file=sys.stderr)
        for stage, seconds in _stages_once(folder, is_plain=bool(number % 2)).items():
            found[number % 2].setdefault(stage, []).append(seconds)
    rows = [
        f"| {stage} | " + " | ".join(f"{statistics.median(kind[stage]):.3f}" if stage in kind else "" for kind in found)
        for stage in found[0]
    ]
    head = f"| stage of {PDF} | CPU s | {UNJUDGED} |\n|---|---:|---:|"
    whole, plain = (statistics.median(kind[ALL]) for kind in found)
    times = f"Tagged, judged and with its evidence: {whole / plain:.2f} times the processor's time of the plain one."
    return "\n".join([head, *(f"{row} |" for row in rows), "", times])


def _stages_once(folder: Path, *, is_plain: bool) -> dict[str, float]:
    out, product = folder / "stages.json", folder / "stages.pdf"
    options = ["--unjudged", "pdf", *PLAIN] if is_plain else ["pdf"]
    page = str(folder / "thread.html")
    subprocess.run(
        [sys.executable, str(HERE / "stages.py"), str(out), *options, "-qf", "--offline", "-o", str(product), page],
        check=True,
    )
    told: dict[str, float] = json.loads(out.read_text(encoding="utf-8"))
    return {**told, ALL: sum(told.values())}


def _machine() -> str:
    versions = [f"{name} {importlib.metadata.version(name)}" for name in ("threadbound", "weasyprint", "ebooklib")]
    pandoc = shutil.which("pandoc")
    if pandoc:
        told = subprocess.run([pandoc, "--version"], capture_output=True, text=True, check=True)
        versions.append(told.stdout.splitlines()[0])
    return f"{machine()}; {', '.join(versions)}."


def main() -> int:
    """Make the pages, measure, report."""
    parser = argparse.ArgumentParser(description="Time and memory of Threadbound, beside WeasyPrint and pandoc.")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--posts", type=int, default=25)
    parser.add_argument("--pictures", type=int, default=4)
    parser.add_argument("--note", default="", help="what else to know of this run")
    parser.add_argument("--strict", action="store_true", help="status 1 when a target is missed")
    chosen = parser.parse_args()
    compile_ours()
    with tempfile.TemporaryDirectory(prefix="threadbound-bench-") as name:
        folder = Path(name)
        # In a process of its own: see measure.py.
        made = [sys.executable, str(HERE / "pages.py"), str(folder), str(chosen.posts), str(chosen.pictures)]
        subprocess.run(made, check=True)
        results = run_all(cases(folder), chosen.rounds, lambda line: print(line, file=sys.stderr))
        by_stage = stages(folder, chosen.rounds)
    shape = f"A saved page of {chosen.posts} posts and {chosen.pictures} pictures (1200 x 800), {chosen.rounds} rounds."
    shape = f"{shape} {chosen.note}".strip()
    page, good = report(results, shape)
    page = f"{page}\n{by_stage}\n\n{STAGES_NOTE}\n"
    (HERE / "results.md").write_text(page, encoding="utf-8")
    print(page)
    return 1 if chosen.strict and not good else 0


if __name__ == "__main__":
    sys.exit(main())
