"""The process as others see it: real children, real signals, real pipes."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from threadbound.cli.app import run

COMMAND = [sys.executable, "-m", "threadbound"]


def test_help_begins_with_examples_and_imports_nothing_heavy() -> None:
    watch = "import sys; from threadbound.cli.app import run; run(['--help']); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", watch], capture_output=True, text=True, check=True)
    assert done.stdout.index("threadbound pdf page.html") < done.stdout.index("Options:")
    heavy = {"weasyprint", "ebooklib", "bs4", "lxml", "PIL", "jinja2", "rich", "msgspec", "pypdfium2"}
    assert not heavy & set(done.stderr.split())


@pytest.mark.parametrize("verb", ["pdf", "epub", "inspect"])
def test_every_verb_has_help_and_offline(verb: str) -> None:
    done = subprocess.run([*COMMAND, verb, "--help"], capture_output=True, text=True, check=True)
    assert f"threadbound {verb} " in done.stdout.split("Options:")[0]
    assert "--offline" in done.stdout


def test_version() -> None:
    done = subprocess.run([*COMMAND, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("threadbound 0.")


def test_standard_input(make_page: Callable[..., Path]) -> None:
    page = make_page(["Read from a pipe."]).read_bytes()
    done = subprocess.run([*COMMAND, "inspect", "--json", "-"], input=page, capture_output=True, check=True)
    assert b'"name":"stdin"' in done.stdout


def test_a_reader_that_goes_away_is_no_traceback(example: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "inspect", "--json", *[str(example)] * 3], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.close()
        assert b"Traceback" not in child.stderr.read()


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130), (signal.SIGKILL, -9)]
)
def test_a_run_that_is_stopped_leaves_no_half_file(
    number: signal.Signals, code: int, make_page: Callable[..., Path], tmp_path: Path
) -> None:
    page = make_page([f"Post number {k}, with words enough to keep the typesetter busy." for k in range(1500)])
    out = tmp_path / "out"
    out.mkdir()
    with subprocess.Popen([*COMMAND, "pdf", str(page), "-d", str(out)], stderr=subprocess.DEVNULL) as child:
        deadline = time.monotonic() + 60
        while not list(out.iterdir()) and time.monotonic() < deadline:
            time.sleep(0.02)
        child.send_signal(number)
        assert child.wait(60) == code
    assert not [path for path in out.iterdir() if path.suffix == ".pdf" and not path.name.startswith(".")]
    if number != signal.SIGKILL:
        assert not list(out.iterdir())


def test_a_full_disk_is_one_line(make_page: Callable[..., Path], tmp_path: Path) -> None:
    page = make_page(["A post for a disk with no room."])
    limited = (
        "import resource as r, sys; r.setrlimit(r.RLIMIT_FSIZE, (4096, 4096));"
        "from threadbound.cli.app import run; sys.exit(run(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", limited, "epub", str(page), "-d", str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 5
    assert done.stderr.count("\n") == 1
    assert not list((tmp_path / "out").iterdir())


#: Root reads everything, unless it lets go of that.
HUMBLE = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"]
HUMBLE = [] if os.geteuid() else HUMBLE


@pytest.mark.skipif(bool(HUMBLE and not shutil.which(HUMBLE[0])), reason="no setpriv here")
@pytest.mark.parametrize(
    ("call", "says"),
    [
        (["verify", "-q", "b.epub", "secret"], "secret: it may not be read; change its permissions"),
        (["verify", "locked/b.epub"], "locked/b.epub: "),
        (["extract", "secret"], "secret: it may not be read; change its permissions"),
        (["inspect", "secret"], "secret: it may not be read; change its permissions"),
        (["pdf", "p.html", "--cover", "secret"], "--cover secret: cannot be read: Permission denied"),
        (["pdf", "p.html", "--order-file", "secret"], "--order-file secret: cannot be read: Permission denied"),
        (
            ["pdf", "p.html", "--resources", "locked"],
            "--resources locked: the folder cannot be read; change its permissions",
        ),
        (["epub", "p.html", "--update", "secret"], "secret: it may not be read; change its permissions"),
    ],
)
def test_what_may_not_be_read_is_one_line_and_code_5(
    call: list[str], says: str, make_page: Callable[..., Path], tmp_path: Path
) -> None:
    """It was wrong usage, and cost those that may be read as well."""
    make_page(["Words."], name="p.html")
    assert run(["epub", str(tmp_path / "p.html"), "-o", str(tmp_path / "b.epub"), "-q"]) == 0
    (tmp_path / "secret").write_bytes((tmp_path / "b.epub").read_bytes())
    (tmp_path / "secret").chmod(0)
    (tmp_path / "locked").mkdir(0)
    done = subprocess.run([*HUMBLE, *COMMAND, *call], cwd=tmp_path, capture_output=True, text=True, check=False)
    (tmp_path / "locked").chmod(0o700)
    assert done.returncode == 5, done.stderr
    assert done.stderr.startswith(f"threadbound: {says}")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("call", [["verify"], ["extract"], ["extract", "{book}", "-d"]])
def test_a_path_through_a_file_is_said_to_be_none(
    call: list[str], example: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "b.epub"
    assert run(["epub", str(example), "-o", str(book), "-q"]) == 0
    assert run([*(each.format(book=book) for each in call), f"{book}/x"]) == 5
    said = capsys.readouterr().err
    assert f"{book}/x" in said
    assert said.endswith(": a part of its path is no folder; check the path\n")


@pytest.mark.parametrize(
    ("call", "where", "says"),
    [
        (
            ["pdf", "-o", "b.pdf"],
            "/fontconfig/",
            "fonts.conf: cannot be written: the disk is full; a PDF needs it: set XDG_CACHE_HOME to another folder",
        ),
        (
            ["epub", "-o", "-"],
            "/threadbound-",
            "there is no folder with room for what is needed meanwhile (/tmp, /var/tmp): set TMPDIR to one",
        ),
    ],
)
def test_where_no_disk_has_room_a_line_says_what_to_do(  # noqa: PLR0917 - fixtures
    call: list[str],
    where: str,
    says: str,
    example: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write, make = Path.write_bytes, tempfile.mkdtemp

    def written(path: Path, data: bytes) -> int:
        if where in str(path):
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return write(path, data)

    def made(*given: str, **named: str) -> str:
        if "/threadbound-" in where:
            raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp', '/var/tmp']")
        return make(*given, **named)

    monkeypatch.setattr(Path, "write_bytes", written)
    monkeypatch.setattr(tempfile, "mkdtemp", made)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    assert run([*call, str(example), "--offline"]) == 5
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == 1


def test_a_run_that_is_to_outlive_its_terminal_does() -> None:
    ignoring = (
        "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN);"
        "from threadbound.cli.boundary import boundary;"
        "sys.exit(boundary(lambda _: os.kill(os.getpid(), signal.SIGHUP) or 0))"
    )
    assert subprocess.run([sys.executable, "-c", ignoring], check=False).returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("verb", [["inspect", "--json"], ["inspect"], ["epub", "-o", "-"], ["--version"]])
def test_output_that_nobody_takes_is_one_line(verb: list[str], make_page: Callable[..., Path]) -> None:
    page = [] if verb == ["--version"] else [str(make_page(["Words for nobody."]))]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*COMMAND, *verb, *page], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 5
    assert done.stderr.count("\n") == 1
    assert "No space left" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_messages_that_nobody_takes_change_no_exit_code(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*COMMAND, "inspect", str(tmp_path / "gone.html")], stderr=full, check=False)
    assert done.returncode == 5


def test_a_reader_that_goes_away_ends_the_run_as_it_ends_other_filters(example: Path) -> None:
    with subprocess.Popen([*COMMAND, "inspect", "--json", *[str(example)] * 3], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.close()
        assert child.wait(60) == 128 + signal.SIGPIPE


def test_an_interrupt_while_a_class_is_defined_is_one() -> None:
    """Python 3.11 makes a RuntimeError of what is raised there."""
    interrupting = (
        "import sys; from threadbound.cli.boundary import boundary\n"
        "class Late:\n"
        "    def __set_name__(self, *_): raise KeyboardInterrupt\n"
        "sys.exit(boundary(lambda _: type('X', (), {'late': Late()}) and 0))"
    )
    done = subprocess.run([sys.executable, "-c", interrupting], capture_output=True, text=True, check=False)
    assert done.returncode == 130
    assert done.stderr == "threadbound: interrupted; nothing half-written was left\n"


@pytest.mark.parametrize(
    ("call", "is_resumed"),
    [
        ("pdf {folder}", True),
        ("pdf {page} {other}", True),
        ("pdf {page} --update {folder}/b.pdf", True),
        ("pdf {page}", False),
        ("pdf {folder} --individual", False),
        ("pdf {folder} --dry-run", False),
        ("epub {folder}", False),
    ],
)
def test_an_interrupted_run_names_the_next_one_only_where_that_goes_on(
    call: str,
    make_page: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    is_resumed: bool,
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    for step in ("batch.bind", "planning.plan", "updating.update"):
        monkeypatch.setattr(f"threadbound.{step}", interrupted)
    page, other = make_page(["One."]), make_page(["Another."], name="other.html")
    assert run([word.format(page=page, other=other, folder=page.parent) for word in call.split()]) == 130
    onward = "; the next run goes on from what is kept" if is_resumed else ""
    assert capsys.readouterr().err == f"threadbound: interrupted; nothing half-written was left{onward}\n"


@pytest.mark.parametrize("charset", ["latin-1", "ascii"])
def test_a_terminal_of_another_charset_hears_all_it_can(charset: str, make_page: Callable[..., Path]) -> None:
    page = make_page(["A thread in 漢字 and “quotes”."], name="頁.html", declared=2)
    surroundings = {**os.environ, "PYTHONIOENCODING": charset}
    done = subprocess.run([*COMMAND, "inspect", str(page)], env=surroundings, capture_output=True, check=False)
    assert done.returncode == 3
    assert b"\\u6f22" in done.stdout
    assert b"\\u9801.html: lost:" in done.stderr
    done = subprocess.run(
        [*COMMAND, "inspect", "--json", str(page)], env=surroundings, capture_output=True, check=False
    )
    assert done.returncode == 3
    assert json.loads(done.stdout)["posts"][0]["text"].startswith("A thread in 漢字")
