"""The programs that make books of a collection beside ours, in an environment of their own.

Before: nothing. After: ``build/peers`` with the versions of ``peers.txt``, and percollate where npm and Chromium are;
for each peer the command that makes a book of the plain pages.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE.parent / "build" / "peers"
PERCOLLATE = "percollate@4.3.0"
_COMPILE = "import sys, typst; typst.compile(sys.argv[1], output=sys.argv[2])"
_VERSIONS = "import importlib.metadata as m; print(', '.join(f'{n} {m.version(n)}' for n in ('weasyprint', 'typst')))"


@dataclass(frozen=True, slots=True)
class Peer:
    """A program that makes one kind of book."""

    name: str
    product: str
    """``pdf`` or ``epub``."""
    command: tuple[str, ...]
    """What it is called with; ``OUT`` stands for the book."""
    environment: dict[str, str] = field(default_factory=dict)


def install() -> None:
    """Make the environment, or leave it as it is."""
    if not (ENVIRONMENT / "bin" / "python").exists():
        venv.create(ENVIRONMENT, with_pip=True)
    pip = [str(ENVIRONMENT / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "-r", str(HERE / "peers.txt")], check=True, stderr=subprocess.DEVNULL)
    if shutil.which("npm") and _chromium() and not _percollate().exists():
        environment = {**os.environ, "PUPPETEER_SKIP_DOWNLOAD": "1"}
        command = ["npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", str(ENVIRONMENT), PERCOLLATE]
        subprocess.run(command, check=False, env=environment)


def versions() -> str:
    """What is installed."""
    python = str(ENVIRONMENT / "bin" / "python")
    told = subprocess.run([python, "-c", _VERSIONS], check=True, capture_output=True, text=True).stdout.strip()
    pandoc = subprocess.run([_pandoc(), "--version"], check=True, capture_output=True, text=True).stdout
    percollate = f", {PERCOLLATE.replace('@', ' ')}" if _percollate().exists() else ""
    return f"{told}, {pandoc.splitlines()[0]}{percollate}"


def peers(folder: Path, server: str) -> list[Peer]:
    """Every peer that is there, for the collection in ``folder``; ``server`` serves it."""
    python, one = str(ENVIRONMENT / "bin" / "python"), folder / "one"
    clean, typ = str(folder / "clean.html"), str(folder / "clean.typ")
    fonts = {"FONTCONFIG_FILE": str(one / "fonts.conf")}
    weasyprint = (python, "-m", "weasyprint", "-q")
    html = str(one / "book.html")
    from_html = (_pandoc(), clean, "-f", "html", f"--resource-path={folder}", "-s")
    first = f'"{_pandoc()}" "{clean}" -f html -s -t typst -V papersize=a5 -o "{typ}"'
    through_typst = ("sh", "-c", f'{first} && "{python}" -c "{_COMPILE}" "{typ}" "$0"', "OUT")
    known = [
        Peer("plain WeasyPrint", "pdf", (*weasyprint, html, "OUT"), fonts),
        Peer("plain WeasyPrint, PDF/A-3a", "pdf", (*weasyprint, "--pdf-variant", "pdf/a-3a", html, "OUT"), fonts),
        Peer("pandoc + typst", "pdf", through_typst),
        Peer("pandoc", "epub", (*from_html, "--toc-depth=1", "-o", "OUT")),
    ]
    if _percollate().exists():
        pages = [f"{server}/alone/{page.name}" for page in sorted((folder / "alone").glob("*.html"))]
        environment = {"PUPPETEER_EXECUTABLE_PATH": _chromium()}
        for product in ("pdf", "epub"):
            start = ("node", str(_percollate()), product, "--no-sandbox", "--wait=0", "--title", "Collected threads")
            known.append(Peer(f"percollate ({product})", product, (*start, "-o", "OUT", *pages), environment))
    return known


def _pandoc() -> str:
    found = list((ENVIRONMENT / "lib").glob("python*/site-packages/pypandoc/files/pandoc"))
    if not found:
        sys.exit(f"{ENVIRONMENT}: pandoc is missing; remove the folder and run again")
    return str(found[0])


def _percollate() -> Path:
    return ENVIRONMENT / "node_modules" / "percollate" / "cli.js"


def _chromium() -> str:
    return shutil.which("chromium") or shutil.which("chromium-browser") or ""
