"""Making derivatives, beside what Pillow alone needs for the same pictures in as many processes.

    python benchmarks/deriving.py [--pictures 200] [--rounds 5]

Before: nothing. After: a Markdown table on stdout and in ``benchmarks/deriving.md``. Each picture is a JPEG of 1200 by
800 pixels and becomes one of 800 by 533. Ours begins with an empty shelf, and leaves every derivative on the disk under
the digest of its content; the plain script writes files. With ``--strict`` the status is 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from measure import Case, Result, run_all, surroundings

HERE = Path(__file__).resolve()
LONG_SIDE = 800
QUALITY = 92
#: Most times of what Pillow alone needs.
TARGET = 1.2


def draw(folder: Path, count: int) -> None:
    """``count`` different JPEGs with the grain of a photograph."""
    from PIL import Image, ImageChops  # noqa: PLC0415 - the measuring process stays small

    slope = Image.linear_gradient("L").resize((1200, 800))
    for number in range(count):
        grain = Image.effect_noise((1200, 800), 10 + number % 20)
        image = Image.merge("RGB", (slope, ImageChops.add(grain, slope, 2, number % 60), grain.rotate(180)))
        image.save(folder / f"{number:04}.jpg", quality=85)


def plain(folder: Path, processes: int) -> None:
    """What anybody would write with Pillow."""
    made = folder / "plain"
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir()
    with ProcessPoolExecutor(processes) as pool:
        list(pool.map(_plain_one, sorted(folder.glob("*.jpg")), [made] * 10_000, chunksize=4))


def _plain_one(path: Path, made: Path) -> None:
    from PIL import Image  # noqa: PLC0415 - as above

    with Image.open(path) as image:
        size = (LONG_SIDE, round(image.height * LONG_SIDE / image.width))
        image.resize(size, Image.Resampling.LANCZOS).save(made / path.name, quality=QUALITY)


def ours(folder: Path, *, proven: bool) -> None:
    """The derivatives on an empty shelf.

    Args:
        folder: of the pictures.
        proven: whether the pictures were proven before, as in a run they are when their page was read.
    """
    from threadbound.digests import sha256  # noqa: PLC0415 - as above
    from threadbound.media.crew import prepare  # noqa: PLC0415 - as above
    from threadbound.media.derive import Derivative  # noqa: PLC0415 - as above
    from threadbound.media.pictures import Pictures, StoredPicture  # noqa: PLC0415 - as above
    from threadbound.media.probe import Probe  # noqa: PLC0415 - as above
    from threadbound.media.recipes import PRESETS, Wishes, plan  # noqa: PLC0415 - as above
    from threadbound.media.shelf import shelf_at  # noqa: PLC0415 - as above

    shutil.rmtree(folder / "shelf", ignore_errors=True)
    store, wanted = Pictures(), []
    for path in sorted(folder.glob("*.jpg")):
        if proven:
            known = Probe("image/jpeg", 1200, 800, "RGB", is_turned=False)
            picture = StoredPicture(sha256(path.read_bytes()), known, path.read_bytes)
        else:
            picture = store.put(partial(path.read_bytes))
        wanted.append(Derivative(picture, plan(picture.probe, PRESETS["reader"], Wishes(LONG_SIDE, QUALITY))))
    with shelf_at(folder / "shelf") as shelf:
        prepare(shelf, wanted)
        if shelf.missing(wanted):
            raise SystemExit("derivatives are missing")


def report(results: list[Result], shape: str) -> tuple[str, bool]:
    """The Markdown page, and whether the target was met."""
    peer, *own = results
    row = (peer.case.name, f"{peer.median:.2f}", f"{peer.best:.2f}", f"{min(peer.processor):.2f}")
    rows = [f"| {' | '.join(row)} | {peer.peak:.0f} | | | |"]
    for result in own:
        times, work = result.median / peer.median, min(result.processor) / min(peer.processor)
        told = f"{times:.2f} | {work:.2f} | {f'≤ {TARGET}' if result is own[0] else ''}"
        row = (result.case.name, f"{result.median:.2f}", f"{result.best:.2f}", f"{min(result.processor):.2f}")
        rows.append(f"| {' | '.join(row)} | {result.peak:.0f} | {told} |")
    head = (
        "| what | median s | best s | CPU s | peak RSS MB | times Pillow | in CPU s | target |\n"
        "|---|---:|---:|---:|---:|---:|---:|---|"
    )
    page = "\n".join(["# Derivatives", "", shape, "", head, *rows, ""])
    return page, own[0].median <= TARGET * peer.median


def main() -> int:
    """Draw the pictures, measure, report."""
    parser = argparse.ArgumentParser(description="Time of derivatives, beside Pillow alone.")
    parser.add_argument("--pictures", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--processes", type=int, default=2, help="of the plain script")
    parser.add_argument("--strict", action="store_true", help="status 1 when the target is missed")
    parser.add_argument(
        "--do", choices=["draw", "plain", "proven", "whole"], help="one piece of work, for the measuring"
    )
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    if chosen.do:
        work = {
            "draw": lambda: draw(chosen.folder, chosen.pictures),
            "plain": lambda: plain(chosen.folder, chosen.processes),
            "proven": lambda: ours(chosen.folder, proven=True),
            "whole": lambda: ours(chosen.folder, proven=False),
        }
        work[chosen.do]()
        return 0
    shape = f"{chosen.pictures} JPEGs of 1200 × 800 to 800 × 533, {chosen.processes} processes.\n\n{surroundings()}"
    with tempfile.TemporaryDirectory(prefix="threadbound-bench-") as name:
        me = [sys.executable, str(HERE), "--folder", name, "--pictures", str(chosen.pictures)]
        me += ["--processes", str(chosen.processes)]
        subprocess.run([*me, "--do", "draw"], check=True)
        cases = [
            Case("Pillow alone, a pool of processes", [*me, "--do", "plain"]),
            Case("threadbound, derivatives", [*me, "--do", "proven"]),
            Case("threadbound, proving every picture first", [*me, "--do", "whole"]),
        ]
        results = run_all(cases, chosen.rounds, lambda line: print(line, file=sys.stderr))
    page, good = report(results, shape)
    (HERE.parent / "deriving.md").write_text(page, encoding="utf-8")
    print(page)
    return 1 if chosen.strict and not good else 0


if __name__ == "__main__":
    sys.exit(main())
